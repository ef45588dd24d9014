"""Connections on which no request comes: each has its time, and all their number.

Who opens connections and tells a request's head a letter at a time, or never, would
hold one descriptor each for as long as they like, until nobody else gets any.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

import uvicorn

# uvicorn looks around ten times a second; here that is done once.
_TICKS = 10


class Cycle(Protocol):
    """A request and its answer."""

    response_complete: bool


class Connection(Protocol):
    """A connection as uvicorn keeps it."""

    cycle: Cycle | None
    # Set while it rests between two requests, which has a bound of its own.
    timeout_keep_alive_task: object | None
    transport: asyncio.Transport
    # Since when no request is under way on it, and which was the last.
    quiet: tuple[float, Cycle | None] | None


class Heads:
    """Ends connections that wait for a head too long, or are too many."""

    def __init__(
        self, timeout_s: float, connections_max: int, monotonic: Callable[[], float]
    ) -> None:
        """timeout_s: how long a head may take, to within the time between two looks."""
        self._timeout_s = timeout_s
        self._connections_max = connections_max
        self._monotonic = monotonic

    def sweep(self, connections: Iterable[Connection]) -> int:
        """End what waited too long, and of too many the quietest; say how many."""
        held = list(connections)
        now = self._monotonic()
        quiet = [one for one in held if _is_quiet(one)]
        since = {id(one): _since(one, now) for one in quiet}
        late = [
            one
            for one in quiet
            if one.timeout_keep_alive_task is None
            and since[id(one)] <= now - self._timeout_s
        ]
        over = len(held) - len(late) - self._connections_max
        if over > 0:
            # Whoever has a request under way is left alone.
            gone = {id(one) for one in late}
            rest = [one for one in quiet if id(one) not in gone]
            late += sorted(rest, key=lambda one: since[id(one)])[:over]
        for one in late:
            one.transport.close()
        return len(late)


def _is_quiet(one: Connection) -> bool:
    return one.cycle is None or one.cycle.response_complete


def _since(one: Connection, now: float) -> float:
    """Say since when it is quiet, as far as it was looked at."""
    if one.quiet is None or one.quiet[1] is not one.cycle:
        one.quiet = (now, one.cycle)
    return one.quiet[0]


class Server(uvicorn.Server):
    """uvicorn, which also looks at what its connections wait for."""

    def __init__(self, config: uvicorn.Config, heads: Heads) -> None:
        super().__init__(config)
        self._heads = heads

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS == 0:
            self._heads.sweep(self.server_state.connections)  # type: ignore[arg-type]  # of the one protocol that is spoken here
        return await super().on_tick(counter)
