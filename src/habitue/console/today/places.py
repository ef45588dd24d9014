"""Today's visitors and receipts beside the usual, and purchases by store."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from habitue.access.permission import Permission
from habitue.base.clock import to_datetime
from habitue.console.cells import link
from habitue.console.figures import Place, address
from habitue.console.following import Figured, figured
from habitue.console.journeys.numbers import percent
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, inside
from habitue.console.port import View

PATH = "/console/today/places"
SHOWN_MAX = 12
_WEEK = timedelta(days=7)
# On the first screen they are waited for.
PLACE = Place(here=address(PATH, [], now=True))


def places_route(page: Page) -> HTTPRouteHandler:
    """Make the route of visitors and stores, which come onto the first screen."""

    @get(PATH, **inside(Permission.INSIGHTS_READ, sync=False))
    async def places(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        day = to_datetime(look.now_us).astimezone(ZoneInfo(look.zone)).date()
        wanted = Figured(
            template="today/places.html",
            told={},
            ask=lambda: _asked(page, day),
            show=lambda found: _found(found, look),
        )
        return await figured(page, request, look, wanted)

    return places


async def _asked(page: Page, day: date) -> tuple[View, View, View]:
    """Ask for the figures of a day, who bought in it where, and a week before."""
    kpis = page.ports.kpis
    told = await page.ports.today.figures(day.isoformat())
    days = (day.isoformat(), (day - _WEEK).isoformat())
    now, before = [await kpis.day(one) for one in days]
    return told, now, before


def _found(found: tuple[View, View, View], look: Look) -> dict[str, Any]:
    told, now, before = found
    return {"figures": figures(told, look), "found": shown(now, before, look)}


def figures(told: View, look: Look) -> list[dict[str, Any]]:
    """Show the numbers of a day, each with the usual and with what stands behind it."""
    visitors, receipts = told["visitors"], told["receipts"]
    rows = f"/console/today/sold?day={told['day']}&sort=receipts"
    return [
        {
            "name": look.say("Visitors"),
            "about": look.say("people and devices on the web or in the app"),
            "link": link(visitors.get("cell")),
            "behind": look.say("Who they are"),
            **_figure(visitors, look),
        },
        {
            "name": look.say("Store receipts"),
            "about": "",
            "link": rows if receipts["count"] else "",
            "behind": look.say("Which they are"),
            **_figure(receipts, look),
        },
    ]


def _figure(told: View, look: Look) -> dict[str, Any]:
    count, usual = told["count"], told["usual"]
    known = look.say("usual on this weekday: %(count)s", count=look.number(usual))
    return {
        "count": look.say("not known") if count is None else look.number(count),
        "usual": look.say("usual: not known yet") if usual is None else known,
        "simulated": told["simulated"],
    }


def shown(now: View, before: View, look: Look) -> dict[str, Any]:
    """Show two days' reports, the later one first: the whole, and store by store."""
    was = {one["store"]: one["purchases"] for one in before["stores"]}
    looked, looked_before = (view["steps"]["all"][0] for view in (now, before))
    return {
        "looked": looked["people"],
        "looked_before": look.number(looked_before["people"]),
        "looked_link": link(looked["cell"]) if looked["people"] else "",
        "known": _known(now["all"], look),
        "known_link": "/console/today/sold?sort=known" if now["stores"] else "",
        "stores": [
            {
                "name": one["store"] or look.say("no store: online, or not told"),
                "purchases": look.number(one["purchases"]),
                "before": look.number(was.get(one["store"], 0)),
                "known": _known(one, look),
                "link": link(one["cells"].get("buyers")) if one["buyers"] else "",
            }
            for one in now["stores"][:SHOWN_MAX]
        ],
    }


def _known(part: View, look: Look) -> str:
    """Write the share of purchases that are of people we know."""
    if not part["purchases"]:
        return "–"
    return percent(1 - part["unknown"] / part["purchases"], look)
