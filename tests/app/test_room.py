"""Room on the disk: held back, let go, held back again; state waits for it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from habitue.app.operation.room import Room
from habitue.app.projection import snapshots
from habitue.app.projection.pace import Pace
from habitue.app.projection.snapshots import Snapshots
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import ManualClock
from habitue.base.errors import DiskFullError
from habitue.log.commit import Committer
from habitue.log.port import Entry
from habitue.model.outcome import Fate
from habitue.model.record import RecordKind
from tests.app.folded import NOW_US, Folded, event
from tests.proof.small_disk import NEEDED, REASON, fill, small_disk

MIB = 1024 * 1024
RESERVE = 8 * MIB
CLOCK = ManualClock(NOW_US)

on_a_small_disk = pytest.mark.skipif(not NEEDED, reason=REASON)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 40) as folder:
        yield folder


@pytest.fixture
def truth(tmp_path: Path) -> Iterator[SqliteTruth]:
    opened = SqliteTruth(tmp_path / "truth.db")
    yield opened
    opened.close()


def entry(name: str, kind: RecordKind = RecordKind.EVENT) -> Entry:
    return Entry(kind=kind, source="till", message_id=name, body=b"{}")


def held(disk: Path) -> int:
    file = disk / "reserve"
    return file.stat().st_size if file.exists() else 0


@on_a_small_disk
def test_the_reserve_is_let_go_on_a_full_disk_and_held_again(
    disk: Path, truth: SqliteTruth
) -> None:
    async def live() -> list[tuple[int, bool]]:
        room = Room(disk, RESERVE, Committer(truth, CLOCK))
        seen = []
        await room.look()
        seen.append((held(disk), room.full))
        filler = fill(disk)
        await room.look()
        seen.append((held(disk), room.full))
        fill(disk)
        await room.look()
        seen.append((held(disk), room.full))
        filler.unlink()
        await room.look()
        seen.append((held(disk), room.full))
        return seen

    assert asyncio.run(live()) == [
        (RESERVE, False),
        (0, True),
        (0, True),
        (RESERVE, False),
    ]


@on_a_small_disk
def test_only_items_wait_for_room(disk: Path, truth: SqliteTruth) -> None:
    async def live() -> list[Fate]:
        committer = Committer(truth, CLOCK)
        room = Room(disk, RESERVE, committer)
        fill(disk)
        await room.look()
        with pytest.raises(DiskFullError):
            await committer.append([entry("event")])
        with pytest.raises(DiskFullError):
            await committer.append([entry("tick", RecordKind.TICK)])
        kept = await committer.append([entry("judged", RecordKind.JUDGEMENT)])
        await committer.run(lambda: truth.define("source", "x", b"{}", NOW_US))
        await committer.close()
        return [one.fate for one in kept]

    assert asyncio.run(live()) == [Fate.STORED]
    assert truth.head() == 2


@on_a_small_disk
def test_who_waits_when_the_disk_is_full_is_told_at_once(
    disk: Path, truth: SqliteTruth
) -> None:
    async def live() -> int:
        committer = Committer(truth, CLOCK, wait_s=5)
        room = Room(disk, RESERVE, committer)
        waiting = asyncio.create_task(committer.append([entry("event")]))
        await asyncio.sleep(0.01)
        fill(disk)
        await room.look()
        with pytest.raises(DiskFullError):
            await asyncio.wait_for(waiting, 1)
        await committer.close()
        return committer.queued

    assert asyncio.run(live()) == 0
    assert truth.head() == 0


def test_state_that_found_no_room_is_written_once_there_is_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "ROOM_LOOK_S", 0.02)
    folded, failed = Folded(tmp_path), []
    pages = folded.state._writer.execute("PRAGMA page_count").fetchone()[0]
    told = [event(f"email:a{n}@b.pl", verified=True) for n in range(500)]

    async def live() -> list[int]:
        pace = Pace(snapshot_s=0)
        writing = Snapshots(folded.fold, folded.state, pace, failed.append)
        folded.tell(*told)
        _allow(folded, pages)
        writing.begin_if_due()
        for _ in range(1_000):
            writing.encode()
        await asyncio.sleep(0.2)
        made = [writing.made]
        _allow(folded, 100_000)
        await writing.committed()
        await asyncio.sleep(0.05)
        made.append(writing.made)
        writing.close()
        return made

    assert asyncio.run(live()) == [0, 1]
    assert failed == []
    folded.close()


def test_who_ends_on_a_full_disk_waits_for_no_room(tmp_path: Path) -> None:
    folded, failed = Folded(tmp_path), []
    pages = folded.state._writer.execute("PRAGMA page_count").fetchone()[0]
    folded.tell(*[event(f"email:a{n}@b.pl", verified=True) for n in range(500)])

    async def live() -> None:
        writing = Snapshots(folded.fold, folded.state, Pace(), failed.append)
        _allow(folded, pages)
        await asyncio.wait_for(writing.flush(), 5)
        writing.close()

    asyncio.run(live())
    assert failed == []
    folded.close()


def _allow(folded: Folded, pages: int) -> None:
    """Let state take so many pages: the way a full disk shows itself."""
    folded.state._writer.execute(f"PRAGMA max_page_count={pages}")
