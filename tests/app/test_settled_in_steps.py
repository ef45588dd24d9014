"""A change of who is who is taken in in steps: however far it reaches, none is long."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.app.desks.slices import Slices
from habitue.app.projection.fold import Fold
from habitue.app.projection.pace import Pace
from habitue.app.projection.projector import Projector
from habitue.app.serving.whole import ReadsWhole
from habitue.base.clock import SystemClock
from habitue.log.port import Entry
from habitue.model.evidence import Key, Verb
from habitue.model.kind import KindPolicy
from tests.app.settled import (
    NOW_US,
    House,
    a_claim_of_a_star_in_segments,
    a_late_word_on_a_phone,
    a_link_of_a_chain,
    a_verdict_on_a_device_of_many_turns,
    a_verdict_on_one_of_many,
    an_erasure_beside_one_of_many,
    an_item_of_many,
)
from tests.identity.histories import LAW, policies
from tests.proof.logbook import Line, dump, logs, write

# One step a turn, and a snapshot whenever one may begin.
STEPS = Pace(slice_s=0.0, snapshot_s=0.0, snapshot_records=1)
# So many functions may be called in one step: some tenths of a millisecond.
CALLS_MAX = 3_000


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    yield opened
    opened.close()


# -- how long a step is ----------------------------------------------------------


SHAPES = (
    an_item_of_many,
    a_link_of_a_chain,
    a_verdict_on_one_of_many,
    a_verdict_on_a_device_of_many_turns,
    a_late_word_on_a_phone,
    a_claim_of_a_star_in_segments,
    an_erasure_beside_one_of_many,
)


def steps_of(house: House, entry: Entry | None) -> list[int]:
    """Take in what is told next; give how many functions each of its steps called."""
    if entry is not None:
        house.apply()
        house.write([entry])
    record, fold = house.last(), house.fold
    steps = [calls_of(lambda: fold.take_in(record))]
    while fold.settling is not None:
        steps.append(calls_of(fold.settle_on))
    while fold.weighing is not None:
        steps.append(calls_of(lambda: fold.weigh_on(1)))
    assert not list(fold.faults.items())
    return steps


def calls_of(work: Callable[[], object]) -> int:
    """Count the calls of functions, those written in C too."""
    calls = 0

    def count(_frame: object, what: str, _told: object) -> None:
        nonlocal calls
        calls += what in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("shape", SHAPES)
def test_no_step_of_a_change_is_longer_for_whom_it_reaches_more_of(
    shape: Callable[[House, int], Entry | None], tmp_path: Path
) -> None:
    longest, steps = [], []
    for size in (300, 1_200):
        folder = tmp_path / str(size)
        folder.mkdir()
        house = House(folder)
        found = steps_of(house, shape(house, size))
        house.close()
        longest.append(max(found))
        steps.append(len(found))

    assert max(longest) < CALLS_MAX
    assert steps[1] > 2 * steps[0]


# -- any slice, any reader, any end: the same state -------------------------------


class Turns:
    """A projector that takes a log in, a step at a time, and who reads meanwhile."""

    def __init__(self, house: House, name: str, rows_max: int) -> None:
        self.house = house
        self.fold = house.open(name, rows_max)
        self.state = house.state
        self.projector = Projector(
            self.fold, house.truth, self.state, SystemClock(), STEPS
        )
        self.amid = 0

    async def run(self, steps_max: int = 10**9) -> None:
        """Go on to the end of the log, or until it was amid a record so often."""
        fold, head = self.fold, self.house.truth.head()
        self.projector.hear(head)
        running = asyncio.create_task(self.projector.run())
        while fold.offset < head and self.amid < steps_max:
            if fold.settling is not None:
                self.amid += 1
                self.read()
            await asyncio.sleep(0)
        if fold.offset < head:
            running.cancel()
            await asyncio.wait([running])
            # Whoever ends amid a record writes nothing of it down.
            await self.projector.snapshots.flush()
            self.state.close()
        else:
            self.projector.stop()
            await running
            await self.projector.flush()
        self.projector.close()
        assert self.projector.failure is None

    def read(self) -> None:
        """Read rows all over, so that others are thrown out of memory."""
        fold = self.fold
        for number in fold.identity.numbers(0, fold.offset, 50):
            list(fold.identity.mentions(number))
        fold.store.tidy(1.0)


@settings(LAW, max_examples=LAW.max_examples // 3)
@given(logs(), policies(), st.sampled_from((5, 100_000)), st.integers(1, 60))
def test_a_log_taken_in_step_by_step_is_the_state_of_one_taken_in_at_once(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[Line],
    policy: KindPolicy,
    rows_max: int,
    dies: int,
) -> None:
    house = House(tmp_path_factory.mktemp("steps"), policy)
    write(house.truth, lines, NOW_US)

    asyncio.run(Turns(house, "turns", rows_max).run(dies))
    turns = Turns(house, "turns", rows_max)
    asyncio.run(turns.run())

    assert dump(turns.fold) == house.at_once()
    house.close()


# -- who reads -------------------------------------------------------------------


def amid(house: House, size: int = 40, pace: Pace = STEPS) -> Projector:
    """Give a projector of a fold that is about to take in what reaches many."""
    entry = an_item_of_many(house, size)
    house.apply()
    house.write([entry])
    fold, truth = house.fold, house.truth
    projector = Projector(fold, truth, house.state, SystemClock(), pace)
    projector.hear(truth.head())
    return projector


async def until_amid(fold: Fold) -> None:
    while fold.settling is None:  # noqa: ASYNC110 - nobody tells when it is
        await asyncio.sleep(0)


async def ended(projector: Projector, running: "asyncio.Task[None]") -> None:
    projector.stop()
    await running
    projector.close()


def test_a_request_is_answered_by_the_state_of_one_record(house: House) -> None:
    asyncio.run(_ask_amid(house))


async def _ask_amid(house: House) -> None:
    projector, fold = amid(house), house.fold
    seen: list[tuple[str, bool, int]] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["path"], fold.settling is not None, fold.offset))
        await receive()
        seen.append((scope["path"], fold.settling is not None, fold.offset))

    async def body() -> dict[str, Any]:
        if fold.offset < house.truth.head():
            await until_amid(fold)
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        return None

    app = ReadsWhole(answer, projector.whole)
    before = fold.offset
    early = asyncio.create_task(app({"path": "/api/v1/people"}, body, send))
    running = asyncio.create_task(projector.run())
    await until_amid(fold)
    await app({"path": "/readyz"}, body, send)
    await asyncio.gather(early, app({"path": "/api/v1/people"}, body, send))
    await ended(projector, running)

    people = [told for told in seen if told[0] == "/api/v1/people"]
    # The one that came before it waited where its body came amid it.
    assert people[0] == ("/api/v1/people", False, before)
    assert {told[1:] for told in people[1:]} == {(False, before + 1)}
    # What is asked of the process waits for nobody.
    assert ("/readyz", True, before) in seen


def test_who_waits_to_read_does_so_before_the_next_record(house: House) -> None:
    asyncio.run(_read_between(house))


async def _read_between(house: House) -> None:
    # All that waits fits in one slice, but for those who wait to read.
    projector, fold = amid(house, pace=Pace(slice_s=1e9)), house.fold
    restore = house.judge(Verb.RESTORE, target=Key("shop", "m20"))
    house.write([restore, house.judge(Verb.RETRACT, target=Key("shop", "m9"))])
    projector.hear(house.truth.head())
    first, offsets = fold.offset + 1, list[int]()

    async def reader() -> None:
        await projector.whole()
        assert fold.settling is None
        offsets.append(fold.offset)

    assert projector._refill()
    projector._take(*projector._queue.popleft())
    assert fold.settling is not None
    readers = [asyncio.create_task(reader()) for _ in range(3)]
    await asyncio.sleep(0)
    running = asyncio.create_task(projector.run())
    await asyncio.gather(*readers)
    await ended(projector, running)

    assert offsets == [first] * 3
    assert fold.offset == house.truth.head()


def test_who_reads_for_long_goes_on_once_a_change_is_settled(house: House) -> None:
    asyncio.run(_read_in_slices(house))


async def _read_in_slices(house: House) -> None:
    projector, fold = amid(house), house.fold
    before, slices, seen = fold.offset, Slices(fold, slice_s=0.0), list[tuple]()
    running = asyncio.create_task(projector.run())
    while fold.offset == before:
        await slices.turn()
        seen.append((fold.settling is None, fold.offset))
    await ended(projector, running)

    assert set(seen) == {(True, before + 1)}


def test_the_next_record_waits_while_somebody_holds(house: House) -> None:
    asyncio.run(_hold(house))


async def _hold(house: House) -> None:
    projector, fold = amid(house), house.fold
    house.write([house.tell("user_id:u", "email:e1@x.example", at=3)])
    projector.hear(house.truth.head())
    running, before = asyncio.create_task(projector.run()), fold.offset
    await until_amid(fold)
    async with fold.held(), fold.held():
        for _ in range(100):
            assert (fold.settling, fold.offset) == (None, before + 1)
            await asyncio.sleep(0)

    assert await projector.applied(house.truth.head(), 60.0)
    await ended(projector, running)


def test_who_waits_for_a_record_is_told_when_all_of_it_is_there(house: House) -> None:
    asyncio.run(_wait_for(house))


async def _wait_for(house: House) -> None:
    projector, fold, heard = amid(house), house.fold, list[int]()
    late = house.tell("user_id:u", "email:e1@x.example", at=3)
    house.write([late])
    projector.hear(house.truth.head())
    projector.listen(lambda record, _: heard.append(record.offset))
    running = asyncio.create_task(projector.run())

    assert await projector.applied(house.truth.head() - 1, 60.0)
    assert fold.settling is None
    assert await projector.applied(house.truth.head(), 60.0)
    await ended(projector, running)

    # The judgement tells no event; the event behind it is heard of once.
    assert heard == [house.truth.head()]


def test_nothing_is_written_down_amid_a_change(house: House) -> None:
    fold, clock = house.fold, SystemClock()
    projector = Projector(fold, house.truth, house.state, clock, STEPS)
    house.write([an_item_of_many(house, 40)])
    for record in house.truth.read(0, 40):
        fold.apply(record)
    fold.take_in(house.last())
    fold.settle_on()
    asyncio.run(_write_down(projector))
    house.state.close()

    assert fold.settling is not None
    assert house.open("live").offset == 0


async def _write_down(projector: Projector) -> None:
    projector.snapshots.begin_if_due()
    await projector.flush()
    projector.close()
