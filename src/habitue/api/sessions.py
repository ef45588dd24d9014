"""The way onto the page: a fresh start link, for who may have one."""

from typing import Any

from litestar import Request, post
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import HTTPRouteHandler

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import StartLinks, View


def session_routes(links: StartLinks) -> list[HTTPRouteHandler]:
    """Make the route that gives start links."""
    return [_start_link(links)]


def _start_link(links: StartLinks) -> HTTPRouteHandler:
    @post(
        "/api/v1/sessions/start-link",
        permission=Permission.CONSOLE_OPEN,
        sync_to_thread=False,
        **keyed(400),
    )
    def make_start_link(request: Request[Any, Any, Any]) -> View:
        """Give a link to the page; it works once."""
        caller = request.state.caller
        token = links.start_token(caller.name, caller.role)
        if token is None:
            raise PermissionDeniedException(
                "Your role signs in with a password and a code: open /console/sign-in."
            )
        path = f"/console/start?token={token}"
        return {
            "link": links.base(str(request.base_url)) + path,
            "minutes": links.start_minutes,
        }

    return make_start_link
