"""The segments of a person: which they are in, and why in or out of one."""

from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.permission import Permission
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.said import found_said
from habitue.console.segments.sentence import texts_of
from habitue.console.text import visible

CLAUSES_MAX = 12
# What made somebody a member, or ended it, as habitue.segment.live_rows.Cause names it.
CAUSES = {
    "event": later("by what was done"),
    "time": later("by time alone"),
    "merge": later("joined with somebody else"),
    "unmerge": later("parted from somebody else"),
    "backfill": later("it was so already when the segment was filled in"),
    "late": later("told late"),
    "defined": later("the segment was changed or ended"),
}


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
        found = await ports.of_person(person_id, texts)
        told = mask.view({**found, "past": await ports.past(person_id)})
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
            past=[before(one, look) for one in told["past"]],
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


def before(told: View, look: Look) -> dict[str, Any]:
    """Make what is shown of a segment that somebody was in, and is no more."""
    until, former = told["until"], told["former_id"]
    return {
        "id": told["id"],
        "name": visible(told["name"] or told["id"]),
        "since": look.moment(told["since"]),
        "until": look.moment(until) if until else look.say("this moment"),
        "came": _cause(told["cause"], look),
        "left": _cause(told["ended_by"], look),
        "version": told["version"],
        "goes_on": told["goes_on"],
        "former": "" if former is None else str(former),
    }


def _cause(cause: str, look: Look) -> str:
    return look.say(CAUSES[cause]) if cause in CAUSES else visible(cause)


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
