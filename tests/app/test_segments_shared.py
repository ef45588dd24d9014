"""Definitions that come together read what lies before them once, in any order."""

import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from habitue.app.projection.segment_sight import FoldSight
from habitue.base.clock import DAY_US, SECOND_US
from habitue.segment import filling
from habitue.segment.condition import Condition, Count, Did, Window
from tests.app.test_segments_in_time import BOUGHT, Desk

# Who bought so often in so many days: person n did so n times, once a day.
PEOPLE, SPANS, TIMES = 13, (3, 400), range(13)
RECORDS = sum(TIMES)
WANTED: dict[str, Condition] = {
    f"s{times}-{days}": Did(
        event=BOUGHT,
        count=Count(op=">=", value=times + 1),
        within=Window(days=days),
    )
    for times, days in itertools.product(TIMES, SPANS)
}
APART_US = 1_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    for person in range(PEOPLE):
        for day in range(person):
            made.tell(f"user_id:u{person}", ago_us=day * DAY_US + SECOND_US)
    yield made
    made.close()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """Count how often each record is read for definitions that lie behind it."""
    found: Counter[int] = Counter()
    told = FoldSight.told

    def counted(sight: FoldSight, number: int, at_us: int, offset: int) -> object:
        found[offset] += 1
        return told(sight, number, at_us, offset)

    monkeypatch.setattr(FoldSight, "told", counted)
    return found


def define(desk: Desk, *names: str, apart_us: int = APART_US) -> None:
    for name in names:
        desk.define(name, WANTED[name])
        desk.now += apart_us


def settle(desk: Desk) -> None:
    while desk.fold.segments.live.library.jobs:
        desk.tick(SECOND_US)


def members(desk: Desk, name: str) -> set[str]:
    ids, _ = desk.kept.members(name, 0, 1_000)
    people = {f"u{one}" for one in range(1, PEOPLE)}
    return {one for one in people if desk.person(f"user_id:{one}") in ids}


def meant(name: str) -> set[str]:
    times, days = map(int, name.removeprefix("s").split("-"))
    return {f"u{one}" for one in range(PEOPLE) if min(one, days) > times}


@pytest.mark.parametrize("step", [1, -1], ids=["in order", "turned around"])
def test_definitions_that_come_together_read_each_record_once(
    desk: Desk, read: Counter[int], step: int
) -> None:
    assert len(WANTED) == 26
    define(desk, *tuple(WANTED)[::step])
    settle(desk)

    assert Counter(read.values()) == {1: RECORDS}
    assert {name: members(desk, name) for name in WANTED} == {
        name: meant(name) for name in WANTED
    }


def test_those_that_come_one_by_one_have_the_same_members(
    desk: Desk, read: Counter[int]
) -> None:
    for name in WANTED:
        define(desk, name)
        settle(desk)

    assert all(members(desk, name) == meant(name) for name in WANTED)
    # What one has noted does for those that ask for less of it.
    assert max(read.values()) > 1


def test_what_comes_while_others_are_read_waits_for_the_next_together(
    desk: Desk, read: Counter[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "STEP_ITEMS", 1)
    monkeypatch.setattr(filling, "STEPS_A_TURN", 1)
    library = desk.fold.segments.live.library
    first, *later = sorted(WANTED, key=len)
    define(desk, first)
    while not library.jobs[1].number:
        desk.tick(SECOND_US)

    define(desk, *later)

    assert len(library.jobs) == 2
    settle(desk)
    assert max(read.values()) == 2
    assert all(members(desk, name) == meant(name) for name in WANTED)


def test_who_defines_without_an_end_is_not_waited_for(desk: Desk) -> None:
    library = desk.fold.segments.live.library
    quiet_us = desk.fold.offset * filling.RECORD_US

    for days in range(1, 10 * filling.QUIETS):
        condition = Did(event=BOUGHT, within=Window(days=days))
        desk.define(f"in-{days}", condition)
        assert days > 1 or not library.jobs[1].begun
        desk.now += quiet_us // 2

    assert "in-1" in desk.kept.answering() or library.jobs[1].begun
