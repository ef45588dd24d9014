"""Records that could not be folded: kept by offset and shown."""

import logging

from habitue.base.trail import trail
from habitue.state.port import TableSpec
from habitue.state.store import Store

FAULTS = TableSpec(name="fault", key=int, value=str)

_log = logging.getLogger("habitue.fold")


class Faults:
    """The table of faults, and how many of it this process found."""

    def __init__(self, store: Store) -> None:
        self.table = store.table(FAULTS)
        self.found = 0

    def keep(self, offset: int, error: Exception) -> None:
        """Keep that a record could not be folded; it is shown, and the next go on.

        Nothing of what the error says is kept or logged: it may quote the record.
        """
        _log.error("record %d could not be folded: %s", offset, trail(error))
        self.found += self.table.get(offset) is None
        self.table.put(offset, type(error).__name__)

    def forget(self, offset: int) -> None:
        """Keep nothing of how a record could not be folded."""
        if self.table.get(offset) is not None:
            self.table.delete(offset)
            self.found -= 1
