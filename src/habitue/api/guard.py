"""Every route declares its permission; one without does not start."""

from collections.abc import Iterable
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.exceptions import (
    NotAuthorizedException,
    PermissionDeniedException,
    TooManyRequestsException,
)
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from habitue.access.permission import AUDITED, Permission
from habitue.access.reading import asks
from habitue.access.scope import check_route
from habitue.access.searches import Searches
from habitue.api.deeds import deed_of, told_of
from habitue.api.port import Audit, Caller, Doorkeeper
from habitue.base.errors import HabitueError

OPEN = "open"
# These write entries of their own: with the reason, and with how many were taken out.
_WRITTEN = AUDITED - {Permission.PEOPLE_REVEAL, Permission.SEGMENTS_EXPORT}


class UndeclaredRouteError(HabitueError):
    """A route declares no permission; add permission=... to its decorator."""


class UntoldRouteError(HabitueError):
    """The audit has no words for a route; add it to habitue.api.deeds."""


def holds(caller: Caller, wanted: object) -> bool:
    """Say whether a caller holds what a route wants; what is no permission, nobody."""
    return isinstance(wanted, Permission) and caller.may(wanted)


def permission_guard(doorkeeper: Doorkeeper, audit: Audit, searches: Searches) -> Any:
    """Make the guard that lets only those through who hold the route's permission.

    What an operator does that others must be able to look up is written down first.
    """

    # A plain function would be run in a thread, for each request.
    async def guard(
        connection: ASGIConnection[Any, Any, Any, Any], route: BaseRouteHandler
    ) -> None:
        wanted = route.opt.get("permission")
        if wanted == OPEN:
            return
        caller = doorkeeper.caller(connection.headers.get("authorization", ""))
        if caller is None:
            raise NotAuthorizedException(
                "This needs a key: send 'Authorization: Bearer KEY' with the operator's"
                " token or a server key.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if not holds(caller, wanted):
            raise PermissionDeniedException(
                f"The key of '{caller.name}' does not hold the permission '{wanted}'."
            )
        named = connection.path_params
        check_route(caller, str(wanted), named, route.opt)
        asks(caller, named)
        used, limit = doorkeeper.spend(caller)
        connection.state.caller = caller
        connection.state.rate = (used, limit)
        if used > limit:
            raise TooManyRequestsException(
                f"This key may read {limit} times a minute; try again in a minute.",
                headers={"Retry-After": "60"},
            )
        if doorkeeper.is_counted(caller):
            await searches.count(caller, connection.query_params, route.opt)
        if caller.source is None and wanted in _WRITTEN:
            await audit.write(caller, wanted, await deed_of(connection, route))

    return guard


def handlers_of(app: Litestar) -> list[HTTPRouteHandler]:
    """Give what answers at the routes of an app, but for what they allow to ask."""
    return [
        handler
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler)
        and "OPTIONS" not in handler.http_methods
    ]


def check_declared(handlers: Iterable[HTTPRouteHandler]) -> None:
    """Refuse to start with a route that declares no permission."""
    for handler in handlers:
        declared = handler.opt.get("permission")
        if declared != OPEN and not isinstance(declared, Permission):
            path = ", ".join(sorted(handler.paths))
            raise UndeclaredRouteError(
                f"Route {path} declares no permission; add permission=... to its"
                " decorator."
            )
        if declared in _WRITTEN:
            _check_told(handler)


def _check_told(handler: HTTPRouteHandler) -> None:
    for method in handler.http_methods - {"OPTIONS", "HEAD"}:
        if not told_of(method, handler):
            raise UntoldRouteError(
                f"The audit has no words for {method} {min(handler.paths)}; add it to"
                " habitue.api.deeds."
            )
