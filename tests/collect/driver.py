"""Drives an ASGI application as a server would, message by message."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from msgspec import Struct

Application = Callable[[Any, Any, Any], Awaitable[None]]


class Reply(Struct, frozen=True):
    """What the application answered; status 0 if it answered nothing."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @property
    def results(self) -> list[dict[str, Any]]:
        return self.data["results"]  # type: ignore[no-any-return]

    @property
    def outcomes(self) -> list[str]:
        return [result["outcome"] for result in self.results]


async def ask(
    application: Application,
    body: bytes = b"",
    *,
    method: str = "POST",
    path: str = "/api/v1/events",
    query: str = "",
    headers: Mapping[str, str] | None = None,
    client: str = "192.0.2.7",
    parts: Iterable[bytes] | None = None,
    disconnects: bool = False,
) -> Reply:
    """Send one request and gather the answer; parts come as separate messages."""
    scope = scope_of(method, path, query, headers, client)
    waiting = [
        {"type": "http.request", "body": part, "more_body": True}
        for part in ([body] if parts is None else parts)
    ]
    waiting.append(
        {"type": "http.disconnect"}
        if disconnects
        else {"type": "http.request", "body": b"", "more_body": False}
    )
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return waiting.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    return _reply(sent)


def scope_of(
    method: str,
    path: str,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    client: str = "192.0.2.7",
) -> dict[str, Any]:
    """Say of a request what is known before its body."""
    told = {name.lower(): value for name, value in (headers or {}).items()}
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [
            (name.encode(), value.encode("latin-1")) for name, value in told.items()
        ],
        "client": (client, 40_000),
    }


def _reply(sent: list[MutableMapping[str, Any]]) -> Reply:
    if not sent:
        return Reply(0, {}, b"")
    start, *rest = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    body = b"".join(message.get("body", b"") for message in rest)
    return Reply(start["status"], headers, body)
