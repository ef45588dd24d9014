"""What there is to choose from, while it is read anew."""

import asyncio
from types import SimpleNamespace

from habitue.app.segments.known import KnownNames


class Reading(KnownNames):
    """Has names of before, and is reading them anew without an end."""

    def __init__(self) -> None:
        catalog = SimpleNamespace(read=None)
        super().__init__(SimpleNamespace(fold=SimpleNamespace(catalog=catalog)))
        self._names = {"events": ["Tea Poured"]}
        self.goes_on = asyncio.Event()

    async def _read(self) -> None:
        await self.goes_on.wait()
        self._names = {"events": ["Tea Poured", "Cup Broken"]}


def test_names_of_before_are_given_at_once_and_new_ones_to_who_waits() -> None:
    asyncio.run(_names_are_asked_for())


async def _names_are_asked_for() -> None:
    known = Reading()

    async with asyncio.timeout(30):
        told = await known.names(3_600)
    assert told["events"] == ["Tea Poured"]

    asyncio.get_running_loop().call_soon(known.goes_on.set)
    told = await known.names(3_600, fresh=True)
    assert told["events"] == ["Tea Poured", "Cup Broken"]
