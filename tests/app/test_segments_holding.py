"""Whether somebody is in a segment: by what is kept of them, without their history."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.segments.desk import SegmentDesk
from habitue.base.errors import NotFoundError
from habitue.segment.condition import Count, Did
from tests.app.test_segments_in_time import BOUGHT, Desk, settled

OFTEN = Did(event=BOUGHT, count=Count(op=">=", value=3))


class Home:
    """What the desk of segments stands on, by a clock that is handed in."""

    def __init__(self, desk: Desk) -> None:
        self.fold = desk.fold
        self.people = PeopleDesk(desk.fold, desk.truth, desk)  # type: ignore[arg-type]
        self.engine = self
        self.truth, self.clock, self.writing = desk.truth, desk, None


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Gives whose history was read."""
    found: list[Any] = []
    read = PeopleDesk.records

    def records(self: PeopleDesk, person: Any) -> Any:
        found.append(person.person_id)
        return read(self, person)

    monkeypatch.setattr(PeopleDesk, "records", records)
    return found


def holds(desk: Desk, who: str) -> bool:
    home: Any = Home(desk)
    segments = SegmentDesk(home, memberships=desk.kept)
    return asyncio.run(segments.holds("often", desk.person(who)))


def test_who_is_in_a_segment_that_answers_is_told_without_a_history(
    desk: Desk, asked: list[Any]
) -> None:
    settled(desk, "often", OFTEN)
    for who in ("user_id:u1", "user_id:u1", "user_id:u1", "user_id:u2"):
        desk.tell(who)

    assert holds(desk, "user_id:u1")
    assert not holds(desk, "user_id:u2")
    assert asked == []


def test_who_is_in_a_segment_that_does_not_answer_yet_is_judged(
    desk: Desk, asked: list[Any]
) -> None:
    for who in ("user_id:u1", "user_id:u1", "user_id:u1", "user_id:u2"):
        desk.tell(who)
    desk.define("often", OFTEN)

    assert holds(desk, "user_id:u1")
    assert not holds(desk, "user_id:u2")
    assert asked == [desk.person("user_id:u1"), desk.person("user_id:u2")]


def test_of_a_segment_that_is_not_there_nobody_is_told(desk: Desk) -> None:
    desk.tell("user_id:u1")

    with pytest.raises(NotFoundError, match="often"):
        holds(desk, "user_id:u1")
