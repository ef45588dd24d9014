"""Online influence in three tiers, named so, which are shown together or not at all."""

from typing import TYPE_CHECKING, Any

from habitue.app.insights.experiment_report import ratio_told
from habitue.app.insights.figures import interval, money, part
from habitue.base.clock import DAY_US
from habitue.measure.experiment.arms import Arm
from habitue.measure.influence.adjusted import (
    NOBODY_ALIKE,
    Adjusted,
    Compared,
    adjusted,
)
from habitue.measure.influence.causal import Led, causal
from habitue.measure.influence.observed import Observed

if TYPE_CHECKING:
    import numpy as np

View = dict[str, Any]
WARNING = (
    "What is observed is arithmetic, not effect: who buys much buys much everywhere, so"
    " several units follow one spent online even where online money causes nothing."
)
# Ends of what is taken to be alike: how often somebody bought before.
_OFTEN = (1, 2, 3, 4, 6, 9, 13, 21, 41)
_SOME = (1, 2)
# Money before is parted in five, and those of whom there is none.
_PARTS = (0.2, 0.4, 0.6, 0.8)
_MONTH_US = 30 * DAY_US


def influence_report(table: Any, told: View) -> View:
    """Make the report of the rows of `influence`; told: currency, control."""
    sorts = table["sort"].to_pylist()
    rows = {
        name: table.filter([sort == name for sort in sorts])
        for name in ("observed", "compared", "led")
    }
    (seen,) = rows["observed"].to_pylist()
    found = Observed(**{name: seen[name] for name in Observed.__struct_fields__})
    return {
        "currency": told["currency"],
        "days": told["days"],
        "observed": _observed(found, told["currency"]),
        # Where nothing in stores is known, no tier may say that nothing followed.
        "adjusted": _unknown(found) or _adjusted(adjusted(compared(rows["compared"]))),
        "causal": _causal(rows["led"].to_pylist(), told) | _unknown(found),
        "warning": WARNING,
    }


def _unknown(found: Observed) -> View:
    """Say that no tier is known, and why, where no receipt is of anybody known."""
    if found.known:
        return {}
    nothing = dict.fromkeys(("ratio", "store_per_person"))
    return {**nothing, "because": found.because, "nothing_known": True}


def _observed(found: Observed, currency: str) -> View:
    ratio = found.ratio
    return {
        "because": found.because or None,
        "ratio": None if ratio is None else f"{float(round(ratio, 2)):.2f}",
        "online": money(found.online, currency),
        "store": money(found.store, currency),
        "unknown": money(found.unknown, currency),
        "orders": found.orders,
        "receipts": found.receipts,
    }


def compared(table: Any) -> Compared:
    """Read columns of people, and put those alike into strata."""
    import numpy as np  # noqa: PLC0415 - heavy, and asked for seldom

    def column(name: str) -> "np.ndarray[Any, Any]":
        found: np.ndarray[Any, Any] = table[name].to_numpy()
        return found

    spent = column("money_before").astype(float)
    some = spent[spent > 0]
    ends = np.quantile(some, _PARTS) if len(some) else np.array([1.0])
    strata = np.column_stack(
        [
            (column("index_us").astype(np.int64) // _MONTH_US),
            # Who was not known before is like nobody of whom something was.
            column("was_known").astype(np.int64),
            np.where(spent > 0, 1 + np.digitize(spent, ends), 0),
            np.digitize(column("receipts_before").astype(float), _OFTEN),
            np.digitize(column("orders_before").astype(float), _SOME),
        ]
    ).astype(np.int64)
    names = ("money_before", "receipts_before", "orders_before")
    return Compared(
        column("ordered").astype(bool),
        column("spent").astype(float),
        column("after").astype(float),
        column("watched").astype(float),
        {name: column(name) for name in names},
        strata,
    )


def _adjusted(found: Adjusted | None) -> View:
    if found is None:
        return {"ratio": None, "because": NOBODY_ALIKE}
    return {
        "ratio": part(found.ratio),
        "low": part(found.low),
        "high": part(found.high),
        "ordered": found.ordered,
        "matched": found.matched,
        "compared_with": found.others,
        "balance": [
            {
                "known": one.name,
                "before": part(one.before),
                "after": part(one.after),
                "balanced": one.is_balanced,
            }
            for one in found.balance
        ],
    }


def _causal(rows: list[View], told: View) -> View:
    arms = {row["arm"]: _led(row) for row in rows}
    control = arms.pop(told["control"], None)
    # Of several arms that led people the largest: each by itself would be many looks.
    treated = max(arms.values(), key=lambda one: one.store.people, default=None)
    found = causal(control, treated)
    sizes = ratio_told({row["arm"]: row for row in rows}, told["shares"])
    return {
        "way": "experiment",
        # Which one it is by: what was asked for, or the largest with a control.
        "experiment": next((row["experiment"] for row in rows), None),
        # Of arms that lost people otherwise than by chance no figure is to be believed.
        "ratio": None if sizes.alarm else interval(found.ratio),
        "store_per_person": interval(found.store, told["unit"]),
        "online_per_person": interval(found.online, told["unit"]),
        "alarm": sizes.alarm,
        "because": sizes.alarm or found.because or None,
        "unplanned": sizes.unplanned,
    }


def _led(row: View) -> Led:
    return Led(
        Arm(row["people"], row["store_sum"], row["store2"]),
        Arm(row["people"], row["online_sum"], row["online2"]),
        row["products"],
    )
