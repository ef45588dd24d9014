"""What the console needs of the rest; filled by the composition root.

Views are plain data, as the API gives them; what is missing is not shown. Times are
RFC 3339 texts in UTC, money is text ("29.35 GBP"), beside it minor units.

event:   offset, at, name, source, simulated, summary, identifiers ["kind:value"],
         person_id (None: nobody's), person (a name, if one is known), historical,
         marked (None, or bot, scanner, staff: it counts for nothing); of a timeline
         delicate (of goods that nobody begins a conversation with)
found:   person_id, name, identifiers ["kind:value"], matched
person:  person_id, shared, known, name, identifiers [{kind, value, verified, since,
         until, held_by}], joined [{left, right, grade, evidence}], joined_total,
         refused [{left, right, reason, evidence}], refused_total,
         traits {name: {value, source, at, verified, rule, others}},
         computed {name: value}, units {name: unit, as the profile declares them},
         consents [{purpose, channel, state, reason, entry {contact, at_us, source}}],
         orders [{name, kind, at, channel, store, amount, amount_minor, currency,
         status, simulated, counted, because, claimed, conflict, over_returned}],
         warnings [text], freshness [{source, at, simulated}]
overview: people (known), strangers, outcomes {received, stored, duplicate,
         quarantined, refused}, missing [{watch, at}] of watched folders,
         sources: as source
source:  name, kind, mode, simulated, outcomes, reasons {"fate: reason": items},
         per_minute, last_hour, last_at, keys [{key_id, made_at, holds, scopes}],
         arrival {events, p50_ms, p95_ms} of what was done lately (None: nothing)
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Any, Protocol

from msgspec import Struct

from habitue.access.deeds import NOTHING, Object
from habitue.access.operators import Operators as Team
from habitue.access.scope import Sees, Sight
from habitue.access.searches import Searches
from habitue.console.doer import Doer
from habitue.console.port_figures import (
    Channels,
    Digests,
    GeoKept,
    GeoTests,
    Insights,
    Kpis,
    Scores,
    Today,
)
from habitue.console.port_imports import Imports, Wizard
from habitue.console.port_privacy import Privacy, Requests, Retention, Scrubbing
from habitue.console.port_segments import Segments
from habitue.console.port_sources import Mapping, Plans, Quarantine, Seen, Sources
from habitue.console.port_views import SavedViews
from habitue.console.worked import Worked

View = dict[str, Any]
Views = list[View]


class Reading(Protocol):
    """Reads what is shown; nothing here waits or writes."""

    def applied(self) -> int:
        """Say how far in the log what is read here is."""
        ...

    def recent(
        self, limit: int, after: int = 0, before: int | None = None, source: str = ""
    ) -> list[View]:
        """Give the newest applied events with after < offset < before, newest first.

        source: of that source alone.
        """
        ...

    def follow(self, person_id: int) -> AbstractContextManager[Callable[[], int]]:
        """Give what says, while it is held, the newest offset of a person's events."""
        ...

    def search(self, text: str, sees: Sees | None = None) -> list[View]:
        """Find people by any identifier (kind:value or the bare value) or name."""
        ...

    def person(self, person_id: int, at_us: int | None = None) -> View | None: ...

    def evidence(
        self, person_id: int, cursor: str | None
    ) -> tuple[View, str | None] | None:
        """Give a page of what joins a person, and the next cursor; None: nobody.

        joined as a person's, joined_before, joined_total
        """
        ...

    def refusals(
        self, person_id: int, cursor: str | None
    ) -> tuple[View, str | None] | None:
        """Give a page of what was not joined to a person, and the next cursor.

        refused as a person's
        """
        ...

    def timeline(
        self, person_id: int, cursor: str | None
    ) -> tuple[list[View], str | None]:
        """Give a page of a person's events, newest first, and the next cursor."""
        ...

    def overview(self) -> View: ...

    def sales(self, day: int) -> list[View]:
        """Give sums of a day by its number in the shop's zone; 0 is 1970-01-01.

        kind, currency, objects, amount_minor, channel
        """
        ...

    def sales_since(self) -> int | None:
        """Give the first day that anything was sold on; None if nothing was."""
        ...


class Judging(Protocol):
    """Says who is who, and takes it back."""

    async def unmerge(
        self, person_id: int, what: View, operator: str, reason: str
    ) -> View: ...

    async def merge(
        self, left: int, right: int, operator: str, reason: str
    ) -> View: ...

    async def undo(self, command: str, operator: str, reason: str) -> View: ...

    def concerns(self, command: str) -> Collection[int]:
        """Name the people whom a command was about; none if there was no such."""
        ...


class Notes(Protocol):
    """Writes what the staff note of somebody."""

    async def add(self, person_id: int, text: str, operator: str) -> View: ...


class Operators(Protocol):
    """Team members."""

    def list(self) -> list[View]: ...

    async def add(self, name: str, role: str) -> View: ...

    async def change(self, name: str, wanted: View) -> View: ...

    async def reset(self, name: str) -> View: ...


class Audit(Protocol):
    """Writes down what somebody is about to do."""

    async def write(
        self, who: Doer, action: str, what: Object = NOTHING, reason: str = ""
    ) -> None: ...


class Reveals(Protocol):
    """Writes down who is about to see what is hidden, as often as their role may."""

    async def note(self, who: Doer, person_id: int, reason: str) -> None:
        """Note it; InvalidError where it would be too many for the role."""
        ...


class AuditLog(Protocol):
    """What was written down."""

    def page(
        self, cursor: str | None, limit: int, *, baits: bool = False
    ) -> tuple[list[View], str | None]: ...

    def verify(self) -> View: ...


class Baits(Protocol):
    """Who is bait: person_id, name, reason, by, at, reads, read_at, reader, alarm."""

    def list(self) -> Views: ...

    def alarms(self) -> Views:
        """List those that were read lately."""
        ...

    async def add(self, who: Doer, wanted: View) -> View: ...

    async def remove(self, person_id: int) -> View: ...


class Installation(Protocol):
    """How all is set, and how it is doing."""

    def settings(self) -> list[View]: ...

    def shop(self) -> View:
        """Give time_zone, currency, and days_in: the zone until the next start."""
        ...

    async def change_shop(self, wanted: View) -> View: ...

    async def health(self) -> list[View]:
        """Give findings: what, grade (good, look, wrong), value."""
        ...


class Duplicates(Protocol):
    """Suggests who is likely one person.

    A pair: left, right {person_id, name, traits, identifiers, identifiers_more}, agree
    {field: same, swapped, close, alike, differ, unknown}, weight_bits, percent, likely
    (almost_certain, very_likely, likely, possible), group; a state: running, at,
    people, compared, found, more, trained, fault.
    """

    async def find(self, wait_s: float) -> View: ...

    async def state(self, wait_s: float = 0.0) -> View: ...

    async def page(self, limit: int) -> View: ...

    async def judge(
        self, couple: tuple[int, int], verdict: str, operator: str, reason: str
    ) -> View: ...


class Ports(Struct, frozen=True, kw_only=True):
    """All that the console reads and does."""

    reading: Reading
    judging: Judging
    notes: Notes
    sources: Sources
    quarantine: Quarantine
    segments: Segments
    views: SavedViews
    channels: Channels
    imports: Imports
    wizard: Wizard
    mapping: Mapping
    plans: Plans
    seen: Seen
    insights: Insights
    duplicates: Duplicates
    kpis: Kpis
    today: Today
    digests: Digests
    geo: GeoTests
    geo_kept: GeoKept
    scores: Scores
    privacy: Privacy
    requests: Requests
    retention: Retention
    scrubbing: Scrubbing
    operators: Operators
    team: Team
    sight: Sight
    searches: Searches
    audit: Audit
    reveals: Reveals
    audit_log: AuditLog
    baits: Baits
    installation: Installation
    worked: Worked
