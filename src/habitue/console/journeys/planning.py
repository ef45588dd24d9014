"""How many people an experiment needs: by what is told, or by what people did."""

from typing import Any

from habitue.base.errors import InvalidError
from habitue.console.journeys.numbers import percent, units
from habitue.console.look import Look
from habitue.console.page import Page
from habitue.console.port import View
from habitue.console.refused import refused
from habitue.measure.wanted import Planning

RATE, MONEY = "rate", "money"


Planned = View | InvalidError


async def plan_found(page: Page, wanted: Planning) -> Planned:
    """Plan an experiment; why it can't be planned is an answer, in no language yet."""
    try:
        return await page.ports.insights.plan(wanted)
    except InvalidError as error:
        return error


def plan_shown(found: Planned, look: Look) -> dict[str, Any]:
    """Show a plan, or what is at fault with it."""
    if isinstance(found, InvalidError):
        return {"fault": refused(found, look), "people": "", "read": None}
    read = found["baseline"]
    return {
        "fault": "",
        "people": look.number(found["people_per_arm"]),
        "read": None if read is None else _read(read, look),
    }


def planned(told: dict[str, Any], look: Look) -> Planning:
    """Read a form: of a rate, or of money where it is told how that deviates.

    Raises InvalidError where a text is no number.
    """
    of_money = told["baseline"] == MONEY or (not told["baseline"] and told["deviation"])
    if of_money:
        lift = _number(told["more"] or "1", look)
    else:
        lift = _number(told["lift"], look) / 100
    if told["baseline"]:
        return Planning(
            lift,
            arms=told["arms"],
            baseline=told["baseline"],
            first=told["since"],
            last=told["until"],
            days=told["days"],
        )
    if of_money:
        return Planning(lift, None, _number(told["deviation"], look), told["arms"])
    return Planning(lift, _number(told["rate"], look) / 100, None, told["arms"])


def _read(one: View, look: Look) -> dict[str, Any]:
    """Show what was read from the shop's own history."""
    found = {
        "people": look.number(one["people"]),
        "days": one["days"],
        "removed": percent(one["variance_removed"], look),
        "rate": "",
    }
    if one["of"] == RATE:
        return found | {"rate": percent(one["rate"], look)}
    names = {"each": "money_per_person", "deviation": "deviation"}
    money = {
        name: units(one[key], one["currency"], look) for name, key in names.items()
    }
    return found | money


def _number(told: str, look: Look) -> float:
    """Read a number; a comma or a point parts its decimals."""
    try:
        return float(told.replace(",", "."))
    except ValueError as error:
        raise InvalidError(
            look.say("“%(text)s” is no number; write it as 5 or 0.5.", text=told[:10])
        ) from error
