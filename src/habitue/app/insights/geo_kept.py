"""Tests by region that are kept: written down, read by name, and ended.

A test that is kept does not change: to choose regions or days by what came of them is
to find what one looks for. It can only end earlier than planned.
"""

import asyncio
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from habitue.access.pasted import masked
from habitue.api.port_geo import Looking
from habitue.api.sources import NAME
from habitue.app.insights.framing import day_of
from habitue.app.insights.geo_desk import GeoDesk, check_action, check_span
from habitue.base.clock import to_datetime
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.model.geo_test import GEO_TEST, GeoTest

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
LISTS = ("regions", "neighbours")
TESTS_MAX = 1_000
FULL = "{} tests by region are kept, which is all that can be."
NAMED = (
    "A test's name begins with a small letter or a figure; small letters, figures, -, _"
    " and points follow, 64 of them at most."
)
KEPT = (
    "The test '{}' is kept already, and does not change; end it, and keep another one"
    " under another name."
)


class GeoKept:
    """Keeps tests by region as definitions of the log."""

    def __init__(self, home: "Home", desk: GeoDesk) -> None:
        self._home = home
        self._desk = desk
        # One change at a time: each is made to what the one before it left.
        self._turn = asyncio.Lock()

    def list(self) -> list[View]:
        """List the tests that are kept, the one that began last first."""
        found = [self._view(name, one) for name, one in self._kept().items()]
        return sorted(found, key=lambda one: (one["start"], one["name"]), reverse=True)

    def get(self, name: str) -> View:
        """Give a test; NotFoundError of one that is not kept."""
        return self._view(name, self._test(name))

    async def keep(self, name: str, wanted: View) -> View:
        """Keep a test; the same once more is no change, another is a conflict."""
        if re.fullmatch(NAME, name) is None:
            raise InvalidError(NAMED)
        named = {key: tuple(sorted(set(wanted[key]))) for key in LISTS if key in wanted}
        said = {"note": masked(wanted.get("note", ""))}
        made = GeoTest(**(wanted | named | said))
        check_action(made.until, _looking(made))
        check_span(made.since, made.until)
        async with self._turn:
            kept = self._kept()
            held = kept.get(name)
            if held is None:
                if len(kept) >= TESTS_MAX:
                    raise InvalidError(FULL.format(TESTS_MAX))
                await self._define(name, made)
            elif held != made:
                raise ConflictError(KEPT.format(name[:64]))
        return self.get(name)

    async def end(self, name: str, day: str = "") -> View:
        """End a test with a day, today without one; what came till then stands.

        One that has not begun yet is withdrawn: there is nothing to be read.
        """
        async with self._turn:
            held = self._test(name)
            if held.ended:
                raise ConflictError(f"The test '{name[:64]}' has ended already.")
            ended = structs.replace(held, until=self._last(held, day), ended=True)
            await self._define(name, ended)
        return self.get(name)

    async def read(self, name: str) -> View:
        """Say what a test brought, from its start till its last day or yesterday."""
        held = self._test(name)
        if held.until < held.start:
            raise InvalidError(
                f"The test '{name[:64]}' was withdrawn: nothing was done."
            )
        last = min(held.until, self._yesterday())
        if last < held.start:
            raise InvalidError(
                f"The test '{name[:64]}' begins on {held.start}; it can be read once"
                " its first day is over."
            )
        view = await self._desk.read(held.since, last, _looking(held))
        return {**view, "test": self._view(name, held)}

    def _last(self, held: GeoTest, day: str) -> str:
        if not day and self._today() < held.start:
            return self._today()
        last = day_of(day).isoformat() if day else min(held.until, self._today())
        if not held.start <= last <= held.until:
            raise InvalidError(
                f"It ends on a day from {held.start} through {held.until}, which is"
                f" what was planned; not on {last}."
            )
        return last

    async def _define(self, name: str, one: GeoTest) -> None:
        body = msgspec.json.encode(one)
        await self._home.engine.writing.define(GEO_TEST, name, body)

    def _test(self, name: str) -> GeoTest:
        held = self._kept().get(name)
        if held is None:
            raise NotFoundError(f"There is no test by region '{name[:64]}'.")
        return held

    def _kept(self) -> dict[str, GeoTest]:
        return {
            one.name: msgspec.json.decode(one.body, type=GeoTest)
            for one in self._home.engine.writing.definitions(GEO_TEST)
        }

    def _view(self, name: str, one: GeoTest) -> View:
        told: View = structs.asdict(one)
        told |= {"regions": list(one.regions), "neighbours": list(one.neighbours)}
        return {"name": name, **told, "state": self._state(one)}

    def _state(self, one: GeoTest) -> str:
        if one.until < one.start:
            return "withdrawn"
        if one.ended or one.until < self._today():
            return "ended"
        return "planned" if self._today() < one.start else "running"

    def _today(self) -> str:
        zone, now_us = self._home.fold.zone, self._home.engine.clock.now_us()
        return to_datetime(now_us).astimezone(ZoneInfo(zone)).date().isoformat()

    def _yesterday(self) -> str:
        return (day_of(self._today()) - timedelta(days=1)).isoformat()


def _looking(one: GeoTest) -> Looking:
    return Looking(
        regions=one.regions,
        neighbours=one.neighbours,
        start=one.start,
        by=one.by,
        currency=one.currency,
    )
