"""The query that a condition compiles to says of each person what the meaning says."""

import os
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from habitue.base.clock import HOUR_US
from habitue.model.event import Event
from habitue.segment.compile_sql import compiled
from habitue.segment.condition import (
    Absence,
    Deed,
    Did,
    DidNot,
    Sequence,
    Step,
)
from habitue.segment.meaning import matches
from habitue.segment.walk import leaves
from tests.segment.copied import Copied
from tests.segment.generated import NOW_US, SHOP_ZONE, Human, cases

pytestmark = pytest.mark.proof("T25")

BATCH = 250
BATCHES = 80 if os.environ.get("HABITUE_TORTURE") else 4
# Beside its own person a condition judges so many others.
OTHERS = 20


@pytest.mark.parametrize("number", range(BATCHES))
def test_the_query_and_the_meaning_agree(
    tmp_path: Path, seed: int, number: int
) -> None:
    made = list(cases(BATCH, seed * 1_000 + number))
    chance = Random(f"{seed} {number}")
    copied = Copied(tmp_path, [case.human for case in made])

    for at, case in enumerate(made):
        among = sorted({at, *chance.sample(range(BATCH), OTHERS)})
        meant = {
            one
            for one in among
            if matches(case.condition, copied.facts[one], case.now_us)
        }

        found = copied.ask(case.condition, case.now_us, among)

        assert found == meant, (at, case.condition, case.now_us)
    copied.close()


def test_most_of_what_asks_for_events_is_judged_by_the_query(seed: int) -> None:
    told: Counter[tuple[str, bool]] = Counter()
    for case in cases(2_000, seed):
        outside = compiled(case.condition, case.now_us, SHOP_ZONE).outside
        for leaf in leaves(case.condition):
            if isinstance(leaf, Did | DidNot | Sequence):
                told[type(leaf).__name__, leaf not in outside] += 1

    for sort in ("Did", "DidNot", "Sequence"):
        assert told[sort, True] > 0.1 * (told[sort, True] + told[sort, False]), told


def did(name: str, hours: int) -> tuple[str, Event]:
    at_us = NOW_US - 10 * HOUR_US + hours * HOUR_US
    return "shop", Event(type="track", name=name, at_us=at_us)


# A view and an order after it, with what the third name tells of in between or not.
BARRED = (
    Human(events=(did("A", 1), did("B", 3))),
    Human(events=(did("A", 1), did("X", 2), did("B", 3))),
    Human(events=(did("A", 1), did("X", 1), did("B", 3))),
    Human(events=(did("A", 1), did("X", 3), did("B", 3))),
    Human(events=(did("A", 1), did("X", 2), did("A", 2), did("B", 3))),
    Human(events=(did("A", 3), did("B", 3))),
    Human(events=(did("A", 1), did("B", 3), did("X", 4))),
)


@pytest.mark.parametrize("then_not", [None, Absence(event="X")])
def test_what_must_not_lie_between_two_steps_parts_them(
    tmp_path: Path, then_not: Absence | None
) -> None:
    second = Step(event="B", without=(Deed(event="X"),))
    condition = Sequence(steps=(Step(event="A"), second), then_not=then_not)
    copied = Copied(tmp_path, BARRED)
    everybody = range(len(BARRED))

    found = copied.ask(condition, NOW_US, everybody)

    copied.close()
    assert compiled(condition, NOW_US).outside == ()
    assert found == {
        one for one in everybody if matches(condition, copied.facts[one], NOW_US)
    }
    assert 0 in found
    assert 1 not in found
