"""Finding people: by what is typed, of a segment alone, and by what was kept of these.

A view is shown by its id and not by what it looks for: whoever may not see an address
that somebody kept in one still finds whom it shows.
"""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from habitue.access.masking import Mask
from habitue.access.permission import Permission
from habitue.console import answers
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View, Views

BASE = "/console/people"
ID_CHARS = 64


class Wanted(Struct, frozen=True):
    """What is looked for: a text, a segment, and the view that says so, if one does."""

    text: str = ""
    segment: str = ""
    view: View | None = None

    @property
    def any(self) -> bool:
        return bool(self.text or self.segment)


def view_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes by which searches are kept, renamed and removed."""
    return [_add(page), _change(page), _remove(page)]


def search_page(page: Page) -> HTTPRouteHandler:
    """Make the route of the search, and of the views beside it."""

    @get(
        BASE,
        **inside(
            Permission.PEOPLE_READ,
            sync=False,
            sifted=True,
            searches=("q", "segment", "view"),
        ),
    )
    async def people(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        wanted = _wanted(page, request, look)
        found: Views = []
        if wanted.any:
            found = await page.ports.views.find(
                look.visitor, wanted.text, wanted.segment
            )
        mask = page.mask(request)
        found = mask.seen(found)
        if len(found) == 1 and not wanted.segment and wanted.view is None:
            return answers.goto(f"{BASE}/{int(found[0]['person_id'])}")
        return page.show(
            request,
            "people/people.html",
            look=look,
            found=mask.views(found),
            looked=wanted.any,
            text=_text_shown(wanted, mask),
            segment=wanted.segment,
            view=wanted.view,
            views=mask.views(page.ports.views.list(look.visitor)),
            segments=_segments(page, look),
        )

    return people


def _text_shown(wanted: Wanted, mask: Mask) -> str:
    """Give what is looked for: whoever typed it themselves knows it."""
    if wanted.view is None or wanted.view["own"]:
        return wanted.text
    return str(mask.view({"text": wanted.text})["text"])


def _wanted(page: Page, request: AnyRequest, look: Look) -> Wanted:
    view_id = asked(request, "view", ID_CHARS)
    if view_id:
        held = page.ports.views.get(look.visitor, view_id)
        return Wanted(held["text"], held["segment"] or "", held)
    segment = asked(request, "segment", ID_CHARS)
    return Wanted(asked(request, "q").strip(), segment)


def _segments(page: Page, look: Look) -> Views:
    """Give the segments one may look through: none to who does not see them."""
    if not look.visitor.may(Permission.SEGMENTS_READ):
        return []
    return page.ports.segments.list()


def _add(page: Page) -> HTTPRouteHandler:
    @post(
        f"{BASE}/views",
        status_code=303,
        **inside(Permission.PEOPLE_VIEWS, sync=False, sifted=True),
    )
    async def keep_view(request: AnyRequest) -> Response[str]:
        """Keep what is looked for under a name."""
        told, look = await page.form(request), page.look(request)
        made = await page.ports.views.add(
            look.visitor,
            {
                "name": told.get("name", ""),
                "text": told.get("q", ""),
                "segment": told.get("segment", ""),
                "shared": "shared" in told,
            },
        )
        return answers.goto(f"{BASE}?view={made['id']}")

    return keep_view


def _change(page: Page) -> HTTPRouteHandler:
    @post(
        BASE + "/views/{view_id:str}",
        status_code=303,
        **inside(Permission.PEOPLE_VIEWS, sync=False, sifted=True),
    )
    async def change_view(request: AnyRequest, view_id: FromPath[str]) -> Response[str]:
        """Rename a view, or show it to the team or to oneself alone."""
        told, look = await page.form(request), page.look(request)
        wanted = {"name": told.get("name", ""), "shared": "shared" in told}
        made = await page.ports.views.change(look.visitor, view_id, wanted)
        return answers.goto(f"{BASE}?view={made['id']}")

    return change_view


def _remove(page: Page) -> HTTPRouteHandler:
    @post(
        BASE + "/views/{view_id:str}/remove",
        status_code=303,
        **inside(Permission.PEOPLE_VIEWS, sync=False, sifted=True),
    )
    async def remove_view(request: AnyRequest, view_id: FromPath[str]) -> Response[str]:
        """Keep a view no longer."""
        await page.form(request)
        await page.ports.views.remove(page.look(request).visitor, view_id)
        return answers.goto(BASE)

    return remove_view
