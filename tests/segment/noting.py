"""People as the live judge keeps them: what strands noted, in any parts and order."""

import random
from typing import Any

from msgspec import structs

from habitue.segment.condition import Condition
from habitue.segment.covering import leaf_of
from habitue.segment.facts import OBJECTS, Facts
from habitue.segment.leaf import Leaf
from habitue.segment.leaves import FACTS, combine, noted, read, write
from habitue.segment.notes import Notes
from habitue.segment.noting import Index, Wanted
from habitue.segment.program import Program, leaf_keys
from habitue.segment.together import Joined
from habitue.segment.touched import Touched
from habitue.state.port import TableSpec
from habitue.state.registry import Drop
from tests.segment.generated import SHOP_ZONE, Case


def program_of(*conditions: Condition, daily: Any = ()) -> Program:
    """Make a program of conditions, each with the bit of its place."""
    held = dict(enumerate(conditions))
    numbers = {key: number for number, key in enumerate(leaf_keys(held), 1)}
    kept = {number: leaf_of(key) for key, number in numbers.items()}
    return Program(held, numbers, kept, daily)


def entries_of(leaf: Leaf, facts: Facts) -> Any:
    """Give all the entries of a leaf, of whatever facts tell was done."""
    zone = facts.shop_zone
    more = [one for done in facts.done for one in noted(leaf, done, zone)]
    return combine(leaf.keep, more[:1], more[1:]) if len(more) > 1 else more


class Rows(dict[Any, Any]):
    """Rows by key, as live segments need them."""

    def put(self, key: Any, value: Any) -> None:
        self[key] = value

    def delete(self, key: Any) -> None:
        self.pop(key, None)

    def prefetch(self, keys: Any) -> None:
        pass


class Tables:
    """Makes tables that are kept in memory, by name."""

    def __init__(self) -> None:
        self.made: dict[str, Rows] = {}

    def table(self, spec: TableSpec, drop: Drop | None = None) -> Rows:
        return self.made.setdefault(spec.name, Rows())


class Person:
    """Somebody whose events are noted strand by strand."""

    def __init__(self, program: Program, facts: Facts, strands: int) -> None:
        self.program = program
        self.index = Index(Wanted(one, leaf) for one, leaf in program.leaves.items())
        self.facts = facts
        self.strands = range(1, strands + 1)
        self.tables = Tables()
        self.notes = Notes(self.tables, SHOP_ZONE)
        bought = tuple(done for done in facts.done if done.name in OBJECTS)
        self.known = structs.replace(facts, done=bought)
        self.told = tuple(done for done in facts.done if done.name not in OBJECTS)

    def note(self, done: Any, strand: int, now_us: int) -> Touched:
        """Note something done in the strand of a number from 0 on."""
        plan = self.index.of(done.name)
        took = self.notes.note(done, strand + 1, plan, now_us, self.index.wanted)
        row = self.tables.made[FACTS.name].get(strand + 1)
        assert row is None or row == write(read(row))
        return took

    def joined(self, now_us: int) -> Any:
        """Give all that is noted, by leaf, and what is known of purchases."""
        held = self.notes.of(self.strands)
        joined = Joined(self.program.leaves, held, now_us)
        return self.program.with_purchases(joined.entries, self.known)

    def judge(self, now_us: int) -> Any:
        return self.program.judge(self.joined(now_us), self.known, now_us)


def noted_person(case: Case, chance: random.Random, strands: int = 3) -> Person:
    """Note a case's events in any order, in any strands, as of moments before now."""
    person = Person(program_of(case.condition), case.facts, strands)
    told = list(person.told)
    chance.shuffle(told)
    moments = sorted(chance.randint(case.now_us - 10**12, case.now_us) for _ in told)
    for done, now_us in zip(told, moments, strict=True):
        person.note(done, chance.randrange(strands), now_us)
    return person
