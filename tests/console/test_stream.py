"""The live stream: sifted, bounded, resumed by offset, ended with the server."""

import asyncio
from contextlib import nullcontext

import msgspec
import pytest

from habitue.access.masking import Mask
from habitue.console.live.lines import EVENTS_MAX, Lines, Reader, Wanted, changes
from habitue.console.live.stream import Streams
from habitue.console.look import Look
from tests.console.fake import FixedReading, event

BARE = Mask(contacts=False, names=False)
WHO = Reader(Look(shop="Marigold"), BARE)
EVERYTHING = Wanted()


def signed_in() -> bool:
    return True


def lines_of(
    reading: FixedReading, after: int, wanted: Wanted = EVERYTHING, who: Reader = WHO
) -> nullcontext[Lines]:
    return nullcontext(Lines(reading, wanted, who, after))


async def first_events(
    reading: FixedReading, after: int, wanted: Wanted = EVERYTHING, who: Reader = WHO
) -> tuple[int, list[int]]:
    looking = lines_of(reading, after, wanted, who)
    stream = Streams(lambda: False).follow(looking, signed_in)
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


@pytest.mark.parametrize(
    "wanted", [Wanted(source="scales"), Wanted(text="HEAVY"), Wanted("scales", "heavy")]
)
def test_what_is_meant_is_not_lost_in_a_flood_of_others(wanted: Wanted) -> None:
    rare = event(1, source="scales", summary="A heavy parcel")
    reading = FixedReading([rare, *(event(n) for n in range(2, 200))], [])

    assert asyncio.run(first_events(reading, 0, wanted)) == (199, [1])


def test_words_that_are_hidden_from_who_looks_are_not_found() -> None:
    """Or an address could be had letter by letter from whether a line comes."""
    reading = FixedReading([event(1), event(2, summary="anna@ asked for")], [])
    masked = Reader(WHO.look, Mask(contacts=True, names=False))
    wanted = Wanted(text="anna@")

    assert asyncio.run(first_events(reading, 0, wanted)) == (2, [2, 1])
    assert asyncio.run(first_events(reading, 0, wanted, masked)) == (2, [2])


def test_a_line_break_in_an_event_starts_no_new_message() -> None:
    reading = FixedReading([event(1, "x\n\ndata: []\r\rid: 9", summary="\u2028")], [])

    assert asyncio.run(first_events(reading, after=0)) == (1, [1])


def test_a_card_hears_of_its_own_person_and_of_nobody_else() -> None:
    reading = FixedReading([event(1), event(2, person_id=34)], [])

    async def looks() -> list[bytes]:
        with changes(reading, 33, after=1) as look:
            told = [await look()]
            reading.events += [event(3), event(4, person_id=34)]
            return [*told, await look(), await look()]

    assert asyncio.run(looks()) == [b"", b"id: 3\ndata: []\n\n", b""]


def test_the_stream_ends_when_the_server_stops() -> None:
    async def messages() -> list[bytes]:
        looking = lines_of(FixedReading([], []), 0)
        async with asyncio.timeout(5):
            follow = Streams(lambda: True).follow(looking, signed_in)
            return [message async for message in follow]

    assert asyncio.run(messages()) == [b"retry: 1000\n\n"]


def test_the_stream_ends_with_the_session_of_who_looks() -> None:
    async def messages() -> list[bytes]:
        session = iter((True, False))
        looking = lines_of(FixedReading([event(1)], []), 1)
        follow = Streams(lambda: False).follow(looking, lambda: next(session))
        async with asyncio.timeout(5):
            return [message async for message in follow]

    assert asyncio.run(messages()) == [b"retry: 1000\n\n"]


def test_a_closed_stream_is_counted_no_longer() -> None:
    async def run() -> bool:
        streams = Streams(lambda: False)
        follow = streams.follow(lines_of(FixedReading([event(1)], []), 0), signed_in)
        await anext(follow)
        opened = streams.open
        await follow.aclose()
        return (opened, streams.open) == (1, 0)

    assert asyncio.run(run())
