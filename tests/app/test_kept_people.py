"""What is kept of people is never older than the state it was made from."""

import itertools
from contextlib import closing
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.app.desks import kept_people
from habitue.app.desks.kept_people import KeptPeople
from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import save
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import HOUR_US, ManualClock
from habitue.base.errors import InvalidError
from habitue.base.settings import People
from habitue.model.evidence import Key, Verb, Verdict
from habitue.model.identifier import Identifier
from habitue.model.kind import Kind, KindPolicy, Role
from habitue.model.source import Source
from habitue.state.recorded import ReadOnlyError
from tests.app.folded import NOW_US, Folded, event
from tests.identity.histories import LAW, POOL, policies
from tests.identity.live import MemoryState
from tests.proof.logbook import logs, stand, verdict_entry, write

_numbers = itertools.count()
READ_BY = ("user_id:u1", "user_id:u2", "loyalty_card:l1", "anonymous_id:a1", "email:x")


class Pair:
    """A desk, and the same reads from what is kept, over one fold."""

    def __init__(self, fold: Fold, truth: SqliteTruth, **more: int) -> None:
        self.fold = fold
        self.clock = ManualClock(NOW_US)
        self.desk = PeopleDesk(fold, truth, self.clock)
        self.kept = KeptPeople(self.desk, fold, truth, self.clock, People(**more))

    def read(self, person_id: int) -> tuple[bytes | None, bytes | None]:
        """Read a person from what is kept, and afresh."""
        view = self.desk.person(person_id)
        fresh = None if view is None else msgspec.json.encode(view)
        return self.kept.person(person_id), fresh

    def keep(self, *asked: str | int) -> None:
        """Read as often as it takes to be kept."""
        for one in asked * 2:
            self.kept.person(one) if isinstance(one, int) else self.kept.find(one)

    def hits(self, read) -> bool:
        """Say whether a read was answered from what is kept."""
        made = []
        whole, self.kept._make = self.kept._make, lambda *told: made.append(told)
        try:
            read()
        finally:
            self.kept._make = whole
        return not made


@pytest.fixture
def folded(tmp_path):
    opened = Folded(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def pair(folded):
    return Pair(folded.fold, folded.truth)


@given(
    lines=logs(16),
    policy=policies(),
    chance=st.randoms(use_true_random=False),
    room=st.sampled_from((10_000_000, 40_000)),
    large=st.sampled_from((500, 0, 0)),
    keys=st.integers(1, 3),
)
@settings(LAW)
def test_what_is_kept_is_what_would_be_read(
    tmp_path_factory, lines, policy, chance, room, large, keys
):
    """Answers of many rows are made in pieces: here all are, of a few keys each."""
    folder = tmp_path_factory.getbasetemp() / f"kept-{next(_numbers)}"
    folder.mkdir()
    with (
        closing(SqliteTruth(folder / "truth.db")) as truth,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(kept_people, "LARGE", large)
        patch.setattr(kept_people, "KEYS_MAX", keys)
        write(truth, lines)
        _follow(truth, policy, chance, room)


def _follow(truth: SqliteTruth, policy: KindPolicy, chance: Random, room: int) -> None:
    """Read everybody after each record, from what is kept and afresh."""
    backend = MemoryState()
    fold = stand(truth, backend, policy)
    pair = Pair(fold, truth, kept_bytes_max=room)
    ever: set[int] = set()

    for record in truth.read(0, 10_000):
        fold.apply(record)
        _write_some(fold, backend, chance.choice(("", "begin", "whole", "whole")))
        pair.clock.move(chance.choice((0, 1, HOUR_US, 30 * 24 * HOUR_US)))
        ever.update(fold.identity.people(0, 10_000))
        for person_id in ever:
            kept, fresh = pair.read(person_id)
            assert kept == fresh
        for identifier in READ_BY:
            assert pair.kept.find(identifier) == pair.desk.find(identifier)
    assert pair.kept.size <= room


def _write_some(fold: Fold, backend: MemoryState, how: str) -> None:
    """Go through a snapshot as the projector does, whole or its first half."""
    if fold.store.snapshotting:
        backend.commit(fold.store.take())
        fold.store.settle()
    if how == "begin":
        fold.store.begin(fold.offset)
    elif how == "whole":
        save(fold, backend)


def test_a_person_is_not_read_again_while_nothing_changes(folded, pair):
    folded.tell(
        event("user_id:u1", "email:a@b.example", verified=True),
        event("user_id:u2", verified=True),
    )
    save(folded.fold, folded.state)
    person_id = pair.kept.find("user_id:u1")
    pair.keep("user_id:u1", person_id)
    folded.tell(event("user_id:u2", verified=True))

    assert pair.hits(lambda: pair.kept.find("user_id:u1"))
    assert pair.hits(lambda: pair.kept.person(person_id))


def test_the_moment_of_reading_is_now_each_time(folded, pair):
    folded.tell(event("user_id:u1", verified=True))
    save(folded.fold, folded.state)
    person_id = pair.kept.find("user_id:u1")
    pair.keep(person_id)
    first = pair.kept.person(person_id)

    pair.clock.move(HOUR_US)

    kept, fresh = pair.read(person_id)
    assert kept == fresh != first


def _bought(by: str, order: str, at: int = 0, **more: object):
    told = {"order_id": order, "total": "9.00", "currency": "GBP", **more}
    return event(by, at=at, verified=True, name="Order Completed", properties=told)


CHANGES = {
    "an event of theirs": [event("user_id:u1", at=5)],
    "a trait": [event("user_id:u1", verified=True, traits={"name": "Anna"})],
    "a merge": [event("user_id:u1", "email:z@b.example", verified=True)],
    "a device handed over": [event("user_id:u1", "anonymous_id:d", verified=True)],
    "another's word about their order": [_bought("user_id:u9", "o1", at=-1)],
    "an address that moves on": [
        event("user_id:u8", "phone:+447700900000", at=9, verified=True)
    ],
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_at_once(folded, pair, change):
    folded.tell(
        event("user_id:u1", "phone:+447700900000", verified=True),
        event("email:z@b.example", verified=True),
        event("anonymous_id:d"),
        _bought("user_id:u1", "o1"),
    )
    save(folded.fold, folded.state)
    person_id = pair.kept.find("user_id:u1")
    pair.keep("user_id:u1", person_id)

    folded.tell(*CHANGES[change])

    kept, fresh = pair.read(person_id)
    assert kept == fresh


def test_a_source_that_is_defined_anew_is_seen_at_once(folded, pair):
    folded.tell(event("user_id:u1", verified=True, traits={"name": "Anna"}))
    save(folded.fold, folded.state)
    person_id = pair.kept.find("user_id:u1")
    pair.keep("user_id:u1", person_id)

    _define(folded, "source", Source(name="web", simulated=True))

    kept, fresh = pair.read(person_id)
    assert kept == fresh
    assert b'"simulated":true' in fresh


def _define(folded: Folded, kind: str, what: Source | Kind) -> None:
    folded.truth.define(kind, what.name, msgspec.json.encode(what), NOW_US)
    for record in folded.truth.read(folded.fold.offset, 10):
        folded.fold.apply(record)


def test_a_kind_that_is_defined_while_we_run_is_known_at_once(folded, pair):
    folded.tell(event("user_id:u1", verified=True))
    save(folded.fold, folded.state)
    person_id = pair.kept.find("user_id:u1")
    pair.keep("user_id:u1", person_id)
    with pytest.raises(InvalidError):
        pair.kept.find("club_number:c1")

    _define(folded, "kind", Kind("club_number", Role.ANCHOR, 40))
    folded.tell(event("user_id:u1", "club_number:c1", verified=True))
    save(folded.fold, folded.state)

    for _ in range(3):
        assert pair.kept.find("club_number:c1") == person_id
        kept, fresh = pair.read(person_id)
        assert kept == fresh
    assert b"club_number" in fresh


def test_an_unmerge_gives_both_halves_at_once(folded, pair):
    folded.tell(event("user_id:u1", verified=True), event("user_id:u2", verified=True))
    save(folded.fold, folded.state)
    left, right = pair.kept.find("user_id:u1"), pair.kept.find("user_id:u2")
    pair.keep(left, right, "user_id:u2")
    names = (Identifier("user_id", "u1"), Identifier("user_id", "u2"))

    for number, (verb, told) in enumerate(
        (
            (Verb.SAME, {"left": names[0], "right": names[1]}),
            (Verb.RETRACT, {"target": Key("operator", "j0")}),
        )
    ):
        verdict = Verdict(verb=verb, at_us=NOW_US, operator="anna", **told)
        entry = verdict_entry("operator", f"j{number}", verdict)
        folded.truth.commit([entry], NOW_US)
        for record in folded.truth.read(folded.fold.offset, 10):
            folded.fold.apply(record)
        save(folded.fold, folded.state)
        for person_id in (left, right):
            kept, fresh = pair.read(person_id)
            assert kept == fresh

    assert pair.kept.find("user_id:u2") == right


def test_what_is_kept_is_bounded(folded):
    pair = Pair(folded.fold, folded.truth, kept_bytes_max=100_000)
    folded.tell(*(event(f"user_id:n{n}", verified=True) for n in range(200)))
    save(folded.fold, folded.state)

    for person_id in folded.fold.identity.people(0, 500):
        pair.keep(person_id)
        assert pair.kept.size <= 100_000

    watched = sum(
        len(part.watches.held)
        for part in (
            *folded.fold.store.tables.values(),
            *folded.fold.store.indexes.values(),
        )
    )
    assert 0 < watched < 100_000 / 250
    pair.kept.forget()
    assert pair.kept.size == 0


def test_who_is_read_again_later_than_is_remembered_is_not_kept(folded):
    pair = Pair(folded.fold, folded.truth, asked_max=2)
    names = [f"user_id:n{n}" for n in range(6)]
    folded.tell(*(event(name, verified=True) for name in names))
    save(folded.fold, folded.state)

    for name in names * 3:
        pair.kept.find(name)

    assert pair.kept.size == 0


def test_a_setting_of_0_keeps_nobody(folded):
    pair = Pair(folded.fold, folded.truth, kept_bytes_max=0)
    folded.tell(event("user_id:u1", verified=True))
    save(folded.fold, folded.state)

    pair.keep("user_id:u1")

    assert pair.kept.size == 0


def test_a_reader_changes_nothing(pair):
    table = pair.kept._recorder.table(next(iter(pair.fold.store.tables.values())).spec)

    with pytest.raises(ReadOnlyError):
        table.put(1, None)


def test_every_identifier_of_the_pool_can_be_asked_for():
    assert {Identifier(*one.split(":")) for one in READ_BY[:4]} <= set(POOL)
