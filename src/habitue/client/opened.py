"""A data folder opened in a notebook."""

import json
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from habitue.base.errors import HabitueError
from habitue.base.settings import load
from habitue.client.asking import Answered, ask, lost, made, report, rows, tabled
from habitue.client.relations import (
    arms_in,
    assigned_in,
    balance_in,
    cohorts_in,
    credits_in,
    designs_in,
    figures_in,
    geo_days_in,
    geo_regions_in,
    steps_in,
    tenths_in,
    tiers_in,
    transitions_in,
)

if TYPE_CHECKING:
    import pyarrow as pa


Report = dict[str, Any]


class ExtraMissingError(HabitueError):
    """A library is not installed."""


class Rows:
    """The rows of an answer, as of one offset of the log."""

    def __init__(self, found: Answered) -> None:
        self._found = found

    @property
    def offset(self) -> int:
        """The record up to which the answer tells."""
        return self._found.offset

    @property
    def more(self) -> bool:
        """Whether there were more rows than are here."""
        return self._found.more

    def arrow(self) -> "pa.Table":
        """Give the rows as an Arrow table."""
        return self._found.table

    def df(self) -> Any:
        """Give the rows as a pandas data frame."""
        try:
            return self._found.table.to_pandas()
        except ImportError as error:
            raise ExtraMissingError("df() needs pandas: pip install pandas.") from error

    def pl(self) -> Any:
        """Give the rows as a polars data frame."""
        try:
            polars = import_module("polars")
        except ImportError as error:
            told = "pl() needs polars: pip install 'habitue[polars]'."
            raise ExtraMissingError(told) from error
        return polars.DataFrame(self._found.table)

    def __len__(self) -> int:
        return int(self._found.table.num_rows)

    def __repr__(self) -> str:
        return f"<{len(self)} rows as of record {self.offset}>"


class Opened:
    """A data folder: a running server's, or opened for as long as each question."""

    def __init__(self, folder: str | Path, **flags: Any) -> None:
        """flags: settings, as lake__memory_mb=2048 or database__url=".."."""
        told = {name.replace("__", "."): value for name, value in flags.items()}
        self._settings = load({"data.folder": folder, **told})

    def sql(self, query: str, rows_max: int | None = None) -> Rows:
        """Answer one SELECT over events, lines, holding and person_events."""
        return Rows(ask(self._settings, query, rows_max))

    # Days are those of the shop's zone, as 2026-03-01, the last one included.

    def journeys(
        self, since: str, until: str, *, window_days: int | None = None
    ) -> Rows:
        """Give the way to each purchase: a row each, with its channels in order."""
        more = {} if window_days is None else {"window_days": window_days}
        return Rows(rows(self._settings, "journeys", since, until, **more))

    def ways(self, since: str, until: str, **asked: Any) -> Report:
        """Say how people came to buy, and what came after; asked: paths, .."""
        return self._report("journeys", since, until, **asked)

    def touchpoints(self, since: str, until: str) -> Rows:
        """Give each session of everybody: channel, store, campaign, device."""
        return Rows(rows(self._settings, "touchpoints", since, until))

    def ropo(
        self, since: str, until: str, *, window_days: int | None = None, by: str = ""
    ) -> Report:
        """Say what was researched online and bought in stores, and the other way."""
        return self._report("ropo", since, until, window_days=window_days, by=by)

    def purchases(
        self, since: str, until: str, *, window_days: int | None = None, by: str = ""
    ) -> Rows:
        """Give each purchase with what ropo says of it: a row each."""
        more = {} if window_days is None else {"window_days": window_days}
        return Rows(rows(self._settings, "ropo", since, until, by=by, **more))

    def attribution(
        self, since: str, until: str, *, order: int = 1, **asked: Any
    ) -> Report:
        """Hand out what was bought to channels; asked: currency, place, region, .."""
        return self._report("attribution", since, until, order=order, **asked)

    def credit(self, since: str, until: str, *, order: int = 1, **asked: Any) -> Rows:
        """Give what attribution hands out: a row a channel and model."""
        return _rows(credits_in, self.attribution(since, until, order=order, **asked))

    def influence(
        self, since: str, until: str, *, days: int = 10, **asked: Any
    ) -> Report:
        """Say what followed in stores for a unit online; asked: experiment, .."""
        return self._report("influence", since, until, days=days, **asked)

    def tiers(self, since: str, until: str, *, days: int = 10, **asked: Any) -> Rows:
        """Give the tiers of online influence: a row each, with bounds, or why not."""
        return _rows(tiers_in, self.influence(since, until, days=days, **asked))

    def balance(self, since: str, until: str, *, days: int = 10, **asked: Any) -> Rows:
        """Give how alike the people are whom the adjusted tier compares."""
        return _rows(balance_in, self.influence(since, until, days=days, **asked))

    def experiments(self, since: str, until: str, **asked: Any) -> Report:
        """Say to which experiments people were assigned; asked: control."""
        return self._report("experiments", since, until, **asked)

    def assigned(self, since: str, until: str, **asked: Any) -> Rows:
        """Give these experiments: a row each, the largest first."""
        return _rows(assigned_in, self.experiments(since, until, **asked))

    def experiment(self, name: str, since: str, until: str, **asked: Any) -> Report:
        """Say what an experiment's arms brought; asked: control, days, outcome, .."""
        return self._report(f"experiments/{quote(name)}", since, until, **asked)

    def arms(self, name: str, since: str, until: str, **asked: Any) -> Rows:
        """Give the arms of an experiment: a row each, beside the control."""
        return _rows(arms_in, self.experiment(name, since, until, **asked))

    def plan(self, lift: float, **asked: Any) -> Report:
        """Say how many people an arm needs; asked: rate or deviation, arms, ..

        Or, instead of these, baseline ("rate" or "money"), and since and until: the
        days of the shop's own history that it is read from.
        """
        days = {"from": asked.pop("since", None), "to": asked.pop("until", None)}
        return report(self._settings, "plan", lift=lift, **days, **asked)

    def intent(self, since: str, until: str) -> Report:
        """Say what sessions were for, and where people went from each intention."""
        return self._report("intent", since, until)

    def transitions(self, since: str, until: str) -> Rows:
        """Give where people went from each intention: a row an edge, loops included."""
        return _rows(transitions_in, self.intent(since, until))

    def intents(self, since: str, until: str) -> Rows:
        """Give each session with its intention; empty where nothing tells of one."""
        return Rows(rows(self._settings, "intents", since, until))

    def handovers(self, since: str, until: str, **asked: Any) -> Report:
        """Say where people got lost; asked: shown_in, missing_in, intent, days."""
        return self._report("handovers", since, until, **asked)

    def lost(self, since: str, until: str, **asked: Any) -> Rows:
        """Give who got lost between two channels; asked: as handovers, limit."""
        return Rows(lost(self._settings, since, until, **asked))

    def geo_design(self, since: str, until: str, **asked: Any) -> Report:
        """Plan a test by region; asked: count, lift, days, power, seed, by."""
        return self._report("geo/design", since, until, **asked)

    def geo_designs(self, since: str, until: str, **asked: Any) -> Rows:
        """Give the designs of such a test, the best first; asked: as geo_design."""
        return _rows(designs_in, self.geo_design(since, until, **asked))

    def geo_read(
        self,
        since: str,
        start: str,
        until: str,
        regions: Iterable[str],
        neighbours: Iterable[str] = (),
    ) -> Report:
        """Read a test by region, done in these from a day on.

        neighbours: what it may have reached, too: compared with nobody.
        """
        told = [("from", since), ("to", until), ("start", start)]
        told += [("region", one) for one in regions]
        told += [("neighbour", one) for one in neighbours]
        return report(self._settings, f"geo/read?{urlencode(told)}")

    def geo_days(self, since: str, start: str, until: str, *regions: Any) -> Rows:
        """Give what was sold a day and what would have been; regions: as geo_read."""
        return _rows(geo_days_in, self.geo_read(since, start, until, *regions))

    def geo_regions(self, since: str, start: str, until: str, *regions: Any) -> Rows:
        """Give the regions, their weights and lifts; regions: as geo_read."""
        return _rows(geo_regions_in, self.geo_read(since, start, until, *regions))

    def geo_tests(self) -> list[Report]:
        """Give the tests by region that are kept, the one that began last first."""
        found: list[Report] = report(self._settings, "geo/tests")["tests"]
        return found

    def geo_test(self, name: str) -> Report:
        """Say what a test by region that is kept brought."""
        return report(self._settings, f"geo/tests/{quote(name)}/result")

    def kpis(self, since: str, until: str, **asked: Any) -> Report:
        """Say key figures; asked: segment, currency, loyal, steps, steps_by, same."""
        return self._report("kpis", since, until, **asked)

    def figures(self, since: str, until: str, **asked: Any) -> Rows:
        """Give key figures: a row a part of the span and currency; asked: as kpis."""
        return _rows(figures_in, self.kpis(since, until, **asked))

    def steps(self, since: str, until: str, **asked: Any) -> Rows:
        """Give who took each step: a row a part and step; asked: as kpis."""
        return _rows(steps_in, self.kpis(since, until, **asked))

    def cohorts(self, since: str, until: str, **asked: Any) -> Rows:
        """Give who first bought in a month and again later; asked: as kpis."""
        return _rows(cohorts_in, self.kpis(since, until, **asked))

    def tenths(self, since: str, until: str, **asked: Any) -> Rows:
        """Give the tenths of the buyers by what they spent; asked: as kpis."""
        return _rows(tenths_in, self.kpis(since, until, **asked))

    def make_segment(
        self, cell: Mapping[str, Any], segment_id: str, name: str = ""
    ) -> Report:
        """Make a segment of whom a cell of a report counts."""
        told = {"id": segment_id, "name": name, "cell": dict(cell)}
        return made(self._settings, "kpis/segments", told)

    def people(self, cell: Mapping[str, Any]) -> list[int]:
        """Give the ids of all whom a cell of a report counts."""
        told, found, after = json.dumps(cell), [], 0
        while True:
            page = report(self._settings, "kpis/people", cell=told, after=after)
            found += [one["person_id"] for one in page["people"]]
            if page["next_cursor"] is None:
                return found
            after = int(page["next_cursor"])

    def _report(self, name: str, since: str, until: str, **asked: Any) -> Report:
        return report(self._settings, name, **{"from": since, "to": until}, **asked)


def _rows(read: Callable[[Report], list[Report]], told: Report) -> Rows:
    """Lay out rows of a report as a table, of the same record's state."""
    return Rows(tabled(read(told), told["offset"]))
