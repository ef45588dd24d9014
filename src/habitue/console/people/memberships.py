"""The segments of a person: which they are in, and why in or out of one."""

from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.permission import Permission
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.said import found_said
from habitue.console.segments.sentence import texts_of
from habitue.console.text import visible

CLAUSES_MAX = 12


def membership_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the route of a person's segments."""
    return [_segments(page)]


def _segments(page: Page) -> HTTPRouteHandler:
    @get(
        "/console/people/{person_id:int}/segments",
        **inside(Permission.PEOPLE_READ, sync=False),
    )
    async def segments_of_person(
        request: AnyRequest, person_id: FromPath[int]
    ) -> Response[str]:
        look, mask, ports = page.look(request), page.mask(request), page.ports.segments
        texts = texts_of(look)
        told = mask.view(await ports.of_person(person_id, texts))
        inside_of = {one["id"] for one in told["segments"]}
        asked_for = asked(request, "segment", 100)
        others = [one for one in ports.list() if one["id"] not in inside_of]
        why: View | None = None
        if asked_for:
            why = mask.view(await ports.why(person_id, asked_for, texts))
        return page.show(
            request,
            "people/segments.html",
            look=look,
            person_id=told["person_id"],
            segments=[membership(one, look) for one in told["segments"]],
            others=[
                {"id": one["id"], "name": one["name"] or one["id"]} for one in others
            ],
            why=None if why is None else judged(why, look),
        )

    return segments_of_person


def membership(told: View, look: Look) -> dict[str, Any]:
    """Make what is shown of a segment that somebody is in."""
    return {
        "id": told["id"],
        "name": visible(told["name"] or told["id"]),
        "since": look.moment(told["since"]) if told.get("since") else "",
        "clauses": clauses(told, look),
    }


def judged(told: View, look: Look) -> dict[str, Any]:
    """Make what is shown of why somebody is in a segment, or is not."""
    return {
        "id": told["segment"],
        "name": visible(told["name"] or told["segment"]),
        "inside": told["in"],
        "clauses": clauses(told, look),
    }


def clauses(told: View, look: Look) -> list[dict[str, Any]]:
    """Give the clauses that decide, each with what was found and where."""
    return [
        {
            "holds": one["holds"],
            "clause": visible(one["clause"]),
            "found": visible(found_said(one["found"], look)),
            "offset": one["offsets"][0] if one["offsets"] else None,
        }
        for one in told.get("because", ())[:CLAUSES_MAX]
    ]
