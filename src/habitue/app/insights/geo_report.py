"""Reports of tests by region: a design, and what an action brought."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from habitue.app.insights.figures import money, part
from habitue.base.errors import InvalidError
from habitue.measure.geo.design import Goal, Option, chosen, options
from habitue.measure.geo.reading import Reading, read

if TYPE_CHECKING:
    import numpy as np

View = dict[str, Any]
OPTIONS_SHOWN = 12
UNKNOWN = "This is what the test says: it does not tell what else was done there then."


def geo_design(table: Any, told: View) -> View:
    """Make a design of the rows of `region_money`; told: what was asked for."""
    sold, names = by_day(table, told)
    goal = Goal(
        count=told["count"],
        lift=told["lift"],
        lengths=tuple(told["lengths"]),
        alpha=told["alpha"],
        power=told["power"],
    )
    found = options(sold, names, goal)
    taken = chosen(found, told["power"], told["seed"])
    return {
        **_about(table, told, names),
        "lift": told["lift"],
        "alpha": told["alpha"],
        "power": told["power"],
        "seed": told["seed"],
        "chosen": None if taken is None else _option(taken),
        "options": [_option(one) for one in found[:OPTIONS_SHOWN]],
    }


def _option(one: Option) -> View:
    return {
        "regions": list(one.regions),
        "days": one.days,
        "power": part(one.power),
        "alarms": part(one.alarms),
        "smallest_lift": one.seen,
        "share_of_sales": part(one.share),
        "spans": one.spans,
    }


def geo_read(table: Any, told: View) -> View:
    """Make the reading of a test of the rows of `region_money`."""
    sold, names = by_day(table, told)
    regions, neighbours = known_regions(told, names)
    found = read(
        sold,
        names,
        regions,
        told["days"],
        alpha=told["alpha"],
        neighbours=neighbours,
    )
    return {
        **_about(table, told, names),
        "regions": sorted(regions),
        "days": told["days"],
        "alpha": told["alpha"],
        **_found(found, told),
    }


def known_regions(
    told: View, names: list[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Give the regions of an action and its neighbours; refuse one that is none."""
    regions, neighbours = frozenset(told["regions"]), frozenset(told["neighbours"])
    unknown = sorted((regions | neighbours) - set(names))
    if unknown:
        raise InvalidError(
            f"Nothing was sold in '{unknown[0][:60]}' in these days, or it is no"
            f" region; there are {', '.join(names[:20])}."
        )
    return regions, neighbours


def _found(found: Reading, told: View) -> View:
    currency = told["currency"]
    count = told["days"] * len(told["regions"])
    first = date.fromisoformat(told["first"])

    def minor(value: float | None) -> View | None:
        if value is None:
            return None
        return {"minor": round(value), "amount": money(round(value), currency)}

    def whole(value: float | None) -> View | None:
        return minor(None if value is None else value * count)

    return {
        "lift": part(found.lift),
        "lift_low": _lift(found.low, found),
        "lift_high": _lift(found.high, found),
        "a_day_and_region": minor(found.effect),
        "in_all": minor(found.whole),
        "in_all_low": whole(found.low),
        "in_all_high": whole(found.high),
        "p": float(f"{found.p:.4g}"),
        "is_found": found.p <= told["alpha"],
        "rank_p": float(f"{found.rank_p:.4g}"),
        "apart_before": part(found.apart_before),
        "weights": {name: part(one) for name, one in found.weights.items()},
        "placebos": [
            {"region": one.region, "lift": part(one.lift)} for one in found.placebos
        ],
        # What the action may have reached beside its regions: in no sum above.
        "neighbours": [
            {
                "region": one.region,
                "lift": part(one.lift),
                "p": float(f"{one.p:.4g}"),
                "is_found": one.p <= told["alpha"],
                "in_all": minor(one.whole),
            }
            for one in found.neighbours
        ],
        "days_told": [
            {
                "day": (first + timedelta(days=at)).isoformat(),
                "observed": round(seen),
                "expected": round(wanted),
            }
            for at, (seen, wanted) in enumerate(
                zip(found.observed, found.expected, strict=True)
            )
        ],
        "because": UNKNOWN,
    }


def _lift(bound: float | None, found: Reading) -> float | None:
    if bound is None or not found.lift:
        return None
    return part(bound * found.lift / found.effect)


def by_day(
    table: Any, told: View, place: str = ""
) -> "tuple[np.ndarray[Any, Any], list[str]]":
    """Lay rows out as days by regions, in minor units; a day without a sale is 0.

    place: of what was sold online or in a store alone.
    """
    import numpy as np  # noqa: PLC0415 - heavy, and asked for seldom

    first = date.fromisoformat(told["first"])
    count = (date.fromisoformat(told["last"]) - first).days + 1
    rows = table.to_pylist()
    names = sorted({row["region"] for row in rows if row["region"]})
    places = {name: at for at, name in enumerate(names)}
    found = np.zeros((count, len(names)))
    for row in rows:
        day = (date.fromisoformat(row["day"]) - first).days
        if not row["region"] or (place and row["place"] != place):
            continue
        if 0 <= day < count:
            found[day, places[row["region"]]] += row["amount"]
    return found, names


def _about(table: Any, told: View, names: list[str]) -> View:
    rows = table.to_pylist()
    nowhere = [row for row in rows if not row["region"]]
    amount = sum(row["amount"] for row in nowhere)
    return {
        "from": told["first"],
        "to": told["last"],
        "by": told["by"],
        "currency": told["currency"],
        "all_regions": names,
        # Sold where no region is known: in no region, and in no result.
        "unknown_purchases": sum(row["purchases"] for row in nowhere),
        "unknown": money(amount, told["currency"]),
        "unknown_minor": amount,
    }
