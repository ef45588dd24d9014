"""Journeys: one screen a question, each with its sentence and its table."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.permission import Permission
from habitue.console.following import Figured, figured
from habitue.console.journeys.days import days_asked
from habitue.console.journeys.experiments import experiment_routes
from habitue.console.journeys.handovers import handover_routes
from habitue.console.journeys.intent import intent
from habitue.console.journeys.rows import row_routes
from habitue.console.journeys.shown import credit, influence, ropo, ways
from habitue.console.journeys.wishes import (
    Wishes,
    credit_wished,
    credits_of,
    following_of,
    influence_wished,
    nothing_wished,
    ropo_wished,
    ways_of,
    ways_wished,
)
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, inside
from habitue.console.port import View
from habitue.console.port_figures import Insights

BASE = "/console/journeys"


class Screen(NamedTuple):
    """A screen: what it reads of the address, what it asks, and what it shows."""

    wished: Callable[[AnyRequest, Look], Wishes]
    ask: Callable[[Insights, str, str, Wishes], Awaitable[View]]
    make: Callable[[View, Look], dict[str, Any]]


_SCREENS = {
    "ways": Screen(
        ways_wished,
        lambda told, since, until, by: told.journeys(since, until, ways_of(by)),
        ways,
    ),
    "ropo": Screen(
        ropo_wished,
        lambda told, since, until, by: told.ropo(since, until, **by),
        ropo,
    ),
    "channels": Screen(
        credit_wished,
        lambda told, since, until, by: told.attribution(since, until, credits_of(by)),
        credit,
    ),
    "influence": Screen(
        influence_wished,
        lambda told, since, until, by: told.influence(since, until, following_of(by)),
        influence,
    ),
    "intent": Screen(
        nothing_wished,
        lambda told, since, until, by: told.intent(since, until, **by),
        intent,
    ),
}


def journey_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over journeys."""
    return [
        _first(page),
        *handover_routes(page),
        *experiment_routes(page),
        *row_routes(page),
        _screen(page),
    ]


def _first(page: Page) -> HTTPRouteHandler:
    @get(BASE, **inside(Permission.INSIGHTS_READ, sync=False))
    async def journeys(request: AnyRequest) -> Response[str]:
        return await _shown(page, request, "ways")

    return journeys


def _screen(page: Page) -> HTTPRouteHandler:
    @get(f"{BASE}/{{screen:str}}", **inside(Permission.INSIGHTS_READ, sync=False))
    async def journey_screen(request: AnyRequest, screen: FromPath[str]) -> Any:
        if screen not in _SCREENS:
            raise NotFoundException(page.look(request).say("There is no such screen."))
        return await _shown(page, request, screen)

    return journey_screen


async def _shown(page: Page, request: AnyRequest, screen: str) -> Response[str]:
    look, shown = page.look(request), _SCREENS[screen]
    since, until = days_asked(request, look)
    wished = shown.wished(request, look)
    told = {"screen": screen, "since": since, "until": until, "wished": wished}
    wanted = Figured(
        template=f"journeys/{screen}.html",
        told=told,
        ask=lambda: shown.ask(page.ports.insights, since, until, wished),
        show=lambda view: shown.make(view, look),
    )
    return await figured(page, request, look, wanted)
