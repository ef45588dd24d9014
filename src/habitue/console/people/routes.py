"""Finding people, and the card of one: read, reveal, part, take back."""

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct, structs

from habitue.access.deeds import Deed, deed
from habitue.access.masking import Mask
from habitue.access.permission import Permission
from habitue.access.scope import check_seen
from habitue.base.clock import to_us
from habitue.base.errors import InvalidError
from habitue.console import answers
from habitue.console.look import Look
from habitue.console.masked import masked_of, telling
from habitue.console.page import AnyRequest, Page, asked, form_list, inside
from habitue.console.people.card import aged, card
from habitue.console.people.evidence import evidence_routes
from habitue.console.people.filters import Filters, filtered
from habitue.console.people.memberships import membership_routes
from habitue.console.people.notes import note_routes
from habitue.console.people.points import points
from habitue.console.people.views import search_page, view_routes
from habitue.console.port import View
from habitue.console.render import render

ID_MAX = 2**62
REASON_MIN = 3


def people_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over people."""
    return [
        search_page(page),
        _dialog(page),
        _person(page),
        _reveal(page),
        _part(page),
        _join(page),
        _undo(page),
        *evidence_routes(page),
        *note_routes(page),
        *view_routes(page),
        *membership_routes(page),
    ]


def _dialog(page: Page) -> HTTPRouteHandler:
    @get("/console/search", **inside(Permission.CONSOLE_OPEN, searches=("q",)))
    def search(request: AnyRequest) -> Response[str]:
        """Answer the dialog that Ctrl-K opens: people, segments, sources, screens."""
        look, text = page.look(request), asked(request, "q").strip()
        people, sources, segments = [], [], []
        if text and look.may("people:read"):
            found = page.ports.reading.search(text, look.visitor.sees)
            people = page.mask(request).views(found[:8])
        if text and look.may("sources:read"):
            names = (one["name"] for one in page.ports.sources.list() if one["keys"])
            sources = [name for name in names if text.casefold() in name][:5]
        if text and look.may("segments:read"):
            segments = _named(page.ports.segments.list(), text.casefold())[:5]
        return page.show(
            request,
            "search.html",
            look=look,
            people=people,
            sources=sources,
            segments=segments,
            text=text,
        )

    return search


def _named(segments: Iterable[View], text: str) -> list[View]:
    """Give the segments that have a text in their name or id."""
    return [one for one in segments if text in f"{one['name']} {one['id']}".casefold()]


def _person(page: Page) -> HTTPRouteHandler:
    @get(
        "/console/people/{person_id:int}",
        **inside(Permission.PEOPLE_READ, sync=False),
    )
    async def person(request: AnyRequest, person_id: FromPath[int]) -> Response[str]:
        look = page.look(request)
        on = asked(request, "on", 10)
        view = _read(page, person_id, look, on)
        filters = Filters(
            source=asked(request, "source"), text=asked(request, "text"), on=on
        )
        mask = page.mask(request)
        return await _show(page, request, look, Shown(view, mask, filters))

    return person


class Shown(Struct, frozen=True):
    """What of a person is shown, and how much of it."""

    view: View
    mask: Mask
    filters: Filters = Filters()
    revealed: bool = False


async def _show(
    page: Page, request: AnyRequest, look: Look, shown: Shown
) -> Response[str]:
    view, filters, mask = shown.view, shown.filters, shown.mask
    # What comes while it is read is read again.
    applied = page.ports.reading.applied()
    cursor = asked(request, "cursor") or None
    events, next_cursor = await filtered(
        page.ports.reading, view["person_id"], cursor, filters, look
    )
    sources = page.ports.reading.overview().get("sources", ())
    told = {
        "next_cursor": next_cursor,
        "filters": filters,
        "applied": applied,
        "follows": not (cursor or filters.any or shown.revealed),
        "command": asked(request, "command"),
        "done": asked(request, "done"),
        "revealed": shown.revealed,
    }

    def make() -> str:
        masked = mask.view(view), mask.views(events)
        made = card(*masked, look)
        made["freshness"] = aged(made["freshness"], sources, look)
        # An opening is made of what is new: of all that there is, and of now.
        is_all = not (cursor or filters.any)
        made["points"] = points(*masked, look) if is_all else []
        return render("people/person.html", look, card=made, **told)

    return await page.show_apart(look, make)


def _read(page: Page, person_id: int, look: Look, on: str = "") -> View:
    known = 0 <= person_id <= ID_MAX
    at_us = _end_of(on, look) if on else None
    view = page.ports.reading.person(person_id, at_us) if known else None
    if view is None:
        raise NotFoundException(
            look.say("There is no person %(number)s.", number=person_id)
        )
    return view


def _end_of(on: str, look: Look) -> int:
    """Give the end of a day of the shop's, but no later than now."""
    try:
        day = datetime.combine(
            datetime.fromisoformat(on).date(), time.max, ZoneInfo(look.zone)
        )
    except ValueError as error:
        raise InvalidError(look.say("“%(text)s” is no date.", text=on)) from error
    return max(0, min(to_us(day), look.now_us))


def _reveal(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/people/{person_id:int}/reveal",
        status_code=200,
        **inside(Permission.PEOPLE_REVEAL, sync=False),
    )
    async def reveal(request: AnyRequest, person_id: FromPath[int]) -> Response[str]:
        told, look = await page.form(request), page.look(request)
        reason = told.get("reason", "").strip()
        if len(reason) < REASON_MIN:
            raise InvalidError(look.say("Say why you have to see it."))
        view = _read(page, person_id, look)
        await page.ports.reveals.note(look.visitor, person_id, reason)
        bare = Mask(contacts=False, names=False, sees=look.visitor.sees)
        said = structs.replace(look, masked=masked_of(reason))
        return await _show(page, request, said, Shown(view, bare, revealed=True))

    return reveal


def _part(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/people/{person_id:int}/part",
        status_code=303,
        **inside(Permission.PEOPLE_MERGE, sync=False),
    )
    async def part(request: AnyRequest, person_id: FromPath[int]) -> Response[str]:
        """Part identifiers from a person, or take a piece of evidence back."""
        told, look = await page.form(request), page.look(request)
        reason = told.get("reason", "").strip()
        if len(reason) < REASON_MIN:
            raise InvalidError(look.say("Say why; others will read it."))
        what: View = {"identifiers": await form_list(request, "identifier")}
        if told.get("message_id"):
            what["evidence"] = (told.get("source", ""), told["message_id"])
        elif not what["identifiers"]:
            raise InvalidError(look.say("Choose what is not this person's."))
        name = look.visitor.name
        did = deed(Deed.PARTED, person=person_id)
        await page.ports.audit.write(look.visitor, Permission.PEOPLE_MERGE, did, reason)
        made = await page.ports.judging.unmerge(person_id, what, name, reason)
        return _done(person_id, made, "parted", reason)

    return part


def _join(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/people/{person_id:int}/join",
        status_code=303,
        **inside(Permission.PEOPLE_MERGE, sync=False),
    )
    async def join(request: AnyRequest, person_id: FromPath[int]) -> Response[str]:
        """Judge two people to be one."""
        told, look = await page.form(request), page.look(request)
        reason, other = told.get("reason", "").strip(), told.get("other", "").strip()
        if len(reason) < REASON_MIN:
            raise InvalidError(look.say("Say why; others will read it."))
        if not (other.isascii() and other.isdigit() and int(other) <= ID_MAX):
            raise InvalidError(look.say("Name the other person by their number."))
        check_seen(look.visitor, int(other))
        await page.ports.audit.write(
            look.visitor,
            Permission.PEOPLE_MERGE,
            deed(Deed.JOINED, person=person_id, other=other),
            reason,
        )
        name = look.visitor.name
        made = await page.ports.judging.merge(person_id, int(other), name, reason)
        return _done(person_id, made, "joined", reason)

    return join


def _undo(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/people/{person_id:int}/undo",
        status_code=303,
        **inside(Permission.PEOPLE_MERGE, sync=False),
    )
    async def undo(request: AnyRequest, person_id: FromPath[int]) -> Response[str]:
        """Take back a command, all of it."""
        told, look = await page.form(request), page.look(request)
        command = told.get("command", "")[:100]
        check_seen(look.visitor, *page.ports.judging.concerns(command))
        what = deed(Deed.COMMAND_UNDONE, command=command)
        await page.ports.audit.write(look.visitor, Permission.PEOPLE_MERGE, what)
        made = await page.ports.judging.undo(command, look.visitor.name, "")
        return _done(person_id, made, "undone")

    return undo


def _done(person_id: int, made: View, word: str, why: str = "") -> Response[str]:
    there = f"/console/people/{int(person_id)}?done={word}&command={made['command']}"
    return answers.goto(telling(there, why))
