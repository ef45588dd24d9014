"""Experiments: which there were, what one showed, and how many people one needs."""

from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from habitue.access.permission import Permission
from habitue.base.errors import InvalidError
from habitue.console.journeys.arms import arms
from habitue.console.journeys.days import days_asked
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.render import render
from habitue.console.text import visible
from habitue.lake.port import NotAnsweredError
from habitue.measure.wanted import Planning, Testing

PATH = "/console/journeys/experiments"
NAME_CHARS, OUTCOME_CHARS, SHARES_CHARS = 128, 200, 2_000
DAYS, CONTROL = 14, "control"
# Of the planner's form, in percent.
RATE, LIFT = "5", "1"


def experiment_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the route over experiments."""
    return [_show(page)]


def _show(page: Page) -> HTTPRouteHandler:
    @get(PATH, **inside(Permission.INSIGHTS_READ, sync=False))
    async def experiments(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        since, until = days_asked(request, look)
        told = _wanted(request, look) | {"screen": "experiments", "since": since}
        told["until"] = until
        try:
            found = await _found(page, told)
        except NotAnsweredError:
            return page.show(
                request, "journeys/wait.html", look=look, status=503, **told
            )
        seen, view = found
        shown = {
            "seen": [_seen(one, look) for one in seen],
            "found": None if view is None else arms(view, look),
            "people_needed": look.number(_planned(page, told, look)),
        }

        def write() -> str:
            return render("journeys/experiments.html", look, **told, **shown)

        return await page.show_apart(look, write)

    return experiments


def _wanted(request: AnyRequest, look: Look) -> dict[str, Any]:
    return {
        "experiment": asked(request, "experiment", NAME_CHARS),
        "control": asked(request, "control", NAME_CHARS) or CONTROL,
        "outcome": asked(request, "outcome", OUTCOME_CHARS),
        "shares": asked(request, "shares", SHARES_CHARS),
        "days": _days(asked(request, "days", 2) or str(DAYS), look),
        "rate": asked(request, "rate", 6) or RATE,
        "lift": asked(request, "lift", 6) or LIFT,
        "arms": _days(asked(request, "arms", 2) or "2", look),
        "deviation": asked(request, "deviation", 12),
        "more": asked(request, "more", 12),
    }


async def _found(page: Page, told: dict[str, Any]) -> tuple[list[View], View | None]:
    """Give the experiments of the days, and what the chosen or the largest showed."""
    ports, days = page.ports.insights, (told["since"], told["until"])
    seen = (await ports.experiments(*days, told["control"]))["experiments"]
    if not told["experiment"] and seen:
        told["experiment"] = seen[0]["experiment"]
    if not told["experiment"]:
        return seen, None
    wanted = Testing(
        told["experiment"],
        told["control"],
        told["days"],
        outcome=told["outcome"],
        shares=told["shares"],
    )
    view = await ports.experiment(*days, wanted)
    return seen, view


def _seen(one: View, look: Look) -> dict[str, Any]:
    return {
        "asked": one["experiment"],
        "name": visible(one["experiment"]),
        "channel": visible(one["channel"]),
        "people": look.number(one["people"]),
        "arms": ", ".join(visible(arm or "") for arm in one["arms"]),
    }


def _planned(page: Page, told: dict[str, Any], look: Look) -> int:
    """Plan for a rate, or for money where it is told how that deviates."""
    if told["deviation"]:
        deviation, lift = _number(told["deviation"], look), _number(told["more"], look)
        wanted = Planning(lift, None, deviation, told["arms"])
    else:
        rate, lift = _share(told["rate"], look), _share(told["lift"], look)
        wanted = Planning(lift, rate, None, told["arms"])
    return int(page.ports.insights.plan(wanted)["people_per_arm"])


def _days(told: str, look: Look) -> int:
    if not (told.isascii() and told.isdigit()):
        raise InvalidError(look.say("“%(text)s” is no number of days.", text=told[:10]))
    return int(told)


def _share(told: str, look: Look) -> float:
    """Read a percentage as a share."""
    return _number(told, look) / 100


def _number(told: str, look: Look) -> float:
    """Read a number; a comma or a point parts its decimals."""
    try:
        return float(told.replace(",", "."))
    except ValueError as error:
        raise InvalidError(
            look.say("“%(text)s” is no number; write it as 5 or 0.5.", text=told[:10])
        ) from error
