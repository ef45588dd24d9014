"""What the API needs of whatever is asked about many people at once."""

from collections.abc import Sequence
from typing import Any, Protocol

from habitue.api.port import Caller, View
from habitue.model.score import RfmPart


class Scores(Protocol):
    """By what people are scored, and how many stand where."""

    def rules(self) -> View: ...

    async def set_rules(self, told: bytes) -> View: ...

    async def cut(self, *, keep: bool) -> View: ...

    async def summary(self, at_us: int | None) -> View: ...

    async def migration(self, from_us: int, to_us: int) -> View: ...

    async def rfm(self, part: RfmPart, at_us: int | None, *, fifths: bool) -> View: ...


class Channels(Protocol):
    """Through which channels people come, and what these cost and brought."""

    def rules(self) -> View: ...

    async def set_rules(self, told: list[View]) -> View: ...

    def try_url(self, url: str, referrer: str) -> View: ...

    async def set_costs(self, told: list[View]) -> View: ...

    async def report(self, since: str, until: str) -> View: ...


class Segments(Protocol):
    """Who is meant by what: definitions, counts, and who is in."""

    def list(self) -> list[View]: ...

    def get(self, segment_id: str) -> View: ...

    def versions(self, segment_id: str) -> Sequence[View]: ...

    def templates(self) -> Sequence[View]: ...

    async def add(self, segment_id: str, told: View) -> View: ...

    async def put(self, segment_id: str, told: View) -> View: ...

    async def delete(self, segment_id: str) -> View: ...

    async def preview(self, told: Any, sample: int) -> View: ...

    async def overlap(self, segment_ids: Sequence[str]) -> View: ...

    async def figures(self, segment_id: str, purpose: str, days: int) -> View: ...

    async def members(
        self, segment_id: str, after: int, limit: int, form: str, *, named: bool
    ) -> tuple[bytes, int | None]: ...

    async def of_person(self, person_id: int) -> View: ...

    async def why(self, person_id: int, segment_id: str) -> View: ...

    async def past(
        self, person_id: int, segment_id: str | None = None
    ) -> Sequence[View]: ...


class Exported(Protocol):
    """A file of members."""

    @property
    def body(self) -> bytes: ...

    @property
    def people(self) -> int: ...


class Approvals(Protocol):
    """Requests to take many people out, and what a second person says to them."""

    def list(self) -> list[View]: ...

    async def decide(
        self, who: Caller, request_id: str, *, yes: bool, reason: str = ""
    ) -> View: ...


class SegmentExports(Protocol):
    """Takes members of a segment out as a file, within a role's budget."""

    @property
    def approvals(self) -> Approvals: ...

    async def ask(
        self, who: Caller, segment_id: str, form: str, reason: str
    ) -> View: ...

    async def export(
        self, who: Caller, segment_id: str, form: str, *, named: bool
    ) -> Exported: ...


class SegmentSubscriptions(Protocol):
    """Who is told of who enters and leaves a segment."""

    def list(self, segment_id: str) -> Sequence[View]: ...

    async def put(self, segment_id: str, name: str, told: View) -> View: ...

    async def end(self, segment_id: str, name: str) -> View: ...


class Analysis(Protocol):
    """Queries over the copy of the events."""

    def standing(self) -> View: ...

    async def ask_arrow(self, sql: str, rows_max: int | None) -> tuple[bytes, View]:
        """Give an Arrow stream, and of what offset it tells, its rows, and if more."""
        ...

    async def ask_json(self, sql: str, rows_max: int | None) -> tuple[bytes, View]:
        """Give JSON lines, and the same."""
        ...
