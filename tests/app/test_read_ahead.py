"""A leader reads more of the log than it heard of, where another process appends."""

import asyncio
from pathlib import Path

from habitue.app.bench.visits import visits
from habitue.base.clock import SystemClock
from tests.app.test_ticks import House


def test_who_read_further_than_it_heard_is_not_behind_and_ends(tmp_path: Path) -> None:
    house, now_us = House(tmp_path), SystemClock().now_us()
    told = next(visits(house.truth, 3, now_us))
    house.truth.commit(told, now_us)

    async def hears_of_the_first(_: House) -> None:
        house.projector.hear(1)
        assert await house.projector.applied(3, 20)
        assert house.projector.lag_records == 0

    # It once waited for ever, as a leader that had been parted from its database.
    asyncio.run(asyncio.wait_for(house._live(hears_of_the_first), 30))

    house.backend.close()
    house.truth.close()
