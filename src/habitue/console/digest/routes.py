"""The digests there are, each as a file to take along, and one made now."""

from datetime import date, timedelta

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.permission import Permission
from habitue.console import answers
from habitue.console.digest.written import FORMS
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, inside
from habitue.lake.port import NotAnsweredError

BASE = "/console/digests"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
A_MONDAY = date(2026, 3, 2)


def digest_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over digests."""
    return [_list(page), _make(page), _file(page)]


def _list(page: Page) -> HTTPRouteHandler:
    @get(BASE, **inside(Permission.INSIGHTS_READ))
    def digests(request: AnyRequest) -> Response[str]:
        return _shown(page, request)

    return digests


def _shown(page: Page, request: AnyRequest, *, waits: bool = False) -> Response[str]:
    look = page.look(request)
    told = [
        {**one, "made": look.moment(one["made_at"])}
        for one in page.ports.digests.list()
    ]
    status = 503 if waits else 200
    return page.show(
        request,
        "digest/list.html",
        look=look,
        status=status,
        digests=told,
        weekday=weekday_named(page.ports.digests.weekday, look),
        waits=waits,
    )


def weekday_named(told: str, look: Look) -> str:
    """Call a day of the week in the reader's language; empty for what is none."""
    if told not in DAYS:
        return ""
    return look.language.date(A_MONDAY + timedelta(days=DAYS.index(told)), "cccc")


def _make(page: Page) -> HTTPRouteHandler:
    @post(BASE, status_code=303, **inside(Permission.INSIGHTS_READ, sync=False))
    async def make_digest(request: AnyRequest) -> Response[str]:
        """Make one now."""
        await page.form(request)
        try:
            await page.ports.digests.make_now()
        except NotAnsweredError:
            return _shown(page, request, waits=True)
        return answers.goto(BASE)

    return make_digest


def _file(page: Page) -> HTTPRouteHandler:
    @get(
        f"{BASE}/{{name:str}}/{{form:str}}",
        **inside(Permission.INSIGHTS_READ),
    )
    def digest_file(name: FromPath[str], form: FromPath[str]) -> Response[bytes]:
        body = page.ports.digests.read(name, form)
        told = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
        return Response(body, media_type=FORMS[form], headers=told)

    return digest_file
