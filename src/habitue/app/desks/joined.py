"""An answer in one write: uvicorn writes the head and the body of each by itself.

A write is a call of the system, and for a small answer costs more than making it.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_HEAD, _HEAD_END = b"HTTP/1.1 ", b"\r\n\r\n"


class Joined:
    """A transport that holds the head of an answer until its body follows.

    What follows does so at once, or the head goes alone at the loop's next turn: an
    answer that is told bit by bit begins without delay.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._write = transport.write
        self._soon = asyncio.get_running_loop().call_soon
        self._held = b""

    def write(self, data: bytes) -> None:
        held = self._held
        if held:
            self._held = b""
            self._write(held + data)
        elif data.startswith(_HEAD) and data.endswith(_HEAD_END):
            self._held = data
            self._soon(self._let_go)
        else:
            self._write(data)

    def close(self) -> None:
        self._let_go()
        self._transport.close()

    def _let_go(self) -> None:
        held, self._held = self._held, b""
        if held:
            self._write(held)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class JoiningProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, over such a transport."""

    # Noted by who ends connections that nothing comes on (app.serving.heads).
    quiet: tuple[float, Any] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as there
        super().connection_made(cast("asyncio.Transport", Joined(transport)))
