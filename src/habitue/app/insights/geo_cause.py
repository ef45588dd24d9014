"""The causal tier of online influence where a test by region tells it."""

from typing import Any

from habitue.app.insights.figures import money, part
from habitue.app.insights.geo_report import by_day, known_regions
from habitue.measure.geo.ratio import Moved, moved

View = dict[str, Any]


def geo_cause(table: Any, told: View) -> View:
    """Make the tier of the rows of `region_money`; told: as for a reading."""
    store, names = by_day(table, told, "store")
    online, _ = by_day(table, told, "online")
    regions, neighbours = known_regions(told, names)
    found = moved(
        store,
        online,
        names,
        regions,
        told["days"],
        alpha=told["alpha"],
        neighbours=neighbours,
    )
    return {
        "way": "regions",
        "experiment": None,
        "regions": sorted(regions),
        "neighbours": sorted(neighbours),
        "start": told["start"],
        "days": told["days"],
        "ratio": _ratio(found),
        "store_a_day_and_region": _moved(found.store, found.p, told["currency"]),
        "online_a_day_and_region": _moved(
            found.online, found.online_p, told["currency"]
        ),
        "alarm": None,
        "unplanned": None,
        "because": found.because or None,
    }


def _ratio(found: Moved) -> View | None:
    if found.ratio is None:
        return None
    return {
        "estimate": part(found.ratio),
        "low": part(found.low),
        "high": part(found.high),
        "p": float(f"{found.p:.4g}"),
    }


def _moved(minor: float, p: float, currency: str) -> View:
    return {
        "minor": round(minor),
        "amount": money(round(minor), currency),
        "p": float(f"{p:.4g}"),
    }
