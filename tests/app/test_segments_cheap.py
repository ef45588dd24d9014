"""What an event asks of segments is little, and all that it changes.

How much is counted in calls of functions, which are the same on any machine.
"""

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import FrameType

import pytest

from habitue.app.bench import concerned
from habitue.app.bench.folding import SEGMENTS, folding
from habitue.app.bench.ground import Ground
from habitue.segment.condition import Count, Did
from tests.app.test_segments_in_time import Desk, settled
from tests.segment.generated import NOW_US

VISITORS, EVENTS = 10, 80
OTHER = "Review Submitted"
ANNA = "user_id:anna"


def calls_under(folder: Path, concerns: int | None) -> float:
    """Count the calls of an event that concerns so many of fifty segments.

    None: there are no segments. Each visitor did it before.
    """
    wanted = [*islice(concerned.conditions(concerned.NAME), concerns or 0)]
    others = 0 if concerns is None else SEGMENTS - concerns
    wanted += islice(concerned.conditions(OTHER), others)
    entries = [*concerned.entries_of(2 * EVENTS, VISITORS, NOW_US)]
    folder.mkdir()
    with folding(Ground(folder), entries, wanted, NOW_US) as (fold, told):
        for one in told[:EVENTS]:
            fold.apply(*one)
        with Counting() as counting:
            for one in told[EVENTS:]:
                fold.apply(*one)
    return counting.calls / EVENTS


class Counting:
    """Counts calls of functions of Python's own."""

    def __init__(self) -> None:
        self.calls = 0

    def __enter__(self) -> "Counting":
        sys.setprofile(self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _hear(self, _frame: FrameType, event: str, _of: object) -> None:
        self.calls += event == "call"


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> float:
    return calls_under(tmp_path_factory.mktemp("none") / "none", None)


@pytest.mark.parametrize(("concerns", "most"), [(0, 7), (5, 45), (SEGMENTS, 60)])
def test_an_event_calls_no_more_than_what_it_concerns_needs(
    tmp_path: Path, without: float, concerns: int, most: int
) -> None:
    assert calls_under(tmp_path / "some", concerns) - without <= most


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def test_who_does_it_as_often_as_is_asked_enters_with_that_very_event(
    desk: Desk,
) -> None:
    settled(desk, "keen", Did(event="Tea", count=Count(op=">=", value=3)))

    found = []
    for _ in range(4):
        desk.tell(ANNA, "Tea")
        desk.now += 1
        found.append(desk.of(ANNA))

    assert found == [set(), set(), {"keen"}, {"keen"}]


def test_what_is_asked_of_an_event_follows_each_definition(desk: Desk) -> None:
    settled(desk, "once", Did(event="Tea"))
    desk.tell(ANNA, "Coffee")

    settled(desk, "twice", Did(event="Coffee", count=Count(op=">=", value=2)))
    desk.tell(ANNA, "Coffee")

    assert desk.of(ANNA) == {"twice"}
