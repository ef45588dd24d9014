"""A card asks the log for all that it shows at once."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from habitue.app.desks.people_desk import TOGETHER, PeopleDesk
from habitue.app.desks.search_desk import SearchDesk
from habitue.app.projection.rebuild import open_fold, save
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import ManualClock
from habitue.model.record import Record
from tests.app.folded import NOW_US, Folded, event

WHO = "user_id:u1"


class CountedTruth(SqliteTruth):
    """A log that counts the questions for records."""

    asked = 0

    def get(self, offset: int) -> Record | None:
        self.asked += 1
        return super().get(offset)

    def get_many(self, offsets: Sequence[int]) -> dict[int, Record]:
        self.asked += bool(offsets)
        return super().get_many(offsets)


class House(Folded):
    """A shop that is started anew, so that no record is in memory."""

    truth: CountedTruth

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.truth.close()
        self.truth = CountedTruth(folder / "truth.db")
        self.fold = open_fold(self.truth, self.state, 100_000)

    def start_anew(self) -> PeopleDesk:
        save(self.fold, self.state)
        self.state.close()
        self.state = SqliteState(self.folder / "state.db")
        self.fold = open_fold(self.truth, self.state, 100_000)
        desk = PeopleDesk(self.fold, self.truth, ManualClock(NOW_US))
        # What state is to forget is looked up once, before the first record is read.
        desk.person(self.whose(desk, "user_id:somebody"))
        self.truth.asked = 0
        return desk

    def whose(self, desk: PeopleDesk, identifier: str = WHO) -> int:
        found = desk.find(identifier)
        assert found is not None
        return found

    def offset(self, told: dict[str, Any]) -> int | None:
        return self.truth.find(told["source"], told["message_id"])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    opened.tell(event("user_id:somebody"))
    yield opened
    opened.close()


def test_a_page_of_what_happened_is_one_question(house: House) -> None:
    told = house.tell(*(event(WHO, at=at // 2) for at in range(120)))
    desk = house.start_anew()

    views, more = desk.timeline(house.whose(desk), None, 50) or ([], None)

    newest = [record.offset for record, _ in told][:-51:-1]
    assert [view["offset"] for view in views] == newest
    assert more
    assert house.truth.asked == 1


def test_whose_an_item_of_a_device_is_takes_no_record(house: House) -> None:
    # Two take turns at a device: each of its stretches begins at a time of its own.
    for turn in range(20):
        house.tell(event(f"user_id:u{turn % 2}", "anonymous_id:kiosk", at=10 * turn))
        house.tell(event("anonymous_id:kiosk", at=10 * turn + 1))
    desk = house.start_anew()

    views, _ = desk.timeline(house.whose(desk), None, 50) or ([], None)

    # Their logins, the items that came with these, and the page itself.
    assert len(views) == 20
    assert house.truth.asked <= 3


def test_what_made_a_card_is_read_in_few_questions(house: House) -> None:
    cards = [f"loyalty_card:c{at}" for at in range(3)]
    devices = [f"anonymous_id:d{at}" for at in range(12)]
    # Each is known before it is joined, so none is joined by what first named it.
    house.tell(*(event(one) for one in (*cards, *devices)))
    house.tell(*(event(WHO, one, at=9, verified=True) for one in cards))
    house.tell(*(event(WHO, one, at=20 + at) for at, one in enumerate(devices)))
    desk = house.start_anew()

    found = desk.person(house.whose(desk))

    assert found is not None
    joined = [one["evidence"] for one in found["joined"]]
    assert [one["offset"] for one in joined] == [house.offset(one) for one in joined]
    assert len(joined) == len(cards)
    assert sum(1 for one in found["identifiers"] if one["held_by"]) == len(devices)
    # The logins; what is likely to have joined, and what has.
    assert house.truth.asked <= 3


def test_what_is_erased_of_an_edge_is_told_where_it_lies(house: House) -> None:
    house.tell(event(WHO, "loyalty_card:c1", verified=True))
    desk = house.start_anew()
    before = desk.person(house.whose(desk))
    assert before is not None
    (edge,) = before["joined"]
    offset = edge["evidence"]["offset"]

    # Its row is emptied, and state has not heard of that yet.
    house.truth.erase([offset], "asked for", NOW_US)

    after = desk.person(house.whose(desk))
    assert after is not None
    (edge,) = after["joined"]
    assert (edge["evidence"]["offset"], edge["evidence"]["event"]) == (offset, None)


def test_a_history_is_read_so_many_records_a_question(house: House) -> None:
    names = (WHO, "loyalty_card:c1", "email:a@example.com")
    house.tell(event(*names, verified=True))
    house.tell(*(event(names[at % 3], at=at) for at in range(2 * TOGETHER)))
    desk = house.start_anew()
    person = desk.whose(house.whose(desk))
    assert person is not None
    house.truth.asked = 0

    found = list(desk.records(person))

    assert len(found) == 1 + 2 * TOGETHER
    assert found == [house.truth.get(record.offset) for record in found]
    assert house.truth.asked == 3 + len(found)


def test_people_of_a_list_are_told_as_a_search_tells_them(house: House) -> None:
    house.tell(
        event(WHO, "loyalty_card:c1", traits={"name": "Anna Nowak"}, verified=True),
        event("user_id:u2", "anonymous_id:d1", at=1),
        event("anonymous_id:d2", at=2),
    )
    desk = house.start_anew()
    search = SearchDesk(desk, house.fold)
    ids = [
        house.whose(desk, one) for one in ("anonymous_id:d2", WHO, "anonymous_id:d1")
    ]

    found = asyncio.run(search.people(ids))

    assert [one["person_id"] for one in found] == ids
    assert found[1] == {**search.search("loyalty_card:c1")[0], "matched": ""}
    assert [one["identifiers"] for one in found] == [
        [],
        ["user_id:u1", "loyalty_card:c1"],
        ["user_id:u2"],
    ]
    assert [one["name"] for one in found] == [None, "Anna Nowak", None]
