"""The mentions of a device in the order of (t, key), from any moment on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from habitue.identity import ties
from habitue.identity.rows import Moment, Tied
from habitue.identity.ties import Ties
from habitue.state.index import Index
from habitue.state.port import Place

_PAGE = 1_000
_END_US = 2**62
_BEFORE_ALL = ties.before((-1, "", "", 0))


class Mention(NamedTuple):
    """A record that mentions an identifier, with the flags of its entry."""

    at_us: int
    offset: int
    flags: int


class _Instant(NamedTuple):
    """The first mention at a time, and whether there are others at the same."""

    first: Mention
    tied: bool


class Order:
    """Walks through the mentions of devices; of others no ties are kept."""

    def __init__(
        self, items: Index, tied: Ties, moment: Callable[[int, int], Moment]
    ) -> None:
        """moment(at_us, offset) reads where a record stands."""
        self._items = items
        self._ties = tied
        self._moment = moment

    def enter(self, number: int, moment: Moment, offset: int) -> None:
        """Note a mention whose entry is about to come, if others have its time."""
        at_us = moment[0]
        others = [
            entry[1]
            for part in _parts(number)
            for entry in self._items.span(part, (at_us, 0), (at_us + 1, 0), limit=2)
        ]
        if len(others) == 1:
            other = (*self._moment(at_us, others[0]), others[0])
            self._ties.begin(_tie(number, at_us), other, (*moment, offset))
        elif others:
            self._ties.enter(_tie(number, at_us), (*moment, offset))

    def forget(self, number: int) -> Iterator[int]:
        """Keep no mention of an identifier, nor what ties those of one time.

        Yields with each mention.
        """
        for part in _parts(number):
            while page := self._items.span(part, limit=_PAGE):
                for at_us, offset, _ in page:
                    self._items.remove(part, at_us, offset)
                    self._ties.drop(_tie(number, at_us))
                    yield offset

    # Walking.

    def onwards(self, number: int, after: Moment | None) -> Iterator[Mention]:
        """Give the mentions behind a moment, in order; None: all."""
        at_us = max(0, after[0]) if after else 0
        bound = ties.behind(after) if after else _BEFORE_ALL
        while (found := self._next(number, at_us)) is not None:
            at_us = found.first.at_us
            if found.tied:
                tied = self._ties.onwards(_tie(number, at_us), bound)
                yield from self._mentions(_parts(number), tied)
            elif self._bound(found.first) > bound:
                yield found.first
            at_us += 1

    def backwards(self, number: int, before: Moment) -> Iterator[Mention]:
        """Give the mentions before a moment, last first."""
        at_us, bound = before[0], ties.before(before)
        while (found := self._last(number, at_us)) is not None:
            at_us = found.first.at_us
            if found.tied:
                tied = self._ties.backwards(_tie(number, at_us), bound)
                yield from self._mentions(_parts(number), tied)
            elif self._bound(found.first) < bound:
                yield found.first
            at_us -= 1

    def within(
        self, number: int, since: Moment | None, until: Moment | None, *parts: int
    ) -> Iterator[Mention]:
        """Give the mentions since a moment and before another; None: without an end.

        parts: of the items; within each of them they come in order of time.
        """
        low = max(0, since[0]) if since else 0
        high = until[0] if until else _END_US
        bounds = (
            ties.before(since) if since else _BEFORE_ALL,
            ties.before(until or (_END_US, "", "", 0)),
        )
        yield from self._at(number, low, bounds, parts)
        for part in parts:
            yield from self._between(part, low + 1, high)
        if high > low:
            yield from self._at(number, high, bounds, parts)

    def _at(
        self, number: int, at_us: int, bounds: tuple[Tied, Tied], parts: Sequence[int]
    ) -> Iterator[Mention]:
        """Give the mentions at one time that lie between two bounds."""
        low, high = bounds
        found = self._instant(number, (at_us, 0), (at_us + 1, 0))
        if found is None:
            return
        if found.tied:
            tied = self._ties.onwards(_tie(number, at_us), low)
            within = takewhile(lambda one: one < high, tied)
            yield from self._mentions(parts, within)
        elif low < self._bound(found.first) < high:
            yield from self._mentions(parts, [self._bound(found.first)])

    def _between(self, part: int, low: int, high: int) -> Iterator[Mention]:
        """Give the mentions of one part from one time on and before another."""
        place = (low, 0)
        while True:
            page = self._items.span(part, place, (high, 0), limit=_PAGE)
            yield from map(Mention._make, page)
            if len(page) < _PAGE:
                return
            place = (page[-1][0], page[-1][1] + 1)

    # One time.

    def _next(self, number: int, at_us: int) -> _Instant | None:
        return self._instant(number, (at_us, 0), (_END_US, 0))

    def _last(self, number: int, at_us: int) -> _Instant | None:
        return self._instant(number, (0, 0), (at_us + 1, 0), newest_first=True)

    def _instant(
        self, number: int, low: Place, high: Place, *, newest_first: bool = False
    ) -> _Instant | None:
        """Find the first time, or the last, at which there is a mention."""
        found = sorted(
            (
                entry
                for part in _parts(number)
                for entry in self._items.span(
                    part, low, high, limit=2, newest_first=newest_first
                )
            ),
            reverse=newest_first,
        )
        if not found:
            return None
        tied = len(found) > 1 and found[0][0] == found[1][0]
        return _Instant(Mention(*found[0]), tied)

    def _mentions(
        self, parts: Sequence[int], tied: Iterable[Tied]
    ) -> Iterator[Mention]:
        """Give the mentions of these parts that a tie tells of."""
        for at_us, _, _, _, offset in tied:
            for part in parts:
                place = (at_us, offset), (at_us, offset + 1)
                yield from map(Mention._make, self._items.span(part, *place, limit=1))

    def _bound(self, one: Mention) -> Tied:
        return (*self._moment(one.at_us, one.offset), one.offset)


def _parts(number: int) -> tuple[int, int]:
    return number * 2, number * 2 + 1


def _tie(number: int, at_us: int) -> str:
    return f"item:{number}:{at_us}"
