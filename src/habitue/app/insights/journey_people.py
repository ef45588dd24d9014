"""Who stands behind a number of the reports over journeys, as a list."""

import asyncio
from typing import TYPE_CHECKING, Any

from msgspec import structs

from habitue.app.insights.experimenting import BEFORE_ARMS_US, FADING_US
from habitue.app.insights.framing import Framing
from habitue.app.insights.lacking import goods_lacking
from habitue.app.insights.parted import each_and_last
from habitue.app.lake.beside import regions_of
from habitue.base.clock import DAY_US
from habitue.base.errors import InvalidError
from habitue.journey.asking import ALL_IDS, Asked
from habitue.journey.intent import INTENTS
from habitue.journey.parts import gathered
from habitue.journey.ropo import FOUND
from habitue.lake.port import Packed, Question
from habitue.measure.kpi.cells import Cell

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.asking import OneOffset

ROWS_MAX = 1_000_000
# What lines of a purchase are of; by anything else a purchase is as a whole.
_OF_LINES = frozenset({"product", "category", "brand"})
_PLACES = frozenset({"", "store", "region"})
_TIED = tuple(one.value for one in FOUND)
# Cells of what people did, each by themselves: they are asked for by parts of people.
_BY_PARTS = frozenset({"reached", "led", "way", "intent", "as_far"})
_ANSWERS = {"yes": _TIED, "no": ("no",), "unlinked": ("no",)}


class JourneyPeople:
    """Asks for the people of cells that journey/people.sql knows."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._framing = Framing(home)

    async def people(
        self, at: "OneOffset", cell: Cell, after: int, limit: int
    ) -> tuple[list[int], int]:
        """Give the people of a cell behind an id, in order, and the offset."""
        first = f"ORDER BY person_id LIMIT {limit}"
        each = f"SELECT person_id FROM {_table(cell)} WHERE person_id > $after {first}"
        selects = each, f"SELECT person_id FROM gathered {first}"
        found = await self._ask(at, cell, selects, after=after)
        # In a thread: there may be very many.
        ids: list[int] = await asyncio.to_thread(found.table["person_id"].to_pylist)
        return ids, found.offset

    async def count(self, at: "OneOffset", cell: Cell) -> tuple[int, int]:
        """Count the people of a cell, and give the offset."""
        each = f"SELECT count(*) AS people FROM {_table(cell)}"
        last = "SELECT CAST(sum(people) AS BIGINT) AS people FROM gathered"
        found = await self._ask(at, cell, (each, last))
        return int(found.table["people"][0].as_py()), found.offset

    async def _ask(
        self, at: "OneOffset", cell: Cell, selects: tuple[str, str], **more: Any
    ) -> Any:
        tables: dict[str, Packed] = {}
        told = _bound(cell)
        if cell.what == "ropo":
            tables["goods"] = await goods_lacking(
                at, self._home, self._asked(cell, told)
            )
            stores, elsewhere = await self._stores(at, cell)
            told |= {"anywhere": not cell.by, "stores": stores, "elsewhere": elsewhere}
        asked = self._asked(cell, told | more)
        if cell.what in _BY_PARTS:
            after = more.get("after", ALL_IDS.first)
            made = await each_and_last(at, self._home, asked, selects, after)
        else:
            made = gathered(asked, *selects, [ALL_IDS])
        question = Question(sql="", tables=tables, rows_max=ROWS_MAX, trusted=True)
        return await at.ask(made.asked(question))

    def _asked(self, cell: Cell, told: dict[str, Any]) -> Asked:
        days = cell.since, cell.until
        window = cell.window_days or None
        asked = self._framing.asked(*days, window_days=window, by=cell.same)
        return structs.replace(asked, more=told)

    async def _stores(self, at: "OneOffset", cell: Cell) -> tuple[list[str], bool]:
        """Give the stores of a cell; or, of no region, those that are not of it."""
        if cell.by != "region":
            return [cell.part], False
        regions = await regions_of(at, self._home)
        if not cell.part:
            return list(regions), True
        return [
            store for store, region in regions.items() if region == cell.part
        ], False


def _table(cell: Cell) -> str:
    if cell.what == "ropo" and cell.by in _OF_LINES:
        return "people_ropo_line"
    return f"people_{cell.what}"


def _bound(cell: Cell) -> dict[str, Any]:
    """Give the values that the tables of people name; InvalidError of no such cell."""
    if cell.what == "as_far" and cell.intent not in INTENTS[:-1]:
        raise InvalidError("Name an intention on the way to buying: search, .., buy.")
    if cell.what == "ropo":
        _check_ropo(cell)
    return {
        "channel": cell.channel,
        "currency": cell.currency,
        "path": list(cell.path),
        "intent": cell.intent,
        "reach": INTENTS.index(cell.intent) + 1 if cell.intent else 0,
        "experiment": cell.experiment,
        "arm": cell.arm,
        # The experiment is named: by its control none is looked for.
        "control": "",
        "days_us": cell.days * DAY_US,
        "before_us": BEFORE_ARMS_US,
        "fading_us": FADING_US,
        "least": cell.least,
        "outcome": cell.outcome,
        "side": cell.side,
        "answers": list(_ANSWERS.get(cell.answer, (cell.answer,))),
        "unlinked": cell.answer == "unlinked",
        "part_of": cell.by,
        "part": cell.part,
    }


def _check_ropo(cell: Cell) -> None:
    if not (cell.side and cell.answer):
        raise InvalidError("Name the side where was bought, and the answer to ROPO.")
    if cell.by not in _OF_LINES | _PLACES:
        raise InvalidError(
            f"'{cell.by[:40]}' is nothing that purchases are told apart by; there are"
            f" {', '.join(sorted(_OF_LINES | _PLACES - {''}))}."
        )
