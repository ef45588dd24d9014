"""What conditions can name here: what the copy for analysis and the log's end tell of.

Names of events, properties and traits, sources, stores, categories: so that whoever
builds a condition chooses what there is, and does not guess how it is spelled.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from habitue.app.desks.slices import Slices
from habitue.app.projection.evidence import event_of
from habitue.lake.port import NotAnsweredError, QueryError, Question
from habitue.profile.computed import DECLARED

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

Names = dict[str, list[str]]
NAMES_MAX = 200
# How long what was read holds; names come seldom.
KEPT_S = 60.0
# How much of the log's end is looked through for names of properties.
RECORDS = 1_000
STEP = 50
_LISTS = {
    "events": "SELECT name AS told FROM events",
    "sources": "SELECT source AS told FROM events",
    "channels": "SELECT channel AS told FROM events",
    "stores": "SELECT store AS told FROM events",
    "categories": "SELECT category AS told FROM lines",
    "brands": "SELECT brand AS told FROM lines",
    "currencies": "SELECT currency AS told FROM events",
    "purposes": "SELECT purpose AS told FROM allowed",
    "consent_channels": "SELECT channel AS told FROM allowed",
    "traits": (
        "SELECT substr(name, 7) AS told FROM facts WHERE starts_with(name, 'trait.')"
    ),
    "computed": (
        "SELECT substr(name, 10) AS told FROM facts"
        " WHERE starts_with(name, 'computed.')"
    ),
}
_SQL = " UNION ALL ".join(
    f"SELECT * FROM (SELECT '{name}' AS sort, told, count(*) AS n FROM ({sql})"
    f" WHERE told <> '' GROUP BY told ORDER BY n DESC, told LIMIT {NAMES_MAX})"
    for name, sql in _LISTS.items()
)


class KnownNames:
    """Reads what there is to choose from, now and then."""

    def __init__(
        self, home: "Home", monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._home = home
        self._monotonic = monotonic
        self._names: Names = {}
        self._until_s = 0.0
        self._reading: asyncio.Task[None] | None = None

    async def names(self, wait_s: float, *, fresh: bool = False) -> Names:
        """Give names by what they name, the most frequent first.

        What takes longer to read than may be waited is there for whoever asks next.
        fresh: wait even if there are names of before, which are given otherwise.
        """
        if self._reading is None and self._monotonic() >= self._until_s:
            self._reading = asyncio.create_task(self._read(), name="known names")
        if self._reading is not None and (fresh or not self._names):
            await asyncio.wait({self._reading}, timeout=wait_s)
        declared = [one.name for one in DECLARED]
        told = {name: self._names.get(name, []) for name in (*_LISTS, "properties")}
        regions = self._regions(told["stores"])
        return {
            **told,
            "computed": list(dict.fromkeys([*told["computed"], *declared])),
            "regions": regions,
        }

    async def _read(self) -> None:
        try:
            found = await self._copied()
            await self._look_through(found)
            self._names = found
        finally:
            self._until_s = self._monotonic() + KEPT_S
            self._reading = None

    async def _copied(self) -> Names:
        copy = self._home.lake
        if copy is None:
            return {}
        question = Question(sql=_SQL, rows_max=NAMES_MAX * len(_LISTS), trusted=True)
        try:
            told = (await copy.ask(question)).table.to_pylist()
        except (NotAnsweredError, QueryError):
            # It is being made: what the log's end tells has to do until then.
            return {}
        found: Names = {}
        for row in sorted(told, key=lambda one: (-one["n"], one["told"])):
            found.setdefault(row["sort"], []).append(row["told"])
        return found

    async def _look_through(self, found: Names) -> None:
        """Add the events and properties that the end of the log tells of."""
        events, properties = Counter[str](), Counter[str]()
        truth, slices = self._home.engine.truth, Slices(self._home.fold)
        head = self._home.fold.offset
        for after in range(max(0, head - RECORDS), head, STEP):
            for record in truth.read(after, min(STEP, head - after)):
                try:
                    event = event_of(record)
                except msgspec.DecodeError:
                    # Nobody can read it; it is counted among the faults.
                    continue
                if event is not None:
                    events[event.name] += 1
                    properties.update(_paths(event.properties))
            await slices.turn()
        newest = [name for name, _ in events.most_common(NAMES_MAX) if name]
        found["events"] = list(dict.fromkeys([*found.get("events", ()), *newest]))
        found["properties"] = [name for name, _ in properties.most_common(NAMES_MAX)]

    def _regions(self, stores: list[str]) -> list[str]:
        read = self._home.fold.catalog.read
        told = (read.store(one) for one in stores)
        return sorted({one.region for one in told if one is not None and one.region})


def _paths(properties: dict[str, Any]) -> Iterator[str]:
    """Give the ways to the values of properties, as conditions name them."""
    for name, value in properties.items():
        if name == "products" and isinstance(value, list):
            lines = [one for one in value if isinstance(one, dict)]
            yield from {f"products.{inner}" for one in lines[:5] for inner in one}
        elif isinstance(value, dict):
            yield from (f"{name}.{inner}" for inner in value)
        else:
            yield name
