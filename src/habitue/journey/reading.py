"""From rows of the queries to what models and reports are made of."""

from collections.abc import Iterable, Mapping
from typing import Any

from habitue.journey.attribution import Shares as Credited
from habitue.journey.attribution import by_weight, linear, position, shapley, time_decay
from habitue.journey.attribution import first as first_touch
from habitue.journey.attribution import last as last_touch
from habitue.journey.markov import removal_effects
from habitue.journey.tally import Spot, Sum, Tally

Row = Mapping[str, Any]
Rows = Iterable[Row]

TALLY = "SELECT * FROM tally"
# The models, in the order in which they are shown.
MODELS = ("first", "last", "linear", "position", "time_decay", "markov", "shapley")


def read_tally(order: int, rows: Rows) -> Tally:
    """Make a tally of the rows of its query."""
    found = Tally(order)
    for row in rows:
        match row["sort"]:
            case "spot":
                told = row["channel"], row["length"], row["is_first"], row["is_last"]
                found.spots[Spot(*told)] = _sum(row)
            case "set" if row["channels"]:
                found.sets[tuple(row["channels"])] = _sum(row)
            case "set":
                found.untouched = _sum(row)
            case "unknown":
                found.unknown = _sum(row)
            case "step":
                found.steps[tuple(row["state"]), row["next"]] = row["weight"]
    return found


def read_decay(rows: Rows) -> dict[str, tuple[float, float]]:
    """Give what decayed() would, of the same rows."""
    return {
        row["channel"]: (row["part"], row["money"])
        for row in rows
        if row["sort"] == "decay"
    }


def _sum(row: Row) -> Sum:
    return Sum(row["conversions"], row["amount"])


def shares_by(
    model: str, tally: Tally, decay: Mapping[str, tuple[float, float]]
) -> Credited:
    """Hand out what a tally holds by a model; decay: what decayed() says."""
    match model:
        case "time_decay":
            return time_decay(tally, decay)
        case "markov":
            return by_weight(tally, removal_effects(tally.steps))
        case "first":
            return first_touch(tally)
        case "last":
            return last_touch(tally)
        case "linear":
            return linear(tally)
        case "position":
            return position(tally)
        case _:
            return shapley(tally)
