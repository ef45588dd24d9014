"""A first read on a server asks for all at once, not for one thing after another."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from habitue.app.bulk.prefetch import Prefetch
from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.desks.search_desk import SearchDesk
from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import open_fold, save
from habitue.backends.postgres.state import PostgresState
from habitue.base.clock import ManualClock
from tests.app.folded import NOW_US, Folded, event

pytestmark = pytest.mark.postgres
FOUR = ("user_id:u1", "loyalty_card:c1", "email:a@example.com", "anonymous_id:d1")


class CountedState(PostgresState):
    """PostgreSQL that counts the questions it is asked."""

    asked = 0

    def _ask(
        self, statement: bytes, values: Sequence[int | bytes]
    ) -> list[tuple[Any, ...]]:
        self.asked += 1
        return super()._ask(statement, values)


class House(Folded):
    """A shop on PostgreSQL that is started anew, so that nobody is in memory."""

    def __init__(self, folder: Path, url: str, rows_max: int = 100_000) -> None:
        super().__init__(folder)
        self.rows_max = rows_max
        self.state.close()
        self.state = CountedState(url)  # type: ignore[assignment]
        self.fold = self._open()

    def _open(self) -> Fold:
        return open_fold(self.truth, self.state, self.rows_max)

    def start_anew(self) -> PeopleDesk:
        save(self.fold, self.state)
        self.fold = self._open()
        desk = PeopleDesk(self.fold, self.truth, ManualClock(NOW_US))
        # What is of everybody, and kept in memory from the first read on.
        _read(desk, "email:somebody@example.com")
        self.state.asked = 0  # type: ignore[attr-defined]
        return desk

    @property
    def asked(self) -> int:
        return self.state.asked  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def house(tmp_path: Path, postgres_url: str) -> Iterator[House]:
    opened = House(tmp_path, postgres_url)
    opened.tell(event("email:somebody@example.com", "user_id:u0", verified=True))
    yield opened
    opened.close()


def _read(desk: PeopleDesk, identifier: str) -> dict[str, Any]:
    person_id = desk.find(identifier)
    assert person_id is not None
    found = desk.person(person_id)
    assert found is not None
    return found


def test_a_person_whom_one_event_named_is_read_in_one_question(house: House) -> None:
    house.tell(event(*FOUR, verified=True), event("anonymous_id:d1", at=1))
    desk = house.start_anew()

    found = _read(desk, "email:a@example.com")

    assert (len(found["identifiers"]), found["computed"]["events"]) == (4, 2)
    assert house.asked == 1


def test_a_stranger_is_read_in_one_question(house: House) -> None:
    house.tell(event("anonymous_id:d1"))
    desk = house.start_anew()

    assert _read(desk, "anonymous_id:d1")["computed"]["events"] == 1
    assert house.asked == 1


def test_whoever_several_events_made_takes_no_question_for_each(house: House) -> None:
    cards = [f"loyalty_card:c{at}" for at in range(3)]
    devices = [f"anonymous_id:d{at}" for at in range(6)]
    house.tell(*(event(one, at=at) for at, one in enumerate(devices)))
    house.tell(*(event("user_id:u1", one, at=9, verified=True) for one in cards))
    house.tell(*(event("user_id:u1", one, at=20) for one in devices))
    desk = house.start_anew()

    found = _read(desk, "user_id:u1")

    assert len(found["identifiers"]) == 10
    # Their own, those that it is named with, and the devices handed to these.
    assert house.asked == 3


def test_people_of_many_events_are_loaded_in_one_question(house: House) -> None:
    people = [f"user_id:p{at}" for at in range(40)]
    house.tell(*(event(one, f"email:{one[8:]}@example.com") for one in people))
    house.start_anew()
    # What is counted over all is read by the first event, whoever it is of.
    house.tell(event("user_id:u0", at=20))
    told = [event(one, at=30) for one in people]
    before = house.asked

    Prefetch(house.fold.store)(told)
    house.tell(*told)

    assert house.asked == before + 1


def test_what_somebody_did_by_all_their_names_is_found_in_one_question(
    house: House,
) -> None:
    house.tell(event(*FOUR, verified=True))
    for at in range(40):
        house.tell(event(FOUR[at % 4], at=at))
    desk = house.start_anew()
    person_id = desk.find(FOUR[0])
    assert person_id is not None
    desk.person(person_id)
    before = house.asked

    found, _ = desk.timeline(person_id, None, 50) or ([], None)

    assert len(found) == 41
    assert house.asked == before + 1


def test_people_of_a_list_are_read_in_few_questions(house: House) -> None:
    people = [f"user_id:p{at}" for at in range(40)]
    devices = [f"anonymous_id:{one[8:]}" for one in people]
    house.tell(*(event(one) for one in devices))
    house.tell(*(event(one, f"email:{one[8:]}@example.com") for one in people))
    house.tell(*(event(one, f"loyalty_card:{one[8:]}", at=1) for one in people))
    logins = zip(people, devices, strict=True)
    house.tell(*(event(*both, at=2) for both in logins))
    desk = house.start_anew()
    found = [desk.find(one) for one in people]
    ids = [one for one in found if one is not None]
    desk = house.start_anew()

    told = asyncio.run(SearchDesk(desk, house.fold).people(ids))

    assert [len(one["identifiers"]) for one in told] == [3] * len(people)
    # They themselves, the names that were told later, and what their devices told.
    assert house.asked <= 3


def test_an_unknown_identifier_is_asked_for_once(house: House) -> None:
    desk = house.start_anew()

    assert [desk.find("email:nobody@example.com") for _ in range(3)] == [None] * 3
    assert house.asked == 1


def test_where_there_is_room_for_few_rows_all_is_read_as_from_memory(
    tmp_path: Path, postgres_url: str
) -> None:
    chance = Random(7)
    (tmp_path / "other").mkdir()
    small, large = House(tmp_path, postgres_url, 40), Folded(tmp_path / "other")
    named: set[str] = set()

    for at in range(300):
        who = _somebody(chance)
        named.update(who)
        for house in (small, large):
            house.tell(event(*who, at=at, verified=at % 3 > 0))
        if at % 20 == 0:
            save(small.fold, small.state)

    clock = ManualClock(NOW_US)
    read = [PeopleDesk(one.fold, one.truth, clock) for one in (small, large)]
    for _ in range(2):
        for identifier in sorted(named):
            assert _read(read[0], identifier) == _read(read[1], identifier)
    small.close()
    large.close()


def _somebody(chance: Random) -> tuple[str, ...]:
    number = chance.randrange(25)
    told = [f"anonymous_id:d{chance.randrange(60)}"]
    if chance.random() < 0.5:
        told.append(f"user_id:u{number}")
    if chance.random() < 0.2:
        told.append(f"email:e{number + chance.randrange(2)}@example.com")
    return tuple(told)
