"""Connections on which no request comes are ended, and others left alone."""

from types import SimpleNamespace
from typing import Any

from habitue.app.serving.heads import Heads

IDLE, BUSY = SimpleNamespace(response_complete=True), object()


class Wire:
    """A connection, as far as it is looked at."""

    def __init__(self, cycle: Any = None, *, rests: bool = False) -> None:
        self.cycle = cycle
        self.timeout_keep_alive_task = BUSY if rests else None
        self.transport = self
        self.quiet = None
        self.closed = False

    def close(self) -> None:
        self.closed = True


class Watch:
    """Heads that are looked at, at times of one's own choosing."""

    def __init__(self, connections_max: int = 100) -> None:
        self.now = 0.0
        self.heads = Heads(10.0, connections_max, lambda: self.now)

    def look(self, now: float, *wires: Wire) -> int:
        self.now = now
        return self.heads.sweep(wires)  # type: ignore[arg-type]  # as far as looked at


def test_a_head_that_never_ends_ends_its_connection() -> None:
    watch, slow = Watch(), Wire()

    watch.look(0, slow)
    watch.look(9, slow)
    assert not slow.closed
    watch.look(10, slow)

    assert slow.closed


def test_a_slow_second_head_on_a_connection_is_seen_too() -> None:
    watch, wire = Watch(), Wire()
    watch.look(0, wire)
    wire.cycle = IDLE

    watch.look(9, wire)
    watch.look(18, wire)
    assert not wire.closed
    watch.look(19, wire)

    assert wire.closed


def test_a_request_under_way_may_take_its_time() -> None:
    watch, wire = Watch(), Wire(SimpleNamespace(response_complete=False))

    for now in (0, 20, 1_000):
        assert watch.look(now, wire) == 0


def test_a_connection_between_two_requests_is_left_to_its_own_bound() -> None:
    watch, wire = Watch(), Wire(IDLE, rests=True)

    watch.look(0, wire)

    assert watch.look(60, wire) == 0


def test_of_too_many_the_quietest_go_and_none_with_a_request_under_way() -> None:
    watch = Watch(connections_max=2)
    first, later = Wire(IDLE, rests=True), Wire()
    busy = [Wire(SimpleNamespace(response_complete=False)) for _ in range(2)]
    watch.look(0, first)

    ended = watch.look(1, first, later, busy[0])

    assert (ended, first.closed, later.closed) == (1, True, False)
    assert watch.look(2, later, *busy) == 1
    assert not any(one.closed for one in busy)
