"""Operators: people with a token and a role of their own."""

from typing import Annotated

from litestar import post
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta, Struct

from habitue.access.permission import Permission, Role
from habitue.api.document import keyed
from habitue.api.port import Operators, View

OPERATOR_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$"
OPERATOR_ROLE = f"^({Role.AGENT}|{Role.ANALYST}|{Role.ADMINISTRATOR})$"


class NewOperator(Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets a token, and what for; the token is shown once, in the answer."""

    name: Annotated[str, Meta(pattern=OPERATOR_NAME)]
    role: Annotated[str, Meta(pattern=OPERATOR_ROLE)]


def operator_routes(operators: Operators) -> list[HTTPRouteHandler]:
    """Make the routes over operators."""
    return [_add(operators)]


def _add(operators: Operators) -> HTTPRouteHandler:
    @post(
        "/api/v1/operators",
        permission=Permission.OPERATORS_WRITE,
        **keyed(400, 409, 413, 422),
    )
    async def add_operator(data: NewOperator) -> View:
        """Give an operator a token; it is in the answer, and nowhere else."""
        return await operators.add_operator(data.name, Role(data.role))

    return add_operator
