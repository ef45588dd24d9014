"""The generated function is made of our numbers alone."""

import random

from habitue.segment import predicate
from habitue.segment.condition import AllOf, AnyOf, HasTrait, Not
from habitue.segment.leaf import key_of
from habitue.segment.predicate import Bits, compiled
from habitue.segment.walk import leaves
from tests.segment.generated import condition
from tests.segment.noting import program_of

EVIL = "'); __import__('os').system('x') #\n"


def places_of(*conditions):
    keys = {key_of(leaf): None for one in conditions for leaf in leaves(one)}
    return {key: place for place, key in enumerate(keys)}


def test_no_text_of_a_definition_enters_it():
    evil = HasTrait(name=EVIL, op="is", value=EVIL)

    made = compiled({3: AllOf(of=(evil, evil))}, places_of(evil))

    code = made.__code__
    assert code.co_names == ()
    assert all(isinstance(one, int | None) for one in code.co_consts)
    assert (made([True]), made([False])) == (8, 0)


def test_of_none_all_hold_and_none_does():
    made = compiled({0: AllOf(of=()), 1: AnyOf(of=()), 2: Not(of=AnyOf(of=()))}, {})

    assert made([]) == 0b101


def test_two_thousand_conditions_are_one_function():
    chance = random.Random(1)
    conditions = [condition(chance, 3) for _ in range(2_000)]

    assert program_of(*conditions).bits.predicate(bytearray(100_000)) >= 0


def test_bits_found_anew_where_answers_changed_are_those_of_all(monkeypatch):
    chance = random.Random(2)
    conditions = dict(enumerate(condition(chance, 3) for _ in range(60)))
    places = places_of(*conditions.values())
    answers = bytearray(chance.choices((0, 1), k=len(places)))
    bits = Bits(conditions, places, answers)
    held = bits.default
    for parts in (0, 10**6):
        monkeypatch.setattr(predicate, "_PART_COSTS", parts)
        for _ in range(200):
            changed = chance.choices(range(len(answers)), k=chance.randint(0, 4))
            for place in set(changed):
                answers[place] ^= 1

            held = bits.again(held, changed, answers)

            assert held == bits.predicate(answers)
