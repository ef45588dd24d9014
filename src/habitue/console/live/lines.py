"""The lines of the live page: of all that comes, what is meant."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import Struct

from habitue.access.masking import Mask
from habitue.console.live.row import row
from habitue.console.look import Look
from habitue.console.port import Reading
from habitue.console.text import findable

Line = dict[str, Any]
# Twenty events a look: what an eye can follow, and no more work.
EVENTS_MAX = 20
# Where words are looked for, so many pages of events are gone through for it.
PAGE, PAGES_MAX = 20, 10


class Wanted(Struct, frozen=True):
    """What of the stream is meant: of a source, with some words in the line."""

    source: str = ""
    text: str = ""

    def takes(self, line: Line) -> bool:
        """Say whether a line has the words, as it is shown: what is hidden has none."""
        told = (line["name"], line["source"], line["summary"], line["person"])
        known = (f"{one['kind']} {one['value']}" for one in line["identifiers"])
        marks = (line["marked"], line["time"], *known)
        return findable(self.text) in findable(" ".join((*told, *marks)))


class Reader(Struct, frozen=True):
    """Who looks on: how they read, and what is hidden from them."""

    look: Look
    mask: Mask


async def meant(
    reading: Reading, wanted: Wanted, who: Reader, after: int, limit: int = EVENTS_MAX
) -> list[Line]:
    """Give the newest meant lines beyond an offset, newest first.

    A source is chosen before anything is counted; words are looked for in the newest
    200 events of what is left, as putting all of a flood into words would be too much.
    """
    found: list[Line] = []
    before = None
    for _ in range(PAGES_MAX):
        events = reading.recent(PAGE, after, before, wanted.source)
        lines = [row(event, who.look) for event in who.mask.views(events)]
        found += [line for line in lines if wanted.takes(line)]
        if len(events) < PAGE or len(found) >= limit:
            break
        before = int(events[-1]["offset"])
        # Others get their turn between the pages.
        await asyncio.sleep(0)
    return found[:limit]


class Lines:
    """Looks for the lines that came since it last looked."""

    def __init__(
        self, reading: Reading, wanted: Wanted, who: Reader, after: int
    ) -> None:
        self._reading = reading
        self._wanted = wanted
        self._who = who
        self._after = after

    async def __call__(self) -> bytes:
        """Give a message of the new lines, empty where there are none."""
        until = self._reading.applied()
        lines = await meant(self._reading, self._wanted, self._who, self._after)
        # What came while it looked is for the next look.
        self._after = max(self._after, until)
        return message(self._after, lines) if lines else b""


class Changes:
    """Looks whether something of a person's came since it last looked."""

    def __init__(self, newest: Callable[[], int], after: int) -> None:
        self._newest = newest
        self._after = after

    async def __call__(self) -> bytes:
        """Give a message that the card is to be read anew; empty where it is not."""
        newest = self._newest()
        if newest <= self._after:
            return b""
        self._after = newest
        return message(newest, [])


@contextmanager
def changes(reading: Reading, person_id: int, after: int) -> Iterator[Changes]:
    """Follow a person while their card is open."""
    with reading.follow(person_id) as newest:
        yield Changes(newest, after)


def message(offset: int, lines: list[Line]) -> bytes:
    """Make a server-sent event that a browser which comes back goes on from."""
    return b"id: %d\ndata: %s\n\n" % (offset, msgspec.json.encode(lines))
