"""A person of very many rows is kept in pieces: a change makes few of them anew."""

import pytest

from habitue.app.desks.kept_people import KEYS_MAX
from habitue.app.projection.rebuild import save
from habitue.identity.portraying import Portraying
from habitue.profile.fold import Profiles
from tests.app.folded import event
from tests.app.test_kept_people import Pair, folded, pair

__all__ = ["folded", "pair"]

DEVICES = 12 * KEYS_MAX


@pytest.fixture
def large(folded, pair):
    """Keep a person of very many devices, and give their id."""
    folded.tell(
        *(
            event("user_id:u1", f"anonymous_id:d{n}", verified=True)
            for n in range(DEVICES)
        )
    )
    save(folded.fold, folded.state)
    person_id = pair.kept.find("user_id:u1")
    pair.keep(person_id)
    # What is large is known when it was read once; from then on it is in pieces.
    pair.kept.person(person_id)
    folded.tell(event("user_id:u1", at=1, verified=True))
    pair.kept.person(person_id)
    save(folded.fold, folded.state)
    return person_id


def _made(monkeypatch, of: type, name: str) -> list[object]:
    """Note what a method is called with."""
    made: list[object] = []
    whole = getattr(of, name)
    monkeypatch.setattr(
        of, name, lambda self, told: made.append(told) or whole(self, told)
    )
    return made


def test_a_change_makes_few_of_very_many_devices_anew(folded, pair, large, monkeypatch):
    stretches = _made(monkeypatch, Portraying, "_stretch")
    strands = _made(monkeypatch, Profiles, "_combined")

    folded.tell(event("user_id:u1", "anonymous_id:d7", at=9, verified=True))
    kept = pair.kept.person(large)

    assert 0 < len(stretches) <= KEYS_MAX
    assert sum(map(len, strands)) <= 2 * KEYS_MAX
    assert kept == pair.read(large)[1]
    assert b'"events":%d' % (DEVICES + 2) in kept


def test_who_has_very_many_strands_is_in_pieces_when_read_once(
    folded, pair, monkeypatch
):
    folded.tell(
        *(
            event("user_id:u1", f"anonymous_id:d{n}", verified=True)
            for n in range(DEVICES)
        )
    )
    save(folded.fold, folded.state)
    person_id = pair.kept.find("user_id:u1")
    pair.kept.person(person_id)
    stretches = _made(monkeypatch, Portraying, "_stretch")

    folded.tell(event("user_id:u1", "anonymous_id:d7", at=9, verified=True))
    kept, fresh = pair.read(person_id)

    assert kept == fresh
    assert 0 < len(stretches) <= KEYS_MAX + DEVICES


def test_whose_answer_is_large_is_in_pieces_when_read_twice(folded, pair, monkeypatch):
    folded.tell(
        *(
            event("user_id:u1", f"anonymous_id:d{n}", verified=True)
            for n in range(2 * DEVICES)
        )
    )
    save(folded.fold, folded.state)
    person_id = pair.kept.find("user_id:u1")
    pair.keep(person_id)
    stretches = _made(monkeypatch, Portraying, "_stretch")

    folded.tell(event("user_id:u1", "anonymous_id:d7", at=9, verified=True))
    pair.kept.person(person_id)

    assert 0 < len(stretches) <= KEYS_MAX


def test_pieces_of_whom_nobody_reads_again_are_let_go(folded, pair, large):
    folded.tell(event("user_id:u1", "anonymous_id:new", at=9, verified=True))
    pair.kept.person(large)
    assert 0 < pair.kept.size < 8_000_000

    pair.kept.forget()

    store = folded.fold.store
    parts = (*store.tables.values(), *store.indexes.values())
    assert pair.kept.size == sum(len(part.watches.held) for part in parts) == 0


def test_who_is_too_large_for_the_room_is_not_kept(folded, large):
    small = Pair(folded.fold, folded.truth, kept_bytes_max=1_000_000)

    small.keep(large, large)

    kept, fresh = small.read(large)
    assert kept == fresh
    assert small.kept.size == 0
