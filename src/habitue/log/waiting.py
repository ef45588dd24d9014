"""Who waits to be written: a call of each source in turn."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from habitue.log.port import Entry


class Call(Protocol):
    """What one caller wants to have written."""

    @property
    def entries(self) -> Sequence[Entry]: ...


C = TypeVar("C", bound=Call)


class CallsInTurn(dict[str, deque[C]]):
    """Calls in the order in which they are written.

    Of one source what came first goes first; the sources take turns, so that who
    sends one item does not stand behind all that another has sent before.
    """

    def append(self, call: C) -> None:
        """Have a call wait behind those of its source."""
        source = call.entries[0].source
        calls = self.get(source)
        if calls is None:
            calls = self[source] = deque()
        calls.append(call)

    def first(self) -> C:
        """Give the call whose turn it is, and leave it there."""
        return next(iter(self.values()))[0]

    def popleft(self) -> C:
        """Take the call whose turn it is; its source comes last from here on."""
        source = next(iter(self))
        calls = self.pop(source)
        call = calls.popleft()
        if calls:
            self[source] = calls
        return call

    def calls(self) -> Iterator[C]:
        """Give all that wait."""
        for calls in self.values():
            yield from calls
