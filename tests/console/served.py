"""The page served for real, on a free port of this machine."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from litestar.handlers import HTTPRouteHandler

from habitue.app.serving.web import page_app
from habitue.base.clock import ManualClock
from habitue.base.ids import new_secret
from habitue.base.sections import Shop
from habitue.console.port import Reading
from habitue.console.routes import console_routes
from habitue.console.session import Sessions
from tests.console.fake import ports

NOW_US = 1_795_183_200_000_000
NOBODY: Any = None


def start(sessions: Sessions, role: str = "administrator") -> str:
    """Give the path of a start link for somebody with a role."""
    return f"/console/start?token={sessions.start_token('anna', role)}"


class ConsoleApp:
    """The console as a server has it, for a client that begins and ends its life."""

    def __init__(self, routes: list[HTTPRouteHandler]) -> None:
        self.routes = routes
        # To the API's guard all of its routes are open, so that nobody is asked.
        self._parted = page_app(routes, NOBODY, NOBODY, NOBODY)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await self._parted(scope, receive, send)
            return
        for moment in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{moment}.complete"})


def console_app(
    reading: Reading,
    sessions: Sessions,
    clock: ManualClock,
    stopping: Callable[[], bool] = lambda: False,
    **told: Any,
) -> ConsoleApp:
    shop = Shop(name="Marigold", time_zone="Europe/London")
    filled = ports(reading, clock, **told)
    return ConsoleApp(
        console_routes(filled, sessions, clock, lambda: shop, stopping=stopping)
    )


@contextmanager
def served(reading: Reading, **told: Any) -> Iterator[tuple[str, Sessions]]:
    """Serve a console over the reading; give its address and its sessions."""
    clock = ManualClock(NOW_US)
    sessions = Sessions(clock, new_secret)
    stop = threading.Event()
    app = console_app(reading, sessions, clock, stop.is_set, **told)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        # Who comes before the server is up waits, and is not turned away.
        held.listen()
        port = held.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [held]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}", sessions
        finally:
            stop.set()
            server.should_exit = True
            thread.join(10)
