"""What people of an experiment did, beside how much they spent: arm against control.

That they bought, bought again, bought as often as the loyal do, did what is looked for;
and what a purchase was worth. Shares are cleared of what each bought before, as money
is: least squares on a yes or no, which leaves the difference unbiased (Lin 2013). These
are looked at besides, and are many: each has its p value corrected for all of them
(Benjamini and Hochberg 1995).
"""

from typing import Any

from msgspec import Struct, structs

from habitue.app.insights.clearing import Cleared, cleared
from habitue.app.insights.figures import interval, part
from habitue.measure.experiment.arms import (
    Arm,
    Interval,
    always_valid,
    difference,
    ratio_difference,
)
from habitue.measure.experiment.comparisons import benjamini_hochberg

View = dict[str, Any]
Row = dict[str, Any]
# Shares of people, as the rows of `experiment` count them.
SHARES = ("bought", "again", "loyal")
DID, WORTH = "did", "order_value"


class Told(Struct, frozen=True):
    """The control's name, the event looked for if any, and units a minor unit.

    expected: the difference of a share that one plans to see: at it the bounds that are
    always valid are narrowest.
    """

    control: str
    outcome: str
    unit: float
    expected: float


def outcomes(arms: dict[str, Row], told: Told) -> dict[str, list[View]]:
    """Give by arm each outcome beside the control's, with bounds."""
    names = (*SHARES, DID) if told.outcome else SHARES
    shares = {name: cleared(arms, name) for name in names}
    found = {
        name: _of_arm((arms[told.control], row), shares, told)
        for name, row in arms.items()
        if name != told.control
    }
    all_p = benjamini_hochberg(
        {
            f"{name}/{one['outcome']}": one["difference"]["p"]
            for name, held in found.items()
            for one in held
            if one["difference"]
        }
    )
    for name, held in found.items():
        for one in held:
            p = all_p.get(f"{name}/{one['outcome']}")
            one["p_of_all"] = None if p is None else float(f"{p:.4g}")
    return found


def _of_arm(
    rows: tuple[Row, Row], shares: dict[str, Cleared], told: Told
) -> list[View]:
    return [
        *(_share(name, rows, one, told) for name, one in shares.items()),
        _worth(*rows, told),
    ]


def _share(name: str, rows: tuple[Row, Row], found: Cleared, told: Told) -> View:
    """Compare a share; the means are as they are, the difference is cleared."""
    control, treated = rows
    arms = found.arms[control["arm"]], found.arms[treated["arm"]]
    means = control[name] / control["people"], treated[name] / treated["people"]
    always = possible(always_valid(*arms, told.expected))
    view = _compared(name, means, difference(*arms), always)
    return view | {"variance_removed": part(found.removed)}


def possible(found: Interval | None) -> Interval | None:
    """Keep bounds within what two shares can differ by."""
    if found is None:
        return None
    return structs.replace(found, low=max(-1.0, found.low), high=min(1.0, found.high))


def _worth(control: Row, treated: Row, told: Told) -> View:
    """Compare what a purchase was worth; people, not purchases, were assigned."""
    means = [
        row["money"] / row["purchases"] * told.unit if row["purchases"] else None
        for row in (control, treated)
    ]
    found = ratio_difference(_ratio(control), _ratio(treated))
    return _compared(WORTH, (means[0], means[1]), found, None, told.unit)


def _ratio(row: Row) -> tuple[Arm, Arm, float]:
    people = row["people"]
    return (
        Arm(people, row["money"], row["money2"]),
        Arm(people, row["purchases"], row["purchases2"]),
        row["worth"],
    )


def _compared(
    name: str,
    means: tuple[float | None, float | None],
    found: Interval | None,
    always: Interval | None,
    scale: float = 1.0,
) -> View:
    return {
        "outcome": name,
        "control": part(means[0]),
        "arm": part(means[1]),
        "difference": interval(found, scale),
        "always_valid": interval(always, scale),
    }
