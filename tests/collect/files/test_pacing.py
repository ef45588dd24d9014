"""A packet waits for the projector, for a while, and is told to come again then."""

import asyncio
from collections import Counter

import msgspec

from habitue.app.bulk import turns
from habitue.app.bulk.door import BulkDoor
from habitue.app.bulk.format import PATH, encode
from habitue.app.bulk.turns import ABOUT_S, BEHIND_MAX, PATIENCE_S, Turns
from habitue.app.serving.local import LocalServer, asgi_request
from habitue.base.settings import Settings
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
    waiting = [900, 600, 99]
    asked = []

    def behind():
        asked.append(waiting.pop(0))
        return asked[-1]

    door.turns.behind = behind

    assert post(door)[0] == 200
    assert (asked, len(log.entries)) == ([900, 600, 99], 1)


def test_a_packet_that_waited_too_long_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(turns, "WAIT_S", 0.05)

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


class Standing:
    """A clock that goes on as far as it is told to, and what awaits the projector."""

    def __init__(self):
        self.now_s = 100.0
        self.behind = 0
        self.turns = Turns(lambda: self.now_s)
        self.turns.behind = lambda: self.behind
        self._held = []

    async def wait(self, items=50):
        """Take a turn that is never given back; say nothing until it is had."""
        turn = self.turns.turn(items, lambda: False)
        # One that is let go of is given back.
        self._held.append(turn)
        await turn.__aenter__()


async def has_its_turn(standing):
    """Say whether a packet goes on by now, or waits."""
    coming = asyncio.ensure_future(standing.wait())
    await asyncio.sleep(5 * turns.LOOK_S)
    went = coming.done()
    coming.cancel()
    return went


def go_on(*, behind=0, others_s=None, under_way=0):
    """Say if a packet goes on that comes so long after others, behind so many."""

    async def ask():
        standing = Standing()
        if under_way:
            await standing.wait(under_way)
        if others_s is not None:
            standing.turns.note_other()
            standing.now_s += others_s
        standing.behind = behind
        return await has_its_turn(standing)

    return asyncio.run(ask())


def test_a_packet_goes_on_before_the_last_is_folded_where_nobody_else_is_about():
    assert go_on(behind=BEHIND_MAX - 1)
    assert go_on(under_way=BEHIND_MAX - 1)
    assert not go_on(behind=BEHIND_MAX)
    assert not go_on(behind=50, under_way=BEHIND_MAX - 50)


def test_beside_others_a_packet_waits_until_nothing_is_before_it():
    assert go_on(others_s=0.0)
    assert not go_on(others_s=0.0, behind=1)
    assert not go_on(others_s=0.0, under_way=1)


def test_who_asked_long_ago_is_about_no_more():
    assert not go_on(others_s=ABOUT_S / 2, behind=1)
    assert go_on(others_s=ABOUT_S, behind=1)


def test_a_packet_that_waited_for_a_gap_in_vain_goes_on_all_the_same():
    async def ask():
        standing = Standing()
        standing.turns.note_other()
        standing.behind = 1
        coming = asyncio.ensure_future(standing.wait())
        await asyncio.sleep(5 * turns.LOOK_S)
        waited = not coming.done()
        standing.now_s += PATIENCE_S
        await asyncio.wait_for(coming, 5)
        return waited

    assert asyncio.run(ask())


def test_packets_go_on_in_the_order_in_which_they_came():
    async def ask():
        standing, order = Standing(), []
        standing.behind = BEHIND_MAX

        async def come(number):
            await standing.wait(1)
            order.append(number)

        coming = [asyncio.ensure_future(come(number)) for number in range(20)]
        await asyncio.sleep(5 * turns.LOOK_S)
        standing.behind = 0
        await asyncio.gather(*coming)
        return order

    assert asyncio.run(ask()) == [*range(20)]


def test_what_has_had_its_turn_is_counted_no_more_once_it_is_through():
    async def ask():
        standing = Standing()
        standing.turns.note_other()
        async with standing.turns.turn(50, lambda: False):
            held = await has_its_turn(standing)
        return held, await has_its_turn(standing)

    assert asyncio.run(ask()) == (False, True)


def test_whoever_asks_for_anything_but_an_import_is_one_to_give_way_to(tmp_path):
    settings = Settings()
    data = msgspec.structs.replace(settings.data, folder=str(tmp_path / "data"))
    with LocalServer(msgspec.structs.replace(settings, data=data)) as server:
        door = server._engine.doors.bulk
        server.request("GET", PATH, None, {"authorization": "Bearer k"})
        by_import = door.turns.others_are_about
        server.request("GET", "/healthz", None, {})

        assert (by_import, door.turns.others_are_about) == (False, True)
