"""The dispatcher: the collector's path first, the rest to Litestar.

In front of Litestar a plain function costs 1 % of single requests; as a mount
inside it the collector would lose a quarter (docs/why/dispatcher-before-litestar.md).
"""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from habitue.app.serving.engine import Engine
from habitue.base.errors import HabitueError
from habitue.collect.http import Turned

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_log = logging.getLogger("habitue.server")


class Dispatcher:
    """The ASGI app: starts and stops the engine with the server."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.on_started: Callable[[], None] = lambda: None
        # Raises where it must not be served as it is set.
        self.may_serve: Callable[[], None] = lambda: None
        self.on_failure: Callable[[], None] = lambda: None
        self.failed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        await self._engine(scope, receive, send)

    def turn_away(self, scope: Scope) -> Turned | None:
        """Answer at once who has to wait anyway; None lets them come."""
        return self._engine.turn_away(scope)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            self._engine.on_failure = self._fail
            await self._engine.start()
            await self._check()
            self.on_started()
        except Exception as error:  # noqa: BLE001 - the server is told, and ends
            if isinstance(error, HabitueError):
                _log.error("could not start: %s", error)
            else:
                _log.exception("could not start")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            self.failed = True
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        try:
            await self._engine.stop()
        except Exception as error:  # noqa: BLE001 - the server is told, and ends
            _log.exception("could not stop cleanly")
            await send({"type": "lifespan.shutdown.failed", "message": str(error)})
            self.failed = True
            return
        await send({"type": "lifespan.shutdown.complete"})

    async def _check(self) -> None:
        try:
            self.may_serve()
        except HabitueError:
            await self._engine.stop()
            raise

    def _fail(self) -> None:
        self.failed = True
        self.on_failure()
