"""What people asked the shop for and nobody has acted on: to be told, to be forgotten.

A request is an event that a system of the shop tells. It waits until somebody says what
became of it, or until whom it names is erased, and the event with them.
"""

from habitue.model.event import Event
from habitue.model.source import Writer
from habitue.state.port import IndexSpec
from habitue.state.store import Store

# A definition of this kind says that a request has been acted on, under its offset.
ANSWERED = "privacy_answer"
# The event's name -> what is asked for.
ASKED = {"Data Access Requested": "access", "Erasure Requested": "erasure"}
# A browser's word is a claim; who asks by one is asked who they are first.
_WRITERS = frozenset({Writer.SIGNED, Writer.SERVER, Writer.OPERATOR})
_REQUESTS = IndexSpec(name="privacy_request")
_ALL = 0


class Requests:
    """The requests that wait, by the offset of their events."""

    def __init__(self, store: Store) -> None:
        """Make the index in a store that is not open yet."""
        self._waiting = store.index(_REQUESTS)

    def take(self, event: Event, offset: int) -> None:
        """Have a request wait, if an event is one."""
        if event.name in ASKED and event.writer in _WRITERS:
            self._waiting.put(_ALL, offset, offset, 0)

    def end(self, offset: int) -> None:
        """Have a request wait no more; there need not be one."""
        self._waiting.remove(_ALL, offset, offset)

    def waiting(self, after: int, limit: int) -> list[int]:
        """Give so many that wait behind an offset, oldest first."""
        found = self._waiting.span(_ALL, low=(after + 1, 0), limit=limit)
        return [offset for _, offset, _ in found]
