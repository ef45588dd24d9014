"""Tests by region as API and console ask for them: one query, one report of it."""

import asyncio
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import structs

from habitue.api.port_geo import Looking, Planning
from habitue.app.insights.framing import day_of
from habitue.app.insights.kpi_framing import SPAN_DAYS_MAX
from habitue.app.insights.order import Order
from habitue.app.insights.work import make
from habitue.app.lake.asking import READY_S, OneOffset
from habitue.app.lake.beside import stores_of
from habitue.base.days import day_start_us
from habitue.base.errors import InvalidError
from habitue.base.sql import named_statements, read_sql
from habitue.journey.acts import ONLINE
from habitue.lake.port import NotAnsweredError, Packed, Question
from habitue.profile.parse import NO_CURRENCY

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.copy import LakeCopy

View = dict[str, Any]
ROWS_MAX = 2_000_000
COUNT_MAX = 20
LENGTHS = (14, 21, 28)
LENGTHS_MAX, DAYS_MAX = 5, 180
BY = ("region", "store")
_NONE = "This installation keeps no analytic copy: see the setting lake.enabled."


class GeoDesk:
    """Plans tests by region, and reads what an action brought."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._sql = named_statements(read_sql("habitue.measure.geo", "geo.sql"))
        # One report at a time: each may take a core.
        self._turn = asyncio.Lock()

    @property
    def _copy(self) -> "LakeCopy":
        if self._home.lake is None:
            raise NotAnsweredError(_NONE)
        return self._home.lake

    async def design(self, first: str, last: str, wanted: Planning) -> View:
        """Say in which regions, and how long, an action is best tested."""
        told = structs.asdict(wanted)
        told["lengths"] = list(wanted.lengths or LENGTHS)
        if not 1 <= wanted.count <= COUNT_MAX:
            raise InvalidError(f"A test is of 1 to {COUNT_MAX} regions.")
        if len(told["lengths"]) > LENGTHS_MAX or not all(
            1 <= one <= DAYS_MAX for one in told["lengths"]
        ):
            raise InvalidError(
                f"Name 1 to {LENGTHS_MAX} lengths, each of 1 to {DAYS_MAX} days."
            )
        if not 0 < wanted.lift <= 1:
            raise InvalidError("A lift is a share above 0, such as 0.05 for 5 %.")
        return await self._report("geo_design", first, last, told)

    async def read(self, first: str, last: str, wanted: Looking) -> View:
        """Say what an action brought; first: of the days before it, last: its own."""
        return await self._report("geo_read", first, last, check_action(last, wanted))

    async def cause(self, first: str, last: str, wanted: Looking) -> View:
        """Say what a unit more online brought in stores, where regions were led."""
        return await self._report("geo_cause", first, last, check_action(last, wanted))

    async def _report(self, name: str, first: str, last: str, told: View) -> View:
        from habitue.app.lake.arrow import to_ipc

        _check_by(told["by"])
        if not 0 < told["alpha"] < 1:
            raise InvalidError("alpha lies between 0 and 1.")
        values = self._span(first, last)
        async with self._turn, self._copy.asking.at_one_offset(READY_S) as at:
            if not told["currency"]:
                told["currency"] = await self._currency(at, values)
            stores = await stores_of(at, self._home)
            values |= {"by": told["by"], "currency": told["currency"]}
            values |= {"zone": self._home.fold.zone, "online": sorted(ONLINE)}
            found = await at.ask(self._question("region_money", values, stores))
            body = await self._copy.threads.ask(lambda: to_ipc(found.table))
            view = await make(Order(name, {**told, "first": first, "last": last}, body))
        return {"offset": found.offset, **view}

    def _question(self, name: str, values: View, stores: Packed | None) -> Question:
        return Question(
            sql=self._sql[name],
            values=values,
            tables={} if stores is None else {"stores": stores},
            rows_max=ROWS_MAX,
            trusted=True,
        )

    def _span(self, first: str, last: str) -> View:
        since, until = check_span(first, last)
        zone = self._home.fold.zone
        return {
            "since_us": day_start_us(since, zone),
            "until_us": day_start_us(until + timedelta(days=1), zone),
        }

    async def _currency(self, at: OneOffset, values: View) -> str:
        found = await at.ask(self._question("region_currency", values, None))
        held = found.table["currency"].to_pylist()
        return str(held[0]) if held else NO_CURRENCY


def check_span(first: str, last: str) -> tuple[date, date]:
    """Give the days that a test looks at; InvalidError where they are too many."""
    since, until = day_of(first), day_of(last)
    count = (until - since).days + 1
    if not 0 < count <= SPAN_DAYS_MAX:
        raise InvalidError(
            f"A test looks at 1 to {SPAN_DAYS_MAX} days; these are {count}."
        )
    return since, until


def _check_by(by: str) -> None:
    if by not in BY:
        raise InvalidError("A test is by region or by store.")


def check_action(last: str, wanted: Looking) -> View:
    """Check what an action is told to be, and give it; last: its last day."""
    days = (day_of(last) - day_of(wanted.start)).days + 1
    _check_by(wanted.by)
    if not wanted.regions:
        raise InvalidError("Name the regions in which it was done.")
    both = sorted(set(wanted.regions) & set(wanted.neighbours))
    if both:
        raise InvalidError(
            f"'{both[0][:60]}' is told as a region of the action and as a neighbour"
            " of it; it is one of them."
        )
    if not 1 <= days <= DAYS_MAX:
        raise InvalidError(f"An action is of 1 to {DAYS_MAX} days, before the end.")
    told = structs.asdict(wanted)
    told |= {"regions": list(wanted.regions), "days": days}
    told["neighbours"] = list(wanted.neighbours)
    return told
