"""The page served for real, on a free port of this machine."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from litestar import Litestar

from habitue.base.clock import ManualClock
from habitue.base.ids import new_secret
from habitue.base.sections import Shop
from habitue.console.port import Reading
from habitue.console.routes import console_routes
from habitue.console.session import Sessions

NOW_US = 1_795_183_200_000_000


def console_app(
    reading: Reading,
    sessions: Sessions,
    clock: ManualClock,
    stopping: Callable[[], bool] = lambda: False,
) -> Litestar:
    shop = Shop(name="Marigold", time_zone="Europe/London")
    routes = console_routes(reading, sessions, clock, shop, stopping=stopping)
    return Litestar(routes, openapi_config=None)


@contextmanager
def served(reading: Reading) -> Iterator[tuple[str, Sessions]]:
    """Serve a page over the reading; give its address and its sessions."""
    clock = ManualClock(NOW_US)
    sessions = Sessions(clock, new_secret)
    stop = threading.Event()
    app = console_app(reading, sessions, clock, stop.is_set)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [held]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}", sessions
        finally:
            stop.set()
            server.should_exit = True
            thread.join(10)
