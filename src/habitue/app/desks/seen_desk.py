"""What a source's events tell: properties, their types, and what breaks its plan."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field

from habitue.app.desks.slices import Slices
from habitue.app.projection.evidence import event_of
from habitue.base.clock import to_iso
from habitue.base.errors import NotFoundError
from habitue.collect.planned import MORE, broken, place_of
from habitue.lake.port import NotAnsweredError, Question
from habitue.model.event import Event
from habitue.model.record import Record

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
# Of the most frequent events so many; of each its newest, and of these so many names.
EVENTS_MAX, NEWEST, NAMES_MAX = 50, 20, 100
# So many items that are kept aside are looked at for what they break.
ASIDE_MAX = 500
LINES_MAX = 5
_NONE = "This installation keeps no analytic copy: see the setting lake.enabled."
# An event goes by the name that a plan knows it by.
_SQL = f"""
SELECT CASE WHEN type = 'track' AND name <> '' THEN name ELSE type END AS event,
  count(*) AS events, max(log_offset, {NEWEST}) AS newest
FROM events WHERE source = $source GROUP BY ALL
ORDER BY events DESC, event LIMIT {EVENTS_MAX + 1}
"""
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}


class _Seen(Struct):
    """What the newest events of a name told."""

    events: int = 0
    looked_at: int = 0
    last_us: int | None = None
    types: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    told: Counter[str] = field(default_factory=Counter)
    last: dict[str, int] = {}
    marked: Counter[str] = field(default_factory=Counter)
    aside: Counter[str] = field(default_factory=Counter)

    def hear(self, record: Record, event: Event) -> None:
        """Note an event; the newest comes first."""
        self.looked_at += 1
        at_us = record.received_us
        self.last_us = max(at_us, self.last_us or 0)
        self.marked.update(_places(event.breaches))
        told = event.traits if event.type == "identify" else event.properties
        for name, kinds in _told(told).items():
            if name in self.types or len(self.types) < NAMES_MAX:
                self.told[name] += 1
                self.types[name].update(kinds)
                self.last[name] = max(at_us, self.last.get(name, 0))


class SeenDesk:
    """Answers which events a source sends, what these tell, and what they break."""

    def __init__(self, home: "Home") -> None:
        self._home = home

    async def seen(self, source: str) -> View:
        """Give a source's events, the most frequent first, of each its newest ones.

        event: the name that a plan knows it by; of it looked_at of the newest are
        read: properties {name, types {JSON type: events}, events, last_at}, breaches
        {property, marked, quarantined}; NotAnsweredError while the copy is made.
        """
        engine = self._home.engine
        if engine.sources.get(source) is None:
            raise NotFoundError(f"There is no source '{source}'.")
        rows, offset = await self._copied(source)
        found = {row["event"]: await self._read(row) for row in rows[:EVENTS_MAX]}
        aside = await asyncio.to_thread(
            engine.truth.kept_aside, source, "plan_broken", ASIDE_MAX
        )
        _set_aside(found, aside)
        return {
            "source": source,
            "offset": offset,
            "events": [_view(name, one) for name, one in found.items()],
            "more": len(rows) > EVENTS_MAX,
        }

    async def _copied(self, source: str) -> tuple[list[View], int]:
        copy = self._home.lake
        if copy is None:
            raise NotAnsweredError(_NONE)
        question = Question(
            sql=_SQL, values={"source": source}, rows_max=EVENTS_MAX + 1, trusted=True
        )
        found = await copy.ask(question)
        return found.table.to_pylist(), found.offset

    async def _read(self, row: View) -> _Seen:
        seen, slices = _Seen(events=row["events"]), Slices(self._home.fold)
        for offset in row["newest"]:
            record = self._home.engine.truth.get(offset)
            event = None if record is None else _event(record)
            if record is not None and event is not None:
                seen.hear(record, event)
            await slices.turn()
        return seen


def _event(record: Record) -> Event | None:
    try:
        return event_of(record)
    except msgspec.DecodeError:
        # Nobody can read it; it is counted among the faults.
        return None


def _told(properties: View) -> dict[str, set[str]]:
    """Give the types by property; of what is nested its parts, of products a few."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, value in _parts(properties):
        found[name].add(_type(value))
    return found


def _parts(properties: View) -> Iterator[tuple[str, Any]]:
    for name, value in properties.items():
        lines = value[:LINES_MAX] if isinstance(value, list) else [value]
        inner = [one for one in lines if isinstance(one, dict)]
        if not inner:
            yield name, value
        for one in inner:
            yield from ((f"{name}.{part}", told) for part, told in one.items())


def _type(value: Any) -> str:
    """Name a value's type as JSON Schema does."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "object"
    return _TYPES.get(type(value), "array")


def _set_aside(found: dict[str, _Seen], details: Sequence[str]) -> None:
    for detail in details:
        told = broken(detail)
        if told is not None and (told[0] in found or len(found) < 2 * EVENTS_MAX):
            event, breaches = told
            seen = found.setdefault(event, _Seen())
            seen.aside.update(_places(breaches))


def _places(breaches: Sequence[str]) -> set[str]:
    return {place_of(one) for one in breaches if one != MORE}


def _view(name: str, seen: _Seen) -> View:
    return {
        "event": name,
        "events": seen.events,
        "looked_at": seen.looked_at,
        "last_at": None if seen.last_us is None else to_iso(seen.last_us),
        "properties": [
            {
                "name": one,
                "types": dict(sorted(kinds.items())),
                "events": seen.told[one],
                "last_at": to_iso(seen.last[one]),
            }
            for one, kinds in sorted(seen.types.items())
        ],
        "breaches": [
            {
                "property": one,
                "marked": seen.marked[one],
                "quarantined": seen.aside[one],
            }
            for one in sorted({*seen.marked, *seen.aside})
        ],
    }
