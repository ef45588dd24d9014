"""The versions of a segment: who changed what of it, and when."""

from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.permission import Permission
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, inside
from habitue.console.port import View
from habitue.console.segments.sentence import words_of
from habitue.console.text import visible

# What a version may have changed of the one before it, in this order.
PARTS = {
    "condition": later("who is meant"),
    "name": later("the name"),
    "description": later("the description"),
    "tags": later("the tags"),
}


def version_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the route of a segment's versions."""
    return [_versions(page)]


def _versions(page: Page) -> HTTPRouteHandler:
    @get(
        "/console/segments/{segment_id:str}/versions",
        **inside(Permission.SEGMENTS_READ),
    )
    def versions(request: AnyRequest, segment_id: FromPath[str]) -> Response[str]:
        look = page.look(request)
        told = page.ports.segments.versions(segment_id)
        names = [one["name"] for one in told if not one["deleted"]]
        return page.show(
            request,
            "segments/versions.html",
            look=look,
            segment_id=segment_id,
            name=visible(names[-1] if names else "") or segment_id,
            in_force=not told[-1]["deleted"],
            versions=lines(told, look),
        )

    return versions


def lines(told: list[View], look: Look) -> list[dict[str, Any]]:
    """Make a line of each version, the newest first."""
    pairs = zip(told, (None, *told), strict=False)
    return [_line(one, before, look) for one, before in pairs][::-1]


def _line(told: View, before: View | None, look: Look) -> dict[str, Any]:
    line = {
        "version": told["version"],
        "at": look.moment(told["defined_at"]),
        "by": visible(told["by"] or ""),
        "ended": told["deleted"],
        "new": before is None or before["deleted"],
    }
    if told["deleted"]:
        return line
    changed = [] if line["new"] else _changed(told, before or {}, look)
    return {
        **line,
        "changed": ", ".join(changed),
        "name": visible(told["name"]),
        "description": visible(told["description"]),
        "words": words_of(told["condition"], look),
    }


def _changed(told: View, before: View, look: Look) -> list[str]:
    return [
        look.say(word) for part, word in PARTS.items() if told[part] != before[part]
    ]
