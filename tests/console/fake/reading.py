"""What is read of people: the stream, cards, views of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from habitue.access.scope import Sees
from habitue.base.errors import NotFoundError
from tests.console.fake.sources import source

View = dict[str, Any]
Views = list[View]


class FixedReading:
    """Reads what it was given."""

    def __init__(
        self, events: list[View], people: list[View], found: list[View] | None = None
    ) -> None:
        self.events = events
        self.people = {view["person_id"]: view for view in people}
        self.found = found or []

    def applied(self) -> int:
        return max((e["offset"] for e in self.events), default=0)

    def recent(
        self, limit: int, after: int = 0, before: int | None = None, source: str = ""
    ) -> list[View]:
        newer = [
            e
            for e in self.events
            if after < e["offset"] < (before or 2**62) and source in {"", e["source"]}
        ]
        return sorted(newer, key=lambda e: -e["offset"])[:limit]

    @contextmanager
    def follow(self, person_id: int) -> Iterator[Callable[[], int]]:
        yield lambda: max(
            (e["offset"] for e in self.events if e["person_id"] == person_id), default=0
        )

    def search(self, text: str, sees: Sees | None = None) -> list[View]:
        return self.found

    def person(self, person_id: int, at_us: int | None = None) -> View | None:
        return self.people.get(person_id)

    def evidence(
        self, person_id: int, cursor: str | None
    ) -> tuple[View, str | None] | None:
        view = self.person(person_id)
        if view is None:
            return None
        told = {name: view[name] for name in ("person_id", "joined", "joined_total")}
        return {**told, "joined_before": 0}, "1:2"

    def refusals(
        self, person_id: int, cursor: str | None
    ) -> tuple[View, str | None] | None:
        view = self.person(person_id)
        if view is None:
            return None
        return {"person_id": view["person_id"], "refused": view["refused"]}, "1:2"

    def timeline(
        self, person_id: int, cursor: str | None
    ) -> tuple[list[View], str | None]:
        hers = [e for e in self.recent(1000) if e["person_id"] == person_id]
        return hers, None

    def overview(self) -> View:
        return {
            "people": len(self.people),
            "strangers": 1_234,
            "outcomes": {
                "received": 541_912,
                "stored": 541_909,
                "duplicate": 2,
                "quarantined": 1,
                "refused": 0,
            },
            "sources": [source("history", 541_000), source("till-old-market", 909)],
        }

    def sales_since(self) -> int | None:
        return 0

    def sales(self, day: int) -> list[View]:
        return [
            {
                "kind": "receipt",
                "currency": "GBP",
                "channel": "store",
                "known_buyer": True,
                "simulated": False,
                "objects": 12,
                "amount_minor": 123_456,
            }
        ]


class FixedNotes:
    """Notes, kept as they were told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, str, str]] = []

    async def add(self, person_id: int, text: str, operator: str) -> View:
        self.told.append((person_id, text, operator))
        return {"person_id": person_id, "offset": 77}


class FixedViews:
    """Views as they were given; whoever looks for something finds the same people."""

    def __init__(self, reading: Any, held: Sequence[View] = ()) -> None:
        self._reading = reading
        self.held = {one["id"]: one for one in held}

    def list(self, who: Any) -> Views:
        return [*self.held.values()]

    def get(self, who: Any, view_id: str) -> View:
        if view_id not in self.held:
            raise NotFoundError(f"There is no view '{view_id}'.")
        return self.held[view_id]

    async def add(self, who: Any, wanted: View) -> View:
        view_id = f"v{len(self.held) + 1}"
        self.held[view_id] = saved_view(view_id, owner=who.name, **wanted)
        return self.held[view_id]

    async def change(self, who: Any, view_id: str, wanted: View) -> View:
        self.held[view_id] = {**self.held[view_id], **wanted}
        return self.held[view_id]

    async def remove(self, who: Any, view_id: str) -> View:
        return self.held.pop(view_id)

    async def find(self, who: Any, text: str, segment: str) -> Views:
        found: Views = self._reading.search(text)
        return found


def saved_view(view_id: str, **told: Any) -> View:
    base = {"id": view_id, "name": "Novaks", "owner": "anna", "own": True}
    return {**base, "shared": False, "text": "novak", "segment": None, **told}
