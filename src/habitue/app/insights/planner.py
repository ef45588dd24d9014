"""How many people an experiment needs, for a rate or for money, with several arms."""

from typing import Any

from msgspec import structs

from habitue.base.errors import InvalidError
from habitue.measure.experiment.power import (
    alpha_of_each,
    people_for_mean,
    people_for_rate,
)
from habitue.measure.wanted import Planning

View = dict[str, Any]
EITHER = (
    "Tell either the rate that is to rise, or the deviation of what people spend; not"
    " both."
)


def planned(wanted: Planning) -> View:
    """Say how many people each arm needs, and all of them."""
    people = _people(wanted, alpha_of_each(wanted.alpha, wanted.arms))
    return {
        **structs.asdict(wanted),
        "people_per_arm": people,
        "people": people * wanted.arms,
    }


def _people(wanted: Planning, alpha: float) -> int:
    if wanted.rate is not None and wanted.deviation is None:
        return people_for_rate(wanted.rate, wanted.lift, alpha, wanted.power)
    if wanted.deviation is not None and wanted.rate is None:
        return people_for_mean(wanted.deviation, wanted.lift, alpha, wanted.power)
    raise InvalidError(EITHER)
