"""What a person may ask: everything that is kept, and to be forgotten."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.pasted import told as with_told
from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.people import IDENTIFIER_MAX, PERSON_ID_MAX
from habitue.api.port import Privacy, View

Named = Annotated[str, Meta(max_length=IDENTIFIER_MAX)]
ErasureId = Annotated[str, Parameter(max_length=100, description="An erasure's id.")]
Asked = Annotated[
    str | None,
    Parameter(max_length=IDENTIFIER_MAX, description="As kind:value."),
]


class Who(Struct, frozen=True, forbid_unknown_fields=True):
    """A person, by an identifier of theirs (kind:value) or by their id."""

    identifier: Named | None = None
    person_id: Annotated[int, Meta(ge=0, le=PERSON_ID_MAX)] | None = None


class Erase(Who, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom to erase and why; suppress keeps them from coming back unasked."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    suppress: bool = True


class Lift(Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing more is told to lift a suppression."""


def privacy_routes(privacy: Privacy) -> list[HTTPRouteHandler]:
    """Make the routes that export, erase, and show what was erased."""
    return [
        _erase(privacy),
        _export(privacy),
        _certificates(privacy),
        _suppressions(privacy),
        _lift(privacy),
    ]


def _erase(privacy: Privacy) -> HTTPRouteHandler:
    @post(
        "/api/v1/privacy/erase",
        permission=Permission.PRIVACY_ERASE,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def erase_person(data: Erase, request: Request[Any, Any, Any]) -> View:
        """Erase a person from every store; it can't be undone. Gives a certificate."""
        by = request.state.caller.name
        made = await privacy.erase(_who(data), by, data.reason, suppress=data.suppress)
        return with_told(made, data.reason)

    return erase_person


def _export(privacy: Privacy) -> HTTPRouteHandler:
    @post(
        "/api/v1/privacy/export",
        permission=Permission.PRIVACY_EXPORT,
        status_code=200,
        media_type="application/zip",
        **keyed(400, 404, 409, 413, 422),
    )
    async def export_person(data: Who) -> Response[bytes]:
        """Give everything that is kept about a person, as a ZIP."""
        packed = await privacy.export(_who(data))
        return Response(packed, media_type="application/zip")

    return export_person


def _certificates(privacy: Privacy) -> HTTPRouteHandler:
    @get(
        "/api/v1/privacy/erasures",
        permission=Permission.PRIVACY_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def list_erasures() -> View:
        """List what was erased, oldest first: the certificates, which name nobody."""
        return {"erasures": privacy.certificates(), "next_cursor": None}

    return list_erasures


def _suppressions(privacy: Privacy) -> HTTPRouteHandler:
    @get(
        "/api/v1/privacy/suppressions",
        permission=Permission.PRIVACY_READ,
        sync_to_thread=False,
        **keyed(400, 422),
    )
    def list_suppressions(identifier: Asked = None) -> View:
        """List who is kept from coming back, or what keeps an identifier from it."""
        found = privacy.suppressions(identifier)
        return {"suppressions": found, "next_cursor": None}

    return list_suppressions


def _lift(privacy: Privacy) -> HTTPRouteHandler:
    @post(
        "/api/v1/privacy/suppressions/{erasure_id:str}/lift",
        permission=Permission.PRIVACY_ERASE,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def lift_suppression(
        erasure_id: ErasureId,
        data: Lift,
        request: Request[Any, Any, Any],
    ) -> View:
        """Let in again whom an erasure suppressed: what they tell is taken anew."""
        return await privacy.lift(erasure_id, request.state.caller.name)

    return lift_suppression


def _who(data: Who) -> View:
    return {"identifier": data.identifier, "person_id": data.person_id}
