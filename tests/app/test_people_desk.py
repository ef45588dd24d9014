"""A person's timeline: whole, in order, and read where it lies."""

import pytest

from habitue.app.desks.people_desk import PeopleDesk
from habitue.base.clock import ManualClock
from tests.app.folded import NOW_US, Folded, event

TURNS = 400


@pytest.fixture
def folded(tmp_path):
    opened = Folded(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def desk(folded):
    clock = ManualClock(NOW_US)
    return PeopleDesk(folded.fold, folded.truth, clock)


def kiosk(turns):
    """Tell of two people who take turns at one device, three events each turn."""
    for turn in range(turns):
        who = f"user_id:u{turn % 2}"
        yield event(who, "anonymous_id:kiosk", at=10 * turn)
        for minute in (1, 2):
            yield event("anonymous_id:kiosk", at=10 * turn + minute)


def timeline(desk, identifier, limit=50):
    """Read all pages; give the moments in minutes, newest first."""
    person_id, cursor, found = desk.find(identifier), None, []
    while True:
        views, cursor = desk.timeline(person_id, cursor, limit)
        found += [view["offset"] for view in views]
        if cursor is None:
            return found


def test_a_timeline_has_each_turn_at_a_shared_device_once(folded, desk):
    told = folded.tell(*kiosk(20))
    hers = [
        record.offset for place, (record, _) in enumerate(told) if place // 3 % 2 == 0
    ]

    assert timeline(desk, "user_id:u0", limit=7) == hers[::-1]


def test_a_page_reads_a_device_of_many_turns_about_once(folded, desk):
    folded.tell(*kiosk(TURNS))
    identity, read = folded.fold.identity, []
    whole = identity.items

    def counting(*args, **kwargs):
        found = whole(*args, **kwargs)
        read.append(len(found))
        return found

    identity.items = counting
    views, _ = desk.timeline(desk.find("user_id:u0"), None, 50)

    assert len(views) == 50
    # Each of 200 strands once read all 800 items of the device.
    assert sum(read) < 3 * TURNS


def test_a_profile_of_the_past_is_told_by_all_its_items(folded, desk):
    folded.tell(*kiosk(20))
    person_id = desk.find("user_id:u0")

    past = desk.person(person_id, NOW_US + 10 * 20 * 60_000_000)

    assert past["computed"]["events"] == desk.person(person_id)["computed"]["events"]


def test_pages_leave_nobody_out_that_one_record_made(folded, desk):
    # More addresses than one person may have: each beyond is somebody of its own.
    folded.tell(event(*(f"email:a{number}@example.com" for number in range(9)), at=0))

    after, found = 0, []
    while after is not None:
        page, after = desk.page(after, 1)
        found += [one["person_id"] for one in page]

    assert len(found) == len(set(found)) == 5
