"""What a process answers that collects but does not lead."""

import json
from typing import Any

_HEALTHY = {"healthy": True, "leads": False}
_NOT_HERE = {
    "type": "about:blank",
    "title": "Not here",
    "status": 503,
    "detail": "This process collects events; another one leads and answers about"
    " people. Ask that one, or try again: if it ends, this one takes over.",
}


class Following:
    """An ASGI app: healthy, and for all else it names who answers."""

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        healthy = scope["path"] == "/healthz"
        body = json.dumps(_HEALTHY if healthy else _NOT_HERE).encode()
        kind = b"application/json" if healthy else b"application/problem+json"
        await send(
            {
                "type": "http.response.start",
                "status": 200 if healthy else 503,
                "headers": [(b"content-type", kind), (b"retry-after", b"5")],
            }
        )
        await send({"type": "http.response.body", "body": body})
