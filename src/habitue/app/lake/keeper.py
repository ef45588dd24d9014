"""Looks after the analytic copy: opens it, has it sealed, writes its days."""

import asyncio
import logging
from functools import partial

from habitue.app.lake.copy import LakeCopy
from habitue.app.lake.load import calm
from habitue.app.projection.fold import Fold
from habitue.app.projection.storage import lake_file
from habitue.base.clock import Clock, to_iso
from habitue.base.settings import Settings
from habitue.lake.port import Lake
from habitue.log.port import Truth

_log = logging.getLogger("habitue.lake")

DAYS = "lake"
# A command that opens the folder is done sooner, and needs no copy.
OPEN_AFTER_S = 2.0
# Loading the engine takes the interpreter for a fifth of a second, in which readers
# queue; so it waits for a calm loop, but no longer than this.
CALM_S_MAX = 30.0


def lake_copy(settings: Settings, fold: Fold, truth: Truth) -> LakeCopy | None:
    """Make the copy of a fold; None, and none kept, where the settings want none."""
    path = lake_file(settings)
    if not settings.lake.enabled:
        # One that is not kept up would be wrong.
        path.unlink(missing_ok=True)
        return None
    return LakeCopy(
        fold,
        truth,
        lambda: _lake(settings),
        kept=path.exists(),
        # Of several processes one led before that knew nothing of this folder.
        continuous=not settings.database.url,
    )


def load_engine() -> None:
    """Load the engine before anybody is served.

    It takes the interpreter for a fifth of a second, from everybody who waits by then.
    """
    import habitue.backends.duckdb.lake  # noqa: F401


def _lake(settings: Settings) -> Lake:
    # A command that asks the copy nothing is spared its loading.
    from habitue.backends.duckdb.lake import DuckLake, Limits

    told = settings.lake
    path = lake_file(settings)
    limits = Limits(told.memory_mb, told.query_seconds_max, told.spill_mb, told.cores)
    return DuckLake(path, path.with_name(DAYS), limits)


class LakeKeeper:
    """Has the copy opened a while after the start, sealed and brought in order."""

    def __init__(self, copy: LakeCopy, settings: Settings, clock: Clock) -> None:
        self.copy = copy
        self._seal_s = settings.lake.seal_seconds
        self._writes_days = settings.lake.daily_parquet
        self._clock = clock
        self._day = ""
        self._task = asyncio.create_task(self._run(), name="lake-keeper")

    async def stop(self) -> None:
        """End; what has come is sealed."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.copy.stop()

    async def _run(self) -> None:
        await asyncio.sleep(OPEN_AFTER_S)
        # Whoever asks meanwhile has it opened at once.
        await calm(self.copy.is_late, CALM_S_MAX)
        while not self.copy.fault:
            self.copy.begin()
            await asyncio.sleep(self._seal_s)
            if not self.copy.is_ready:
                continue
            try:
                await self.copy.seal()
                await self.copy.cleaning.settle()
                await self._write_days()
                await self.copy.sessions.keep(for_s=self._seal_s)
            except Exception as error:  # noqa: BLE001 - the copy ends, nothing else
                self.copy.give_up(error)

    async def _write_days(self) -> None:
        """Write the days that are over, once each day, and what was dropped."""
        today = to_iso(self._clock.now_us())[:10]
        if not self._writes_days or today == self._day:
            return
        self._day = today
        # Who holds what is written along.
        await self.copy.seal(people=True)
        await write_days(self.copy, before=today)


async def write_days(copy: LakeCopy, before: str) -> list[str]:
    """Write as Parquet the days before one that are not yet; give which."""
    lake, threads = copy.lake, copy.threads

    def lacking() -> list[str]:
        written = set(lake.written_days())
        return [day for day in lake.days() if day < before and day not in written]

    days = await threads.write(lacking)
    for day in days:
        # One at a time: a seal has its turn between two.
        await threads.write(partial(lake.write_day, day))
    return days
