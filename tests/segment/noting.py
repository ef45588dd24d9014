"""People as the live judge keeps them: what strands noted, in any parts and order."""

import random
from typing import Any

from msgspec import structs

from habitue.segment.condition import Condition
from habitue.segment.facts import OBJECTS, Facts
from habitue.segment.leaves import Held, add, noted, read, write
from habitue.segment.noting import Index, Wanted
from habitue.segment.program import Program, entries_of, leaf_keys
from tests.segment.generated import SHOP_ZONE, Case


def program_of(*conditions: Condition, daily: Any = ()) -> Program:
    """Make a program of conditions, each with the bit of its place."""
    held = dict(enumerate(conditions))
    numbers = {key: number for number, key in enumerate(leaf_keys(held), 1)}
    return Program(held, numbers, daily)


class Person:
    """Somebody whose events are noted strand by strand."""

    def __init__(self, program: Program, facts: Facts, strands: int) -> None:
        self.program = program
        self.index = Index(Wanted(one, leaf) for one, leaf in program.leaves.items())
        self.facts = facts
        self.rows: list[bytes | None] = [None] * strands
        bought = tuple(done for done in facts.done if done.name in OBJECTS)
        self.known = structs.replace(facts, done=bought)
        self.told = tuple(done for done in facts.done if done.name not in OBJECTS)

    def note(self, done: Any, strand: int, now_us: int) -> list[tuple[int, Any]]:
        """Note something done; give what each leaf took of it."""
        held: Held = read(self.rows[strand])
        asked = self.index.of(done.name).asked
        took = []
        for one in (one for same in asked for one in same.wanted):
            more = noted(one.leaf, done, SHOP_ZONE)
            if more:
                entries = held.get(one.number, [])
                held[one.number] = add(one.leaf.keep, entries, more, now_us)
                took.append((one.number, more))
        self.rows[strand] = write(held)
        return took

    def joined(self) -> dict[int, list[Any]]:
        told = structs.replace(self.facts, done=self.told)
        return self.program.joined(
            [read(row) for row in self.rows],
            self.known,
            lambda leaf: entries_of(leaf, told),
        )

    def judge(self, now_us: int) -> Any:
        return self.program.judge(self.joined(), self.known, now_us)


def noted_person(case: Case, chance: random.Random, strands: int = 3) -> Person:
    """Note a case's events in any order, in any strands, as of moments before now."""
    person = Person(program_of(case.condition), case.facts, strands)
    told = list(person.told)
    chance.shuffle(told)
    moments = sorted(chance.randint(case.now_us - 10**12, case.now_us) for _ in told)
    for done, now_us in zip(told, moments, strict=True):
        person.note(done, chance.randrange(strands), now_us)
    return person
