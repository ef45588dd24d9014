"""A source defined anew: very many objects are weighed over many slices of the loop."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from habitue.app.projection.fold import Fold
from habitue.app.projection.pace import Pace
from habitue.app.projection.projector import Projector
from habitue.app.projection.rebuild import open_fold, replay, save
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import SystemClock
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.source import Source

NOW_US = 1_772_366_400_000_000
# What is weighed between two looks at the clock.
FEW = 10
PACE = Pace(slice_s=0.0, snapshot_s=0.0, snapshot_records=1)
_encode = msgspec.json.encode


def order(number: int) -> Entry:
    """Make the entry of an order."""
    told = Event(
        type="track",
        name="Order Completed",
        at_us=NOW_US,
        identifiers=(Identifier("anonymous_id", f"d{number % 50}"),),
        properties={"order_id": f"o{number}", "total": 1.5, "currency": "GBP"},
    )
    return Entry(source="web", message_id=f"m{number}", body=_encode(told))


class Place:
    """A log of orders by a source that turns out simulated, and folds of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.truth = SqliteTruth(folder / "truth.db")
        self._opened: list[SqliteState] = []

    def fill(self, orders: int) -> int:
        """Write it; give the offset at which the source is defined anew."""
        self.define(simulated=False)
        for start in range(0, orders, 1_000):
            some = range(start, min(orders, start + 1_000))
            self.truth.commit([order(number) for number in some], NOW_US)
        self.define(simulated=True)
        defined = self.truth.head()
        self.truth.commit([order(orders)], NOW_US)
        return defined

    def define(self, *, simulated: bool) -> None:
        source = Source(name="web", simulated=simulated)
        self.truth.define("source", "web", _encode(source), NOW_US)

    def open(self, name: str, rows_max: int = 100_000) -> tuple[Fold, SqliteState]:
        backend = SqliteState(self._folder / f"{name}.db")
        self._opened.append(backend)
        return open_fold(self.truth, backend, rows_max), backend

    def at_once(self, defined: int) -> list[bytes]:
        """Give the state of who weighs all in one go."""
        fold, _ = self.open("at-once")
        for record in self.truth.read(0, 100_000):
            if record.offset != defined:
                fold.apply(record)
                continue
            fold.take_in(record)
            fold.weigh_on(10**9)
        return list(fold.store.dump())

    def live(self, name: str, rows_max: int, pace: Pace) -> tuple[Fold, list[int]]:
        """Let a projector take it in; give how much was weighed at each turn."""
        fold, backend = self.open(name, rows_max)
        clock = SystemClock()
        projector = Projector(fold, self.truth, backend, clock, pace)
        turns = asyncio.run(self._live(projector, fold))
        assert projector.failure is None
        return fold, turns

    async def _live(self, projector: Projector, fold: Fold) -> list[int]:
        turns: list[int] = []
        projector.hear(self.truth.head())
        running = asyncio.create_task(projector.run())
        while fold.offset < self.truth.head():
            if fold.weighing is not None:
                turns.append(weighed_in(fold))
                # What a scan reads meanwhile is the state before that snapshot.
                assert not turns[-1] or not fold.store.snapshotting
            await asyncio.sleep(0)
        projector.stop()
        await running
        await projector.flush()
        projector.close()
        return turns

    def close(self) -> None:
        for backend in self._opened:
            backend.close()
        self.truth.close()


def weighed_in(fold: Fold) -> int:
    """Count the orders that are taken for what the new definition says they are."""
    return sum(row.objects for row in fold.profiles.totals().rows if row.simulated)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.close()


def test_20_000_objects_are_weighed_a_few_at_a_turn(place: Place) -> None:
    defined = place.fill(20_000)

    fold, turns = place.live("live", 100_000, Pace(slice_s=0.0, snapshot_s=1e9))

    assert max(after - before for before, after in pairwise(turns)) <= FEW
    assert len(set(turns)) >= 20_000 // FEW
    assert list(fold.store.dump()) == place.at_once(defined)


def test_while_state_is_written_all_the_time_it_is_the_same(place: Place) -> None:
    defined = place.fill(300)

    fold, turns = place.live("live", 5, PACE)

    assert len(set(turns)) >= 300 // FEW
    assert list(fold.store.dump()) == place.at_once(defined)


@pytest.mark.parametrize("weighed", [0, FEW, 150])
def test_who_dies_amid_it_does_all_of_it_again(place: Place, weighed: int) -> None:
    defined = place.fill(300)
    fold, backend = place.open("live")
    replay(fold, place.truth, backend, defined - 1)
    (record,) = place.truth.read(defined - 1, 1)
    fold.take_in(record)
    fold.weigh_on(weighed)
    assert fold.weighing is not None
    assert fold.offset == defined - 1
    # The scan of who is dead is over, too.
    fold.weighing = None
    backend.close()

    again, backend = place.open("live")
    replay(again, place.truth, backend, place.truth.head())

    assert list(again.store.dump()) == place.at_once(defined)


class Standing:
    """A projector whose fold stands before the definition; nothing is written down."""

    def __init__(self, place: Place, defined: int) -> None:
        self.place = place
        self.fold, self.backend = place.open("live", 5)
        self.projector = Projector(
            self.fold, place.truth, self.backend, SystemClock(), PACE
        )
        *before, self.record = place.truth.read(0, defined)
        for record in before:
            self.fold.apply(record)

    async def run(self, weighed: int) -> list[tuple[bool, int]]:
        """Go on until so many are weighed; give (snapshot, weighed) of each turn."""
        fold, turns = self.fold, []
        self.projector.hear(self.place.truth.head())
        running = asyncio.create_task(self.projector.run())
        while weighed_in(fold) < weighed:
            await asyncio.sleep(0)
            turns.append((fold.store.snapshotting, weighed_in(fold)))
        assert fold.weighing is not None
        running.cancel()
        await asyncio.wait([running])
        return turns

    def die(self) -> None:
        self.projector.close()
        self.fold.weighing = None
        self.backend.close()


def test_no_snapshot_is_begun_before_its_end(place: Place) -> None:
    defined = place.fill(300)
    standing = Standing(place, defined)
    standing.fold.take_in(standing.record)
    asyncio.run(standing.run(150))
    asyncio.run(standing.projector.flush())
    standing.die()

    again, backend = place.open("live")
    assert again.offset == 0
    replay(again, place.truth, backend, place.truth.head())

    assert list(again.store.dump()) == place.at_once(defined)


def test_what_is_being_written_is_written_before_the_first_is_weighed(
    place: Place,
) -> None:
    defined = place.fill(300)
    standing = Standing(place, defined)
    standing.projector.snapshots.begin_if_due()
    standing.fold.take_in(standing.record)
    turns = asyncio.run(standing.run(150))
    standing.die()

    assert turns[0] == (True, 0)
    assert not any(snapshot and weighed for snapshot, weighed in turns)
    again, backend = place.open("live")
    assert again.offset == defined - 1
    replay(again, place.truth, backend, place.truth.head())
    assert list(again.store.dump()) == place.at_once(defined)


def test_the_record_is_applied_when_the_last_is_weighed(place: Place) -> None:
    defined = place.fill(25)
    fold, backend = place.open("live")
    replay(fold, place.truth, backend, defined - 1)
    (record,) = place.truth.read(defined - 1, 1)
    fold.take_in(record)

    offsets = []
    while fold.weighing is not None:
        fold.weigh_on()
        offsets.append(fold.offset)

    assert offsets == [defined - 1, defined - 1, defined]
    assert weighed_in(fold) == 25


def test_a_definition_that_decides_nothing_weighs_nothing(place: Place) -> None:
    defined = place.fill(25)
    fold, backend = place.open("live")
    replay(fold, place.truth, backend, defined)
    place.define(simulated=True)
    (*_, record) = place.truth.read(defined, 10)

    fold.take_in(record)

    assert fold.weighing is None
    assert fold.offset == record.offset
    save(fold, backend)
