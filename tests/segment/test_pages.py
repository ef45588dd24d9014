"""Of what is done very often all counts, however little of it a row holds."""

import os
import random
from typing import Any

import pytest
from msgspec import structs

from habitue.base.clock import DAY_US, SECOND_US
from habitue.segment import pages, together
from habitue.segment.condition import (
    Condition,
    Count,
    Did,
    DidNot,
    Distinct,
    Sequence,
    Step,
    Sum,
    Window,
)
from habitue.segment.facts import Done, Facts
from habitue.segment.leaves import FACTS, read
from habitue.segment.meaning import matches
from habitue.segment.pages import PAGES
from habitue.segment.program import Program
from habitue.segment.together import Joined
from tests.segment.generated import NOW_US, SHOP_ZONE
from tests.segment.noting import Person, program_of

pytestmark = pytest.mark.proof("T25")

COUNT = 2_000 if os.environ.get("HABITUE_TORTURE") else 150
EVENTS = 60
GAPS_US = (0, 1, SECOND_US, 9 * SECOND_US, 40 * SECOND_US)
LATE_US = (0, 0, 0, 0, 0, 5 * SECOND_US, 300 * SECOND_US, -5 * SECOND_US)


@pytest.fixture(params=[(1, 1), (2, 2), (5, 4)])
def _bounds(request, monkeypatch):
    entries_max, long = request.param
    monkeypatch.setattr(pages, "ENTRIES_MAX", entries_max)
    monkeypatch.setattr(together, "LONG", long)


def wanted(chance: random.Random) -> Condition:
    """Make up a condition on far more than a row holds."""
    op, value = chance.choice(("<", "<=", "=", ">=", ">")), chance.randrange(30)
    within = chance.choice((None, Window(seconds=60), Window(minutes=10)))
    some: list[dict[str, Any]] = [
        {"count": Count(op=op, value=value)},
        {"sum": Sum(of="n", op=op, value=value)},
        {"distinct": Distinct(of="v", op=op, value=value % 12)},
        {"which": chance.choice(("first", "last"))},
    ]
    if chance.random() < 0.2:
        steps = (Step(event="A"), Step(event="B"))
        return Sequence(steps=steps, within=within)
    if chance.random() < 0.1:
        return DidNot(event="B", within=within)
    return Did(event=chance.choice("AAB"), within=within, **chance.choice(some))


class Busy:
    """Somebody who does one thing all the time, in a few strands, also late."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.conditions = [wanted(chance) for _ in range(6)]
        self.program: Program = program_of(*self.conditions)
        self.facts = Facts(shop_zone=SHOP_ZONE, time_zone=SHOP_ZONE)
        self.person = Person(self.program, self.facts, strands=chance.choice((1, 3)))
        self.now_us = NOW_US
        self.joined = self.anew()

    def anew(self) -> Joined:
        held = self.person.notes.of(self.person.strands)
        return Joined(self.program.leaves, held, self.now_us)

    def goes_on(self) -> None:
        chance = self.chance
        self.now_us += chance.choice(GAPS_US)
        done = Done(
            at_us=self.now_us - chance.choice(LATE_US),
            name=chance.choice("AAAB"),
            properties={"v": chance.randrange(20), "n": chance.choice((-2, 1, 3))},
        )
        self.facts = structs.replace(self.facts, done=(*self.facts.done, done))
        strand = chance.randrange(len(self.person.strands))
        took = self.person.note(done, strand, self.now_us)
        for noted in took.noted:
            self.joined.take(noted, self.now_us)

    def meant(self, now_us: int) -> int:
        return sum(
            matches(one, self.facts, now_us) << bit
            for bit, one in enumerate(self.conditions)
        )


@pytest.mark.usefixtures("_bounds")
def test_what_is_noted_far_beyond_a_row_is_what_the_meaning_says():
    for seed in range(COUNT):
        busy = Busy(random.Random(seed))
        for at in range(EVENTS):
            busy.goes_on()
            if at % 5:
                continue
            for joined in (busy.joined, busy.anew()):
                found = busy.program.judge(joined.entries, busy.facts, busy.now_us)
                assert found.bits == busy.meant(busy.now_us), (seed, at)
        # And so it stays while time goes by.
        found = busy.program.judge(busy.joined.entries, busy.facts, busy.now_us)
        for _ in range(20):
            if found.next_us is None:
                break
            busy.now_us = found.next_us
            found = busy.program.judge(busy.joined.entries, busy.facts, busy.now_us)
            assert found.bits == busy.meant(busy.now_us), seed


@pytest.mark.usefixtures("_bounds")
def test_a_row_holds_no_more_than_it_may_and_pages_go_with_their_strand():
    busy = Busy(random.Random(1))
    sealed = busy.person.tables.made[PAGES.name]
    seen = 0
    for _ in range(EVENTS):
        busy.goes_on()
        seen = max(seen, len(sealed))
        for row in busy.person.tables.made[FACTS.name].values():
            assert all(len(held) <= pages.ENTRIES_MAX for held in read(row).values())
    assert seen

    for strand in busy.person.strands:
        busy.person.notes.drop(strand)
    assert not sealed


def test_what_nothing_asks_for_any_more_leaves_the_pages():
    lately = Did(event="A", count=Count(op=">=", value=1_000), within=Window(days=1))
    often = Sequence(steps=(Step(event="A"), Step(event="B")), within=Window(days=1))
    different = Did(event="A", distinct=Distinct(of="v", op=">=", value=900))
    person = Person(program_of(lately, often, different), Facts(), strands=1)
    sizes = []
    for number in range(12_000):
        at_us = NOW_US + number * DAY_US // 500
        done = Done(at_us=at_us, name="A", properties={"v": number % 600})
        person.note(done, 0, at_us)
        sizes.append(sum(map(len, person.tables.made[PAGES.name].values())))

    # A thousand moments, two days of them and 600 values, of ten bytes and a little.
    assert max(sizes) < 80_000
    assert sizes[-1] < 2 * sizes[2_500]
