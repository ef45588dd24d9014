"""Sources: how each is doing, a new one in plain words, keys, the first event."""

from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission
from habitue.base.errors import InvalidError
from habitue.console import answers
from habitue.console.live.overview import silence, source_line
from habitue.console.live.row import row
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, inside
from habitue.console.port import View
from habitue.console.reasons import reason_named
from habitue.console.refused import refused
from habitue.console.sources.seen import seen_route
from habitue.console.sources.setting_up import MODES, SILENCES, SORTS, wanted
from habitue.console.sources.snippets import snippets
from habitue.model.source import Mode


def source_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over sources."""
    return [
        _list(page),
        _new(page),
        _add(page),
        _source(page),
        seen_route(page),
        _first(page),
        _change(page),
        _silent(page),
        _key(page),
        _revoke(page),
    ]


def _list(page: Page) -> HTTPRouteHandler:
    @get("/console/sources", **inside(Permission.SOURCES_READ))
    def sources(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        told = [_shown(one, look) for one in page.ports.sources.list() if one["keys"]]
        return page.show(request, "sources/list.html", look=look, sources=told)

    return sources


def _new(page: Page) -> HTTPRouteHandler:
    @get("/console/sources/new", **inside(Permission.SOURCES_WRITE))
    def new(request: AnyRequest) -> Response[str]:
        return _ask(page, request, {})

    return new


def _ask(
    page: Page, request: AnyRequest, told: dict[str, str], fault: str = ""
) -> Response[str]:
    return page.show(
        request,
        "sources/new.html",
        status=422 if fault else 200,
        told=told,
        fault=fault,
        sorts=SORTS,
        modes=MODES,
    )


def _add(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/sources/new",
        status_code=200,
        **inside(Permission.SOURCES_WRITE, sync=False),
    )
    async def add(request: AnyRequest) -> Response[str]:
        told, look = await page.form(request), page.look(request)
        try:
            source = wanted(told, look)
        except InvalidError as error:
            return _ask(page, request, told, refused(error, look))
        what = deed(Deed.SOURCE_ADDED, source=source["name"])
        await page.ports.audit.write(look.visitor, Permission.SOURCES_WRITE, what)
        made = await page.ports.sources.add(source)
        return _ready(page, request, look, made, told["sort"])

    return add


def _ready(
    page: Page, request: AnyRequest, look: Look, made: View, sort: str = ""
) -> Response[str]:
    """Show a key, this once, with what each client needs."""
    view = _read(page, made["source"], look)
    return page.show(
        request,
        "sources/ready.html",
        look=look,
        source=_shown(view, look),
        key=made["key"],
        snippets=snippets(sort or view["kind"], made["key"], look),
    )


def _source(page: Page) -> HTTPRouteHandler:
    @get("/console/sources/{name:str}", **inside(Permission.SOURCES_READ))
    def source(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        look = page.look(request)
        view = _shown(_read(page, name, look), look)
        return page.show(
            request,
            "sources/source.html",
            look=look,
            source=view,
            modes=MODES,
            silences=SILENCES,
        )

    return source


def _first(page: Page) -> HTTPRouteHandler:
    @get("/console/sources/{name:str}/first", **inside(Permission.SOURCES_READ))
    def first(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        """Say whether something has come in, and show it."""
        look = page.look(request)
        view = _shown(_read(page, name, look), look)
        events = []
        if look.may("people:read"):
            newest = page.ports.reading.recent(1, source=name)
            events = [row(one, look) for one in page.mask(request).views(newest)]
        return page.show(
            request, "sources/first.html", look=look, source=view, events=events
        )

    return first


def _change(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/sources/{name:str}/mode",
        status_code=303,
        **inside(Permission.SOURCES_WRITE, sync=False),
    )
    async def change(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        told, look = await page.form(request), page.look(request)
        if told.get("mode") not in MODES:
            raise InvalidError(look.say("Choose what a browser's word is worth."))
        what = deed(Deed.SOURCE_MODE, source=name, mode=told["mode"])
        await page.ports.audit.write(look.visitor, Permission.SOURCES_WRITE, what)
        await page.ports.sources.change(name, {"mode": Mode(told["mode"])})
        return answers.goto(f"/console/sources/{name}")

    return change


def _silent(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/sources/{name:str}/silent",
        status_code=303,
        **inside(Permission.SOURCES_WRITE, sync=False),
    )
    async def silent(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        told, look = await page.form(request), page.look(request)
        if told.get("after") not in {str(one) for one in SILENCES}:
            raise InvalidError(look.say("Choose after how long it is silent."))
        what = deed(Deed.SOURCE_SILENCE, source=name, seconds=told["after"])
        await page.ports.audit.write(look.visitor, Permission.SOURCES_WRITE, what)
        await page.ports.sources.change(name, {"silent_after_s": int(told["after"])})
        return answers.goto(f"/console/sources/{name}")

    return silent


def _key(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/sources/{name:str}/keys",
        status_code=200,
        **inside(Permission.SOURCES_WRITE, sync=False),
    )
    async def key(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        await page.form(request)
        look = page.look(request)
        what = deed(Deed.KEY_MADE, source=name)
        await page.ports.audit.write(look.visitor, Permission.SOURCES_WRITE, what)
        made = await page.ports.sources.issue(name, bulk=False, scopes=())
        return _ready(page, request, look, made)

    return key


def _revoke(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/sources/{name:str}/keys/{key_id:str}/revoke",
        status_code=303,
        **inside(Permission.SOURCES_WRITE, sync=False),
    )
    async def revoke(
        request: AnyRequest, name: FromPath[str], key_id: FromPath[str]
    ) -> Response[str]:
        await page.form(request)
        what = deed(Deed.KEY_REVOKED, source=name, key=key_id)
        visitor = page.visitor(request)
        await page.ports.audit.write(visitor, Permission.SOURCES_WRITE, what)
        await page.ports.sources.revoke(name, key_id)
        return answers.goto(f"/console/sources/{name}")

    return revoke


def _read(page: Page, name: str, look: Look) -> View:
    for one in page.ports.sources.list():
        if one["name"] == name and one["keys"]:
            return one
    raise NotFoundException(look.say("There is no source %(name)s.", name=name))


def _shown(view: View, look: Look) -> dict[str, Any]:
    outcomes = view["outcomes"]
    return {
        **source_line(view, look),
        "kind": view["kind"],
        "mode": view["mode"],
        "silent_after_s": view["silent_after_s"],
        "silence": silence(view, look),
        "outcomes": outcomes,
        "received": outcomes["received"],
        "reasons": [
            {"name": reason_named(reason, look), "items": items}
            for reason, items in view.get("reasons", {}).items()
        ],
        "keys": [{**key, "made": look.moment(key["made_at"])} for key in view["keys"]],
    }
