"""Kinds of identifiers: which there are, new ones, and values that name nobody."""

from typing import Annotated, Any

from litestar import get, patch, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import UNSET, Meta, Struct, UnsetType, structs

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import Kinds, View

NAME = r"^[a-z][a-z0-9_]{0,39}$"
Name = Annotated[str, Parameter(pattern=NAME, description="A kind's name.")]
Value = Annotated[str, Meta(min_length=1, max_length=300)]
# What is one of few words is told as text: who errs gets our sentence, not a parser's.
Word = Annotated[str, Meta(max_length=20)]
Seconds = Annotated[int, Meta(ge=0, le=10**9)]


class KindText(Struct, frozen=True, forbid_unknown_fields=True):
    """What is set of a kind; what is left out stays as it is.

    A new kind needs a role and a rank, 1 the highest: anchor 1 to 44, contact 45 to
    74, device 75 to 99. Its form is text, card, email or phone; role and form stay for
    good. A contact may stay or move; claim is the least of public, signed, server and
    operator who may tell one.
    """

    role: Word | UnsetType = UNSET
    rank: Annotated[int, Meta(ge=1, le=99)] | UnsetType = UNSET
    limit: Annotated[int, Meta(ge=1, le=1000)] | UnsetType = UNSET
    move: Word | UnsetType = UNSET
    form: Word | UnsetType = UNSET
    claim: Word | UnsetType = UNSET
    closed: bool | UnsetType = UNSET
    blocked: Annotated[list[Value], Meta(max_length=1000)] | UnsetType = UNSET


class PolicyChange(
    Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True
):
    """What is set for all kinds; what is left out stays as it is."""

    block: Annotated[list[Value], Meta(max_length=5000)] | UnsetType = UNSET
    unblock: Annotated[list[Value], Meta(max_length=5000)] | UnsetType = UNSET
    hold_seconds: Seconds | UnsetType | None = UNSET
    adopt_seconds: Seconds | UnsetType = UNSET
    shared_hold_seconds: Seconds | UnsetType = UNSET
    claim_edges_max: Annotated[int, Meta(ge=1, le=10_000)] | UnsetType = UNSET


def kind_routes(kinds: Kinds) -> list[HTTPRouteHandler]:
    """Make the routes over kinds and what holds for all of them."""
    return [_list(kinds), _put(kinds), _policy(kinds), _change_policy(kinds)]


def _list(kinds: Kinds) -> HTTPRouteHandler:
    @get(
        "/api/v1/kinds",
        permission=Permission.KINDS_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def list_kinds() -> View:
        """List the kinds of identifiers by rank, the highest first."""
        return {"kinds": kinds.list(), "next_cursor": None}

    return list_kinds


def _put(kinds: Kinds) -> HTTPRouteHandler:
    @put(
        "/api/v1/kinds/{name:str}",
        permission=Permission.KINDS_WRITE,
        **keyed(400, 409, 413, 422),
    )
    async def put_kind(name: Name, data: KindText) -> View:
        """Define a kind, or change one; the answer says when it takes effect."""
        wanted = _told(data)
        if "blocked" in wanted:
            wanted["blocked"] = tuple(wanted["blocked"])
        return await kinds.put(name, wanted)

    return put_kind


def _policy(kinds: Kinds) -> HTTPRouteHandler:
    @get(
        "/api/v1/identity-policy",
        permission=Permission.KINDS_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def read_policy() -> View:
        """Give the shop's own blocked values, spans and limits for all kinds."""
        return kinds.policy()

    return read_policy


def _change_policy(kinds: Kinds) -> HTTPRouteHandler:
    @patch(
        "/api/v1/identity-policy",
        permission=Permission.KINDS_WRITE,
        **keyed(400, 409, 413, 422),
    )
    async def change_policy(data: PolicyChange) -> View:
        """Block values or unblock them, change spans; it says from when that holds."""
        return await kinds.change_policy(_told(data))

    return change_policy


def _told(data: KindText | PolicyChange) -> dict[str, Any]:
    return {
        name: value
        for name, value in structs.asdict(data).items()
        if value is not UNSET
    }
