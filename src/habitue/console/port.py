"""What the console needs of the rest; filled by the composition root.

Views are plain data, as the API gives them; what is missing is not shown. Times are
RFC 3339 texts in UTC, money is text ("29.35 GBP"), beside it minor units.

event:   offset, at, name, source, simulated, summary, identifiers ["kind:value"],
         person_id (None: nobody's), person (a name, if one is known), historical,
         marked (None, or bot, scanner, staff: it counts for nothing)
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
         per_minute, last_hour, last_at, keys [{key_id, made_at, holds, scopes}]
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

from msgspec import Struct

from habitue.access.operators import Operators as Team
from habitue.journey.handover import Handover
from habitue.model.plan import TrackingPlan

View = dict[str, Any]
Views = list[View]
# By what they name: events, properties, traits, ...
Names = dict[str, list[str]]


class Reading(Protocol):
    """Reads what is shown; nothing here waits or writes."""

    def recent(self, limit: int, after: int = 0) -> list[View]:
        """Give the newest applied events with offset > after, newest first."""
        ...

    def search(self, text: str) -> list[View]:
        """Find people by any identifier (kind:value or the bare value) or name."""
        ...

    def person(self, person_id: int, at_us: int | None = None) -> View | None: ...

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


class Judging(Protocol):
    """Says who is who, and takes it back."""

    async def unmerge(
        self, person_id: int, what: View, operator: str, reason: str
    ) -> View: ...

    async def merge(
        self, left: int, right: int, operator: str, reason: str
    ) -> View: ...

    async def undo(self, command: str, operator: str, reason: str) -> View: ...


class Notes(Protocol):
    """Writes what the staff note of somebody."""

    async def add(self, person_id: int, text: str, operator: str) -> View: ...


class Sources(Protocol):
    """Sets up where events come from."""

    def list(self) -> list[View]: ...

    async def add(self, wanted: View) -> View: ...

    async def change(self, name: str, wanted: View) -> View: ...

    async def issue(self, name: str, *, bulk: bool, scopes: Sequence[str]) -> View: ...

    async def revoke(self, name: str, key_id: str) -> View: ...


class Quarantine(Protocol):
    """What needs fixing."""

    def page(self, after: int, limit: int) -> tuple[list[View], int | None]: ...

    def item(self, quarantine_id: int) -> View | None: ...

    async def replay(self, quarantine_id: int, original: str | None) -> View: ...


class Operators(Protocol):
    """Team members."""

    def list(self) -> list[View]: ...

    async def add(self, name: str, role: str) -> View: ...

    async def change(self, name: str, wanted: View) -> View: ...

    async def reset(self, name: str) -> View: ...


class Doer(Protocol):
    """Somebody who does something."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...


class Audit(Protocol):
    """Writes down what somebody is about to do."""

    async def write(
        self, who: Doer, action: str, what: str = "", reason: str = ""
    ) -> None: ...


class AuditLog(Protocol):
    """What was written down."""

    def page(self, cursor: str | None, limit: int) -> tuple[list[View], str | None]: ...

    def verify(self) -> View: ...


class Installation(Protocol):
    """How all is set, and how it is doing."""

    def settings(self) -> list[View]: ...

    async def health(self) -> list[View]:
        """Give findings: what, grade (good, look, wrong), value."""
        ...


class Exported(Protocol):
    """A file of members, and how many stand in it."""

    @property
    def body(self) -> bytes: ...

    @property
    def people(self) -> int: ...


class Segments(Protocol):
    """Who is meant.

    A segment: id, name, description, words, version, defined_at; a template: id,
    name, description, words, condition.
    """

    def list(self) -> Views: ...

    def get(self, segment_id: str) -> View: ...

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

    async def of_person(self, person_id: int) -> View:
        """Give those that somebody is in.

        person_id; segments [{id, name, since, because}], where because is
        [{clause, holds, found, offsets}]
        """
        ...

    async def why(self, person_id: int, segment_id: str) -> View:
        """Say why somebody is in one, or is not: segment, name, in, because."""
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

    async def known(self) -> Names:
        """Give what conditions can name here: events, properties, traits, ..."""
        ...


class Imports(Protocol):
    """Files that were taken in.

    An import: import_id, source, file, by, begun_at, status, lines {outcome: count},
    lines_total, reasons {why: lines}, tags, undone (None, or by, at, reason,
    kept_withdrawals).
    """

    def page(self, cursor: str | None, limit: int) -> tuple[Views, str | None]: ...

    def show(self, import_id: str) -> View: ...

    async def undo(
        self, import_id: str, by: str, why: str, *, keeps_withdrawals: bool
    ) -> View: ...

    async def redo(self, import_id: str, by: str, why: str) -> View: ...


class Wizard(Protocol):
    """Takes a list of contacts in, step by step; the server itself reads none.

    An upload: upload_id, name, size_bytes, import_id. A look: format, encoding,
    encoding_certainty, delimiter, date_order, fields, assumptions, columns [{header,
    field, certainty, cells}], and tried where it was asked for: lines_read,
    lines_total, good, bad, problems [{line, why}], reasons {why: lines}. InvalidError
    says why a file can't be read.
    """

    @property
    def bytes_max(self) -> int: ...

    async def receive(
        self, name: str, by: str, blocks: AsyncIterator[bytes]
    ) -> str: ...

    def upload(self, upload_id: str) -> View: ...

    async def look(
        self, upload_id: str, choice: View, source: str, *, tries: bool
    ) -> View: ...

    async def start(
        self, upload_id: str, choice: View, wanted: View, by: str
    ) -> str: ...

    def progress(self, import_id: str) -> tuple[int, int] | None: ...

    def rejects(self, import_id: str) -> str | None: ...

    def read_rejects(self, import_id: str) -> AsyncIterator[bytes]: ...


class Channels(Protocol):
    """Through which channels people come, and what these cost and brought.

    rules: own (whether the shop set any), rules [{channel, and by condition its
    values}]; a try: channel, rule (its number, or None); a report: from, to, time_zone,
    days and channels [{day, channel, visits, people, orders, money [{currency, revenue,
    cost, roi}]}]; costs kept: rows, changed. InvalidError says what can't be.
    """

    def rules(self) -> View: ...

    async def set_rules(self, told: Views) -> View: ...

    def try_url(self, url: str, referrer: str) -> View: ...

    async def set_costs(self, told: Views) -> View: ...

    async def report(self, since: str, until: str) -> View: ...


class Mapping(Protocol):
    """What a source's deliveries become.

    providers: provider, title, about, key (ours or theirs); shown: source, path, url,
    provider, mapping (TOML), secrets (how many), working; a sample: at, body, headers;
    a try: topic, events [{outcome, detail, event {type, name, at, identifiers, traits,
    properties}, warnings, empty}], warnings [{reason, detail}].
    """

    async def providers(self) -> Views: ...

    def show(self, name: str) -> View | None:
        """Say what a source takes; None if it takes no deliveries."""
        ...

    def samples(self, name: str) -> Views:
        """Give the last deliveries that came, without what proved them."""
        ...

    def kinds(self) -> list[str]: ...

    async def try_sample(self, name: str, mapping: str, sample: View) -> View: ...

    async def put(self, name: str, wanted: View) -> View:
        """Set a source's webhook; a secret that is made is in the answer."""
        ...


class Plans(Protocol):
    """What sources' events have to hold."""

    def held(self, source: str) -> TrackingPlan | None: ...

    async def put(self, source: str, plan: TrackingPlan) -> View: ...

    async def remove(self, source: str) -> View: ...

    def try_event(self, plan: TrackingPlan, told: View) -> View:
        """Say what would become of an event: outcome, breaches [text]."""
        ...


class Insights(Protocol):
    """Says how people come to buy, from day to day of the shop's zone (as 2026-03-01).

    NotAnsweredError while the copy for analysis can't tell.
    """

    async def journeys(self, first: str, last: str) -> View: ...

    async def ropo(self, first: str, last: str) -> View: ...

    async def credit(self, first: str, last: str) -> View:
        """Hand out what was bought to channels, by each model."""
        ...

    async def following(self, first: str, last: str) -> View:
        """Say what followed in stores for a unit spent online."""
        ...

    async def intent(self, first: str, last: str) -> View:
        """Say what sessions were for, and where people went from each intention."""
        ...

    async def handovers(self, first: str, last: str, wanted: Handover) -> View:
        """Say how many hand-overs between channels were kept and lost."""
        ...

    async def waited_for(
        self, first: str, last: str, wanted: Handover, limit: int
    ) -> Views:
        """Give who got lost and came never: person_id, first_us, signs, last_sign."""
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


class Kpis(Protocol):
    """Says key figures, and who stands behind each of them (console/kpis/shown.py).

    NotAnsweredError while the copy for analysis can't tell.
    """

    async def report(self, first: str, last: str, segment: str) -> View: ...

    async def cell(self, cell: str) -> View:
        """Say who a cell counts: condition (or None), words, count, offset."""
        ...

    async def people(
        self, cell: str, after: int, limit: int, *, named: bool
    ) -> tuple[Views, int | None]: ...

    async def make(self, segment_id: str, name: str, cell: str) -> View: ...


class Digests(Protocol):
    """Writes the week in figures; one: id, made_at, forms."""

    def list(self) -> Views: ...

    def read(self, name: str, form: str) -> bytes: ...

    async def make_now(self) -> View: ...


class GeoTests(Protocol):
    """Plans tests by region, and reads what one brought."""

    async def plan(
        self, first: str, last: str, *, count: int, lift: float, seed: str
    ) -> View: ...

    async def look(
        self, first: str, start: str, last: str, *, regions: Sequence[str]
    ) -> View: ...


class Ports(Struct, frozen=True, kw_only=True):
    """All that the console reads and does."""

    reading: Reading
    judging: Judging
    notes: Notes
    sources: Sources
    quarantine: Quarantine
    segments: Segments
    channels: Channels
    imports: Imports
    wizard: Wizard
    mapping: Mapping
    plans: Plans
    insights: Insights
    duplicates: Duplicates
    kpis: Kpis
    digests: Digests
    geo: GeoTests
    operators: Operators
    team: Team
    audit: Audit
    audit_log: AuditLog
    installation: Installation
