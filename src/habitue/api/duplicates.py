"""Duplicates: who is likely one person, side by side, and what is said to it."""

from typing import Annotated, Any, Literal

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.masking import mask_of
from habitue.access.pasted import told as with_told
from habitue.access.permission import Permission
from habitue.access.scope import check_seen
from habitue.api.document import keyed
from habitue.api.people import Reason
from habitue.api.port import View
from habitue.api.port_duplicates import Duplicates

BASE = "/api/v1/duplicates"
ID = Annotated[int, Meta(ge=0, le=2**62)]
Limit = Annotated[int, Parameter(ge=1, le=100, description="How many at most.")]
# A client waits so long for an answer; a look at many people takes longer.
Wait = Annotated[
    int, Parameter(ge=0, le=60, description="Wait so many seconds for its end.")
]
Verdict = Literal["same", "not_same", "later"]


class Judgement(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody says of two people: one, not one, or ask me later."""

    left: ID
    right: ID
    verdict: Verdict
    reason: Reason = ""


def duplicate_routes(duplicates: Duplicates) -> list[HTTPRouteHandler]:
    """Make the routes over duplicates."""
    return [
        _list(duplicates),
        _find(duplicates),
        _look(duplicates),
        _judge(duplicates),
    ]


def _list(duplicates: Duplicates) -> HTTPRouteHandler:
    @get(BASE, permission=Permission.PEOPLE_READ, sifted=True, **keyed(400, 422))
    async def list_duplicates(
        request: Request[Any, Any, Any], limit: Limit = 20
    ) -> View:
        """Give the likeliest pairs that nobody judged yet, side by side.

        agree says of each field: same (in whatever spelling), swapped, close, alike,
        differ or unknown.
        """
        mask = mask_of(request.state.caller)
        page = await duplicates.page(limit)
        pairs = mask.couples(page["duplicates"])
        return {**page, "duplicates": pairs, "look": await duplicates.state()}

    return list_duplicates


def _find(duplicates: Duplicates) -> HTTPRouteHandler:
    @post(
        f"{BASE}/find",
        permission=Permission.PEOPLE_MERGE,
        sifted=True,
        status_code=200,
        **keyed(400, 422),
    )
    async def find_duplicates(wait_s: Wait = 30) -> View:
        """Look for duplicates anew; where somebody looks already, wait with them."""
        return await duplicates.find(wait_s)

    return find_duplicates


def _look(duplicates: Duplicates) -> HTTPRouteHandler:
    @get(
        f"{BASE}/look",
        permission=Permission.PEOPLE_READ,
        sifted=True,
        **keyed(400, 422),
    )
    async def read_duplicates_look(wait_s: Wait = 0) -> View:
        """Say how the last look went, and whether one is under way."""
        return await duplicates.state(wait_s)

    return read_duplicates_look


def _judge(duplicates: Duplicates) -> HTTPRouteHandler:
    @post(
        f"{BASE}/judge",
        permission=Permission.PEOPLE_MERGE,
        sifted=True,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def judge_duplicates(
        data: Judgement, request: Request[Any, Any, Any]
    ) -> View:
        """Say whether two are one; same and not_same are undone by their command."""
        caller = request.state.caller
        check_seen(caller, data.left, data.right)
        told = await duplicates.judge(
            (data.left, data.right), data.verdict, caller.name, data.reason
        )
        seen = {**told, "people": mask_of(caller).views(told["people"])}
        return with_told(seen, data.reason)

    return judge_duplicates
