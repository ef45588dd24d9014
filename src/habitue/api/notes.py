"""Notes of the staff on a person."""

from typing import Annotated, Any, Protocol

from litestar import Request, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta, Struct

from habitue.access.pasted import told as with_told
from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.people import PersonId
from habitue.model.note import NOTE_CHARS_MAX

View = dict[str, Any]


class Notes(Protocol):
    """Writes notes."""

    async def add(self, person_id: int, text: str, operator: str) -> View: ...


class NoteText(Struct, frozen=True, forbid_unknown_fields=True):
    """What to note: for who looks at the person next."""

    text: Annotated[str, Meta(min_length=1, max_length=NOTE_CHARS_MAX)]


def note_routes(notes: Notes) -> list[HTTPRouteHandler]:
    """Make the route over notes; they are read on the timeline."""
    return [_add(notes)]


def _add(notes: Notes) -> HTTPRouteHandler:
    @post(
        "/api/v1/people/{person_id:int}/notes",
        permission=Permission.PEOPLE_NOTE,
        status_code=201,
        **keyed(400, 404, 409, 413, 422),
    )
    async def add_note(
        person_id: PersonId, data: NoteText, request: Request[Any, Any, Any]
    ) -> View:
        """Note something of a person; it is shown on the timeline, and never counts."""
        made = await notes.add(person_id, data.text, request.state.caller.name)
        return with_told(made, data.text)

    return add_note
