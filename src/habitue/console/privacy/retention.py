"""How long the text of events is kept: classes, and taking away what has expired."""

from typing import get_args

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission
from habitue.base.errors import InvalidError
from habitue.console import answers
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, form_list, inside
from habitue.console.privacy.shown import class_of, retention
from habitue.console.refused import refused
from habitue.console.said import event_named
from habitue.model.event import EventType

BASE = "/console/privacy"


def retention_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over retention."""
    return [_retention(page), _define(page), _drop(page), _run(page)]


def _retention(page: Page) -> HTTPRouteHandler:
    @get(f"{BASE}/retention", **inside(Permission.PRIVACY_READ, sync=False))
    async def show_retention(request: AnyRequest) -> Response[str]:
        return await _show_retention(page, request, page.look(request))

    return show_retention


async def _show_retention(
    page: Page,
    request: AnyRequest,
    look: Look,
    fault: str = "",
    told: dict[str, str] | None = None,
) -> Response[str]:
    desk = page.ports.retention
    # Counting looks through the log, so it is done where somebody asks for it.
    counted = asked(request, "count") == "yes"
    expires = (await desk.preview())["expires"] if counted else {}
    return page.show(
        request,
        "privacy/retention.html",
        status=422 if fault else 200,
        look=look,
        classes=[retention(one, expires, look) for one in desk.classes()],
        counted=counted,
        ran=asked(request, "ran", 12),
        types={one: event_named(one, look) for one in get_args(EventType)},
        told={name: (told or {}).get(name, "") for name in ("name", "days", "events")},
        fault=fault,
    )


def _define(page: Page) -> HTTPRouteHandler:
    @post(
        f"{BASE}/retention",
        status_code=303,
        **inside(Permission.PRIVACY_ERASE, sync=False),
    )
    async def define_class(request: AnyRequest) -> Response[str]:
        """Have the text of a class of events expire."""
        told, look = await page.form(request), page.look(request)
        types = await form_list(request, "types")
        try:
            wanted = class_of(told, types, look)
            what = deed(Deed.TEXT_EXPIRES, name=wanted.name, days=wanted.days)
            await page.ports.audit.write(look.visitor, Permission.PRIVACY_ERASE, what)
            await page.ports.retention.define(wanted)
        except InvalidError as error:
            return await _show_retention(
                page, request, look, refused(error, look), told
            )
        return answers.goto(f"{BASE}/retention")

    return define_class


def _drop(page: Page) -> HTTPRouteHandler:
    @post(
        f"{BASE}/retention/{{name:str}}/drop",
        status_code=303,
        **inside(Permission.PRIVACY_ERASE, sync=False),
    )
    async def drop_class(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        """Keep a class's text for ever again."""
        await page.form(request)
        look = page.look(request)
        what = deed(Deed.TEXT_KEPT, name=name[:64])
        await page.ports.audit.write(look.visitor, Permission.PRIVACY_ERASE, what)
        await page.ports.retention.drop(name)
        return answers.goto(f"{BASE}/retention")

    return drop_class


def _run(page: Page) -> HTTPRouteHandler:
    @post(
        f"{BASE}/retention/run",
        status_code=303,
        **inside(Permission.PRIVACY_ERASE, sync=False),
    )
    async def run_now(request: AnyRequest) -> Response[str]:
        """Take away now what has expired; it can't be undone."""
        await page.form(request)
        look = page.look(request)
        what = deed(Deed.EXPIRED)
        await page.ports.audit.write(look.visitor, Permission.PRIVACY_ERASE, what)
        told = await page.ports.retention.run(look.visitor.name)
        return answers.goto(f"{BASE}/retention?ran={sum(told['expired'].values())}")

    return run_now
