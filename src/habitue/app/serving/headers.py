"""What every answer of the API and the page carries."""

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

# Keeps answers out of caches and from being sniffed.
ALWAYS = (("x-content-type-options", "nosniff"), ("cache-control", "no-store"))
_ALWAYS = [(name.encode(), value.encode()) for name, value in ALWAYS]


def carried(rate: tuple[int, int]) -> list[tuple[bytes, bytes]]:
    """Give what every answer to a keyed call carries, for (used, limit) of its rate."""
    used, limit = rate
    return [
        *_ALWAYS,
        (b"ratelimit-used", b"%d" % used),
        (b"ratelimit-limit", b"%d" % limit),
    ]


async def finish(message: Message, scope: Scope) -> None:
    """Keep answers out of caches and from being sniffed; tell the rate used."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    rate = scope.get("state", {}).get("rate")
    for name, value in ALWAYS if rate is None else _text(carried(rate)):
        headers.setdefault(name, value)


def _text(headers: list[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode(), value.decode()) for name, value in headers]
