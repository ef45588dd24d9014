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

PATH = "/console/journeys/experiments"
NAME_CHARS, OUTCOME_CHARS = 128, 200
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
        told = _wanted(request) | {"screen": "experiments", "since": since}
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
            "people_needed": look.number(_planned(page, told)),
        }

        def write() -> str:
            return render("journeys/experiments.html", look, **told, **shown)

        return await page.show_apart(look, write)

    return experiments


def _wanted(request: AnyRequest) -> dict[str, Any]:
    return {
        "experiment": asked(request, "experiment", NAME_CHARS),
        "control": asked(request, "control", NAME_CHARS) or CONTROL,
        "outcome": asked(request, "outcome", OUTCOME_CHARS),
        "days": _days(asked(request, "days", 2) or str(DAYS)),
        "rate": asked(request, "rate", 6) or RATE,
        "lift": asked(request, "lift", 6) or LIFT,
    }


async def _found(page: Page, told: dict[str, Any]) -> tuple[list[View], View | None]:
    """Give the experiments of the days, and what the chosen or the largest showed."""
    ports, days = page.ports.insights, (told["since"], told["until"])
    seen = (await ports.experiments(*days, told["control"]))["experiments"]
    if not told["experiment"] and seen:
        told["experiment"] = seen[0]["experiment"]
    if not told["experiment"]:
        return seen, None
    view = await ports.experiment(
        *days,
        told["experiment"],
        control=told["control"],
        days=told["days"],
        outcome=told["outcome"],
    )
    return seen, view


def _seen(one: View, look: Look) -> dict[str, Any]:
    return {
        "asked": one["experiment"],
        "name": visible(one["experiment"]),
        "channel": visible(one["channel"]),
        "people": look.number(one["people"]),
        "arms": ", ".join(visible(arm or "") for arm in one["arms"]),
    }


def _planned(page: Page, told: dict[str, Any]) -> int:
    rate, lift = _share(told["rate"]), _share(told["lift"])
    view = page.ports.insights.plan(rate, lift, 0.05, 0.8)
    return int(view["people_per_arm"])


def _days(told: str) -> int:
    if not (told.isascii() and told.isdigit()):
        raise InvalidError(f"'{told[:10]}' is no number of days.")
    return int(told)


def _share(told: str) -> float:
    """Read a percentage as a share; a comma or a point parts its decimals."""
    try:
        return float(told.replace(",", ".")) / 100
    except ValueError as error:
        raise InvalidError(
            f"'{told[:10]}' is no number of percent; write it as 5 or 0.5."
        ) from error
