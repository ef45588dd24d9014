"""What waits for a time: the timers of the fold, and the parts that answer them.

A part that waits sets timers while it takes events in, and is called when one is due:
before the record by whose time it is. All that it does is a function of the log, so a
replay fires the same timers at the same records.

Where a strand is folded anew, its timers are dropped and its events taken in again; so
what is due may be fired again, and a part that acts on it knows by a record of the log
that it has acted.
"""

from collections.abc import Callable
from itertools import islice
from typing import Protocol

from habitue.base.errors import ConflictError
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.record import RecordKind
from habitue.state.port import IndexSpec, TableSpec
from habitue.state.store import Store
from habitue.timers.timer import Timer, Waiting
from habitue.timers.timers import Timers

TIMERS = TableSpec(name="timer", key=int, value=Waiting, strand_keyed=True)
DUE = IndexSpec(name="due")

# Under this source ticks stand in the log.
TICK = "tick"


class Waiter(Protocol):
    """A part of the fold that waits for times."""

    def take(self, event: Event, strand: int, now_us: int) -> None:
        """Take in an event that was folded, at its record's time; may set timers."""
        ...

    def fire(self, timer: Timer, now_us: int) -> None:
        """Do what was waited for; now_us is the time of the record that comes next."""
        ...


Fire = Callable[[Timer, int], None]
MakeWaiter = Callable[[Store, Timers], Waiter]

# The parts that wait, by the word that the names of their timers begin with: "word" or
# "word:more". Segments and scenarios enter theirs here.
WAITERS: dict[str, MakeWaiter] = {}


class Dues:
    """The timers of a fold, and who answers them."""

    def __init__(self, store: Store) -> None:
        self.timers = Timers(store.table(TIMERS, self._drop), store.index(DUE))
        self._waiters = {
            word: make(store, self.timers) for word, make in sorted(WAITERS.items())
        }
        self._fires: dict[str, Fire] = {
            word: waiter.fire for word, waiter in self._waiters.items()
        }
        # Asked before every record, so looked up once.
        self.next_us = self.timers.next_due

    def answer(self, word: str, fire: Fire) -> None:
        """Have timers of a word fire so: of one who takes events in another way."""
        self._fires[word] = fire

    def take(self, event: Event, strand: int, now_us: int) -> None:
        """Tell those that wait of an event that was folded."""
        for waiter in self._waiters.values():
            waiter.take(event, strand, now_us)

    def _drop(self, strand: int) -> None:
        self.timers.drop(strand)

    def fire(self, now_us: int, limit: int) -> bool:
        """Fire so many of what is due by now, in order; say whether that was all."""
        fired = 0
        for timer in islice(self.timers.due(now_us), limit):
            fired += 1
            fire = self._fires.get(timer.what.partition(":")[0])
            if fire is None:
                raise ConflictError(f"Nobody waits for the timer '{timer.what}'.")
            fire(timer, now_us)
        return fired < limit


def tick_entry(head: int) -> Entry:
    """Make the entry of a tick that follows the record at head.

    It is named by that record: whoever else appends one there appends the same.
    """
    return Entry(kind=RecordKind.TICK, source=TICK, message_id=str(head), body=b"{}")
