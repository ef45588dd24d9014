"""What segments need of the rest: who is counted, and who is in."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from habitue.segment.condition import Condition
from habitue.segment.figures import Figures


class Counted(Struct, frozen=True, kw_only=True):
    """How many satisfy a condition, of how many, at which offset of the log.

    offset: None where people were judged one by one while more came in, so that what
    came may be in part of it.
    """

    count: int
    people: int
    offset: int | None
    now_us: int
    # Some of them, the same for the same people.
    sample: tuple[int, ...] = ()
    # Whether one query of the copy for analysis told it, or the meaning, one by one.
    by_copy: bool = False


class Membership(Struct, frozen=True, kw_only=True):
    """Being in a segment: since when, by which version of it, and what made it so."""

    segment: str
    # None where that is not kept: it was judged when it was asked for.
    since_us: int | None = None
    version: int | None = None
    cause: str | None = None


class Past(Struct, frozen=True, kw_only=True):
    """Having been in a segment: from when until when, and what began and ended it.

    version: the newest that meant what they were in. person_id: who they were then.
    goes_on: they stayed in the segment, by another version or as somebody else.
    """

    segment: str
    version: int
    person_id: int
    since_us: int
    # None where no record has said so yet: time alone ended it just now.
    until_us: int | None
    cause: str
    ended_by: str
    goes_on: bool = False


class Counting(Protocol):
    """Judges everybody; conditions have those of other segments in their place."""

    async def count(self, condition: Condition, *, sample: int = 0) -> Counted:
        """Count who satisfies a condition now, and name some of them."""
        ...

    async def page(
        self, condition: Condition, after: int, limit: int
    ) -> tuple[list[int], int | None]:
        """Give ids of people above one, in order; the next page is above the second.

        A page may hold fewer than asked for, or none, and still not be the last.
        """
        ...

    async def overlap(self, conditions: Sequence[Condition]) -> list[Counted]:
        """Count who satisfies each combination of up to three conditions.

        At place n those that satisfy exactly the conditions whose bits are set in n.
        """
        ...

    async def figures(self, condition: Condition, purpose: str) -> Figures:
        """Say what who satisfies a condition is worth, and how they are reached.

        NotAnsweredError, in a sentence, where it can't be said.
        """
        ...


class Day(Struct, frozen=True, kw_only=True):
    """How many came into a segment and left it on a day, and were in it at its end.

    day: counted from 1970, UTC. None where the segment did not answer yet.
    """

    day: int
    members: int | None = None
    entered: int | None = None
    left: int | None = None


class Memberships(Protocol):
    """Who is in which segment, kept up to date as time passes and events come."""

    def of_person(self, person_id: int) -> Sequence[Membership] | None:
        """Give the segments a person is in; None where that is not kept."""
        ...

    def past(self, person_id: int) -> Sequence[Past] | None:
        """Give what a person was in, the latest first; None where that is not kept."""
        ...

    def members(
        self, segment: str, after: int, limit: int
    ) -> tuple[list[int], int | None] | None:
        """Give a page of a segment's people; None where these are not kept."""
        ...

    def size(self, segment: str) -> int | None:
        """Count a segment's people; None where these are not kept."""
        ...

    def trend(self, segment: str, days: int) -> Sequence[Day] | None:
        """Give so many days up to today; None where these are not kept."""
        ...


class NoMemberships:
    """Nothing is kept: everything is judged when it is asked for."""

    def of_person(self, _person_id: int) -> None:
        return None

    def past(self, _person_id: int) -> None:
        return None

    def members(self, _segment: str, _after: int, _limit: int) -> None:
        return None

    def size(self, _segment: str) -> None:
        return None

    def trend(self, _segment: str, _days: int) -> None:
        return None
