"""Experiments: which there were, what one showed, and how many people one needs."""

from typing import Any, NamedTuple

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from habitue.access.permission import Permission
from habitue.base.errors import InvalidError
from habitue.console.channel_names import channel_named
from habitue.console.following import Figured, figured
from habitue.console.journeys.arms import arms
from habitue.console.journeys.days import days_asked
from habitue.console.journeys.planning import Planned, plan_found, plan_shown, planned
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.text import visible
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
        planning, plan = planned(told, look), None
        if not planning.baseline:
            # What is told needs no look at the shop's history, so it is there at once.
            plan = plan_shown(await plan_found(page, planning), look)
        wanted = Figured(
            template="journeys/experiments.html",
            told=told | {"plan": plan},
            ask=lambda: _found(page, told, planning if planning.baseline else None),
            show=lambda found: _shown(found, look),
        )
        return await figured(page, request, look, wanted)

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
        "baseline": asked(request, "baseline", 5),
    }


class Found(NamedTuple):
    """The experiments of some days, and what one of them showed, if there is any."""

    seen: list[View]
    chosen: str
    view: View | None
    plan: Planned | None


async def _found(page: Page, told: dict[str, Any], planning: Planning | None) -> Found:
    """Give the experiments of the days, and what the chosen or the largest showed.

    planning: an experiment to plan by what people did in these days.
    """
    ports, days = page.ports.insights, (told["since"], told["until"])
    plan = None if planning is None else await plan_found(page, planning)
    seen = (await ports.experiments(*days, told["control"]))["experiments"]
    chosen = told["experiment"] or (seen[0]["experiment"] if seen else "")
    if not chosen:
        return Found(seen, "", None, plan)
    wanted = Testing(
        chosen,
        told["control"],
        told["days"],
        outcome=told["outcome"],
        shares=told["shares"],
    )
    return Found(seen, chosen, await ports.experiment(*days, wanted), plan)


def _shown(found: Found, look: Look) -> dict[str, Any]:
    return {
        "seen": [_seen(one, look) for one in found.seen],
        "experiment": found.chosen,
        "found": None if found.view is None else arms(found.view, look),
        "history": None if found.plan is None else plan_shown(found.plan, look),
    }


def _seen(one: View, look: Look) -> dict[str, Any]:
    return {
        "asked": one["experiment"],
        "name": visible(one["experiment"]),
        "channel": channel_named(one["channel"], look),
        "people": look.number(one["people"]),
        "arms": ", ".join(visible(arm or "") for arm in one["arms"]),
    }


def _days(told: str, look: Look) -> int:
    if not (told.isascii() and told.isdigit()):
        raise InvalidError(look.say("“%(text)s” is no number of days.", text=told[:10]))
    return int(told)
