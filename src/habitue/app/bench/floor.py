"""The floor: the same server, answering after the flush and doing nothing else.

The body of a request goes as it is, as one record, into the same log by the same
group commit. Nothing is decoded, checked, resolved or folded: so fast the parts
that were chosen can be, and what is above it is ours.
"""

import asyncio
import itertools
import sys
from pathlib import Path
from typing import Any

import uvicorn

from habitue.app.desks.joined import JoiningProtocol
from habitue.app.projection.storage import open_storage
from habitue.base.clock import SystemClock
from habitue.base.sections import Data, Database, Settings
from habitue.log.commit import Committer
from habitue.log.port import Entry

_ANSWER = b'{"results":[{"outcome":"stored"}]}'
_HEADERS = [
    (b"content-type", b"application/json"),
    (b"content-length", b"%d" % len(_ANSWER)),
]


class Floor:
    """An ASGI application that puts bodies into the log."""

    def __init__(self, settings: Settings) -> None:
        self._storage = open_storage(settings)
        self._count = itertools.count()
        self._committer = Committer(self._storage.truth, SystemClock())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["method"] == "POST":
            body = await _body(receive)
            entry = Entry(source="floor", message_id=str(next(self._count)), body=body)
            await self._committer.append([entry])
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": _ANSWER})

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._committer.close()
        await asyncio.to_thread(self._storage.close)
        await send({"type": "lifespan.shutdown.complete"})


async def _body(receive: Any) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _main(folder: str, port: str, url: str) -> None:
    settings = Settings(data=Data(folder=Path(folder)), database=Database(url=url))
    uvicorn.run(
        Floor(settings),
        port=int(port),
        loop="uvloop",
        http=JoiningProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        backlog=2048,
    )


if __name__ == "__main__":
    _main(*sys.argv[1:])
