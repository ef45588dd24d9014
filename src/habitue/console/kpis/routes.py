"""Key figures, the people behind a cell of them, and a segment made of it."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from habitue.access.deeds import Object
from habitue.access.permission import Permission
from habitue.base.clock import to_datetime
from habitue.base.errors import InvalidError
from habitue.console import answers
from habitue.console.cells import cell_named
from habitue.console.following import Figured, figured
from habitue.console.kpis.shown import figures
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.segments.sentence import words_of

BASE = "/console/kpis"
DAY_CHARS = 10
# A year is shown first: cohorts of fewer months say little.
DAYS = 364
CELL_CHARS = 4_000
STEPS_CHARS = 1_000
SHOWN_MAX = 50
ID_MAX = 2**62


def kpi_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over key figures."""
    return [_figures(page), _people(page), _make(page)]


def _figures(page: Page) -> HTTPRouteHandler:
    @get(BASE, **inside(Permission.INSIGHTS_READ, sync=False))
    async def key_figures(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        since, until = _days(request, look)
        segment = asked(request, "segment", 60)
        told: dict[str, Any] = {
            "since": since,
            "until": until,
            "segment": segment,
            "segments": page.ports.segments.list(),
        }
        way = {
            name: asked(request, name, STEPS_CHARS) for name in ("steps", "by", "same")
        }
        told["way"] = way
        wanted = Figured(
            template="kpis/kpis.html",
            told=told,
            ask=lambda: page.ports.kpis.report(since, until, segment, **way),
            show=lambda view: {"view": figures(view, look)},
        )
        return await figured(page, request, look, wanted)

    return key_figures


def _days(request: AnyRequest, look: Look) -> tuple[str, str]:
    """Give the days asked for; the last year where none are."""
    today = to_datetime(look.now_us).astimezone(ZoneInfo(look.zone)).date()
    first = (today - timedelta(days=DAYS)).isoformat()
    since = asked(request, "from", DAY_CHARS) or first
    return since, asked(request, "to", DAY_CHARS) or today.isoformat()


def _people(page: Page) -> HTTPRouteHandler:
    @get(f"{BASE}/people", **inside(Permission.INSIGHTS_READ, sync=False))
    async def people_of_cell(request: AnyRequest) -> Response[str]:
        look, kpis = page.look(request), page.ports.kpis
        cell = asked(request, "cell", CELL_CHARS)
        told = await kpis.cell(cell)
        people: list[View] = []
        more = None
        if look.visitor.may(Permission.PEOPLE_READ):
            named = look.visitor.may(Permission.NAMES_READ)
            people, more = await kpis.people(
                cell, _after(request), SHOWN_MAX, named=named
            )
        return page.show(
            request,
            "kpis/people.html",
            look=look,
            cell=cell,
            name=cell_named(told["cell"], look),
            words=_words(told["condition"], look),
            count=look.number(told["count"]),
            offset=told["offset"],
            people=people,
            more=more,
        )

    return people_of_cell


def _words(condition: View | None, look: Look) -> str:
    """Say who a cell counts; empty where no condition says it."""
    return "" if condition is None else words_of(condition, look)


def _after(request: AnyRequest) -> int:
    told = asked(request, "after")
    return min(int(told), ID_MAX) if told.isascii() and told.isdigit() else 0


def _make(page: Page) -> HTTPRouteHandler:
    @post(
        f"{BASE}/segment",
        status_code=303,
        **inside(Permission.SEGMENTS_WRITE, sync=False),
    )
    async def make_segment(request: AnyRequest) -> Response[str]:
        """Make a segment of a cell."""
        told, look = await page.form(request), page.look(request)
        wanted, name = told.get("id", "").strip(), told.get("name", "").strip()
        if not wanted:
            raise InvalidError(
                look.say("Give the segment a short name: letters, digits, - and _.")
            )
        what = Object(wanted)
        await page.ports.audit.write(look.visitor, Permission.SEGMENTS_WRITE, what)
        await page.ports.kpis.make(wanted, name, told.get("cell", ""))
        return answers.goto(f"/console/segments/{wanted}")

    return make_segment
