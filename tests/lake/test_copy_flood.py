"""Who asks the copy while people change without end is told soon, one or the other."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from habitue.app.lake import asking, chase
from habitue.lake.port import NotAnsweredError
from tests.identity.histories import POLICY
from tests.lake.kept import Kept
from tests.lake.test_copy_law import _moving

# Much longer than either may take here; a chase without a bound takes for ever.
SOON_S = 30.0
HELD_S, LOOK_S = 0.1, 0.02


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "HELD_S", HELD_S)
    monkeypatch.setattr(chase, "LOOK_S", LOOK_S)


def _changing(kept: Kept, *, goes_on: Callable[[], bool]) -> None:
    """Have whoever is read change once more, as long as that goes on."""
    notes, changed = kept.copy.notes, kept.fold.profiles.changed
    take = notes.take

    def one_more_changes(limit: int) -> None:
        strands = set(changed.strands)
        take(limit)
        if goes_on():
            changed.strands.update(strands)

    notes.take = one_more_changes


async def _stood(folder: Path) -> Kept:
    """Give a copy that answered once, and people who have changed since."""
    kept = Kept(folder, POLICY)
    kept.write(_moving())
    kept.apply(20)
    await kept.check()
    kept.apply(6)
    return kept


async def _answered_at_last(folder: Path) -> None:
    kept = await _stood(folder)
    _changing(kept, goes_on=lambda: not kept.waiting.is_held)

    await asyncio.wait_for(kept.check_amid(), SOON_S)

    await kept.close()


def test_a_question_is_answered_though_people_change_as_fast_as_they_are_read(
    tmp_path: Path,
) -> None:
    asyncio.run(_answered_at_last(tmp_path))


async def _told_to_come_again(folder: Path) -> None:
    kept = await _stood(folder)
    floods = True
    _changing(kept, goes_on=lambda: floods)

    with pytest.raises(NotAnsweredError, match="Ask again in a moment"):
        await asyncio.wait_for(kept.ask("SELECT 1"), SOON_S)
    assert not kept.waiting.is_held

    floods = False
    await kept.check()
    await kept.close()


def test_who_would_keep_records_waiting_too_long_is_told_to_ask_again(
    tmp_path: Path,
) -> None:
    asyncio.run(_told_to_come_again(tmp_path))
