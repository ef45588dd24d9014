"""Requests read state at one offset: never while a record is half settled."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
Whole = Callable[[], Awaitable[None]]

# What is asked of the process, not of who is who: it is answered at any time.
AT_ONCE = frozenset({"/healthz", "/readyz", "/metrics"})


class ReadsWhole:
    """An ASGI app in front of one that reads state.

    It waits where a request comes in, and wherever the request itself has waited: for
    more of its body, or until a part of the answer was sent.
    """

    def __init__(self, app: App, whole: Whole) -> None:
        """whole: waits until state is of one offset, which it is until one waits."""
        self._app = app
        self._whole = whole

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["path"] in AT_ONCE:
            await self._app(scope, receive, send)
            return

        async def receive_whole() -> Message:
            message = await receive()
            await self._whole()
            return message

        async def send_whole(message: Message) -> None:
            await send(message)
            if message.get("more_body"):
                await self._whole()

        await self._whole()
        await self._app(scope, receive_whole, send_whole)
