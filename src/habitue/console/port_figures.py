"""What the console needs of channels, journeys, key figures and tests."""

from collections.abc import Sequence
from typing import Any, Protocol

from habitue.journey.handover import Handover
from habitue.measure.wanted import Credits, Following, Planning, Testing, Ways
from habitue.model.score import RfmPart

View = dict[str, Any]
Views = list[View]


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


class Insights(Protocol):
    """Says how people come to buy, from day to day of the shop's zone (as 2026-03-01).

    NotAnsweredError while the copy for analysis can't tell.
    """

    async def journeys(self, first: str, last: str, wanted: Ways) -> View: ...

    async def ropo(
        self, first: str, last: str, window_days: int | None = None, by: str = ""
    ) -> View: ...

    async def attribution(self, first: str, last: str, wanted: Credits) -> View:
        """Hand out what was bought to channels, by each model."""
        ...

    async def influence(self, first: str, last: str, wanted: Following) -> View:
        """Say what followed in stores for a unit spent online."""
        ...

    async def experiments(self, first: str, last: str, control: str) -> View:
        """Say to which experiments people were assigned."""
        ...

    async def experiment(self, first: str, last: str, wanted: Testing) -> View:
        """Say what an experiment's arms brought beyond its control."""
        ...

    async def plan(self, wanted: Planning) -> View: ...

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

    async def rows_shown(self, table: str, first: str, last: str, limit: int) -> View:
        """Give columns, the first rows of a table as dicts, and whether there are more.

        table: journeys, touchpoints, intents, ropo.
        """
        ...


class Kpis(Protocol):
    """Says key figures, and who stands behind each of them (console/kpis/shown.py).

    NotAnsweredError while the copy for analysis can't tell.
    """

    async def report(  # noqa: PLR0913 - what a page asks by
        self,
        first: str,
        last: str,
        segment: str,
        *,
        steps: str = "",
        by: str = "",
        same: str = "",
    ) -> View:
        """Say them; steps, by, same: which steps, and how they are told apart."""
        ...

    async def day(self, day: str) -> View:
        """Say of a day's report all, stores and steps: what Today shows of it."""
        ...

    async def cell(self, cell: str) -> View:
        """Say who a cell counts: condition (or None), words, count, offset."""
        ...

    async def people(
        self, cell: str, after: int, limit: int, *, named: bool
    ) -> tuple[Views, int | None]: ...

    async def make(self, segment_id: str, name: str, cell: str) -> View: ...


class Today(Protocol):
    """Says how a day goes, beside the usual of its weekday (as 2026-03-01).

    A figure: count and usual, None where it is not known, weeks (that the usual is
    of), simulated; cell of visitors, if there are any. NotAnsweredError while the copy
    for analysis can't tell.
    """

    async def figures(self, day: str) -> View:
        """Give day, offset, visitors and receipts of stores."""
        ...

    async def sold(self, day: str, sort: str, cursor: str, limit: int) -> View:
        """Give what was sold, the latest first: all, or receipts of stores alone."""
        ...


class Digests(Protocol):
    """Writes the week in figures; one: id, made_at, forms.

    weekday: on which one is written by itself, in English; never where none is.
    """

    @property
    def weekday(self) -> str: ...

    def list(self) -> Views: ...

    def read(self, name: str, form: str) -> bytes: ...

    async def make_now(self) -> View: ...


class GeoTests(Protocol):
    """Plans tests by region, and reads what one brought."""

    async def plan(
        self, first: str, last: str, *, count: int, lift: float, seed: str
    ) -> View: ...

    async def look(
        self,
        first: str,
        start: str,
        last: str,
        *,
        regions: Sequence[str],
        neighbours: Sequence[str] = (),
    ) -> View: ...


class GeoKept(Protocol):
    """Keeps tests by region, each under a name; a test does not change, but ends.

    A test: name, regions, neighbours, since, start, until, note, state (planned,
    running, ended or withdrawn). InvalidError of what can't be tested, ConflictError
    of what is kept otherwise.
    """

    def list(self) -> list[View]: ...

    def get(self, name: str) -> View: ...

    async def keep(self, name: str, wanted: View) -> View: ...

    async def end(self, name: str, day: str = "") -> View: ...

    async def read(self, name: str) -> View: ...


class Scores(Protocol):
    """By what people are scored, and how many stand where.

    rules: own (whether the shop set any), version, rules; a summary: at, people, and
    for persona, stage, engagement, need and rfm (as "543") {value: people}; a
    migration: from, to, moves [{from, to, people}]. What is not counted within wait_s
    raises NotThereYetError, and is counted on.
    """

    def rules(self) -> View: ...

    async def set_rules(self, told: bytes) -> View: ...

    async def cut(self, *, keep: bool) -> View:
        """Compute cuts that part today's buyers evenly: people, kept, rules."""
        ...

    async def summary(self, at_us: int | None, wait_s: float | None) -> View: ...

    async def migration(
        self, from_us: int, to_us: int, wait_s: float | None
    ) -> View: ...

    async def rfm(
        self, part: RfmPart, at_us: int | None, *, fifths: bool, wait_s: float | None
    ) -> View:
        """Count buyers of a part: at, people, fifths, cuts, rfm and persona."""
        ...
