"""Tests by region as the console asks for them."""

from collections.abc import Sequence
from typing import Any

from habitue.api.port_geo import Looking, Planning
from habitue.app.insights.geo_desk import GeoDesk

View = dict[str, Any]


class GeoPages:
    """Plans and reads tests by region with the usual lengths and risks."""

    def __init__(self, desk: GeoDesk) -> None:
        self._desk = desk

    async def plan(
        self, first: str, last: str, *, count: int, lift: float, seed: str
    ) -> View:
        wanted = Planning(count=count, lift=lift, seed=seed)
        return await self._desk.design(first, last, wanted)

    async def look(
        self,
        first: str,
        start: str,
        last: str,
        *,
        regions: Sequence[str],
        neighbours: Sequence[str] = (),
    ) -> View:
        wanted = Looking(
            regions=tuple(regions), neighbours=tuple(neighbours), start=start
        )
        return await self._desk.read(first, last, wanted)
