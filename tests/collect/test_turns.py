"""What one source sends at once does not come before all that others send."""

import asyncio
import json
from collections.abc import Sequence

import pytest

from habitue.collect.turns import Turns
from habitue.log.commit import Committer
from habitue.log.port import Entry
from habitue.model.outcome import Outcome
from habitue.model.source import Source
from tests.collect.driver import Reply, ask
from tests.collect.shop import Shop, track

BATCH, BATCHES = 80, 16


def taken_at_once(turns: Turns, *asked: tuple[str, int]) -> list[str]:
    """Ask for turns all at once; give whose came when."""
    taken: list[str] = []

    async def take(source: str, items: int) -> None:
        await turns.wait(source, items)
        taken.append(source)

    async def all_of_them() -> None:
        await asyncio.gather(*(take(*one) for one in asked))

    asyncio.run(all_of_them())
    return taken


def test_who_sends_one_item_comes_after_one_batch_of_each_other_source() -> None:
    noisy, busy, till = ("noisy", 100), ("busy", 100), ("till", 1)

    taken = taken_at_once(Turns(100), *[noisy] * 9, *[busy] * 9, till)

    assert taken[:3] == ["noisy", "busy", "till"]
    assert sorted(taken) == ["busy"] * 9 + ["noisy"] * 9 + ["till"]


def test_of_one_source_what_came_first_is_taken_first() -> None:
    turns, order = Turns(10), []

    async def take(number: int) -> None:
        await turns.wait("web", 10)
        order.append(number)

    async def all_of_them() -> None:
        await asyncio.gather(*map(take, range(9)))

    asyncio.run(all_of_them())
    assert order == list(range(9))


def test_many_who_send_one_item_each_share_a_turn() -> None:
    turns, ends = Turns(100), []

    async def take() -> None:
        await turns.wait("web", 1)
        ends.append(len(ends))

    async def all_of_them() -> int:
        tasks = [asyncio.ensure_future(take()) for _ in range(64)]
        await asyncio.sleep(0)
        return sum(one.done() for one in tasks)

    assert asyncio.run(all_of_them()) == 64


async def sent_at_once(shop: Shop) -> list[Reply]:
    """Have a flood of one source and, behind it, an item of a till come together."""
    flood = json.dumps({"batch": [track(userId="one")] * BATCH}).encode()
    till = json.dumps(track(userId="u1")).encode()

    async def send(body: bytes, key: str) -> Reply:
        headers = {"Authorization": f"Bearer {shop.keys[key]}"}
        return await ask(shop.collector, body, headers=headers)

    noise = [send(flood, "server") for _ in range(BATCHES)]
    return await asyncio.gather(*noise, send(till, "till"))


def test_a_till_is_taken_before_most_of_what_a_flood_sent_with_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.add(Source(name="till", priority=0))
    append, came = Committer.append, list[str]()

    async def noted(log: Committer, entries: Sequence[Entry]) -> list[Outcome]:
        came.append(entries[0].source)
        return await append(log, entries)

    monkeypatch.setattr(Committer, "append", noted)

    shop.runner.run(sent_at_once(shop))

    assert len(came) == BATCHES + 1
    # A source has the batch with which it passes a hundred items, and no other.
    assert came.index("till") == 2


def test_a_till_is_written_down_behind_one_call_of_a_flood(shop: Shop) -> None:
    shop.add(Source(name="till", priority=0))

    replies = shop.runner.run(sent_at_once(shop))

    assert {one.status for one in replies} == {200}
    offsets = [one.results[0]["offset"] for one in replies]
    # Of what waits to be written each source has a call in turn (habitue.log.waiting).
    assert sum(at < offsets[-1] for at in offsets) == 1
