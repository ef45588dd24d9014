"""What every answer of the API and the page carries."""

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope


async def finish(message: Message, scope: Scope) -> None:
    """Keep answers out of caches and from being sniffed; tell the rate used."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cache-Control", "no-store")
    rate = scope.get("state", {}).get("rate")
    if rate is not None:
        used, limit = rate
        headers["RateLimit-Used"] = str(used)
        headers["RateLimit-Limit"] = str(limit)
