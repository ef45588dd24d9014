"""Segments, as they were given."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from habitue.base.errors import ConflictError, NotFoundError
from habitue.segment.texts import Texts

View = dict[str, Any]
Views = list[View]
Names = dict[str, list[str]]

BOUGHT: View = {"type": "did", "event": "$purchase"}
CLAUSE: View = {
    "clause": "at least one purchase",
    "holds": True,
    "found": "8 times",
    "offsets": [12],
}


class Exported(NamedTuple):
    """A file, and how many people stand in it."""

    body: bytes
    people: int


class FixedSegments:
    """Segments, as they were given; the gallery has one template."""

    def __init__(self, segments: Sequence[View] = ()) -> None:
        self.segments = {one["id"]: one for one in segments}
        self.listening: list[str] = []

    def list(self) -> Views:
        return [*self.segments.values()]

    def get(self, segment_id: str) -> View:
        return self.segments[segment_id]

    def versions(self, segment_id: str) -> Views:
        if segment_id not in self.segments:
            raise NotFoundError(f"There is no segment '{segment_id}'.")
        now = {**self.segments[segment_id], "by": "mia", "deleted": False}
        often = {**BOUGHT, "count": {"op": ">=", "value": 3}}
        first = {**now, "version": 1, "by": None, "condition": often}
        return [first, now]

    async def past(self, person_id: int) -> Views:
        return [
            {
                "id": "old",
                "name": '<b>"Old"</b>',
                "version": 3,
                "since": "2026-10-01T10:00:00Z",
                "until": "2026-11-02T11:00:00Z",
                "cause": "backfill",
                "ended_by": "time",
                "goes_on": False,
                "former_id": 31,
            }
        ]

    def templates(self) -> Views:
        return [
            {
                "id": "buyers",
                "name": "Buyers",
                "description": "Who bought.",
                "tags": [],
                "words": "People with at least one purchase.",
                "condition": BOUGHT,
            }
        ]

    async def of_person(self, person_id: int, texts: Texts) -> View:
        told = {"since": "2026-11-01T10:00:00Z", "because": [CLAUSE]}
        found = [{**one, **told} for one in self.segments.values()]
        return {"person_id": person_id, "segments": found}

    async def why(self, person_id: int, segment_id: str, texts: Texts) -> View:
        name = self.segments[segment_id]["name"]
        told = {"segment": segment_id, "name": name, "in": False}
        return {**told, "because": [{**CLAUSE, "holds": False}]}

    async def figures(self, segment_id: str, purpose: str, days: int) -> View:
        unknown = ("offset", "members", "purchases", "buyers", "money", "channels")
        return {
            "known": False,
            **dict.fromkeys(unknown),
            "trend": {"known": False, "days": None},
        }

    def size(self, segment_id: str) -> int | None:
        return self.segments[segment_id].get("size")

    async def page(
        self, segment_id: str, after: int, limit: int, *, named: bool
    ) -> tuple[Views, int | None]:
        return [{"person_id": 33, "name": "Anna" if named else None}], None

    async def put(self, segment_id: str, told: View) -> View:
        self.segments[segment_id] = segment(segment_id, **told)
        return self.segments[segment_id]

    async def add(self, segment_id: str, told: View) -> View:
        if segment_id in self.segments:
            raise ConflictError(f"There is a segment '{segment_id}'.")
        return await self.put(segment_id, told)

    async def delete(self, segment_id: str) -> View:
        return self.segments.pop(segment_id)

    async def count(self, told: Any, sample: int, *, named: bool) -> View:
        first = {"person_id": 33, "name": "Anna" if named else None}
        return {
            "known": True,
            "count": 1_234,
            "people": 5_678,
            "offset": 90,
            "as_of": "2026-11-20T13:00:00Z",
            "by": "copy",
            "sample": [first][:sample],
        }

    async def overlap(self, segment_ids: Sequence[str]) -> View:
        parts = [{"in": [], "count": 5}, {"in": list(segment_ids), "count": 7}]
        return {"offset": 90, "as_of": "2026-11-20T13:00:00Z", "parts": parts}

    async def export(
        self, who: Any, segment_id: str, form: str, *, named: bool
    ) -> Exported:
        return Exported(b"person_id,name\r\n33,\r\n", 1)

    async def left(self, who: Any) -> int:
        return 4_321

    def used(self, segment_id: str) -> Views:
        return [{"id": "best", "name": "The best"}]

    def listeners(self, segment_id: str) -> Views:
        told = {"entered": True, "left": False, "marked": False}
        return [{"name": name, **told} for name in self.listening]

    async def listen(self, segment_id: str, name: str, told: View) -> View:
        self.listening.append(name)
        return {"name": name, **told}

    async def unlisten(self, segment_id: str, name: str) -> View:
        self.listening.remove(name)
        return {"name": name}

    async def known(self, wait_s: float, *, fresh: bool = False) -> Names:
        return {
            **{name: [] for name in KNOWN_NAMES},
            "events": ["Tea Poured", '"><script>own()</script>'],
            "properties": ["plan"],
        }


KNOWN_NAMES = (
    *("events", "properties", "traits", "computed", "sources", "channels", "stores"),
    *("regions", "categories", "brands", "currencies", "purposes", "consent_channels"),
)


def segment(segment_id: str, **told: Any) -> View:
    base = {
        "id": segment_id,
        "name": "VIP",
        "description": "Our best.",
        "words": "People with at least ten purchases.",
        "tags": ["value"],
        "condition": BOUGHT,
        "version": 2,
        "defined_at": "2026-11-20T13:00:00Z",
        "size": 7,
    }
    return base | told
