"""A packet waits for the projector, for a while, and is told to come again then."""

import asyncio
from collections import Counter

import msgspec

from habitue.app.bulk import door as bulk_door
from habitue.app.bulk.door import BulkDoor
from habitue.app.bulk.format import PATH, encode
from habitue.app.serving.local import asgi_request
from habitue.collect.door import Ports
from habitue.collect.gate import Gate
from habitue.collect.port import Credential
from habitue.model.outcome import Fate, Outcome
from habitue.model.source import Writer
from tests.collect.files.test_ready import ARRIVAL, CRM, NOW_US, READY

EVENT = {"type": "page", "messageId": "p1", "context": {}}
KEY = Credential(source=CRM, writer=Writer.SERVER, bulk=True)


class Keys:
    def __init__(self, key):
        self._key = key

    def credential(self, _key):
        return self._key


class Log:
    def __init__(self):
        self.entries = []

    async def append(self, entries):
        self.entries += entries
        return [Outcome(Fate.STORED, offset=n) for n, _ in enumerate(entries, 1)]


class Clock:
    def now_us(self):
        return NOW_US


def make(pressures, key=KEY):
    """Make a door under these pressures, the last of which stays, and its log."""
    told, log = list(pressures), Log()
    rules = msgspec.structs.replace(ARRIVAL.rules, credentials=Keys(key))
    ports = Ports(
        appender=log,
        applied=None,
        pressure=lambda: told.pop(0) if len(told) > 1 else told[0],
        clock=Clock(),
    )
    gate = Gate(rules.limits, ports.pressure, ports.clock)
    return BulkDoor(rules, ports, gate, Counter()), log


def send(pressures):
    """Send one packet to a door; give its answer and what was written."""
    door, log = make(pressures)
    status, headers = post(door)
    return status, headers, log.entries


def post(door):
    packet = encode([READY.of_raw(msgspec.json.encode(EVENT))])
    status, headers, _ = asyncio.run(
        asgi_request(door, "POST", PATH, packet, {"authorization": "Bearer k"})
    )
    return status, headers


def test_a_packet_is_taken_at_once_where_nothing_waits():
    status, _, entries = send([0.0])

    assert (status, [one.message_id for one in entries]) == (200, ["p1"])


def test_a_packet_waits_until_the_projector_is_near_enough():
    status, _, entries = send([1.5, 1.2, 1.0, 0.9])

    assert (status, len(entries)) == (200, 1)


def test_a_packet_waits_while_much_awaits_the_projector():
    door, log = make([0.0])
    waiting = [900, 600, 149]
    asked = []

    def behind():
        asked.append(waiting.pop(0))
        return asked[-1]

    door.behind = behind

    assert post(door)[0] == 200
    assert (asked, len(log.entries)) == ([900, 600, 149], 1)


def test_a_packet_that_waited_too_long_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(bulk_door, "_WAIT_S", 0.05)

    status, headers, entries = send([1.0])

    assert (status, headers["retry-after"], entries) == (429, "1", [])


def test_a_source_that_may_send_so_much_a_second_imports_no_more():
    slow = msgspec.structs.replace(CRM, events_per_s_max=2)
    door, _ = make([0.0], Credential(source=slow, writer=Writer.SERVER, bulk=True))

    assert [post(door)[0] for _ in range(3)] == [200, 200, 429]


def test_what_a_packet_names_is_loaded_before_it_is_folded():
    loaded = []
    door, _ = make([0.0])
    door.prefetch = loaded.extend

    post(door)

    assert [event.type for event in loaded] == ["page"]
