"""Apps that are made once somebody asks for them.

To register a route takes half a millisecond of the interpreter, and there are more than
three hundred. A command asks one resource and ends, and most servers are asked for few.
"""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

# /api/v1/people and all below it is one part; of the console /console/people is.
RESOURCE_PIECES, SCREEN_PIECES = 4, 3

App = TypeVar("App", bound=Callable[..., Any])


class LateApp(Generic[App]):
    """An ASGI app that is made at the first request to it."""

    def __init__(self, make: Callable[[], App]) -> None:
        self._make = make
        self._made: App | None = None
        self._making = threading.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = self._made
        if app is None:
            # Beside the loop: the largest takes a quarter of a second.
            app = await asyncio.to_thread(self.made)
        await app(scope, receive, send)

    def made(self) -> App:
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
        *,
        document: str = "",
        pieces: int = RESOURCE_PIECES,
    ) -> None:
        """document: the head of the paths that are about all routes, if there is one.

        pieces: how many of a path, between its slashes, name a resource.
        """
        self._pieces = pieces
        parts = self._by_head(routes)
        parts.pop(document, None)
        self.whole = LateApp(partial(make_whole, routes))
        self._parts = {
            head: LateApp(partial(make_part, part)) for head, part in parts.items()
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = self._parts.get(_head(scope["path"], self._pieces), self.whole)
        await app(scope, receive, send)

    def make(self, rest: Callable[[], None]) -> None:
        """Make every part that is not made yet; rests before each."""
        for part in self._parts.values():
            rest()
            part.made()

    def _by_head(
        self, routes: Sequence[HTTPRouteHandler]
    ) -> dict[str, list[HTTPRouteHandler]]:
        found = defaultdict(list)
        for route in routes:
            for head in {_head(path, self._pieces) for path in route.paths}:
                found[head].append(route)
        return found


def _head(path: str, pieces: int) -> str:
    """Give what the path of a resource begins with.

    >>> _head("/api/v1/people/12/timeline", 4), _head("/healthz", 4)
    ('/api/v1/people', '/healthz')
    >>> _head("/console/people/12", 3), _head("//healthz", 3)
    ('/console/people', '//healthz')
    """
    return "/".join(path.split("/", pieces)[:pieces])
