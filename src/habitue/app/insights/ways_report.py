"""How people come to buy: length, touchpoints, devices, and the paths most go."""

from typing import Any

from habitue.app.insights.cell_view import cell_of
from habitue.app.insights.figures import money, share_of
from habitue.base.clock import DAY_US, HOUR_US

View = dict[str, Any]


def ways_report(table: Any, told: View) -> View:
    """Make the report of the rows of `journey_all`."""
    rows, currency = table.to_pylist(), told["currency"]
    sums = [row for row in rows if row["sort"] == "sums"]
    return {
        "purchases": sum(row["purchases"] for row in sums),
        "places": [_place(row) for row in sorted(sums, key=lambda one: one["place"])],
        "currency": currency,
        "paths": [_path(row, told) for row in rows if row["sort"] == "path"],
        "after_days": told["after_days"],
        "after": _after([row for row in rows if row["sort"] == "after"]),
        "first_contact": _first([row for row in rows if row["sort"] == "first"]),
    }


def _after(rows: list[View]) -> list[View]:
    """Say what came after purchases of each side; shares are of those over."""
    groups: dict[str, dict[str, View]] = {}
    for row in rows:
        groups.setdefault(row["place"], {})[row["next"]] = row
    return [_side(place, groups[place]) for place in sorted(groups)]


def _side(place: str, by_next: dict[str, View]) -> View:
    over = sum(row["over"] for row in by_next.values())
    none: View = by_next.get("none", {"purchases": 0, "over": 0})
    return {
        "place": place,
        "purchases": sum(row["purchases"] for row in by_next.values()),
        "over": over,
        "next": [
            {
                "place": row["next"],
                "purchases": row["purchases"],
                "share": share_of(row["over"], over),
                "median_days": round(row["next_us_median"] / DAY_US, 1),
            }
            for name, row in sorted(by_next.items())
            if name not in {"none", "open"}
        ],
        "none": none["purchases"],
        "none_share": share_of(none["over"], over),
        "open": by_next.get("open", {"purchases": 0})["purchases"],
    }


def _first(rows: list[View]) -> list[View]:
    """Say by which channels people came first who bought for the first time."""
    return [
        {
            # Empty: nothing is known of them before the purchase.
            "channel": row["channel"],
            "people": row["people"],
            "median_days": _days(row["length_us_median"]),
        }
        for row in sorted(rows, key=lambda one: (-one["people"], one["channel"]))
    ]


def _days(length_us: int | None) -> float | None:
    return None if length_us is None else round(length_us / DAY_US, 1)


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


def _path(row: View, told: View) -> View:
    currency, window_days = told["currency"], told["window_days"]
    return {
        "channels": row["steps"],
        "purchases": row["purchases"],
        "amount": money(row["amount"], currency),
        "amount_minor": row["amount"],
        "cell": cell_of(
            told,
            "way",
            path=row["steps"],
            currency=currency,
            window_days=window_days,
        ),
    }
