"""Noting something of a person, from their card."""

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.pasted import masked
from habitue.access.permission import Permission
from habitue.base.errors import InvalidError
from habitue.console import answers
from habitue.console.masked import telling
from habitue.console.page import AnyRequest, Page, inside
from habitue.model.note import NOTE_CHARS_MAX


def note_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the route that takes a note; notes are read on the timeline."""
    return [_note(page)]


def _note(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/people/{person_id:int}/notes",
        status_code=303,
        **inside(Permission.PEOPLE_NOTE, sync=False),
    )
    async def note(request: AnyRequest, person_id: FromPath[int]) -> Response[str]:
        told, look = await page.form(request), page.look(request)
        text = told.get("note", "").strip()
        if not text:
            raise InvalidError(look.say("Write what to note."))
        # Masked before it is cut: what is cut may be known by its end.
        noted = masked(text)[:NOTE_CHARS_MAX]
        made = await page.ports.notes.add(person_id, noted, look.visitor.name)
        there = f"/console/people/{int(made['person_id'])}"
        return answers.goto(telling(f"{there}#event-{int(made['offset'])}", text))

    return note
