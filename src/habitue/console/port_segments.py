"""What the console needs to know of segments."""

from collections.abc import Sequence
from typing import Any, Protocol

from habitue.console.doer import Doer
from habitue.segment.texts import Texts

View = dict[str, Any]
Views = list[View]
# By what they name: events, properties, traits, ...
Names = dict[str, list[str]]


class Exported(Protocol):
    """A file of members, and how many stand in it."""

    @property
    def body(self) -> bytes: ...

    @property
    def people(self) -> int: ...


class Approvals(Protocol):
    """Requests to take many people out, and what a second person says to them.

    A request: id, segment, form, people, operator, reason, asked_at, state (asked,
    approved, refused, taken), open, decided_by, decided_at.
    """

    def list(self) -> Views: ...

    async def decide(
        self, who: Doer, request_id: str, *, yes: bool, reason: str = ""
    ) -> View: ...


class Segments(Protocol):
    """Who is meant.

    A segment: id, name, description, words, version, defined_at; a template: id,
    name, description, words, condition.
    """

    def list(self) -> Views: ...

    def get(self, segment_id: str) -> View: ...

    def versions(self, segment_id: str) -> Views:
        """Give all that a segment was, the first one first.

        Each as a segment, and by, deleted; of a deleted one nothing more is told.
        """
        ...

    def templates(self) -> Views: ...

    def size(self, segment_id: str) -> int | None:
        """Count who is in one; None while it is still filled in."""
        ...

    async def figures(self, segment_id: str, purpose: str, days: int) -> View:
        """Give what members are worth and how they are reached, and so many days.

        known, offset, members, purchases, buyers, money, channels, trend; None for
        what is not known.
        """
        ...

    async def page(
        self, segment_id: str, after: int, limit: int, *, named: bool
    ) -> tuple[Views, int | None]:
        """Give person_id and name of some who are in one, and where to go on."""
        ...

    async def add(self, segment_id: str, told: View) -> View: ...

    async def of_person(self, person_id: int, texts: Texts) -> View:
        """Give those that somebody is in, and why, in some words.

        person_id; segments [{id, name, since, because}], where because is
        [{clause, holds, found, offsets}]
        """
        ...

    async def why(self, person_id: int, segment_id: str, texts: Texts) -> View:
        """Say why somebody is in one, or is not: segment, name, in, because."""
        ...

    async def past(self, person_id: int) -> Views:
        """Give what somebody was in and is no more, the latest first.

        id, name, version, since, until, cause, ended_by, goes_on, former_id
        """
        ...

    async def put(self, segment_id: str, told: View) -> View: ...

    async def delete(self, segment_id: str) -> View: ...

    async def count(self, told: Any, sample: int, *, named: bool) -> View:
        """Count who satisfies a condition, and name some.

        known, count, people, offset, as_of, by, sample [{person_id, name}]
        """
        ...

    async def overlap(self, segment_ids: Sequence[str]) -> View:
        """Count who is in which of two or three: offset, as_of, parts [{in, count}]."""
        ...

    async def export(
        self, who: Doer, segment_id: str, form: str, *, named: bool
    ) -> Exported:
        """Take members out as "csv" or "arrow", and write it down.

        InvalidError where they are more than is left of what the role may take out.
        """
        ...

    @property
    def approvals(self) -> Approvals: ...

    async def ask(self, who: Doer, segment_id: str, form: str, reason: str) -> View:
        """Ask for a second person's yes to taking a segment out."""
        ...

    async def left(self, who: Doer) -> int:
        """Say how many people somebody may still take out in these 24 hours."""
        ...

    def used(self, segment_id: str) -> Views:
        """Give the segments that ask for one: id, name."""
        ...

    def listeners(self, segment_id: str) -> Views:
        """Give who is told of who comes and goes: name, entered, left, marked."""
        ...

    async def listen(self, segment_id: str, name: str, told: View) -> View: ...

    async def unlisten(self, segment_id: str, name: str) -> View: ...

    async def known(self, wait_s: float, *, fresh: bool = False) -> Names:
        """Give what conditions can name here: events, properties, traits, ...

        What takes longer than wait_s to read is there for whoever asks next; fresh:
        wait even if there are names of before.
        """
        ...
