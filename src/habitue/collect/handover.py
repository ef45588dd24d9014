"""Events on their way from a door to the projector, past the reading of the log.

What a door made of an item is what reading the item's record gives (a property test
holds it to that), so the projector of the same process need not read it again. This is
a shortcut and no second way: what is not here is read from the record.
"""

from collections.abc import Iterable

from habitue.collect.pipeline import Taken
from habitue.model.event import Event

# Those of the largest queue of the log; one over the limit is read from its record.
ITEMS_MAX = 20_000


class Handover:
    """Holds the events of items that are being written, each by its body.

    By the very bytes and not by what is in them: they are the same object in the
    entry and in the record made of it, and while they are held no other has their id.
    """

    def __init__(self, items_max: int = ITEMS_MAX) -> None:
        self._items_max = items_max
        self._is_open = False
        self._held: dict[int, tuple[bytes, Event]] = {}

    def open(self) -> None:
        """Hold from now on: there is somebody to take."""
        self._is_open = True

    def __len__(self) -> int:
        return len(self._held)

    def give(self, taken: Iterable[Taken]) -> None:
        """Hold the events of items that are about to be written."""
        held = self._held
        if not self._is_open:
            return
        for one in taken:
            if one.event is not None and len(held) < self._items_max:
                body = one.entry.body
                held[id(body)] = (body, one.event)

    def take(self, body: bytes | None) -> Event | None:
        """Give the event of a record's body, once; None if it is not here."""
        found = self._held.pop(id(body), None)
        return None if found is None else found[1]

    def drop(self, taken: Iterable[Taken]) -> None:
        """Forget those that did not become records of their own."""
        for one in taken:
            self._held.pop(id(one.entry.body), None)
