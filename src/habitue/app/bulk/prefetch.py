"""Loads what a packet's events name in a few questions, before it is folded.

An import of many people outgrows the memory for state, and then each name is a
question to the disk of its own. Loading changes no state: what is folded comes to the
same, whether it was loaded at once or one by one.
"""

from collections.abc import Iterable

from habitue.identity.rows import NUMBERS, ROWS
from habitue.model.event import Event
from habitue.state.store import Store


class Prefetch:
    """Loads the names of events, and the rows of those that are known."""

    def __init__(self, store: Store) -> None:
        self._numbers = store.tables[NUMBERS.name]
        self._rows = store.tables[ROWS.name]

    def __call__(self, events: Iterable[Event]) -> None:
        """Load what some events name: so many as the loop may wait for."""
        names = {f"{kind}:{value}" for one in events for kind, value in one.identifiers}
        self._numbers.prefetch(names)
        found = map(self._numbers.get, names)
        self._rows.prefetch([number for number in found if number is not None])
