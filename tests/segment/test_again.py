"""Of what comes in order only what may have another answer is asked, and no less."""

import os
import random
from typing import Any, NamedTuple

import pytest

from habitue.base.clock import SECOND_US
from habitue.segment.compare import Moment
from habitue.segment.condition import (
    Absence,
    Condition,
    Count,
    Deed,
    Did,
    Distinct,
    Gap,
    Sequence,
    Step,
    Sum,
    Where,
    Window,
)
from habitue.segment.facts import Done, Facts
from habitue.segment.together import last_of
from tests.segment.generated import NOW_US, SHOP_ZONE, cases
from tests.segment.noting import Person, program_of

pytestmark = pytest.mark.proof("T25")

COUNT = 20_000 if os.environ.get("HABITUE_TORTURE") else 1_000


class Followed:
    """Somebody whose answers are kept, and answered anew as things are told."""

    def __init__(self, case: Any, chance: random.Random) -> None:
        self.person = Person(program_of(case.condition), case.facts, strands=2)
        self.chance = chance
        told = self.person.told
        self.now_us = min((done.at_us for done in told), default=case.now_us)
        # How often only some of it was asked.
        self.again = 0
        self.armed_us: int | None = None
        self.judge_all()

    def judge_all(self) -> Any:
        judged = self.person.judge(self.now_us)
        self.answers, self.last_us = (
            judged.answers,
            last_of(self.person.joined(self.now_us).values()),
        )
        self.arm(judged.next_us)
        return judged

    def arm(self, next_us: int | None) -> None:
        if next_us is not None:
            self.armed_us = min(next_us, self.armed_us or next_us)

    def goes_on(self, now_us: int) -> None:
        """Let time go on, and judge all of it whenever that is due."""
        while self.armed_us is not None and self.armed_us <= now_us:
            self.now_us, self.armed_us = self.armed_us, None
            self.judge_all()
        self.now_us = now_us

    def tell(self, done: Any) -> None:
        took = self.person.note(done, self.chance.randrange(2), self.now_us)
        in_order = self.last_us <= done.at_us <= self.now_us
        found = None
        if in_order and took.rising:
            at = Moment(self.now_us, SHOP_ZONE, SHOP_ZONE)
            held = self.person.joined(self.now_us)
            found = self.person.program.again(took.leaves, self.answers, held, at)
        if found is None:
            self.judge_all()
        else:
            self.again += 1
            self.last_us = max(self.last_us, done.at_us)
            self.arm(found.next_us)


def follow(case: Any, chance: random.Random) -> int:
    """Tell what was done in order, and compare; say how often only some was asked."""
    followed = Followed(case, chance)
    for done in sorted(followed.person.told, key=lambda one: one.at_us):
        late_us = chance.choice((0, 0, 0, 10**9))
        followed.goes_on(max(followed.now_us, done.at_us + late_us))
        followed.tell(done)

        judged = followed.person.judge(followed.now_us)
        assert followed.answers == judged.answers, case
        # Nor is anybody woken any later.
        if judged.next_us is not None:
            assert followed.armed_us is not None, case
            assert followed.armed_us <= judged.next_us, case
    return followed.again


def test_what_is_settled_is_what_it_would_be_if_all_was_asked():
    asked = sum(
        follow(case, random.Random(number))
        for number, case in enumerate(cases(COUNT, seed=27))
    )
    assert asked > COUNT


def test_so_it_is_of_many_things_done_one_after_the_other():
    asked = 0
    for number in range(COUNT):
        chance = random.Random(number)
        asked += follow(busy(chance), chance)
    assert asked > 5 * COUNT


class Busy(NamedTuple):
    """A condition, and somebody who does little else than it asks for."""

    condition: Condition
    facts: Facts
    now_us: int


def busy(chance: random.Random) -> Any:
    told = []
    at_us = NOW_US
    for _ in range(12):
        at_us += chance.choice((0, 1, 9 * SECOND_US, 10 * SECOND_US, 40 * SECOND_US))
        told.append(
            Done(
                at_us=at_us,
                name=chance.choice("ABC"),
                properties={"p": chance.choice("xy"), "n": chance.choice((-2, 1, 3))},
            )
        )
    wanted = chance.choice((_did, _did, _follows))(chance)
    return Busy(wanted, Facts(done=tuple(told), shop_zone=SHOP_ZONE), NOW_US)


def _did(chance: random.Random) -> Condition:
    op, value = chance.choice(("<", "<=", "=", ">=", ">")), chance.choice((-1, 0, 1, 3))
    more: dict[str, Any] = chance.choice(
        (
            {"count": Count(op=op, value=value)},
            {"sum": Sum(of="n", op=op, value=value)},
            {"distinct": Distinct(of="n", op=op, value=value)},
            {"which": chance.choice(("first", "last"))},
        )
    )
    return Did(
        event=chance.choice("AB"), where=_where(chance), within=_span(chance), **more
    )


def _follows(chance: random.Random) -> Condition:
    bars = (Deed(event="C", where=_where(chance)),)
    gap = Gap(most=_span(chance), least=chance.choice((None, Window(seconds=1))))
    steps = (
        Step(event="A"),
        Step(
            event=chance.choice("AB"),
            where=_where(chance),
            after=gap,
            without=chance.choice(((), bars)),
        ),
    )
    absence = Absence(event=chance.choice("BC"), lasting=_span(chance))
    then_not = chance.choice((None, absence))
    return Sequence(steps=steps, within=_span(chance), then_not=then_not)


def _where(chance: random.Random) -> tuple[Where, ...]:
    return chance.choice(((), (Where(property="p", op="is", value="x"),)))


def _span(chance: random.Random) -> Window | None:
    return chance.choice((None, Window(seconds=10), Window(seconds=60)))
