"""The script that a shop's pages load: open to all, and cached by browsers."""

from typing import Any

from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler

from habitue.api.guard import OPEN
from habitue.collect.browser.script import PATH, browser_script

# Long enough to spare requests, short enough for a mended script to arrive today.
CACHE = "public, max-age=3600, stale-while-revalidate=86400"
MEDIA = "text/javascript"


def browser_routes() -> list[HTTPRouteHandler]:
    """Make the route of the script; it reads no state, so every process answers it."""
    return [_script()]


def _script() -> HTTPRouteHandler:
    @route(
        PATH,
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        permission=OPEN,
        include_in_schema=False,
        sync_to_thread=False,
    )
    def script(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Give the script, or say that the browser has it."""
        found = browser_script()
        packs = "gzip" in request.headers.get("accept-encoding", "")
        tag = found.packed_tag if packs else found.plain_tag
        headers = {**_HEADERS, "ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(b"", status_code=304, headers=headers, media_type=MEDIA)
        if packs:
            headers["Content-Encoding"] = "gzip"
        body = found.packed if packs else found.plain
        return Response(body, headers=headers, media_type=MEDIA)

    return script


_HEADERS = {
    "Cache-Control": CACHE,
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
    # Pages of any origin load it, those that check its integrity too.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
