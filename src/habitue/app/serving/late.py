"""Apps that are made once somebody asks for them.

To register a route takes half a millisecond of the interpreter, and there are more than
three hundred. A command asks one resource and ends, and most servers are asked for few.
"""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

# /api/v1/people and all below it is one part.
_HEAD_PIECES = 4


class LateApp:
    """An ASGI app that is made at the first request to it."""

    def __init__(self, make: Callable[[], Litestar]) -> None:
        self._make = make
        self._made: Litestar | None = None
        self._making = threading.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = self._made
        if app is None:
            # Beside the loop: the largest takes a quarter of a second.
            app = await asyncio.to_thread(self.made)
        await app(scope, receive, send)

    def made(self) -> Litestar:
        """Give the app, made now if it is not yet."""
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made


class PartedApp:
    """An ASGI app over many routes, of which each resource is an app of its own.

    What is asked in any other way is answered by an app of all of them: the document,
    which describes all, a path that is written oddly, and one that there is not.
    """

    def __init__(
        self,
        routes: Sequence[HTTPRouteHandler],
        make_part: Callable[[Sequence[HTTPRouteHandler]], Litestar],
        make_whole: Callable[[Sequence[HTTPRouteHandler]], Litestar],
        document: str,
    ) -> None:
        """document: the head of the paths that are about all routes."""
        parts = _by_head(routes)
        parts.pop(document, None)
        self.whole = LateApp(partial(make_whole, routes))
        self._parts = {
            head: LateApp(partial(make_part, part)) for head, part in parts.items()
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = self._parts.get(_head(scope["path"]), self.whole)
        await app(scope, receive, send)


def _by_head(routes: Sequence[HTTPRouteHandler]) -> dict[str, list[HTTPRouteHandler]]:
    found = defaultdict(list)
    for route in routes:
        for head in {_head(path) for path in route.paths}:
            found[head].append(route)
    return found


def _head(path: str) -> str:
    """Give what the path of a resource begins with.

    >>> _head("/api/v1/people/12/timeline"), _head("/healthz"), _head("//healthz")
    ('/api/v1/people', '/healthz', '//healthz')
    """
    return "/".join(path.split("/", _HEAD_PIECES)[:_HEAD_PIECES])
