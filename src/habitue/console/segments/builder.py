"""The builder: a segment written in words, counted while it is being written."""

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from habitue.access.deeds import Object
from habitue.access.permission import Permission
from habitue.base.errors import ConflictError, InvalidError
from habitue.console import answers
from habitue.console.look import Look
from habitue.console.masked import telling
from habitue.console.page import BUILDER, AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.refused import refused
from habitue.console.segments.building import (
    ID,
    Building,
    begun,
    building_of,
    drafted,
    json_of,
)
from habitue.console.segments.counted import NOT_ASKED, counted, unknown
from habitue.console.segments.draft import Draft
from habitue.console.segments.form import Taken, note, put, take
from habitue.console.segments.known import WAIT_S, lists_of
from habitue.console.segments.named import held_of, in_gallery
from habitue.console.segments.shaping import Shaping
from habitue.console.segments.steps import act
from habitue.segment.check import BrokenConditionError, read

COUNT = "/console/segments/builder/count"
LISTS = "/console/segments/builder/lists"
# A page is there at once; what there is to choose from may come so long after it.
LISTS_S = 20.0
JSON_CHARS_MAX = 200_000


class Shown(msgspec.Struct, kw_only=True):
    """What a page of the builder shows: the form, what is wrong, what is new."""

    building: Building
    draft: Draft
    taken: Taken
    # Whether what is wrong is told at its place: not while a clause is being filled in.
    checked: bool = False
    fault: str = ""
    # What was typed as JSON and could not be taken.
    json: str | None = None
    json_fault: str = ""
    new: str = ""
    count: bool = False


def builder_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes of the builder."""
    return [_open(page), _change(page), _count(page), _lists(page)]


def _open(page: Page) -> HTTPRouteHandler:
    @get(BUILDER, **inside(Permission.SEGMENTS_WRITE, sync=False))
    async def open_builder(request: AnyRequest) -> Response[str]:
        """Begin a new segment, one from the gallery, or a change of one."""
        view, changed = _wanted(page, request, page.look(request))
        building, draft = begun(view, changed=changed)
        shown = Shown(building=building, draft=draft, taken=take(draft))
        return await _show(page, request, shown)

    return open_builder


def _wanted(page: Page, request: AnyRequest, look: Look) -> tuple[View | None, bool]:
    segments = page.ports.segments
    segment, template = asked(request, "segment"), asked(request, "template")
    if segment:
        return held_of(segments.list(), segment, look), True
    if template:
        return in_gallery(held_of(segments.templates(), template, look), look), False
    return None, False


def _change(page: Page) -> HTTPRouteHandler:
    @post(BUILDER, status_code=200, **inside(Permission.SEGMENTS_WRITE, sync=False))
    async def change(request: AnyRequest) -> Response[str]:
        """Do what a button says: add, take out, count, take JSON, save."""
        told, look = await page.form(request), page.look(request)
        do, draft = told.get("do", ""), drafted(told)
        new = act(draft, do)
        shown = Shown(
            building=building_of(told),
            draft=draft,
            taken=take(draft),
            checked=told.get("checked") == "1" or do in {"save", "count"},
            new=new,
            count="hx-request" not in request.headers,
        )
        if do == "json":
            _take_json(shown, told.get("json", ""), look)
        if do == "save":
            saved = await _save(page, look, shown)
            if saved:
                there = f"/console/segments/{saved}"
                return answers.goto(telling(there, shown.building.description))
        return await _show(page, request, shown)

    return change


def _take_json(shown: Shown, text: str, look: Look) -> None:
    """Have the form tell what was written as JSON, if it is a condition."""
    try:
        condition = read(msgspec.json.decode(text[:JSON_CHARS_MAX]))
    except (InvalidError, msgspec.DecodeError, UnicodeError, RecursionError) as error:
        shown.json, shown.json_fault = text, refused(error, look)
        return
    shown.draft = put(condition)
    shown.taken = take(shown.draft)


async def _save(page: Page, look: Look, shown: Shown) -> str:
    """Put the segment in force; give its id, or nothing where something is wrong."""
    if shown.taken.condition is None:
        shown.fault = look.say("Not saved: mend what is marked below.")
        return ""
    building, called = shown.building, shown.building.called
    try:
        _check_id(building, look)
        _check_seen(page, building, look)
        body = building.body(shown.taken)
        what = Object(called)
        await page.ports.audit.write(look.visitor, Permission.SEGMENTS_WRITE, what)
        if building.segment:
            await page.ports.segments.put(called, body)
        else:
            await page.ports.segments.add(called, body)
    except BrokenConditionError as error:
        note(shown.taken.taking, error)
        shown.fault = look.say("Not saved: mend what is marked below.")
        return ""
    except (InvalidError, ConflictError) as error:
        shown.fault = refused(error, look)
        return ""
    return called


def _check_id(building: Building, look: Look) -> None:
    if not building.name:
        raise InvalidError(look.say("Give the segment a name."))
    if not ID.fullmatch(building.called):
        raise InvalidError(
            look.say(
                "A short name begins with a letter a to z; small letters, digits, -"
                " and _ follow, 60 in all."
            )
        )


def _check_seen(page: Page, building: Building, look: Look) -> None:
    """Refuse a change of what is another version by now."""
    if not building.segment:
        return
    held = held_of(page.ports.segments.list(), building.segment, look)
    if str(held["version"]) != building.seen:
        raise ConflictError(
            look.say("Somebody changed this segment meanwhile; look at it anew.")
        )


def _count(page: Page) -> HTTPRouteHandler:
    @post(COUNT, status_code=200, **inside(Permission.SEGMENTS_READ, sync=False))
    async def count(request: AnyRequest) -> Response[str]:
        """Give the part of the page that says how many are meant."""
        told, look = await page.form(request), page.look(request)
        found = await counted(page.ports.segments, take(drafted(told)), look)
        return page.show(request, "segments/counted.html", look=look, counted=found)

    return count


def _lists(page: Page) -> HTTPRouteHandler:
    @get(LISTS, **inside(Permission.SEGMENTS_WRITE, sync=False))
    async def lists(request: AnyRequest) -> Response[str]:
        """Give the part of the page that says what there is to choose from."""
        look = page.look(request)
        told = lists_of(
            await page.ports.segments.known(LISTS_S, fresh=True), page, look
        )
        return page.show(request, "segments/lists.html", look=look, lists=told)

    return lists


async def _show(page: Page, request: AnyRequest, shown: Shown) -> Response[str]:
    look, segments = page.look(request), page.ports.segments
    if shown.count:
        found = await counted(segments, shown.taken, look)
    else:
        found = unknown(look, NOT_ASKED)
    lists = lists_of(await segments.known(WAIT_S), page, look)
    faults = shown.taken.faults if shown.checked else {}
    whole = Shaping(look, lists, shown.new).whole(shown.draft, faults)
    return page.show(
        request,
        "segments/builder.html",
        status=422 if shown.fault or shown.json_fault else 200,
        look=look,
        whole=whole,
        building=shown.building,
        counted=found,
        fault=shown.fault,
        checked=shown.checked,
        json=json_of(shown.taken) if shown.json is None else shown.json,
        json_fault=shown.json_fault,
        lists=lists,
    )
