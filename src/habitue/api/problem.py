"""One error form at the edge: RFC 9457 problem details."""

import logging
from collections.abc import Callable
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from habitue.base.errors import (
    ConflictError,
    DeniedError,
    HabitueError,
    InvalidError,
    NotFoundError,
    TooManyError,
)
from habitue.base.trail import trail

_log = logging.getLogger("habitue.api")

TITLES = {
    400: "Bad request",
    401: "Key needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    413: "Too large",
    422: "Not usable",
    429: "Too many requests",
    500: "Our fault",
    503: "Not now",
}
# When to ask again, where what ails us passes by itself.
RETRY = {"Retry-After": "5"}
_OWN = {
    NotFoundError: 404,
    ConflictError: 409,
    InvalidError: 422,
    DeniedError: 403,
    TooManyError: 429,
}


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> Response[dict[str, Any]]:
    """Answer a problem document with a sentence that says what, where, the way out."""
    if status == 503:
        headers = {**RETRY, **(headers or {})}
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, "Problem"),
        "status": status,
        "detail": detail,
        **more,
    }
    return Response(
        body, status_code=status, media_type="application/problem+json", headers=headers
    )


def _http(_: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    more = {}
    if isinstance(error, ValidationException) and error.extra:
        more["errors"] = error.extra
    headers = {
        name: value
        for name, value in (error.headers or {}).items()
        if name.lower() in ("allow", "retry-after", "www-authenticate")
    }
    return problem(error.status_code, str(error.detail), headers, **more)


def _own(_: Request[Any, Any, Any], error: HabitueError) -> Response[Any]:
    status = next((code for kind, code in _OWN.items() if isinstance(error, kind)), 503)
    if isinstance(error, InvalidError) and error.places:
        faults = [{"key": place, "message": reason} for place, reason in error.places]
        return problem(status, str(error), errors=faults)
    if isinstance(error, TooManyError):
        return problem(status, str(error), {"Retry-After": str(error.retry_s)})
    return problem(status, str(error))


def _too_deep(_: Request[Any, Any, Any], _error: RecursionError) -> Response[Any]:
    return problem(400, "The body is nested too deeply to be read.")


def _unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    # Neither the path as asked, which may name a person, nor what the error quotes.
    route = request.scope.get("path_template", "a request")
    _log.error("%s %s failed: %s", request.method, route, trail(error))
    return problem(
        500, "Something went wrong on our side; the log of the server says what."
    )


HANDLERS: dict[int | type[Exception], Callable[[Any, Any], Response[Any]]] = {
    HTTPException: _http,
    HabitueError: _own,
    RecursionError: _too_deep,
    Exception: _unexpected,
}
