"""How people come to buy: length, touchpoints, devices, and the paths most go."""

from typing import Any

from habitue.app.insights.figures import money, share_of
from habitue.base.clock import HOUR_US

View = dict[str, Any]


def ways_report(table: Any, told: View) -> View:
    """Make the report of the rows of `journey_all`."""
    rows, currency = table.to_pylist(), told["currency"]
    sums = [row for row in rows if row["sort"] == "sums"]
    return {
        "purchases": sum(row["purchases"] for row in sums),
        "places": [_place(row) for row in sorted(sums, key=lambda one: one["place"])],
        "currency": currency,
        "paths": [_path(row, currency) for row in rows if row["sort"] == "path"],
    }


def _place(row: View) -> View:
    length = row["length_us_median"]
    return {
        "place": row["place"],
        "purchases": row["purchases"],
        # Of the others nothing is known of how they came about.
        "with_touches": row["touched"],
        "touches": row["touches"],
        "alone_touches": row["alone"],
        "alone_share": share_of(row["alone"], row["touches"]),
        "all_alone": row["all_alone"],
        "median_hours": None if length is None else round(length / HOUR_US, 1),
        "median_days": row["days_median"],
        "several_devices": row["several_devices"],
    }


def _path(row: View, currency: str) -> View:
    return {
        "channels": row["steps"],
        "purchases": row["purchases"],
        "amount": money(row["amount"], currency),
        "amount_minor": row["amount"],
    }
