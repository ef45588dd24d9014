"""Timers: what is due when, fired in order of (due, strand, what).

The projector fires what is due before each record, at the record's time; so a replay
fires the same at the same places. Where no record comes, the writer appends a tick.
"""

from collections.abc import Iterator

from habitue.base.clock import SECOND_US
from habitue.timers.port import Order, Rows
from habitue.timers.timer import Timer, Waiting

# At most one tick in this time.
TICK_US = SECOND_US // 10

# All timers are in one part of the index; a strand stands where offsets do elsewhere.
_PART = 0
_FIRST = (-(2**62), 0)
_NEVER = (2**62, 0)


class Timers:
    """The timers of all strands; a strand has at most one for each what."""

    def __init__(self, rows: Rows, order: Order) -> None:
        self._rows = rows
        self._order = order
        # Nothing is due before this place: what has fired need not be looked through.
        self._low = _FIRST
        # The first place (due_us, strand); None when it must be looked up.
        self._next: tuple[int, int] | None = None

    def set(self, strand: int, due_us: int, what: str) -> None:
        """Have something fire at a moment, in place of when it was to fire before."""
        waiting = self._rows.edit(strand)
        if waiting is None:
            self._rows.put(strand, Waiting({what: due_us}))
        else:
            self._leave(strand, waiting, what)
            waiting.due_us[what] = due_us
        self._order.put(_PART, due_us, strand, 0)
        place = (due_us, strand)
        self._low = min(self._low, place)
        if self._next is not None:
            self._next = min(self._next, place)

    def cancel(self, strand: int, what: str) -> None:
        """Have something not fire; it need not have been set."""
        waiting = None if self.when(strand, what) is None else self._rows.edit(strand)
        if waiting is not None:
            self._leave(strand, waiting, what)
            if not waiting.due_us:
                self._rows.delete(strand)

    def drop(self, strand: int) -> dict[str, int]:
        """Have nothing of a strand fire; give what was set, and when it was due."""
        waiting = self._rows.get(strand)
        if waiting is None:
            return {}
        for due_us in set(waiting.due_us.values()):
            self._drop(due_us, strand)
        self._rows.delete(strand)
        return dict(waiting.due_us)

    def when(self, strand: int, what: str) -> int | None:
        """Say when something is due; None if it is not set."""
        waiting = self._rows.get(strand)
        return None if waiting is None else waiting.due_us.get(what)

    def next_due(self) -> int | None:
        """Say when the next timer is due; None if there is none."""
        due_us = self._first()[0]
        return None if due_us == _NEVER[0] else due_us

    def due(self, now_us: int) -> Iterator[Timer]:
        """Give what is due by now, in order, each once.

        Whoever takes one may set others meanwhile; they fire too if they are due.
        """
        while self._first()[0] <= now_us:
            timer = self._pop(*self._first())
            if timer is not None:
                yield timer

    def _first(self) -> tuple[int, int]:
        if self._next is None:
            found = self._order.span(_PART, self._low, limit=1)
            self._next = found[0][:2] if found else _NEVER
            self._low = self._next
        return self._next

    def _pop(self, due_us: int, strand: int) -> Timer | None:
        """Take the first timer at a place; None if there was none any more."""
        waiting = self._rows.edit(strand)
        held = {} if waiting is None else waiting.due_us
        whats = sorted(what for what, at_us in held.items() if at_us == due_us)
        if waiting is None or not whats:
            # The strand was erased since: its row went, its place in the order stayed.
            self._drop(due_us, strand)
            return None
        self._leave(strand, waiting, whats[0])
        if not waiting.due_us:
            self._rows.delete(strand)
        return Timer(due_us, strand, whats[0])

    def _leave(self, strand: int, waiting: Waiting, what: str) -> None:
        due_us = waiting.due_us.pop(what, None)
        if due_us is not None and due_us not in waiting.due_us.values():
            self._drop(due_us, strand)

    def _drop(self, due_us: int, strand: int) -> None:
        self._order.remove(_PART, due_us, strand)
        if self._next == (due_us, strand):
            self._next = None


def wants_tick(next_due_us: int | None, last_us: int, now_us: int) -> bool:
    """Say whether the writer should append a tick: something is due and no record came.

    last_us is the time of the log's last record. What was due by then has fired.

    >>> wants_tick(5, 0, 200_000), wants_tick(5, 150_000, 200_000)
    (True, False)
    """
    return (
        next_due_us is not None
        and next_due_us <= now_us
        and now_us - last_us >= TICK_US
    )
