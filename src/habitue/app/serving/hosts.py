"""A host name of the console's own, apart from the one that events come to.

A page that some script runs on can then neither read the console nor be read by it:
to a browser they are two sites. The name is what the Host header says, so a proxy has
to hand it on as it came.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from habitue.app.serving.web import is_page

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
# What else is on the console's host: what its people and their scripts ask.
_BESIDE = ("/api/", "/healthz", "/readyz")
_ELSEWHERE = (
    "This is not at this host name: the console has one of its own (console.host), and"
    " events go to another."
)


class Hosts:
    """Says what is at which host name; without a name of the console's own, all is."""

    def __init__(self, console: str) -> None:
        """console: the name, without a port; empty: it has none of its own."""
        self._console = console.strip().rstrip(".").lower()

    def has(self, scope: Scope, *, is_door: bool) -> bool:
        """Say whether a path is at the host it was asked at; is_door: items go in."""
        if not self._console:
            return True
        path = scope["path"]
        if self._asked(scope) != self._console:
            return not is_page(path)
        return is_page(path) or (path.startswith(_BESIDE) and not is_door)

    def base(self, asked_at: str) -> str:
        """Give where the console is, for a link to it, by where it was asked."""
        return f"https://{self._console}" if self._console else asked_at.rstrip("/")

    def _asked(self, scope: Scope) -> str:
        told = [value for name, value in scope["headers"] if name == b"host"]
        if len(told) != 1:
            # No browser tells none, or two.
            return ""
        host = str(told[0], "latin-1").lower()
        name, _, port = host.rpartition(":")
        return (name if name and port.isdigit() else host).rstrip(".")


async def answer_elsewhere(send: Send) -> None:
    """Answer that what was asked for is at another host name."""
    told = {"type": "about:blank", "title": "Not found", "status": 404}
    body = json.dumps({**told, "detail": _ELSEWHERE}).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": body})
