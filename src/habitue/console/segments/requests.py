"""Exports of many people: asked for on the segment, and answered by somebody else."""

from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.pasted import masked
from habitue.access.permission import Permission
from habitue.console import answers
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.masked import telling
from habitue.console.page import AnyRequest, Page, inside
from habitue.console.port import View

BASE = "/console/exports"
STATES = {
    "asked": (later("waits for a yes"), "wait"),
    "approved": (later("may be taken out"), "good"),
    "refused": (later("refused"), "bad"),
    "taken": (later("taken out"), "plain"),
}
STALE = (later("too old"), "plain")


def request_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over exports that need a second person's yes."""
    return [_list(page), _ask(page), _answer(page)]


def _list(page: Page) -> HTTPRouteHandler:
    @get(BASE, **inside(Permission.SEGMENTS_EXPORT))
    def exports(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        held = page.ports.segments.approvals.list()
        lines = [_line(one, look) for one in held]
        return page.show(request, "segments/exports.html", look=look, requests=lines)

    return exports


def _line(one: View, look: Look) -> dict[str, Any]:
    stale = one["state"] == "asked" and not one["open"]
    word, tone = STALE if stale else STATES[one["state"]]
    return {
        **one,
        "people": look.number(one["people"]),
        "at": look.moment(one["asked_at"]),
        "word": look.say(word),
        "tone": tone,
        # Nobody answers what they asked for themselves.
        "answers": one["open"] and one["operator"] != look.visitor.name,
    }


def _ask(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/segments/{segment_id:str}/export/requests",
        status_code=303,
        **inside(Permission.SEGMENTS_EXPORT, sync=False),
    )
    async def ask(request: AnyRequest, segment_id: FromPath[str]) -> Response[str]:
        """Ask for the yes of somebody else."""
        told, look = await page.form(request), page.look(request)
        form = "arrow" if told.get("form") == "arrow" else "csv"
        reason = told.get("reason", "")
        await page.ports.segments.ask(look.visitor, segment_id, form, reason)
        return answers.goto(telling(BASE, reason))

    return ask


def _answer(page: Page) -> HTTPRouteHandler:
    @post(
        BASE + "/{request_id:str}",
        status_code=303,
        **inside(Permission.SEGMENTS_EXPORT, sync=False),
    )
    async def answer(request: AnyRequest, request_id: FromPath[str]) -> Response[str]:
        """Say yes or no to what somebody else asked for."""
        told, look = await page.form(request), page.look(request)
        reason = told.get("reason", "")
        await page.ports.segments.approvals.decide(
            look.visitor,
            request_id,
            yes=told.get("answer") == "yes",
            reason=masked(reason)[:500],
        )
        return answers.goto(telling(BASE, reason))

    return answer
