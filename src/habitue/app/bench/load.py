"""The load: a process of its own that sends prepared requests and takes the times.

It shares the machine with the server, so it does as little as it can: the requests
are bytes already, answers are looked at as far as needed, and nothing is collected.
Told its plan on standard input, it answers with its report on standard output.
"""

import asyncio
import gc
import subprocess
import sys
import time
from collections import Counter, deque
from pathlib import Path

import msgspec
import uvloop
from msgspec import Struct

from habitue.app.bench import wire
from habitue.base.errors import HabitueError

# Asked to wait, it waits as `habitue import` does: at first less than the whole
# second of Retry-After, which on one machine is longer than most lags last.
_FIRST_WAIT_S, _WAIT_S_MAX = 0.02, 1.0
_TICK_S = 0.001


class Plan(Struct, frozen=True, kw_only=True):
    """What to send: rate_per_s 0 sends as fast as the answers come."""

    port: int
    path: str
    connections: int
    rate_per_s: float = 0
    limit_s: float = 60.0


class Report(Struct, kw_only=True):
    """What came of it; times are of the machine's monotonic clock, in seconds."""

    began: float = 0.0
    ended: float = 0.0
    items: int = 0
    waits: int = 0
    not_applied: int = 0
    statuses: dict[int, int] = {}
    latencies_ms: list[float] = []


class LoadError(HabitueError):
    """The load broke off."""


def send(prepared: wire.Prepared, plan: Plan) -> Report:
    """Send the requests from a process of its own; every one must be taken."""
    done = subprocess.run(
        [sys.executable, "-m", "habitue.app.bench.load"],
        input=msgspec.json.encode(plan),
        capture_output=True,
        check=False,
        timeout=plan.limit_s + 60,
    )
    if done.returncode:
        raise LoadError(f"The load broke off: {done.stderr.decode()[-1000:]}")
    report = msgspec.json.decode(_report(plan).read_bytes(), type=Report)
    bad = {
        status: n for status, n in report.statuses.items() if not 200 <= status < 300
    }
    if bad or not report.items:
        raise LoadError(f"The server answered {bad or 'nothing'} under load.")
    return report


def _report(plan: Plan) -> Path:
    # Not over a pipe: after uvloop has run, a long write to one may end early.
    return Path(plan.path).with_suffix(".report")


class _Connection(asyncio.Protocol):
    """One connection, with one request under way."""

    def __init__(self, load: "_Load") -> None:
        self._load = load
        self._parts = bytearray()
        self._missing = 0
        self.request = b""
        self.items = 0
        self.since = 0.0
        self.tried = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._load.free.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._load.lost(error)

    def ask(self) -> None:
        write = self._transport.write  # type: ignore[attr-defined]  # a TCP transport
        write(self.request)

    def data_received(self, data: bytes) -> None:
        self._parts += data
        if not self._missing:
            end = self._parts.find(b"\r\n\r\n")
            if end < 0:
                return
            at = self._parts.find(b"content-length: ", 0, end)
            # Of an answer without a body (204) nothing is said of its length.
            told = self._parts[at + 16 : self._parts.index(b"\r", at)] if at > 0 else 0
            self._missing = end + 4 + int(told)
        if len(self._parts) < self._missing:
            return
        status = int(self._parts[9:12])
        late = self._parts.endswith(b'"applied":false}')
        self._parts.clear()
        self._missing = 0
        self._load.answered(self, status, late)


class _Load:
    """Hands requests to connections, and notes what comes back."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._requests = iter(wire.read(Path(plan.path)))
        self.free: deque[_Connection] = deque()
        self._due: deque[tuple[bytes, int, float]] = deque()
        self._under_way = 0
        self._spent = False
        self._report = Report()
        self._statuses: Counter[int] = Counter()
        self._done: asyncio.Future[None]

    async def run(self) -> Report:
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._done = loop.create_future()
        for _ in range(self._plan.connections):
            await loop.create_connection(
                lambda: _Connection(self), "127.0.0.1", self._plan.port
            )
        self._report.began = self._began = time.perf_counter()
        loop.call_later(self._plan.limit_s, self._end)
        if self._plan.rate_per_s:
            self._planned = 0
            self._tick()
        else:
            while self.free and not self._spent:
                self._next(self.free.popleft())
        await self._done
        self._report.ended = time.perf_counter()
        self._report.statuses = dict(self._statuses)
        return self._report

    def lost(self, error: Exception | None) -> None:
        if not self._done.done():
            told = f"connection lost ({error}) after answers {dict(self._statuses)}"
            self._done.set_exception(ConnectionError(told))

    def answered(self, connection: _Connection, status: int, late: bool) -> None:
        report = self._report
        if status == 429:
            report.waits += 1
            wait_s = min(_WAIT_S_MAX, _FIRST_WAIT_S * 2**connection.tried)
            connection.tried += 1
            self._loop.call_later(wait_s, connection.ask)
            return
        connection.tried = 0
        report.latencies_ms.append((time.perf_counter() - connection.since) * 1000)
        report.items += connection.items
        report.not_applied += late
        self._statuses[status] += 1
        self._under_way -= 1
        self._free(connection)

    # -- as fast as answers come ----------------------------------------------

    def _next(self, connection: _Connection) -> None:
        request = None if self._spent else next(self._requests, None)
        if request is None:
            self._spent = True
            self._end_if_done()
        else:
            self._ask(connection, request, time.perf_counter())

    def _ask(
        self, connection: _Connection, request: tuple[bytes, int], since: float
    ) -> None:
        connection.request, connection.items = request
        connection.since = since
        self._under_way += 1
        connection.ask()

    def _free(self, connection: _Connection) -> None:
        if not self._plan.rate_per_s:
            self._next(connection)
        elif self._due:
            raw, items, since = self._due.popleft()
            self._ask(connection, (raw, items), since)
        else:
            self.free.append(connection)
            self._end_if_done()

    # -- at a rate ------------------------------------------------------------

    def _tick(self) -> None:
        """Send what is due; what finds no free connection waits, and that counts."""
        now = time.perf_counter()
        until = int((now - self._began) * self._plan.rate_per_s) + 1
        while self._planned < until and not self._spent:
            request = next(self._requests, None)
            if request is None:
                self._spent = True
                break
            due = self._began + self._planned / self._plan.rate_per_s
            self._planned += 1
            if self.free:
                self._ask(self.free.popleft(), request, due)
            else:
                self._due.append((*request, due))
        if self._spent:
            self._end_if_done()
        else:
            self._loop.call_later(_TICK_S, self._tick)

    # -- the end --------------------------------------------------------------

    def _end_if_done(self) -> None:
        if self._spent and not self._under_way and not self._due:
            self._finish()

    def _end(self) -> None:
        """Send nothing more; what is under way is still waited for."""
        self._spent = True
        self._due.clear()
        self._end_if_done()

    def _finish(self) -> None:
        if not self._done.done():
            self._done.set_result(None)


def _main() -> None:
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    load = _Load(plan)
    gc.collect()
    gc.freeze()
    gc.disable()
    report = uvloop.run(load.run())
    _report(plan).write_bytes(msgspec.json.encode(report))


if __name__ == "__main__":
    _main()
