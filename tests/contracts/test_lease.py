"""One process leads at a time, and one that no longer does can't write state."""

import threading
from collections.abc import Iterator

import pytest

from habitue.backends.postgres.lease import Leases, fence
from habitue.backends.postgres.state import PostgresState
from habitue.base.errors import StorageError
from habitue.state.port import Snapshot, TableSpec

pytestmark = pytest.mark.postgres

SPECS = [TableSpec(name="number", key=int, value=int)]


@pytest.fixture
def leases(postgres_url: str) -> Iterator[Leases]:
    leases = Leases(postgres_url)
    yield leases
    leases.close()


def acquire(leases: Leases, holder: str, now_us: int, for_us: int = 10) -> int | None:
    return leases.acquire("leader", holder, now_us, for_us)


def snapshot(offset: int) -> Snapshot:
    return Snapshot(offset=offset, rows={"number": {1: b"%d" % offset}}, entries={})


def test_the_first_to_ask_holds_the_lease(leases: Leases) -> None:
    assert acquire(leases, "a", now_us=0) == 1
    assert leases.holder("leader", now_us=9) == "a"


def test_a_held_lease_is_not_given_to_another(leases: Leases) -> None:
    acquire(leases, "a", now_us=0)

    assert acquire(leases, "b", now_us=9) is None


def test_a_lease_that_ran_out_passes_on_with_a_new_epoch(leases: Leases) -> None:
    acquire(leases, "a", now_us=0)

    assert acquire(leases, "b", now_us=10) == 2
    assert leases.holder("leader", now_us=11) == "b"


def test_a_renewed_lease_does_not_run_out(leases: Leases) -> None:
    acquire(leases, "a", now_us=0)

    assert leases.renew("leader", 1, now_us=9, for_us=10)
    assert acquire(leases, "b", now_us=18) is None


def test_a_lease_that_ran_out_is_renewed_while_nobody_took_it(leases: Leases) -> None:
    acquire(leases, "a", now_us=0)

    assert leases.renew("leader", 1, now_us=25, for_us=10)
    assert acquire(leases, "b", now_us=34) is None


def test_a_lease_that_passed_on_cant_be_renewed(leases: Leases) -> None:
    acquire(leases, "a", now_us=0)
    acquire(leases, "b", now_us=10)

    assert not leases.renew("leader", 1, now_us=11, for_us=10)


def test_a_holder_that_comes_back_leads_under_a_new_epoch(leases: Leases) -> None:
    acquire(leases, "a", now_us=0)

    assert acquire(leases, "a", now_us=10) == 2


def test_a_lease_given_up_is_free_at_once(leases: Leases) -> None:
    acquire(leases, "a", now_us=0)

    leases.release("leader", 1)

    assert acquire(leases, "b", now_us=1) == 2


def test_a_lease_given_up_cant_be_renewed(leases: Leases) -> None:
    acquire(leases, "a", now_us=0)

    leases.release("leader", 1)

    assert not leases.renew("leader", 1, now_us=1, for_us=10)


def test_giving_up_a_lease_that_passed_on_takes_it_from_nobody(leases: Leases) -> None:
    acquire(leases, "a", now_us=0)
    acquire(leases, "b", now_us=10)

    leases.release("leader", 1)

    assert leases.holder("leader", now_us=11) == "b"


def test_one_of_many_that_ask_at_once_gets_the_lease(postgres_url: str) -> None:
    found: list[int | None] = []

    def ask(holder: str) -> None:
        leases = Leases(postgres_url)
        found.append(acquire(leases, holder, now_us=0))
        leases.close()

    threads = [threading.Thread(target=ask, args=(f"h{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found, key=str) == [1, *[None] * 7]


def test_a_leader_writes_state(postgres_url: str, leases: Leases) -> None:
    epoch = acquire(leases, "a", now_us=0)
    assert epoch is not None
    state = PostgresState(postgres_url, fence=fence("leader", epoch))
    state.open("1", SPECS, [])

    state.commit(snapshot(1))

    assert state.load("number", 1) == b"1"
    state.close()


def test_a_former_leader_writes_nothing(postgres_url: str, leases: Leases) -> None:
    acquire(leases, "a", now_us=0)
    state = PostgresState(postgres_url, fence=fence("leader", 1))
    state.open("1", SPECS, [])
    state.commit(snapshot(1))

    acquire(leases, "b", now_us=10)

    with pytest.raises(StorageError, match="has passed on"):
        state.commit(snapshot(2))
    assert state.load("number", 1) == b"1"
    state.close()


def test_a_former_leader_throws_no_state_away(
    postgres_url: str, leases: Leases
) -> None:
    acquire(leases, "a", now_us=0)
    state = PostgresState(postgres_url, fence=fence("leader", 1))
    state.open("1", SPECS, [])
    state.commit(snapshot(1))
    acquire(leases, "b", now_us=10)
    old = PostgresState(postgres_url, fence=fence("leader", 1))

    with pytest.raises(StorageError, match="has passed on"):
        old.open("2", SPECS, [])

    assert state.load("number", 1) == b"1"
    state.close()
    old.close()


def test_the_lease_passes_on_only_between_commits(
    postgres_url: str, leases: Leases
) -> None:
    acquire(leases, "a", now_us=0)
    in_commit, other_has_it = threading.Event(), threading.Event()
    check = fence("leader", 1)
    epochs: list[int | None] = []
    had_it_during_the_commit: list[bool] = []

    def slow_fence(cursor) -> None:
        check(cursor)
        in_commit.set()
        # The other one asks now, and must wait until this commit is done.
        had_it_during_the_commit.append(other_has_it.wait(0.3))

    def take_over() -> None:
        in_commit.wait()
        epochs.append(acquire(leases, "b", now_us=10))
        other_has_it.set()

    state = PostgresState(postgres_url)
    state.open("1", SPECS, [])
    state.fence = slow_fence
    other = threading.Thread(target=take_over)
    other.start()
    state.commit(snapshot(1))
    other.join()

    assert had_it_during_the_commit == [False]
    assert epochs == [2]
    with pytest.raises(StorageError):
        state.commit(snapshot(2))
    state.close()
