"""Who comes to lead holds the lease while it does, however long that takes."""

import asyncio
from collections.abc import Iterator

import pytest

from habitue.app.projection import lease_postgres
from habitue.app.projection.lease_postgres import NAME, PostgresLease
from habitue.app.serving import leasing
from habitue.app.serving.leasing import LeaseLostError, Leasing
from habitue.backends.postgres.lease import Leases
from habitue.backends.postgres.state import PostgresState
from habitue.base.clock import SECOND_US, SystemClock

pytestmark = pytest.mark.postgres

CLOCK = SystemClock()
LASTS_US, LOOK_S = 2 * SECOND_US, 0.1


@pytest.fixture
def lease(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PostgresLease]:
    monkeypatch.setattr(lease_postgres, "FOR_US", LASTS_US)
    monkeypatch.setattr(leasing, "LOOK_S", LOOK_S)
    lease = PostgresLease(postgres_url, PostgresState(postgres_url))
    yield lease
    lease.close()


@pytest.fixture
def others(postgres_url: str) -> Iterator[Leases]:
    others = Leases(postgres_url)
    yield others
    others.close()


def test_who_takes_longer_to_lead_than_a_lease_lasts_leads(
    lease: PostgresLease, others: Leases
) -> None:
    failures: list[BaseException] = []
    coming, led = asyncio.Event(), asyncio.Event()

    async def lead() -> None:
        coming.set()
        await asyncio.sleep(2 * LASTS_US / SECOND_US)
        led.set()

    async def waits() -> list[int | None]:
        keeping = asyncio.create_task(
            Leasing(lease, CLOCK, lead, failures.append).keep()
        )
        await coming.wait()
        taken = []
        while not led.is_set():
            taken.append(others.acquire(NAME, "other", CLOCK.now_us(), LASTS_US))
            await asyncio.sleep(LOOK_S)
        keeping.cancel()
        return taken

    taken = asyncio.run(waits())

    assert taken
    assert set(taken) == {None}
    assert failures == []


def test_who_lost_the_lease_ends(lease: PostgresLease, others: Leases) -> None:
    failures: list[BaseException] = []

    async def lead() -> None:
        """It leads at once."""

    async def robbed() -> None:
        held = Leasing(lease, CLOCK, lead, failures.append)
        assert await held.take()
        late_us = CLOCK.now_us() + 2 * LASTS_US
        assert others.acquire(NAME, "other", late_us, LASTS_US) is not None
        await held.keep()

    asyncio.run(robbed())

    assert [type(one) for one in failures] == [LeaseLostError]


def test_who_cant_lead_ends(lease: PostgresLease) -> None:
    failures: list[BaseException] = []
    ended = asyncio.Event()

    async def lead() -> None:
        raise OSError("no log")

    async def tried() -> None:
        def fail(error: BaseException) -> None:
            failures.append(error)
            ended.set()

        keeping = asyncio.create_task(Leasing(lease, CLOCK, lead, fail).keep())
        await ended.wait()
        keeping.cancel()

    asyncio.run(tried())

    assert [str(one) for one in failures] == ["no log"]
