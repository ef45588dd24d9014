"""Memberships as they are kept by the fold, as of now: fills the port Memberships."""

from collections.abc import Sequence
from typing import Protocol

from habitue.app.projection.segmenting import Segmenting
from habitue.base.clock import Clock
from habitue.segment.live import Live
from habitue.segment.port import Day, Membership, Past


class Folded(Protocol):
    """What of the fold is read."""

    @property
    def segments(self) -> Segmenting: ...


class KeptMemberships:
    """Says who is in which segment; what time alone has changed, it judges at once."""

    def __init__(self, fold: Folded, clock: Clock) -> None:
        self._fold = fold
        self._clock = clock

    @property
    def _live(self) -> Live:
        return self._fold.segments.live

    def answering(self) -> frozenset[str]:
        """Give the segments that answer; the others are still being filled in."""
        return frozenset(self._live.library.answering().values())

    def of_person(self, person_id: int) -> Sequence[Membership] | None:
        """Give the segments a person is in.

        None where none is defined, or one does not answer yet, or as the catalogue
        was: then all are judged.
        """
        live = self._live
        if not live.on or live.library.is_filling():
            return None
        return live.asking.of_person(person_id, self._clock.now_us())

    def past(self, person_id: int) -> Sequence[Past] | None:
        """Give what a person was in, the latest first; None where none is defined."""
        live = self._live
        if not live.on:
            return None
        return live.asking.past(person_id, self._clock.now_us())

    def members(
        self, segment: str, after: int, limit: int
    ) -> tuple[list[int], int | None] | None:
        """Give a page of a segment's people; None where it does not answer yet.

        What time alone changes is in it within the 100 ms of a tick.
        """
        library = self._live.library
        if library.comes(segment) or library.is_behind(segment):
            return None
        return self._live.asking.page(segment, after, limit)

    def size(self, segment: str) -> int | None:
        """Count a segment's people; None where it does not answer yet."""
        if self._live.library.comes(segment):
            return None
        return self._live.asking.size(segment)

    def trend(self, segment: str, days: int) -> Sequence[Day] | None:
        """Give so many days up to today; None where it does not answer yet."""
        if self._live.library.comes(segment):
            return None
        return self._live.asking.trend(segment, days, self._clock.now_us())
