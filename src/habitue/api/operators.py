"""Team members: who works here, what each may do, and how they get in."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import UNSET, Meta, Struct, UnsetType

from habitue.access.operators import NAME
from habitue.access.permission import OPERATOR_ROLES, Permission
from habitue.api.document import keyed
from habitue.api.port import Operators, View
from habitue.base.errors import InvalidError

OPERATOR_NAME = f"^{NAME.pattern}$"
OPERATOR_ROLE = f"^({'|'.join(OPERATOR_ROLES)})$"
Name = Annotated[str, Parameter(pattern=OPERATOR_NAME, description="A team member.")]


class NewOperator(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is added, and what for; token and invitation are shown once."""

    name: Annotated[str, Meta(pattern=OPERATOR_NAME)]
    role: Annotated[str, Meta(pattern=OPERATOR_ROLE)]


class ScopeText(Struct, frozen=True, forbid_unknown_fields=True):
    """The stores, by id, and regions whose people alone somebody sees; none: all."""

    stores: list[Annotated[str, Meta(max_length=100)]] = []
    regions: list[Annotated[str, Meta(max_length=100)]] = []


class OperatorChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Another role or scope, or in or out; sessions end, and tokens but for scopes."""

    role: Annotated[str, Meta(pattern=OPERATOR_ROLE)] | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
    scope: ScopeText | UnsetType = UNSET


def operator_routes(operators: Operators) -> list[HTTPRouteHandler]:
    """Make the routes over team members."""
    return [_list(operators), _add(operators), _change(operators), _reset(operators)]


def _list(operators: Operators) -> HTTPRouteHandler:
    @get(
        "/api/v1/operators",
        permission=Permission.OPERATORS_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def list_operators() -> View:
        """List team members with their roles, those who are out included."""
        return {"operators": operators.list(), "next_cursor": None}

    return list_operators


def _add(operators: Operators) -> HTTPRouteHandler:
    @post(
        "/api/v1/operators",
        permission=Permission.OPERATORS_WRITE,
        **keyed(400, 409, 413, 422),
    )
    async def add_operator(data: NewOperator, request: Request[Any, Any, Any]) -> View:
        """Add a team member; token and invitation are in the answer alone."""
        return _linked(await operators.add(data.name, data.role), request)

    return add_operator


def _change(operators: Operators) -> HTTPRouteHandler:
    @patch(
        "/api/v1/operators/{name:str}",
        permission=Permission.OPERATORS_WRITE,
        **keyed(400, 404, 409, 413, 422),
    )
    async def change_operator(name: Name, data: OperatorChange) -> View:
        """Change a team member's role or scope, or take them out and in again."""
        wanted = msgspec.to_builtins(data)
        if not wanted:
            raise InvalidError("Say what to change: 'role', 'disabled' or 'scope'.")
        return await operators.change(name, wanted)

    return change_operator


def _reset(operators: Operators) -> HTTPRouteHandler:
    @post(
        "/api/v1/operators/{name:str}/reset",
        permission=Permission.OPERATORS_WRITE,
        status_code=200,
        **keyed(400, 404, 409, 422),
    )
    async def reset_operator(name: Name, request: Request[Any, Any, Any]) -> View:
        """Forget a team member's password and codes, and invite them anew."""
        return _linked(await operators.reset(name), request)

    return reset_operator


def _linked(view: View, request: Request[Any, Any, Any]) -> View:
    told = view["invitation"]
    base = str(request.base_url).rstrip("/") if told.startswith("/") else ""
    return {**view, "invitation": base + told}
