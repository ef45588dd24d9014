"""What joins a person's identifiers, and what does not: all of it, page by page."""

from typing import Annotated

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from habitue.access.masking import mask_of
from habitue.api.document import keyed
from habitue.api.people import READS, AnyRequest, Limit, PersonId, nobody
from habitue.api.port import People, View

Cursor = Annotated[str | None, Parameter(max_length=100)]


def evidence_routes(people: People) -> list[HTTPRouteHandler]:
    """Make the routes over what joins people, and what was not joined to them."""
    return [_read(people), _refused(people)]


def _read(people: People) -> HTTPRouteHandler:
    @get(
        "/api/v1/people/{person_id:int}/evidence",
        permission=READS,
        sync_to_thread=False,
        **keyed(400, 404, 422),
    )
    def read_evidence(
        request: AnyRequest,
        person_id: PersonId,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> View:
        """Read each edge that joins a person's identifiers, and what told it."""
        page = people.evidence(person_id, cursor, limit)
        return _masked(request, person_id, page)

    return read_evidence


def _refused(people: People) -> HTTPRouteHandler:
    @get(
        "/api/v1/people/{person_id:int}/refusals",
        permission=READS,
        sync_to_thread=False,
        **keyed(400, 404, 422),
    )
    def read_refusals(
        request: AnyRequest,
        person_id: PersonId,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> View:
        """Read what was not joined to a person, each with what told it, and why not."""
        page = people.refusals(person_id, cursor, limit)
        return _masked(request, person_id, page)

    return read_refusals


def _masked(
    request: AnyRequest, person_id: int, page: tuple[View, str | None] | None
) -> View:
    """Give a page as its reader may see it; NotFoundError where there is nobody."""
    if page is None:
        raise nobody(person_id)
    view, after = page
    return {**mask_of(request.state.caller).view(view), "next_cursor": after}
