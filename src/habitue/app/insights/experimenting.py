"""What followed after an order or an assignment, and how an experiment is planned."""

from typing import TYPE_CHECKING, Any

from msgspec import structs

from habitue.app.insights.asks import spelt, with_more
from habitue.app.insights.planner import check, planned
from habitue.base.clock import DAY_US
from habitue.base.errors import InvalidError
from habitue.base.money import digits
from habitue.journey.asking import Asked
from habitue.measure.wanted import Following, Planning, Testing

if TYPE_CHECKING:
    from habitue.app.insights.desk import InsightDesk

View = dict[str, Any]
DAYS_MAX = 90
# How far back it is looked what people bought before: to find alike ones, and to clear
# the arms of an experiment, where a purchase counts half as much after so long.
BEFORE_US, BEFORE_ARMS_US, FADING_US = 90 * DAY_US, 365 * DAY_US, 60 * DAY_US


async def experiment(
    desk: "InsightDesk", first: str, last: str, wanted: Testing
) -> View:
    """Say what an experiment's arms brought beyond its control."""
    asked, told = await _testing(desk, first, last, wanted)
    return await desk.report("experiment", "experiment_all", asked, told)


async def plan(desk: "InsightDesk", wanted: Planning) -> View:
    """Plan by what is told, or by what people did whom nobody had assigned."""
    if not wanted.baseline:
        return planned(wanted)
    check(wanted)
    testing = Testing("", "", wanted.days, wanted.currency)
    asked, told = await _testing(desk, wanted.first, wanted.last, testing)
    asked = structs.replace(asked, instead={"assigned": "came"})
    told["baseline"] = wanted.baseline
    return planned(wanted, await desk.report("baseline", "arm_sums", asked, told))


async def following(
    desk: "InsightDesk", first: str, last: str, wanted: Following | Testing
) -> tuple[Asked, View]:
    """Frame what is looked for within days after an order, or an assignment."""
    if not 1 <= wanted.days <= DAYS_MAX:
        raise InvalidError(f"It is looked for within 1 to {DAYS_MAX} days.")
    asked = desk.framing.asked(first, last)
    told: View = structs.asdict(wanted) | spelt(first, last, asked)
    told.pop("tested", None)
    currency = told["currency"] = wanted.currency or await desk.currency(asked)
    # So many units a minor unit is.
    told["unit"] = float(10 ** -digits(currency))
    asked = with_more(
        asked,
        currency=currency,
        days_us=wanted.days * DAY_US,
        before_us=BEFORE_US,
        experiment=wanted.experiment,
        control=wanted.control,
    )
    return asked, told


async def _testing(
    desk: "InsightDesk", first: str, last: str, wanted: Testing
) -> tuple[Asked, View]:
    asked, told = await following(desk, first, last, wanted)
    asked = with_more(
        asked,
        outcome=wanted.outcome,
        loyal=wanted.loyal,
        before_us=BEFORE_ARMS_US,
        fading_us=FADING_US,
    )
    return asked, told
