"""Insights as API and console ask for them: one query of the copy, one report of it."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from habitue.app.insights.asks import about, looking, spelt, with_more
from habitue.app.insights.controls import control_groups, experiments_seen, tested
from habitue.app.insights.experimenting import experiment, following, plan
from habitue.app.insights.framing import Framing, rules_view
from habitue.app.insights.geo_desk import GeoDesk
from habitue.app.insights.geo_kept import GeoKept
from habitue.app.insights.lacking import goods_lacking
from habitue.app.insights.order import Order
from habitue.app.insights.parted import parted
from habitue.app.insights.selects import OF_GOODS, SELECTS
from habitue.app.insights.spending import spending
from habitue.app.insights.work import make
from habitue.app.lake.asking import READY_S
from habitue.app.lake.beside import regions_of
from habitue.base.clock import DAY_US, to_iso
from habitue.base.errors import InvalidError
from habitue.journey.asking import Asked
from habitue.journey.markov import ORDER_MAX
from habitue.lake.port import Found, NotAnsweredError, Packed, Question
from habitue.measure.wanted import (
    PATHS_MAX,
    Credits,
    Following,
    Planning,
    Testing,
    Ways,
)
from habitue.profile.parse import NO_CURRENCY

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.copy import LakeCopy

View = dict[str, Any]
_NONE = "This installation keeps no analytic copy: see the setting lake.enabled."
# People compared, or rows of products, that a report is made of.
ROWS_MAX = 2_000_000
PLACES = ("", "online", "store")


class InsightDesk:
    """Answers what journeys, channels, online money and experiments brought."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self.framing = Framing(home)
        self.geo = GeoDesk(home)
        self.geo_kept = GeoKept(home, self.geo)
        # One report at a time: each may take a core.
        self._turn = asyncio.Lock()

    @property
    def copy(self) -> "LakeCopy":
        """The copy that is asked; NotAnsweredError if there is none."""
        if self._home.lake is None:
            raise NotAnsweredError(_NONE)
        return self._home.lake

    # -- reports ------------------------------------------------------------------

    async def journeys(self, first: str, last: str, wanted: Ways) -> View:
        """Say how people came to buy, by which paths most did, and what came after."""
        if not 1 <= wanted.paths <= PATHS_MAX:
            raise InvalidError(f"So many paths are told: 1 to {PATHS_MAX}.")
        asked = self.framing.asked(
            first,
            last,
            window_days=wanted.window_days,
            paths_max=wanted.paths,
            after_us=wanted.after_days * DAY_US,
            now_us=self._home.engine.clock.now_us(),
        )
        currency = wanted.currency or await self.currency(asked)
        told = {"currency": currency, "after_days": wanted.after_days}
        told |= spelt(first, last, asked)
        asked = with_more(asked, currency=currency)
        return await self.report("journeys", "journey_all", asked, told)

    async def ropo(
        self, first: str, last: str, window_days: int | None = None, by: str = ""
    ) -> View:
        """Say what was researched online and bought in stores, and the other way."""
        asked = self.framing.asked(first, last, window_days=window_days, by=by)
        async with self.copy.asking.at_one_offset(READY_S) as at:
            goods = await goods_lacking(at, self._home, asked)
            regions = await regions_of(at, self._home)
        told = {"by": sorted(asked.ropo.by), "regions": regions, "same": by}
        told |= spelt(first, last, asked)
        tables = {"goods": goods}
        return await self.report("ropo", "ropo_all", asked, told, tables)

    async def attribution(self, first: str, last: str, wanted: Credits) -> View:
        """Hand out what was bought to channels, by each model."""
        if wanted.place not in PLACES:
            raise InvalidError(
                f"'{wanted.place[:40]}' is no place: name online or store."
            )
        if not 1 <= wanted.order <= ORDER_MAX:
            raise InvalidError(f"The order of a Markov chain is 1 to {ORDER_MAX}.")
        asked = self.framing.asked(first, last, window_days=wanted.window_days)
        told: View = {
            "currency": wanted.currency or await self.currency(asked),
            "place": wanted.place,
            "order": wanted.order,
        }
        asked = with_more(asked, half_life_us=wanted.half_life_days * DAY_US, **told)
        told["costs"] = await self._spending(asked, (first, last), told["currency"])
        view = await self.report("attribution", "tally", asked, told)
        testing = Testing("", wanted.control, currency=told["currency"])
        view |= await control_groups(self, first, last, testing)
        # Its own days: those before the action teach how regions move together.
        return view | {"region_test": await self._tested(first, last, told, wanted)}

    async def _tested(
        self, first: str, last: str, told: View, wanted: Credits
    ) -> View | None:
        if not wanted.tested.regions:
            return None
        action = looking(wanted.tested, told["currency"])
        return tested(await self.geo.read(first, last, action), action)

    async def influence(self, first: str, last: str, wanted: Following) -> View:
        """Say what followed in stores for a unit spent online, in three tiers."""
        asked, told = await following(self, first, last, wanted)
        view = await self.report("influence", "influence", asked, told)
        if not wanted.tested.regions:
            return view
        action = looking(wanted.tested, told["currency"])
        return view | {"causal": await self.geo.cause(first, last, action)}

    async def experiment(self, first: str, last: str, wanted: Testing) -> View:
        """Say what an experiment's arms brought beyond its control."""
        return await experiment(self, first, last, wanted)

    async def experiments(self, first: str, last: str, control: str) -> View:
        """Say to which experiments people were assigned."""
        return await experiments_seen(self, first, last, control)

    async def plan(self, wanted: Planning) -> View:
        """Say how many people an arm needs for a rise to be seen."""
        return await plan(self, wanted)

    # -- rows ---------------------------------------------------------------------

    async def rows_json(
        self,
        table: str,
        first: str,
        last: str,
        window_days: int | None = None,
        by: str = "",
    ) -> tuple[bytes, View]:
        """Give rows of a table of SELECTS as JSON lines, and of what they tell."""
        asked = self.framing.asked(first, last, window_days=window_days, by=by)
        return await self._rows(table, asked, "json")

    async def rows_arrow(
        self,
        table: str,
        first: str,
        last: str,
        window_days: int | None = None,
        by: str = "",
    ) -> tuple[bytes, View]:
        """Give the same as an Arrow stream."""
        asked = self.framing.asked(first, last, window_days=window_days, by=by)
        return await self._rows(table, asked, "arrow")

    async def rows_shown(self, table: str, first: str, last: str, limit: int) -> View:
        """Give the first rows of a table, for who looks at them."""
        asked = self.framing.asked(first, last)
        tables = await self._beside(table, asked)
        found = await self.ask(asked, SELECTS[table], tables, limit)
        rows = await self.copy.threads.ask(found.table.to_pylist)
        columns = found.table.column_names
        return {**about(found), "columns": columns, "rows": rows}

    async def _rows(self, table: str, asked: Asked, form: str) -> tuple[bytes, View]:
        rows_max = self._home.engine.settings.lake.query_rows_max
        tables = await self._beside(table, asked)
        return await self.rows(asked, SELECTS[table], rows_max, form, tables)

    async def _beside(self, table: str, asked: Asked) -> dict[str, Packed]:
        if table not in OF_GOODS:
            return {}
        async with self.copy.asking.at_one_offset(READY_S) as at:
            return {"goods": await goods_lacking(at, self._home, asked)}

    async def rows(
        self,
        asked: Asked,
        select: str,
        rows_max: int,
        form: str,
        tables: dict[str, Packed] | None = None,
    ) -> tuple[bytes, View]:
        """Give rows as JSON lines or ("arrow") Arrow, and of what they tell."""
        from habitue.app.lake.arrow import to_ipc, to_json_lines

        found = await self.ask(asked, select, tables or {}, rows_max)
        write = to_ipc if form == "arrow" else to_json_lines
        body = await self.copy.threads.ask(lambda: write(found.table))
        return body, about(found)

    # -- how ------------------------------------------------------------------------

    async def report(
        self,
        name: str,
        table: str,
        asked: Asked,
        told: View,
        tables: dict[str, Packed] | None = None,
    ) -> View:
        """Have a report made of the rows of a table; told: what it knows beside."""
        from habitue.app.lake.arrow import to_ipc

        async with self._turn:
            found = await self.ask(asked, f"SELECT * FROM {table}", tables or {})
            if found.more:
                raise InvalidError(
                    f"The report would be made of more than {ROWS_MAX:,} rows; ask for"
                    " fewer days."
                )
            body = await self.copy.threads.ask(lambda: to_ipc(found.table))
            view = await make(Order(name, told, body))
        return {
            "from": to_iso(asked.since_us),
            "to": to_iso(asked.until_us),
            "offset": found.offset,
            "rules": rules_view(asked),
            **view,
        }

    async def ask(
        self,
        asked: Asked,
        select: str,
        tables: dict[str, Packed],
        rows_max: int = ROWS_MAX,
    ) -> Found:
        """Answer a last SELECT over the named tables."""
        question = Question(sql="", tables=tables, rows_max=rows_max, trusted=True)
        async with self.copy.asking.at_one_offset(READY_S) as at:
            made = await parted(at, self._home, asked, select)
            return await at.ask(made.asked(question))

    async def currency(self, asked: Asked) -> str:
        """Give the currency in which most was bought."""
        found = await self.ask(asked, "SELECT * FROM currency", {})
        held = found.table["currency"].to_pylist()
        return str(held[0]) if held else NO_CURRENCY

    async def _spending(
        self, asked: Asked, days: tuple[str, str], currency: str
    ) -> dict[str, int]:
        """Sum what channels cost on the days asked for."""

        async def ask(select: str, more: Mapping[str, Any]) -> list[View]:
            found = await self.ask(with_more(asked, **more), select, {})
            rows: list[View] = found.table.to_pylist()
            return rows

        return await spending(self._home.engine.truth, days, currency, ask)
