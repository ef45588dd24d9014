"""Bait by itself: when an alarm is news, and that it comes before what was read."""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import pytest

from habitue.access.baits import Baits
from habitue.access.reading import asks, saw
from habitue.app.serving.watched import Watched
from habitue.base.clock import DAY_US, HOUR_US, ManualClock
from habitue.base.errors import StorageError
from habitue.log.port import Definition
from habitue.model.bait import BAIT, Bait

ANNA_READS = "bait 7 read by GET /api/v1/people/7"


class Who(NamedTuple):
    """Somebody who reads."""

    name: str
    role: str = "agent"


class Memory:
    """Definitions in memory, and an audit that may be full."""

    def __init__(self, *people: int) -> None:
        made = Bait(reason="nobody's", by="kim", at_us=0)
        self.held = {str(one): msgspec.json.encode(made) for one in people}
        self.entries: list[str] = []
        self.full = False

    def definitions(self, kind: str) -> list[Definition]:
        return [
            Definition(kind=kind, name=name, version=1, body=body, offset=1)
            for name, body in self.held.items()
        ]

    async def redefine(
        self, kind: str, name: str, change: Callable[[bytes | None], bytes | None]
    ) -> None:
        body = change(self.held.get(name))
        assert kind == BAIT
        if body is not None:
            self.held[name] = body

    async def write(self, who: Who, action: str, what: str = "") -> None:
        if self.full:
            raise StorageError
        self.entries.append(f"{who.name} {action}: {what}")


def same(person_id: int) -> int:
    return person_id


def test_who_reads_on_is_told_of_once_an_hour_and_each_by_themselves() -> None:
    memory, clock = Memory(7, 8), ManualClock(100 * DAY_US)
    baits = Baits(memory, memory, clock)

    async def work() -> None:
        for who in ("anna", "anna", "ben"):
            await baits.alarm(Who(who), "GET /a", [7])
        await baits.alarm(Who("anna"), "GET /b", [7, 8])
        clock.move(HOUR_US)
        await baits.alarm(Who("anna"), "GET /c", [7])

    asyncio.run(work())

    assert memory.entries == [
        "anna baits:alarm: bait 7 read by GET /a",
        "ben baits:alarm: bait 7 read by GET /a",
        "anna baits:alarm: bait 8 read by GET /b",
        "anna baits:alarm: bait 7 read by GET /c",
    ]
    assert (baits.held[7].reads, baits.held[7].reader) == (3, "anna")
    assert baits.alarms == 4


def test_an_alarm_is_shown_for_some_days_and_over_a_restart() -> None:
    memory, clock = Memory(7, 8), ManualClock(100 * DAY_US)

    asyncio.run(Baits(memory, memory, clock).alarm(Who("anna"), "GET /a", [7]))

    again = Baits(memory, memory, clock)
    assert set(again.recent()) == {7}
    clock.move(7 * DAY_US)
    assert again.recent() == {}


def test_what_is_bait_no_more_is_not_made_so_by_an_alarm_that_comes_late() -> None:
    memory = Memory(7)
    baits = Baits(memory, memory, ManualClock(DAY_US))
    memory.held["7"] = b"null"

    asyncio.run(baits.alarm(Who("anna"), "GET /a", [7]))

    assert memory.held["7"] == b"null"
    assert baits.held == {}


def answer(memory: Memory, *shown: int) -> list[str]:
    """Ask an app that shows some people; give what it sent, beside the audit then."""
    sent: list[str] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        asks(Who("anna"))
        await send({"type": "start"})
        # In a thread, as a page is written.
        await asyncio.to_thread(saw, shown)
        await send({"type": "body"})

    async def send(message: Any) -> None:
        sent.append(f"{message['type']} after {len(memory.entries)}")

    baits = Baits(memory, memory, ManualClock(DAY_US))
    watched = Watched(app, baits, same)
    scope = {"method": "GET", "path": "/api/v1/people/7"}
    try:
        asyncio.run(watched(scope, None, send))
    except StorageError:
        sent.append("failed")
    return sent


def test_the_alarm_is_written_before_what_was_read_goes_out() -> None:
    memory = Memory(7)

    assert answer(memory, 7, 9) == ["start after 0", "body after 1"]
    assert memory.entries == [f"anna baits:alarm: {ANNA_READS}"]


def test_where_the_alarm_can_not_be_written_nothing_of_it_goes_out() -> None:
    memory = Memory(7)
    memory.full = True

    assert answer(memory, 7) == ["start after 0", "failed"]


@pytest.mark.parametrize("held", [(), (7,)])
def test_who_is_no_bait_is_answered_as_ever(held: tuple[int, ...]) -> None:
    memory = Memory(*held)

    assert answer(memory, 9) == ["start after 0", "body after 0"]


def test_bait_is_found_by_the_id_it_has_and_the_one_it_had() -> None:
    memory, clock = Memory(7), ManualClock(DAY_US)
    baits = Baits(memory, memory, clock)
    now = {7: 7}

    assert baits.among({7, 8}, now.get) == [7]
    assert baits.among({3}, now.get) == []
    now[7] = 3
    clock.move(1_000_000)
    assert baits.among({3}, now.get) == [7]
    assert baits.among({7}, now.get) == [7]
