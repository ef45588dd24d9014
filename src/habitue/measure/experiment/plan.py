"""How large the arms of an experiment were planned, and whether they are so."""

import math
from collections.abc import Mapping

from msgspec import Struct

from habitue.base.errors import InvalidError
from habitue.measure.experiment.arms import RATIO_ALARM, sample_ratio

ARMS_MAX = 50
ALARM = (
    "The arms are not as large as they should be, which chance does not explain:"
    " something assigned, counted or lost people otherwise. Believe no figure of this"
    " experiment before that is found."
)
UNPLANNED = (
    "The arms are not as large as each other, which chance does not explain, and nobody"
    " told how large they should be. Tell it, as control:0.1,led:0.9 (or as"
    " variation_share of 'Experiment Viewed'); if they should be equal, believe no"
    " figure of this experiment."
)


class Ratio(Struct, frozen=True):
    """Whether arms are as large as planned.

    p: how likely such sizes are by chance; alarm, unplanned: the sentence to show, or
    None; planned: the part of all that each arm was to have, none where nobody told.
    """

    p: float
    planned: dict[str, float]
    alarm: str | None = None
    unplanned: str | None = None


def read_shares(told: str) -> dict[str, float]:
    """Read the parts that arms were to have, of any scale: 1 and 9 are 0.1 and 0.9.

    >>> read_shares("control:0.1, led:0.9")
    {'control': 0.1, 'led': 0.9}
    """
    found: dict[str, float] = {}
    for one in filter(None, (part.strip() for part in told.split(","))):
        name, colon, share = one.rpartition(":")
        if not colon or not name.strip():
            raise InvalidError(
                f"'{one[:60]}' tells no share of an arm; write control:0.1,led:0.9."
            )
        if name.strip() in found:
            raise InvalidError(f"The arm '{name.strip()[:60]}' is told twice.")
        found[name.strip()] = _share(share)
    if len(found) == 1 or len(found) > ARMS_MAX:
        raise InvalidError(f"Tell the shares of all arms, 2 to {ARMS_MAX} of them.")
    return found


def _share(told: str) -> float:
    try:
        share = float(told)
    except ValueError:
        share = 0.0
    if not (math.isfinite(share) and share > 0):
        raise InvalidError(
            f"'{told.strip()[:20]}' is no share; it is a number above 0."
        )
    return share


def ratio_of(people: Mapping[str, int], planned: Mapping[str, float]) -> Ratio:
    """Compare the sizes of arms with the plan; with each other where there is none.

    planned: an arm that is in it and in nobody's assignment has lost all its people.
    InvalidError where somebody is in an arm that is not in it.
    """
    if not planned:
        p = sample_ratio(list(people.values()))
        return Ratio(p, {}, None, UNPLANNED if p < RATIO_ALARM else None)
    unknown = sorted(people.keys() - planned.keys())
    if unknown:
        raise InvalidError(
            f"People are in the arm '{unknown[0][:60]}', of which no share is told;"
            " tell the shares of all arms."
        )
    scale = sum(planned.values())
    shares = {name: planned[name] / scale for name in sorted(planned)}
    p = sample_ratio([people.get(name, 0) for name in shares], list(shares.values()))
    return Ratio(p, shares, ALARM if p < RATIO_ALARM else None)


def told_by_events(shares: Mapping[str, float | None]) -> dict[str, float]:
    """Give the plan that assignments told, where they did of each arm; else none.

    >>> told_by_events({"a": 0.5, "b": None})
    {}
    """
    told = {name: share for name, share in shares.items() if share is not None}
    return told if len(told) == len(shares) else {}
