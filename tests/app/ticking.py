"""A part that waits, for tests: events ask for it, and it keeps what was fired when.

As a program it is `habitue` with that part.
"""

from typing import Any

from habitue.app.projection.due import WAITERS
from habitue.cli.main import main
from habitue.model.event import Event
from habitue.state.port import TableSpec
from habitue.state.store import Store
from habitue.timers.timer import Timer
from habitue.timers.timers import Timers

REMINDERS = TableSpec(name="reminder", key=int, value=list[tuple[str, int, int]])


class Reminder:
    """Keeps, by strand, what it was asked to remind of and when it did."""

    def __init__(self, store: Store, timers: Timers) -> None:
        self.rows = store.table(REMINDERS)
        self._timers = timers

    def take(self, event: Event, strand: int, now_us: int) -> None:
        if event.name == "Remind":
            what, ms = event.properties["of"], event.properties["ms"]
            self._timers.set(strand, now_us + ms * 1_000, f"remind:{what}")
        self._keep(strand, f"took {event.name}", 0, now_us)

    def fire(self, timer: Timer, now_us: int) -> None:
        self._keep(timer.strand, timer.what, timer.due_us, now_us)

    def _keep(self, strand: int, what: str, due_us: int, now_us: int) -> None:
        self.rows.put(strand, [*(self.rows.get(strand) or ()), (what, due_us, now_us)])


def remind(of: str, ms: int, **who: str) -> dict[str, Any]:
    """Make an item that asks to be reminded."""
    return {
        "type": "track",
        "event": "Remind",
        "properties": {"of": of, "ms": ms},
        **(who or {"userId": "u1"}),
    }


if __name__ == "__main__":
    WAITERS["remind"] = Reminder
    main()
