"""A timeline with filters: what is not meant is passed over, so far as one reads."""

import asyncio
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from habitue.base.clock import to_us
from habitue.console.live.summary import summary_of
from habitue.console.look import Look
from habitue.console.port import Reading, View
from habitue.console.said import event_named
from habitue.console.text import findable

SHOWN_MAX = 50
# So many pages are read for one that is shown; the next begins where this one ended.
PAGES_MAX = 6


class Filters(Struct, frozen=True):
    """What of a timeline is meant: of a source, with a word, until the end of a day."""

    source: str = ""
    text: str = ""
    on: str = ""

    @property
    def any(self) -> bool:
        return bool(self.source or self.text or self.on)

    def takes(self, event: View, look: Look) -> bool:
        """Say whether an event is meant: by words as they are shown, or as told."""
        if self.source and event.get("source") != self.source:
            return False
        shown = event_named(event.get("name"), look), summary_of(event, look)
        told = (event.get("name"), event.get("summary"), *shown)
        return findable(self.text) in findable(" ".join(map(str, told)))


async def filtered(
    reading: Reading, person_id: int, cursor: str | None, filters: Filters, look: Look
) -> tuple[list[View], str | None]:
    """Give the meant events of some pages of a person's, and where it goes on."""
    if cursor is None and filters.on:
        cursor = _after(filters.on, look.zone)
    if not (filters.source or filters.text):
        return reading.timeline(person_id, cursor)
    found: list[View] = []
    for _ in range(PAGES_MAX):
        page, cursor = reading.timeline(person_id, cursor)
        found += [event for event in page if filters.takes(event, look)]
        if cursor is None or len(found) >= SHOWN_MAX:
            break
        # Others get their turn between the pages.
        await asyncio.sleep(0)
    return found, cursor


def _after(on: str, zone: str) -> str | None:
    """Give the cursor behind the last moment of a day."""
    day = datetime.fromisoformat(on).date() + timedelta(days=1)
    return f"{to_us(datetime.combine(day, time.min, ZoneInfo(zone)))}:0"
