"""Changes that are told on only once it is known that no scanner made them.

That a scanner followed a link of a mail is known by the links it follows next. So what
changes for whoever has just followed one is held back until the time is over in which
others may come, and what the verdict has taken back by then is told to nobody.
"""

from collections.abc import Callable

from msgspec import Struct

from habitue.segment.port_live import Order, Rows, Tables, Timers
from habitue.state.outbox import Outbox
from habitue.state.port import IndexSpec, TableSpec

# Timers are strands'; the one that is set here is nobody's.
_NO_STRAND = 0
_PART = 0
WORD = "held"


class HeldRow(Struct):
    """What is held back of a person: until when, and message id and body of each."""

    until_us: int
    changes: list[tuple[str, bytes]]


HELD = TableSpec(name="segment_held", key=int, value=HeldRow)
# By when it is over; the person stands where offsets do elsewhere.
HELD_UNTIL = IndexSpec(name="segment_held_until")


class Held:
    """Who followed a link of a mail just now, and what is held back of them."""

    def __init__(self, store: Tables, timers: Timers, outbox: Outbox) -> None:
        """outbox: takes what is told on after all."""
        self._rows: Rows[HeldRow] = store.table(HELD)
        self._until: Order = store.index(HELD_UNTIL)
        self._timers = timers
        self._outbox = outbox

    def hold(self, person_id: int, until_us: int) -> None:
        """Hold back what changes for a person, until a moment."""
        row = self._rows.edit(person_id)
        if row is None:
            self._rows.put(person_id, HeldRow(until_us, []))
        else:
            self._until.remove(_PART, row.until_us, person_id)
            row.until_us = until_us
        self._until.put(_PART, until_us, person_id, 0)
        self._arm()

    def put(self, person_id: int, message_id: str, body: bytes) -> None:
        """Have a change be told on: at once, or when its person's time is over."""
        row = self._rows.edit(person_id)
        if row is None:
            self._outbox.put(message_id, body)
        else:
            row.changes.append((message_id, body))

    def take_back(self, person_id: int, is_it: Callable[[str], bool]) -> bool:
        """Tell nothing of the latest change of such an id; say whether it was held."""
        row = self._rows.edit(person_id)
        found = [] if row is None else [one for one in row.changes if is_it(one[0])]
        if row is None or not found:
            return False
        row.changes.remove(found[-1])
        return True

    def fire(self, now_us: int) -> None:
        """Tell on what is not held back any longer."""
        while (first := self._first()) is not None and first[0] <= now_us:
            row = self._rows.get(first[1])
            for message_id, body in () if row is None else row.changes:
                self._outbox.put(message_id, body)
            self._drop(first[1])
        self._arm()

    def forget(self, person_id: int) -> None:
        """Tell nothing on of what is held back of a person."""
        self._drop(person_id)
        self._arm()

    def _drop(self, person_id: int) -> None:
        row = self._rows.get(person_id)
        if row is not None:
            self._until.remove(_PART, row.until_us, person_id)
            self._rows.delete(person_id)

    def _arm(self) -> None:
        first = self._first()
        if first is None:
            self._timers.cancel(_NO_STRAND, WORD)
        elif self._timers.when(_NO_STRAND, WORD) != first[0]:
            self._timers.set(_NO_STRAND, first[0], WORD)

    def _first(self) -> tuple[int, int] | None:
        found = self._until.span(_PART, limit=1)
        return found[0][:2] if found else None
