"""Bait alarms before anything of it is answered, whichever way it is asked for."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from msgspec import Struct

from habitue.access.baits import Baits, Current
from habitue.access.reading import Reading, noting

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]


class Nobody(Struct, frozen=True):
    """Who reads where no guard said who it is; no route that shows people is so."""

    name: str = "nobody"
    role: str = ""


class Watched:
    """An ASGI app in front of one that shows people."""

    def __init__(self, app: App, baits: Baits, current: Current) -> None:
        """current: says who a person's id is now."""
        self._app = app
        self._baits = baits
        self._current = current

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if not self._baits.held:
            await self._app(scope, receive, send)
            return
        reading = Reading()

        async def send_told(message: Message) -> None:
            await self._tell(reading, scope)
            await send(message)

        with noting(reading):
            await self._app(scope, receive, send_told)

    async def _tell(self, reading: Reading, scope: Any) -> None:
        """Raise the alarm of all that was read since the last message."""
        people, reading.people = reading.people, set()
        found = self._baits.among(people, self._current) if people else []
        if found:
            way = f"{scope['method']} {scope['path']}"
            await self._baits.alarm(reading.who or Nobody(), way, found)
