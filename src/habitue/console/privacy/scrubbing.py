"""The button that rewrites what erasing left in the files of a database."""

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission
from habitue.console import answers
from habitue.console.page import AnyRequest, Page, inside

BASE = "/console/privacy"


def scrub_route(page: Page) -> HTTPRouteHandler:
    """Make the route that rewrites the database's tables."""

    @post(
        f"{BASE}/scrub",
        status_code=303,
        **inside(Permission.PRIVACY_ERASE, sync=False),
    )
    async def scrub(request: AnyRequest) -> Response[str]:
        """Leave nothing that was erased in the tables of the database."""
        await page.form(request)
        look = page.look(request)
        what = deed(Deed.SCRUBBED)
        await page.ports.audit.write(look.visitor, Permission.PRIVACY_ERASE, what)
        await page.ports.scrubbing.scrub(look.visitor.name)
        return answers.goto(BASE)

    return scrub
