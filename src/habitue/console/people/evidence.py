"""All that joins a person's identifiers, and all that does not, page by page."""

from collections.abc import Callable
from typing import TypeAlias

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.permission import Permission
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.people import why
from habitue.console.port import View
from habitue.console.render import render

ID_MAX = 2**62
# A page, and the cursor of the next one.
Found: TypeAlias = tuple[View, str | None]
Read: TypeAlias = Callable[[int, str | None], Found | None]


def evidence_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over what joins a person, and what was not joined to them."""
    return [_evidence(page), _refusals(page)]


def _found(read: Read, request: AnyRequest, person_id: int, look: Look) -> Found:
    """Give a page of what is read of somebody; NotFoundException if nobody is."""
    cursor = asked(request, "cursor") or None
    found = read(person_id, cursor) if 0 <= person_id <= ID_MAX else None
    if found is None:
        raise NotFoundException(
            look.say("There is no person %(number)s.", number=person_id)
        )
    return found


def _evidence(page: Page) -> HTTPRouteHandler:
    @get(
        "/console/people/{person_id:int}/evidence",
        **inside(Permission.PEOPLE_READ, sync=False),
    )
    async def evidence(request: AnyRequest, person_id: FromPath[int]) -> Response[str]:
        look, mask = page.look(request), page.mask(request)
        found = _found(page.ports.reading.evidence, request, person_id, look)

        def make() -> str:
            return _made(mask.view(found[0]), found[1], look)

        return await page.show_apart(look, make)

    return evidence


def _refusals(page: Page) -> HTTPRouteHandler:
    @get(
        "/console/people/{person_id:int}/refusals",
        **inside(Permission.PEOPLE_READ, sync=False),
    )
    async def refusals(request: AnyRequest, person_id: FromPath[int]) -> Response[str]:
        look, mask = page.look(request), page.mask(request)
        found = _found(page.ports.reading.refusals, request, person_id, look)

        def make() -> str:
            view = mask.view(found[0])
            return render(
                "people/refusals.html",
                look,
                person_id=view["person_id"],
                refused=[why.refused(one, look) for one in view["refused"]],
                next_cursor=found[1],
            )

        return await page.show_apart(look, make)

    return refusals


def _made(view: View, next_cursor: str | None, look: Look) -> str:
    return render(
        "people/evidence.html",
        look,
        person_id=view["person_id"],
        masked=bool(view.get("masked")),
        joined=[why.joined(edge, look) for edge in view["joined"]],
        before=view["joined_before"],
        total=view["joined_total"],
        next_cursor=next_cursor,
    )
