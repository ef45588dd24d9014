"""Tests by region: planned and read on one page each."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from habitue.access.permission import Permission
from habitue.base.clock import to_datetime
from habitue.base.errors import InvalidError
from habitue.console.following import Figured, figured
from habitue.console.geo.shown import design, reading
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View

BASE = "/console/geo"
# The days that are over which a design looks at first, and how long an action lasts.
DAYS, ACTION = 180, 28
REGIONS_CHARS = 2_000
_Shown = Callable[[View, Look], dict[str, Any]]


def geo_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over tests by region."""
    return [_design(page), _read(page)]


def _design(page: Page) -> HTTPRouteHandler:
    @get(BASE, **inside(Permission.INSIGHTS_READ, sync=False))
    async def geo_design(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        told = _days(request, look) | {
            "count": asked(request, "count", 2) or "1",
            "lift": asked(request, "lift", 5) or "5",
            "seed": asked(request, "seed", 64),
        }

        def ask() -> Awaitable[View]:
            count, lift = _whole(told["count"], look), _share(told["lift"], look)
            return page.ports.geo.plan(
                told["since"], told["until"], count=count, lift=lift, seed=told["seed"]
            )

        return await _answered(page, request, look, "design", told, ask, design)

    return geo_design


def _read(page: Page) -> HTTPRouteHandler:
    @get(f"{BASE}/read", **inside(Permission.INSIGHTS_READ, sync=False))
    async def geo_read(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        told = _days(request, look)
        told["regions"] = asked(request, "regions", REGIONS_CHARS)
        told["neighbours"] = asked(request, "neighbours", REGIONS_CHARS)
        told["start"] = asked(request, "start", 10)

        def ask() -> Awaitable[View]:
            return page.ports.geo.look(
                told["since"],
                told["start"],
                told["until"],
                regions=_regions(told["regions"]),
                neighbours=_regions(told["neighbours"]),
            )

        return await _answered(page, request, look, "read", told, ask, reading)

    return geo_read


async def _answered(  # noqa: PLR0913, PLR0917 - what a page needs, once
    page: Page,
    request: AnyRequest,
    look: Look,
    screen: str,
    told: dict[str, Any],
    ask: Callable[[], Awaitable[View]],
    shown: _Shown,
) -> Response[str]:
    """Show a form, and its answer where it was sent: a report takes a core a while."""
    told, template = {**told, "screen": screen}, f"geo/{screen}.html"
    if "from" not in request.query_params:
        return page.show(request, template, look=look, worked=None, **told)
    wanted = Figured(
        template=template,
        told=told,
        ask=ask,
        show=lambda view: {"found": shown(view, look)},
    )
    return await figured(page, request, look, wanted)


def _regions(told: str) -> list[str]:
    """Read names of regions, with ; between."""
    return [one.strip() for one in told.split(";") if one.strip()]


def _days(request: AnyRequest, look: Look) -> dict[str, Any]:
    today = to_datetime(look.now_us).astimezone(ZoneInfo(look.zone)).date()
    until = today - timedelta(days=1)
    since = until - timedelta(days=DAYS)
    return {
        "since": asked(request, "from", 10) or since.isoformat(),
        "until": asked(request, "to", 10) or until.isoformat(),
    }


def _whole(told: str, look: Look) -> int:
    if not (told.isascii() and told.isdigit()):
        raise InvalidError(look.say("The number of regions is a whole number."))
    return int(told)


def _share(told: str, look: Look) -> float:
    """Read a percentage as a share; a comma or a point parts its decimals."""
    try:
        return float(told.replace(",", ".")) / 100
    except ValueError as error:
        raise InvalidError(
            look.say("The lift is a number of percent, such as 5.")
        ) from error
