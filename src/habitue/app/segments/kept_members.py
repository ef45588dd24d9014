"""Who is in segments as of one moment, read a page at a time while others change it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from habitue.app.desks.slices import Slices
from habitue.segment.condition import Condition
from habitue.segment.members import Change

if TYPE_CHECKING:
    from habitue.app.desks.home import ReadFold

PAGE_IDS = 500


class KeptPeople:
    """Reads the members of segments that mean a condition, as of when it began.

    Whoever enters or leaves meanwhile is put back to where they were then.
    """

    def __init__(self, fold: "ReadFold") -> None:
        self._fold = fold
        # Whether somebody was in a slot before they first changed: by slot, by person.
        self._was: dict[int, dict[int, bool]] = {}
        self._answering: Mapping[bytes, int] = {}
        self.offset = 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Hear of all that changes for as long as this lasts."""
        watches = self._fold.segments.watches
        watches.append(self._heard)
        try:
            yield
        finally:
            watches.remove(self._heard)

    def begin(self) -> None:
        """Let the moment be now, after the record applied last."""
        self.offset, self._was = self._fold.offset, {}
        library = self._fold.segments.live.library
        self._answering = {
            library.slots[slot].condition: slot
            for slot, segment in library.answering().items()
            if not library.is_behind(segment)
        }

    def slot_of(self, condition: Condition) -> int:
        """Give a slot that means a condition and answers; 0 if there is none."""
        return self._answering.get(msgspec.json.encode(condition), 0)

    async def ids(self, slot: int) -> list[int]:
        """Give the ids of who was in a slot when it began, ascending."""
        members, slices = self._fold.segments.live.members, Slices(self._fold)
        found: list[int] = []
        after = 0
        while page := members.page(slot, after, PAGE_IDS):
            found += page
            after = page[-1]
            await slices.turn()
        was = self._was.get(slot, {})
        if not was:
            return found
        stayed = (one for one in found if one not in was)
        return sorted([*stayed, *(one for one, inside in was.items() if inside)])

    def _heard(self, change: Change) -> None:
        was = self._was.setdefault(change.slot, {})
        was.setdefault(change.person_id, not change.entered)
