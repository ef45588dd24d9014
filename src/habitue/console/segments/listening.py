"""Who is told of who enters and leaves a segment: set on its page, and taken back."""

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission
from habitue.base.errors import InvalidError
from habitue.console import answers
from habitue.console.page import AnyRequest, Page, inside
from habitue.console.segments.building import ID

PATH = "/console/segments/{segment_id:str}/listeners"


def listening_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes of subscriptions."""
    return [_listen(page), _end(page)]


def _listen(page: Page) -> HTTPRouteHandler:
    @post(PATH, status_code=303, **inside(Permission.SEGMENTS_WRITE, sync=False))
    async def listen(request: AnyRequest, segment_id: FromPath[str]) -> Response[str]:
        """Have who enters and leaves told under a name."""
        told, look = await page.form(request), page.look(request)
        name = told.get("name", "").strip()
        if not ID.fullmatch(name):
            raise InvalidError(
                look.say("A name here is of small letters, digits, - and _.")
            )
        wanted = {part: told.get(part) == "1" for part in ("entered", "left", "marked")}
        what = deed(Deed.LISTENS, segment=segment_id, name=name)
        await page.ports.audit.write(look.visitor, Permission.SEGMENTS_WRITE, what)
        await page.ports.segments.listen(segment_id, name, wanted)
        return answers.goto(f"/console/segments/{segment_id}#used")

    return listen


def _end(page: Page) -> HTTPRouteHandler:
    @post(
        PATH + "/{name:str}/end",
        status_code=303,
        **inside(Permission.SEGMENTS_WRITE, sync=False),
    )
    async def end(
        request: AnyRequest, segment_id: FromPath[str], name: FromPath[str]
    ) -> Response[str]:
        """Have nobody told any more under a name."""
        await page.form(request)
        look = page.look(request)
        what = deed(Deed.LISTENS_NO_MORE, segment=segment_id, name=name)
        await page.ports.audit.write(look.visitor, Permission.SEGMENTS_WRITE, what)
        await page.ports.segments.unlisten(segment_id, name)
        return answers.goto(f"/console/segments/{segment_id}#used")

    return end
