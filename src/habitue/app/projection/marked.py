"""Where what was marked lies, by the identifier that it names: it is shown still."""

from collections.abc import Iterator

from habitue.identity.resolve import Resolver
from habitue.model.event import Event
from habitue.model.identifier import born_before
from habitue.state.port import IndexSpec
from habitue.state.store import Store

# By the number of the identifier; it tells only where in the log an event lies.
MARKED = IndexSpec(name="marked")

_PAGE = 1_000

# (at_us, offset), as in the order of items.
Place = tuple[int, int]


class Marked:
    """Where in the log the marked events lie that name somebody whom state knows."""

    def __init__(
        self, store: Store, identity: Resolver, spec: IndexSpec = MARKED
    ) -> None:
        """Make the index in a store that is not open yet."""
        self._entries = store.index(spec)
        self._identity = identity

    def keep(
        self, event: Event, offset: int, *, known_by: int | None = None, flag: int = 0
    ) -> int | None:
        """Keep the place of an event under the first of its names that is known.

        What names only strangers is kept in the log alone, or a robot that calls
        itself anew with each request would fill state. known_by: the offset before
        which a name must have been told; that of the event if none is given. Gives
        the number of the name; None if none was known.
        """
        for number in self._numbers(event):
            # What is kept again, because of an erasure, goes by what was known then.
            if born_before(number, offset if known_by is None else known_by):
                self._entries.put(number, event.at_us, offset, flag)
                return number
        return None

    def forget(self, event: Event, offset: int) -> None:
        """Keep the place of an event no more."""
        place, behind = (event.at_us, offset), (event.at_us, offset + 1)
        for number in self._numbers(event):
            if self._entries.span(number, low=place, high=behind, limit=1):
                self._entries.remove(number, *place)

    def take_out(self, number: int) -> Iterator[int]:
        """Keep no place under an identifier any more; yields the offset of each."""
        while page := self._entries.span(number, limit=_PAGE):
            for at_us, offset, _ in page:
                self._entries.remove(number, at_us, offset)
                yield offset

    def _numbers(self, event: Event) -> Iterator[int]:
        for identifier in event.identifiers:
            number = self._identity.number(identifier)
            if number is not None:
                yield number

    def newest(self, number: int, span: tuple[Place, Place], limit: int) -> list[Place]:
        """Give so many places of an identifier within a span, the newest first."""
        found = self.flagged(number, span, limit)
        return [(at_us, offset) for at_us, offset, _ in found]

    def flagged(
        self, number: int, span: tuple[Place, Place], limit: int
    ) -> list[tuple[int, int, int]]:
        """Give such places as newest() does, each with its flag."""
        low, high = span
        return self._entries.span(
            number, low=low, high=high, limit=limit, newest_first=True
        )
