"""Counts of people that are judged one by one: as of when, and for how long at most."""

import asyncio

import msgspec
import pytest

from habitue.app.segments.counting import LoopCounting
from habitue.app.segments.kept_members import KeptPeople
from habitue.app.segments.limit import Limit, TooLongError
from habitue.base.clock import SECOND_US
from habitue.segment.condition import Did, DidNot, HasIdentifier, Window
from tests.app.test_segments_in_time import BOUGHT, Desk

LAPSED = DidNot(event=BOUGHT, within=Window(seconds=10))


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.truth.close()
    desk.state.close()


def settle(desk: Desk) -> None:
    while desk.fold.segments.live.library.jobs:
        desk.tick(SECOND_US)


def members(desk: Desk, segment: str) -> list[int]:
    return desk.kept.members(segment, 0, 1_000)[0]


def test_members_are_read_as_they_were_when_it_began(desk):
    desk.define("lapsed", LAPSED)
    for number in range(6):
        desk.tell(f"user_id:u{number}")
    settle(desk)
    desk.tick(20 * SECOND_US)
    desk.tell("user_id:u1")
    before = members(desk, "lapsed")
    assert len(before) == 5

    people = KeptPeople(desk.fold)
    with people.watching():
        people.begin()
        slot = people.slot_of(LAPSED)
        # One leaves, one comes back in by time alone, and one is new.
        desk.tell("user_id:u2")
        desk.tick(11 * SECOND_US)
        desk.tell("user_id:u9", name="Viewed", ago_us=60 * SECOND_US)
        assert members(desk, "lapsed") != before

        assert asyncio.run(people.ids(slot)) == before
    assert desk.fold.segments.watches == []


def test_only_a_segment_that_answers_says_who_is_in_it(desk):
    people = KeptPeople(desk.fold)
    people.begin()
    assert people.slot_of(LAPSED) == 0

    desk.define("lapsed", LAPSED)
    settle(desk)
    people.begin()

    assert people.slot_of(LAPSED)
    same = msgspec.json.decode(msgspec.json.encode(LAPSED), type=DidNot)
    assert people.slot_of(same)
    assert people.slot_of(Did(event=BOUGHT)) == 0


class Home:
    """What counting stands on, by a clock that is handed in."""

    def __init__(self, desk: Desk) -> None:
        self.fold = desk.fold
        self.people = None
        self.engine = self
        self.clock = desk


def test_a_count_amid_what_comes_in_is_of_no_one_offset(desk):
    for number in range(3):
        desk.tell(f"user_id:u{number}")
    counting = LoopCounting(Home(desk))
    known = HasIdentifier(kind="user_id")
    still = asyncio.run(counting.count(known))
    assert (still.count, still.offset) == (3, desk.fold.offset)

    async def amid() -> tuple:
        await counting._turn.acquire()
        # It waits for its turn: what comes in until then is before it.
        waiting = asyncio.create_task(counting.count(known))
        await asyncio.sleep(0)
        desk.tell("user_id:late")
        counting._turn.release()
        whole = await waiting
        judged = counting._judged

        async def slowly(*asked):
            async for one in judged(*asked):
                desk.tell("user_id:meanwhile")
                yield one

        counting._judged = slowly
        return whole, await counting.count(known)

    whole, torn = asyncio.run(amid())
    assert (whole.count, whole.offset) == (4, 4)
    assert torn.offset is None


def test_who_is_judged_for_too_long_is_told_the_way_out(desk):
    for number in range(3):
        desk.tell(f"user_id:u{number}")
    now_s = iter(range(100))
    limit = Limit(2, lambda: float(next(now_s)))
    limit.judged()
    limit.judged()
    with pytest.raises(TooLongError, match=r"in 2 s only 3 were\. Save the condition"):
        limit.judged()

    counting = LoopCounting(Home(desk), limit_s=-1)
    with pytest.raises(TooLongError):
        asyncio.run(counting.count(HasIdentifier(kind="user_id")))
    with pytest.raises(TooLongError):
        asyncio.run(counting.overlap([HasIdentifier(kind="user_id")]))
