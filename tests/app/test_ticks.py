"""What is due fires once and in order, where no record comes too, and in a replay."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from habitue.app.projection.due import WAITERS
from habitue.app.projection.fold import Fold
from habitue.app.projection.pace import Pace
from habitue.app.projection.projector import Projector
from habitue.app.projection.rebuild import open_fold, replay, save
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import SystemClock
from habitue.log.commit import Committer
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.record import Record, RecordKind
from habitue.timers.timers import TICK_US
from tests.acceptance.shop import Shop
from tests.app.ticking import Reminder, remind
from tests.proof.ledger import records

pytestmark = pytest.mark.proof("T10")

NOW_US = 1_772_366_400_000_000
MINUTE_US = 60_000_000
_encode = msgspec.json.Encoder().encode


@pytest.fixture(autouse=True)
def reminding(monkeypatch):
    monkeypatch.setitem(WAITERS, "remind", Reminder)


def asking(
    number: int, of: str, ms: int, who: str = "user_id:u1", at_min: int = 0
) -> Entry:
    """Make the entry of an event that asks to be reminded."""
    told = Event(
        type="track",
        name="Remind",
        at_us=NOW_US + at_min * MINUTE_US,
        identifiers=(Identifier(*who.split(":")),),
        properties={"of": of, "ms": ms},
    )
    return Entry(source="web", message_id=f"m{number}", body=_encode(told))


def kept(fold: Fold) -> list[tuple[str, int, int]]:
    """Give what was taken and fired, of all strands, in order of time."""
    rows = fold.dues._waiters["remind"].rows.items()  # type: ignore[attr-defined]
    return [tuple(one) for _, row in rows for one in row]


def fired(fold: Fold) -> list[tuple[str, int, int]]:
    return [one for one in kept(fold) if one[0].startswith("remind:")]


class House:
    """A log, its one writer, and a projector that leads."""

    def __init__(self, folder: Path, **pace: float) -> None:
        self.truth = SqliteTruth(folder / "truth.db")
        self.backend = SqliteState(folder / "state.db")
        self.fold = open_fold(self.truth, self.backend, 10_000)
        clock = SystemClock()
        self.committer = Committer(self.truth, clock)
        self.projector = Projector(
            self.fold, self.truth, self.backend, clock, Pace(**pace)
        )
        self.committer.on_durable(self.projector.feed)
        self.projector.tick_by(self.committer.append)

    def live(self, work: Callable[["House"], Awaitable[None]]) -> None:
        asyncio.run(self._live(work))

    async def _live(self, work: Callable[["House"], Awaitable[None]]) -> None:
        running = asyncio.create_task(self.projector.run())
        try:
            await work(self)
        finally:
            await self.committer.close()
            self.projector.stop()
            await running
            await self.projector.flush()
            self.projector.close()

    async def until_fired(self, count: int, within_s: float = 10) -> None:
        deadline = time.monotonic() + within_s
        while len(fired(self.fold)) < count:
            assert time.monotonic() < deadline, kept(self.fold)
            await asyncio.sleep(0.01)

    def ticks(self) -> list[Record]:
        return [one for one in records(self.truth) if one.kind is RecordKind.TICK]

    def close(self) -> None:
        self.truth.close()
        self.backend.close()


@pytest.fixture
def house(tmp_path: Path):
    made = House(tmp_path)
    yield made
    made.close()


def again(house: House, folder: Path, batch: int) -> list[bytes]:
    """Compute state anew from the log, so many records at a time; give its dump."""
    backend = SqliteState(folder / f"again-{batch}.db")
    fold = open_fold(house.truth, backend, 10)
    replay(fold, house.truth, backend, house.truth.head(), batch)
    try:
        return list(fold.store.dump())
    finally:
        backend.close()


def test_where_no_record_comes_a_tick_fires_what_is_due(house: House) -> None:
    async def work(house: House) -> None:
        await house.committer.append([asking(1, "a", 50)])
        await house.until_fired(1)

    house.live(work)

    ((_, due_us, now_us),) = fired(house.fold)
    (tick,) = house.ticks()
    assert due_us <= now_us == tick.received_us


def test_where_nothing_is_due_there_are_no_ticks(house: House) -> None:
    async def work(house: House) -> None:
        await house.committer.append([asking(1, "later", 60_000)])
        await asyncio.sleep(0.3)

    house.live(work)

    assert house.ticks() == fired(house.fold) == []


def test_a_tick_comes_at_most_once_in_100_ms(house: House) -> None:
    async def work(house: House) -> None:
        await house.committer.append([asking(n, f"a{n}", 20 * n) for n in range(20)])
        await house.until_fired(20)

    house.live(work)

    times = [one.received_us for one in records(house.truth)]
    steps = [right - left for left, right in pairwise(times)]
    assert 1 <= len(house.ticks()) <= 5
    assert min(step for step in steps if step) >= TICK_US


def test_what_a_record_finds_due_fires_before_it(house: House) -> None:
    house.truth.commit([asking(1, "a", 1)], NOW_US)
    house.truth.commit([asking(2, "b", 60_000)], NOW_US + 10_000)

    for record in house.truth.read(0, 10):
        house.fold.apply(record)

    assert kept(house.fold) == [
        ("took Remind", 0, NOW_US),
        ("remind:a", NOW_US + 1_000, NOW_US + 10_000),
        ("took Remind", 0, NOW_US + 10_000),
    ]


@pytest.mark.parametrize("batch", [1, 7, 1_000])
def test_a_rebuild_with_ticks_in_the_log_is_byte_equal(
    house: House, tmp_path: Path, batch: int
) -> None:
    async def work(house: House) -> None:
        for n in range(12):
            await house.committer.append([asking(n, f"a{n}", 15 * n, f"user_id:u{n}")])
        await house.until_fired(12)

    house.live(work)

    assert house.ticks()
    assert again(house, tmp_path, batch) == list(house.fold.store.dump())


def test_state_saved_amid_a_great_firing_goes_on_from_there(
    house: House, tmp_path: Path
) -> None:
    many = [asking(n, f"a{n % 3}", 1, f"user_id:u{n}") for n in range(450)]
    house.truth.commit(many, NOW_US)
    house.truth.commit([asking(999, "z", 60_000)], NOW_US + 1_000_000)
    *asked, last = house.truth.read(0, 1_000)
    for record in asked:
        house.fold.apply(record)

    assert house.fold.fire(last) is False
    save(house.fold, house.backend)

    house.backend.close()
    house.backend = SqliteState(tmp_path / "state.db")
    resumed = open_fold(house.truth, house.backend, 10)
    assert len(fired(resumed)) == 100
    replay(resumed, house.truth, house.backend, last.offset)
    assert len(fired(resumed)) == 450
    assert again(house, tmp_path, 1_000) == list(resumed.store.dump())


def test_very_many_due_at_once_let_others_have_their_turn(tmp_path: Path) -> None:
    house = House(tmp_path, slice_s=0.0)
    turns = []

    async def work(house: House) -> None:
        many = [asking(n, "a", 1, f"user_id:u{n}") for n in range(450)]
        await house.committer.append(many)
        while len(fired(house.fold)) < 450:
            turns.append(len(fired(house.fold)))
            await asyncio.sleep(0)

    house.live(work)
    house.close()

    assert {100, 200, 300, 400} <= set(turns)


def login(number: int, who: str, at_min: int) -> Entry:
    told = Event(
        type="identify",
        name="",
        at_us=NOW_US + at_min * MINUTE_US,
        identifiers=(Identifier("user_id", who), Identifier("anonymous_id", "d1")),
    )
    return Entry(source="web", message_id=f"m{number}", body=_encode(told))


def test_a_late_login_leaves_the_timers_of_other_strands_as_they_are(
    house: House,
) -> None:
    device, fold = Identifier("anonymous_id", "d1"), house.fold
    turns = [login(n, f"u{n % 2}", 10 * n) for n in range(8)]
    late, asked_min = login(100, "u3", 42), 65
    asks = asking(50, "a", 3_600_000, str(device), asked_min)
    strands = []
    house.truth.commit([*turns, asks, late], NOW_US)
    for record in house.truth.read(0, 100):
        fold.apply(record)
        number, at_us = fold.identity.number(device), NOW_US + asked_min * MINUTE_US
        strands.append(fold.identity.strand_at(number, at_us, 9))

    *_, before, after = strands
    assert before == after
    assert fold.dues.timers.when(after, "remind:a") == NOW_US + 3_600_000_000
    # Not asked for again: the part that waits was told once.
    assert [what for what, *_ in kept(fold)].count("took Remind") == 1


def test_a_timer_that_nobody_answers_is_a_fault_that_is_shown(house: House) -> None:
    house.fold.dues.timers.set(7, NOW_US, "nobody:x")
    house.truth.commit([asking(1, "a", 60_000)], NOW_US)
    (record,) = house.truth.read(0, 1)

    assert house.fold.apply(record) is not None

    assert house.fold.faults.get(1) == "ConflictError"
    assert house.projector.faults == 1


class TickingShop(Shop):
    """A server of which a part waits."""

    def serve(self) -> None:
        words = ("serve", "--data", str(self.folder), "--port", str(self.port))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.app.ticking", *words],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if self.request("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise AssertionError(self.log.read_text(errors="replace")[-3000:])


@pytest.mark.parametrize("killed_after_s", [0.0, 0.7])
def test_killed_and_started_again_a_server_fires_once(
    tmp_path: Path, killed_after_s: float
) -> None:
    shop = TickingShop(tmp_path / "data")
    shop.serve()
    shop.source("web")
    shop.send("web", remind("a", 500), remind("b", 500, userId="u2"))
    time.sleep(killed_after_s)
    shop.kill()

    shop.serve()
    time.sleep(1.0)
    assert shop.stop() == 0

    truth = SqliteTruth(shop.folder / "truth.db")
    state = SqliteState(shop.folder / "state.db")
    fold = open_fold(truth, state, 1_000)
    try:
        assert fold.offset == truth.head()
        assert sorted(what for what, *_ in fired(fold)) == ["remind:a", "remind:b"]
        dump = list(fold.store.dump())
        fresh = SqliteState(tmp_path / "fresh.db")
        rebuilt = open_fold(truth, fresh, 1_000)
        replay(rebuilt, truth, fresh, truth.head(), 3)
        assert list(rebuilt.store.dump()) == dump
        fresh.close()
    finally:
        truth.close()
        state.close()
