"""Hand-overs between channels: how many were kept, lost, and may still be kept."""

from collections import Counter
from typing import Any

from habitue.app.insights.figures import share_of
from habitue.base.clock import HOUR_US
from habitue.journey.handover import Fate
from habitue.journey.intent import INTENTS, Intent, signs

View = dict[str, Any]
Row = dict[str, Any]


def handover_report(table: Any, told: View) -> View:
    """Make the report of the rows of `handover_all`."""
    rows = table.to_pylist()
    sums = [row for row in rows if row["sort"] == "sum"]
    (people,) = (row for row in rows if row["sort"] == "people")
    median = people["median_us"]
    return {
        **told,
        "people": {
            name: people[name] for name in ("people", "kept", "open", "lost", "missing")
        },
        "handovers": _fates(sums),
        "median_hours": None if median is None else round(median / HOUR_US, 1),
        "by_intent": _by_intent(sums),
        "by_month": _by_month([row for row in rows if row["sort"] == "month"]),
    }


def _fates(rows: list[Row]) -> View:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row["fate"]] += row["handovers"]
    over = counts[Fate.KEPT] + counts[Fate.LOST]
    return {
        **{fate.value: counts[fate] for fate in Fate},
        # Of those of which it is known.
        "lost_share": share_of(counts[Fate.LOST], over),
    }


def _by_intent(rows: list[Row]) -> list[View]:
    of = {
        name: one.intent for one in signs() if not one.different for name in one.events
    }
    groups: dict[Intent, list[Row]] = {}
    for row in rows:
        groups.setdefault(of[row["last_sign"]], []).append(row)
    return [
        {"intent": one.value, **_fates(groups[one])} for one in INTENTS if one in groups
    ]


def _by_month(rows: list[Row]) -> list[View]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["month"], []).append(row)
    return [{"month": month, **_fates(groups[month])} for month in sorted(groups)]
