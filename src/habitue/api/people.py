"""People: find, read, the timeline, merge, un-merge and its undo."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.masking import mask_of
from habitue.access.pasted import told as with_told
from habitue.access.permission import Permission
from habitue.access.scope import check_seen
from habitue.api.beside import Include, Inside, Profiles
from habitue.api.document import keyed
from habitue.api.parse import moment_us
from habitue.api.port import Judging, People, Reveals, Search, View
from habitue.base.errors import InvalidError, NotFoundError

FIND_PATH = "/api/v1/people"
READS = Permission.PEOPLE_READ
IDENTIFIER_MAX = 1000
PERSON_ID_MAX = 2**62
PersonId = Annotated[
    int, Parameter(ge=0, le=PERSON_ID_MAX, description="A person's id.")
]
AnyRequest = Request[Any, Any, Any]
Limit = Annotated[int, Parameter(ge=1, le=500, description="How many at most.")]
Reason = Annotated[str, Meta(max_length=500)]


class Merge(Struct, frozen=True, forbid_unknown_fields=True):
    """Two people that an operator knows to be one."""

    left: Annotated[int, Meta(ge=0, le=2**62)]
    right: Annotated[int, Meta(ge=0, le=2**62)]
    reason: Reason = ""


class EvidenceName(Struct, frozen=True, forbid_unknown_fields=True):
    """What a piece of evidence is called."""

    source: Annotated[str, Meta(max_length=200)]
    message_id: Annotated[str, Meta(max_length=1000)]


class Unmerge(Struct, frozen=True, forbid_unknown_fields=True):
    """What to part from a person: identifiers (kind:value), or evidence to retract."""

    identifiers: Annotated[
        list[Annotated[str, Meta(max_length=1000)]], Meta(max_length=200)
    ] = []
    evidence: EvidenceName | None = None
    reason: Reason = ""


class Undo(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a command is taken back."""

    reason: Reason = ""


class Reveal(Struct, frozen=True, forbid_unknown_fields=True):
    """Why somebody has to see what is masked; it is kept with their name."""

    reason: Annotated[str, Meta(min_length=3, max_length=500)]


def people_routes(
    people: People, judging: Judging, search: Search, reveals: Reveals, inside: Inside
) -> list[HTTPRouteHandler]:
    """Make the routes that read people, and those that judge who is who."""
    profiles = Profiles(people, inside)
    return [
        _list(people, profiles),
        _search(search),
        _read(profiles),
        _reveal(people, reveals),
        _timeline(people),
        _merge(judging),
        _unmerge(judging),
        _undo(judging),
    ]


def _list(people: People, profiles: Profiles) -> HTTPRouteHandler:
    @get(
        FIND_PATH,
        permission=READS,
        sifted=True,
        searches=(),
        sync_to_thread=False,
        **keyed(400, 422),
    )
    def list_people(
        request: AnyRequest,
        identifier: Annotated[
            str | None,
            Parameter(max_length=IDENTIFIER_MAX, description="As kind:value."),
        ] = None,
        limit: Limit = 50,
        cursor: Annotated[int, Parameter(ge=0, le=2**62)] = 0,
        include: Include = None,
    ) -> View:
        """Find the person who holds an identifier now, or page through all people."""
        mask = mask_of(request.state.caller)
        if identifier is None:
            if include:
                raise InvalidError(
                    "'include' goes with one person; name them by 'identifier'."
                )
            page, after = people.page(cursor, limit)
            return {"people": mask.views(page), "next_cursor": after}
        if ":" not in identifier:
            raise InvalidError(
                f"'{identifier}' is no identifier; write kind:value, as in"
                " email:anna@example.com."
            )
        found_id = people.find(identifier)
        view = (
            None if found_id is None else profiles.read(found_id, None, include or [])
        )
        found = [] if view is None else [view]
        return {"people": mask.views(found), "next_cursor": None}

    return list_people


def _search(search: Search) -> HTTPRouteHandler:
    @get(
        FIND_PATH + "/search",
        permission=READS,
        sifted=True,
        searches=(),
        sync_to_thread=False,
        **keyed(400, 422),
    )
    def search_people(
        request: AnyRequest,
        text: Annotated[
            str,
            Parameter(
                min_length=1,
                max_length=200,
                description="An identifier, bare or as kind:value, or words of a name.",
            ),
        ],
    ) -> View:
        """Find people by what somebody types: names in any spelling, too."""
        mask = mask_of(request.state.caller)
        return {
            "people": mask.views(search.search(text, mask.sees)),
            "next_cursor": None,
        }

    return search_people


def _read(profiles: Profiles) -> HTTPRouteHandler:
    @get(
        FIND_PATH + "/{person_id:int}",
        permission=READS,
        sync_to_thread=False,
        **keyed(400, 404, 422),
    )
    def read_person(
        request: AnyRequest,
        person_id: PersonId,
        at: Annotated[
            str | None,
            Parameter(max_length=40, description="Read as of this moment (RFC 3339)."),
        ] = None,
        include: Include = None,
    ) -> View:
        """Read a person: traits with provenance, identifiers and why, consents."""
        at_us = None if at is None else moment_us(at)
        view = profiles.read(person_id, at_us, include or [])
        if view is None:
            raise nobody(person_id)
        return mask_of(request.state.caller).view(view)

    return read_person


def _reveal(people: People, reveals: Reveals) -> HTTPRouteHandler:
    @post(
        FIND_PATH + "/{person_id:int}/reveal",
        permission=Permission.PEOPLE_REVEAL,
        status_code=200,
        **keyed(400, 404, 413, 422),
    )
    async def reveal_person(
        person_id: PersonId, data: Reveal, request: AnyRequest
    ) -> View:
        """Read a person unmasked; who did, and why, stands in the audit."""
        await reveals.note(request.state.caller, person_id, data.reason)
        view = people.person(person_id, None)
        if view is None:
            raise nobody(person_id)
        return with_told(view, data.reason)

    return reveal_person


def _timeline(people: People) -> HTTPRouteHandler:
    @get(
        "/api/v1/people/{person_id:int}/timeline",
        permission=Permission.PEOPLE_READ,
        sync_to_thread=False,
        **keyed(400, 404, 422),
    )
    def read_timeline(
        request: AnyRequest,
        person_id: PersonId,
        limit: Limit = 50,
        cursor: Annotated[str | None, Parameter(max_length=100)] = None,
    ) -> View:
        """Read a person's events over all channels, newest first."""
        page = people.timeline(person_id, cursor, limit)
        if page is None:
            raise nobody(person_id)
        mask = mask_of(request.state.caller)
        return {"events": mask.views(page[0]), "next_cursor": page[1]}

    return read_timeline


def _merge(judging: Judging) -> HTTPRouteHandler:
    @post(
        "/api/v1/people/merge",
        permission=Permission.PEOPLE_MERGE,
        sifted=True,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def merge_people(data: Merge, request: AnyRequest) -> View:
        """Judge two people to be one; undone by undoing the command."""
        check_seen(request.state.caller, data.left, data.right)
        operator = request.state.caller.name
        told = await judging.merge(data.left, data.right, operator, data.reason)
        return with_told(_masked(told, request), data.reason)

    return merge_people


def _unmerge(judging: Judging) -> HTTPRouteHandler:
    @post(
        "/api/v1/people/{person_id:int}/unmerge",
        permission=Permission.PEOPLE_MERGE,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def unmerge_person(
        person_id: PersonId, data: Unmerge, request: AnyRequest
    ) -> View:
        """Part identifiers from a person, or retract the evidence that joined them."""
        what: View = {"identifiers": data.identifiers}
        if data.evidence is not None:
            what["evidence"] = (data.evidence.source, data.evidence.message_id)
        if not data.identifiers and data.evidence is None:
            raise InvalidError(
                "Say what to part: 'identifiers' (as kind:value) or 'evidence'."
            )
        operator = request.state.caller.name
        told = await judging.unmerge(person_id, what, operator, data.reason)
        return with_told(_masked(told, request), data.reason)

    return unmerge_person


def _undo(judging: Judging) -> HTTPRouteHandler:
    @post(
        "/api/v1/commands/{command:str}/undo",
        permission=Permission.PEOPLE_MERGE,
        sifted=True,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def undo_command(
        command: Annotated[str, Parameter(max_length=100)],
        data: Undo,
        request: AnyRequest,
    ) -> View:
        """Take back a merge or an un-merge, all of it."""
        check_seen(request.state.caller, *judging.concerns(command))
        operator = request.state.caller.name
        told = await judging.undo(command, operator, data.reason)
        return with_told(_masked(told, request), data.reason)

    return undo_command


def _masked(told: View, request: AnyRequest) -> View:
    mask = mask_of(request.state.caller)
    return {**told, "people": mask.views(told["people"])}


def nobody(person_id: int) -> NotFoundError:
    """Say that there is no such person, and how to find one."""
    return NotFoundError(
        f"There is no person {person_id}; find people by identifier with"
        " GET /api/v1/people?identifier=kind:value."
    )
