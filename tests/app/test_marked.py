"""What is marked is kept and shown, and all else is as if it had never been."""

import random
from contextlib import closing

import msgspec
import pytest

from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.projection.rebuild import open_fold, replay, save
from habitue.backends.sqlite.state import SqliteState
from habitue.base.clock import ManualClock
from habitue.log.port import Entry
from habitue.model.evidence import Key, Verb, Verdict
from habitue.model.record import RecordKind
from tests.app.folded import NOW_US, Folded, event

# Two customers, of whom one was a stranger first, and an order with its return.
LIVED = (
    event("anonymous_id:d1", at=0, properties={"product_id": "t"}),
    event("user_id:u1", "anonymous_id:d1", at=1, verified=True),
    event("user_id:u1", at=2, name="Product Added", verified=True),
    event(
        *("user_id:u1", "email:a@b.example"), at=3, verified=True,
        name="Order Completed",
        properties={"order_id": "1", "total": "9.50", "currency": "EUR"},
    ),
    event("email:a@b.example", at=4, name="Email Opened", verified=True),
    event("user_id:u2", "anonymous_id:d2", at=5, verified=True),
)  # fmt: skip
# What would change all there is: who is who, money, consent, traits, moments.
PLANTED = (
    event("anonymous_id:crawler", at=-9, type="page", marked="bot"),
    event("anonymous_id:d1", at=-8, marked="bot"),
    event("user_id:u1", "anonymous_id:scanner", at=9, name="Unsubscribed",
          properties={"channel": "email"}, verified=True, marked="scanner"),
    event("email:a@b.example", at=9, name="Email Link Clicked", verified=True,
          context={"campaign": {"name": "spring"}}, marked="scanner"),
    event("user_id:u1", "device_id:phone", at=2, verified=True, marked="staff"),
    event("user_id:u2", "device_id:phone", at=3, verified=True, marked="staff"),
    event("user_id:u1", "user_id:u2", at=3, verified=True, marked="staff"),
    event("user_id:u2", at=3, type="identify", name="", traits={"name": "Test"},
          verified=True, marked="staff"),
    event("user_id:u1", at=9, verified=True, marked="staff", name="Order Completed",
          properties={"order_id": "2", "total": "99", "currency": "EUR"}),
    event(at=9, verified=True, marked="staff", name="Receipt Issued",
          properties={"receipt_id": "2", "total": "99", "currency": "EUR"}),
    event("user_id:u3", at=9, name="Product Viewed", verified=True, marked="bot"),
)  # fmt: skip


@pytest.fixture
def folded(tmp_path):
    opened = Folded(tmp_path)
    yield opened
    opened.close()


def desk(folded):
    return PeopleDesk(folded.fold, folded.truth, ManualClock(NOW_US))


# What is numbered by the records of the log.
NUMBERED = {"offset", "message_id", "evidence", "person_id", "asked_for", "held_by"}


def known(folded):
    """Give all that is known of everybody and of the shop, but for where it stands."""
    reading = desk(folded)
    ids = folded.fold.identity.people(0, 100)
    views = [reading.person(one) for one in ids]
    return _without_places(views), folded.fold.profiles.totals()


def _without_places(value):
    """Leave out names and offsets that count the records of the log."""
    if isinstance(value, dict):
        return {
            name: _without_places(one)
            for name, one in value.items()
            if name not in NUMBERED
        }
    if isinstance(value, list | tuple):
        return [_without_places(one) for one in value]
    return value


@pytest.mark.parametrize("seed", range(4))
def test_with_all_that_is_marked_all_is_as_without_it(tmp_path, seed):
    chance = random.Random(seed)
    mixed = list(LIVED)
    for one in PLANTED:
        mixed.insert(chance.randint(0, len(mixed)), one)
    (tmp_path / "clean").mkdir()
    (tmp_path / "mixed").mkdir()
    with closing(Folded(tmp_path / "clean")) as clean:
        clean.tell(*LIVED)
        wanted = known(clean)
    with closing(Folded(tmp_path / "mixed")) as dirty:
        dirty.tell(*mixed)
        assert dirty.fold.faulty.found == 0
        assert known(dirty) == wanted


def test_the_same_unmarked_would_have_changed_it(folded):
    folded.tell(*LIVED)
    before = known(folded)
    folded.tell(event("user_id:u1", "user_id:u2", at=3, verified=True))

    assert known(folded) != before


def test_what_is_marked_stands_on_the_timeline_with_its_mark(folded):
    folded.tell(*LIVED, *PLANTED)
    reading = desk(folded)

    events, _ = reading.timeline(reading.find("email:a@b.example"), None, 50)

    marks = [one["marked"] for one in events]
    assert marks.count("scanner") == 2
    assert marks.count("staff") == 3
    assert [one["at"] for one in events] == sorted(
        (one["at"] for one in events), reverse=True
    )


def test_the_timeline_is_the_same_page_by_page(folded):
    folded.tell(*LIVED, *PLANTED)
    reading = desk(folded)
    person_id = reading.find("user_id:u1")
    whole, _ = reading.timeline(person_id, None, 50)

    paged, cursor = [], None
    while True:
        page, cursor = reading.timeline(person_id, cursor, 2)
        paged += page
        if cursor is None:
            break

    assert paged == whole


def test_a_robot_that_names_nobody_known_leaves_nothing_in_state(folded):
    folded.tell(*LIVED)
    before = list(folded.fold.store.dump())
    folded.tell(
        *(event(f"anonymous_id:bot-{n}", at=n, marked="bot") for n in range(20))
    )

    assert list(folded.fold.store.dump()) == before


def test_what_is_rebuilt_is_what_was_kept(folded, tmp_path):
    folded.tell(*LIVED, *PLANTED)
    save(folded.fold, folded.state)

    backend = SqliteState(tmp_path / "fresh.db")
    fresh = open_fold(folded.truth, backend, 100_000)
    replay(fresh, folded.truth, backend, folded.truth.head(), batch_records=3)

    assert list(fresh.store.dump()) == list(folded.fold.store.dump())
    backend.close()


def test_who_retracts_what_is_marked_changes_nothing(folded):
    told = folded.tell(*LIVED, *PLANTED)
    before = known(folded)
    records = [record for record, applied in told if applied.event.marked]

    for verb in (Verb.RETRACT, Verb.RESTORE):
        for record in records:
            judge(folded, verb, Key(record.source, record.message_id))
        assert known(folded) == before
    assert folded.fold.faulty.found == 0


def judge(folded, verb, target):
    verdict = Verdict(verb=verb, target=target, at_us=NOW_US, operator="ola")
    start = folded.truth.head()
    entry = Entry(
        kind=RecordKind.JUDGEMENT,
        source="operator",
        message_id=f"j{start}",
        body=msgspec.json.encode(verdict),
    )
    folded.truth.commit([entry], NOW_US)
    folded.fold.apply(folded.truth.get(start + 1))
