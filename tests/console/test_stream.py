"""The live stream: bounded, resumed by offset, ended with the server."""

import asyncio

import msgspec

from habitue.access.masking import Mask
from habitue.console.live.stream import EVENTS_MAX, Streams
from habitue.console.look import Look
from tests.console.fake import FixedReading, event

LOOK = Look(shop="Marigold")
BARE = Mask(contacts=False, names=False)


def signed_in() -> bool:
    return True


async def first_events(reading: FixedReading, after: int) -> tuple[int, list[int]]:
    stream = Streams(reading, lambda: False).follow(after, LOOK, BARE, signed_in)
    for _ in range(10):
        message = await anext(stream)
        if message.startswith(b"id: "):
            head, _, data = message.strip().partition(b"\ndata: ")
            rows = msgspec.json.decode(data)
            await stream.aclose()
            return int(head[4:]), [row["offset"] for row in rows]
    raise AssertionError("no events came")


def test_a_browser_that_comes_back_gets_what_it_missed() -> None:
    reading = FixedReading([event(n) for n in range(1, 6)], [])

    assert asyncio.run(first_events(reading, after=3)) == (5, [5, 4])


def test_a_flood_is_shown_as_its_newest() -> None:
    reading = FixedReading([event(n) for n in range(1, 500)], [])

    last, offsets = asyncio.run(first_events(reading, after=0))

    assert last == 499
    assert len(offsets) == EVENTS_MAX


def test_a_line_break_in_an_event_starts_no_new_message() -> None:
    reading = FixedReading([event(1, "x\n\ndata: []\r\rid: 9", summary="\u2028")], [])

    assert asyncio.run(first_events(reading, after=0)) == (1, [1])


def test_the_stream_ends_when_the_server_stops() -> None:
    async def messages() -> list[bytes]:
        streams = Streams(FixedReading([], []), lambda: True)
        async with asyncio.timeout(5):
            return [
                message async for message in streams.follow(0, LOOK, BARE, signed_in)
            ]

    assert asyncio.run(messages()) == [b"retry: 1000\n\n"]


def test_the_stream_ends_with_the_session_of_who_looks() -> None:
    async def messages() -> list[bytes]:
        session = iter((True, False))
        streams = Streams(FixedReading([event(1)], []), lambda: False)
        follow = streams.follow(1, LOOK, BARE, lambda: next(session))
        async with asyncio.timeout(5):
            return [message async for message in follow]

    assert asyncio.run(messages()) == [b"retry: 1000\n\n"]


def test_a_closed_stream_is_counted_no_longer() -> None:
    async def run() -> bool:
        streams = Streams(FixedReading([event(1)], []), lambda: False)
        follow = streams.follow(0, LOOK, BARE, signed_in)
        await anext(follow)
        opened = streams.open
        await follow.aclose()
        return (opened, streams.open) == (1, 0)

    assert asyncio.run(run())
