"""Segments: which there are, how many and who is in each, a gallery to begin from."""

from typing import Any, NamedTuple

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.deeds import Deed, Object, deed
from habitue.access.permission import Permission
from habitue.access.reading import saw
from habitue.base.errors import InvalidError
from habitue.console import answers
from habitue.console.following import Figured, figured
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.segments.chart import chart_of
from habitue.console.segments.figures import PURPOSE, TREND_DAYS, figures_of
from habitue.console.segments.named import held_of, in_gallery
from habitue.console.segments.overlap import Overlap, overlap_asked
from habitue.console.segments.sentence import words_of

SHOWN_MAX = 50
ID_MAX = 2**62
FORMS = {"csv": "text/csv", "arrow": "application/vnd.apache.arrow.stream"}


def segment_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over segments."""
    return [_list(page), _begin(page), _segment(page), _export(page), _end(page)]


def _list(page: Page) -> HTTPRouteHandler:
    @get("/console/segments", **inside(Permission.SEGMENTS_READ))
    def segments(request: AnyRequest) -> Response[str]:
        look, ports = page.look(request), page.ports.segments
        told = ports.list()
        held = {one["id"] for one in told}
        return page.show(
            request,
            "segments/list.html",
            look=look,
            segments=[_line(page, one, look) for one in told],
            templates=[
                in_gallery(one, look)
                for one in ports.templates()
                if one["id"] not in held
            ],
        )

    return segments


def _line(page: Page, one: View, look: Look) -> dict[str, Any]:
    size = page.ports.segments.size(one["id"])
    return {
        **one,
        "size": None if size is None else look.number(size),
        "words": words_of(one["condition"], look),
    }


def _begin(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/segments",
        status_code=303,
        **inside(Permission.SEGMENTS_WRITE, sync=False),
    )
    async def begin(request: AnyRequest) -> Response[str]:
        """Begin a segment from a template of the gallery."""
        told, look = await page.form(request), page.look(request)
        wanted = told.get("template", "")
        found = {one["id"]: one for one in page.ports.segments.templates()}
        if wanted not in found:
            raise InvalidError(
                look.say("There is no template “%(name)s”.", name=wanted[:64])
            )
        what = Object(wanted)
        await page.ports.audit.write(look.visitor, Permission.SEGMENTS_WRITE, what)
        template = in_gallery(found[wanted], look)
        parts = ("name", "description", "tags", "condition")
        body = {part: template[part] for part in parts}
        await page.ports.segments.put(wanted, body)
        return answers.goto(f"/console/segments/{wanted}")

    return begin


def _segment(page: Page) -> HTTPRouteHandler:
    @get(
        "/console/segments/{segment_id:str}",
        **inside(Permission.SEGMENTS_READ, sync=False),
    )
    async def segment(request: AnyRequest, segment_id: FromPath[str]) -> Response[str]:
        look, ports = page.look(request), page.ports.segments
        told = held_of(ports.list(), segment_id, look)
        exports = look.visitor.may(Permission.SEGMENTS_EXPORT)
        left = await ports.left(look.visitor) if exports else None
        days, overlap = _days(request), overlap_asked(page, request, segment_id)
        frame = {
            "segment": _line(page, told, look),
            "defined": look.moment(told["defined_at"]),
            "days": days,
            "spans": TREND_DAYS,
            "overlap": overlap.frame(),
            "used": ports.used(segment_id),
            "listeners": ports.listeners(segment_id),
            "left": None if left is None else look.number(left),
        }

        async def ask() -> Asked:
            seen = await ports.figures(segment_id, PURPOSE, days)
            shared = await overlap.ask(ports)
            return Asked(seen, shared, *await _members(page, request, look, segment_id))

        wanted = Figured(
            template="segments/segment.html",
            told=frame,
            ask=ask,
            show=lambda found: _shown(found, overlap, look),
            # While the copy is made it is not known: by no record, so for no while.
            keeps=lambda found: bool(found.seen["known"]),
        )
        return await figured(page, request, look, wanted)

    return segment


class Asked(NamedTuple):
    """A segment in figures, what it shares with others, and a page of who is in it."""

    seen: View
    shared: View | None
    members: list[View]
    more: int | None


async def _members(
    page: Page, request: AnyRequest, look: Look, segment_id: str
) -> tuple[list[View], int | None]:
    """Give a page of who is in a segment, to who may see people."""
    if not look.visitor.may(Permission.PEOPLE_READ):
        return [], None
    told = asked(request, "after")
    after = int(told) if told.isascii() and told.isdigit() else 0
    named = look.visitor.may(Permission.NAMES_READ)
    return await page.ports.segments.page(
        segment_id, min(after, ID_MAX), SHOWN_MAX, named=named
    )


def _shown(found: Asked, overlap: Overlap, look: Look) -> dict[str, Any]:
    # Here, since what was found is kept, and shown to others, too.
    saw(one["person_id"] for one in found.members)
    return {
        "figures": figures_of(found.seen, look),
        "chart": chart_of(found.seen["trend"]["days"], look),
        "overlap": overlap.shown(found.shared, look),
        "members": found.members,
        "more": found.more,
    }


def _days(request: AnyRequest) -> int:
    """Say how many days of the trend are asked for."""
    told = asked(request, "days", 3)
    days = int(told) if told.isascii() and told.isdigit() else 0
    return days if days in TREND_DAYS else TREND_DAYS[0]


def _export(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/segments/{segment_id:str}/export",
        status_code=200,
        **inside(Permission.SEGMENTS_EXPORT, sync=False),
    )
    async def export(request: AnyRequest, segment_id: FromPath[str]) -> Response[bytes]:
        """Take out who is in a segment, as a file; it is written down."""
        told, look = await page.form(request), page.look(request)
        held_of(page.ports.segments.list(), segment_id, look)
        form = "arrow" if told.get("form") == "arrow" else "csv"
        named = look.visitor.may(Permission.NAMES_READ)
        found = await page.ports.segments.export(
            look.visitor, segment_id, form, named=named
        )
        return answers.file(found.body, f"{segment_id}.{form}", FORMS[form])

    return export


def _end(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/segments/{segment_id:str}/end",
        status_code=303,
        **inside(Permission.SEGMENTS_WRITE, sync=False),
    )
    async def end(request: AnyRequest, segment_id: FromPath[str]) -> Response[str]:
        """Take a segment out of force."""
        await page.form(request)
        look = page.look(request)
        held_of(page.ports.segments.list(), segment_id, look)
        what = deed(Deed.SEGMENT_ENDED, segment=segment_id)
        await page.ports.audit.write(look.visitor, Permission.SEGMENTS_WRITE, what)
        await page.ports.segments.delete(segment_id)
        return answers.goto("/console/segments")

    return end
