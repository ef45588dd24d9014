"""Makes the digest when it is due, each once, and whenever somebody asks for one.

A digest is a folder of three files, which appears whole or not at all; that it is there
is what says that it was made, also after a restart.
"""

import asyncio
import logging
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitue.api.port_kpis import Wanted
from habitue.app.desks.home import shop_of
from habitue.app.insights.kpi_desk import KpiDesk
from habitue.base.clock import to_datetime, to_iso
from habitue.base.days import day_at, zone_of
from habitue.base.errors import HabitueError, NotFoundError
from habitue.base.sections import Shop
from habitue.console.digest.made import digest_of
from habitue.console.digest.written import FORMS, written
from habitue.console.language import language
from habitue.console.look import Look
from habitue.measure.kpi.due import last_due, weeks_before

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
_log = logging.getLogger("habitue.digest")

FOLDER = "digests"
NEVER = "never"
# What is written, until it is whole.
_DRAFT = ".draft"
# The copy for analysis is opened a while after the start.
FIRST_S, EVERY_S = 4.0, 60.0
# What could not be made is tried again sooner.
RETRY_S = 5.0


class Digests:
    """The digests of a data folder: those there are, and those to come."""

    def __init__(self, home: "Home", kpis: KpiDesk) -> None:
        self._home, self._kpis = home, kpis
        settings = home.engine.settings
        self._told = settings.digest
        self.folder = Path(settings.data.folder) / FOLDER
        # One at a time: two would write in one place.
        self._turn = asyncio.Lock()

    @property
    def _shop(self) -> Shop:
        return shop_of(self._home)

    @property
    def weekday(self) -> str:
        """Say on which day of the week one is written by itself; never for none."""
        return self._told.weekday

    def list(self) -> list[View]:
        """Give the digests there are, the newest first."""
        if not self.folder.is_dir():
            return []
        names = [one.name for one in self.folder.iterdir() if one.name[:1] != "."]
        return [self._view(name) for name in sorted(names, reverse=True)]

    def _view(self, name: str) -> View:
        made_us = int((self.folder / name).stat().st_mtime) * 1_000_000
        return {"id": name, "made_at": to_iso(made_us), "forms": list(FORMS)}

    def read(self, name: str, form: str) -> bytes:
        """Give a digest's file; NotFoundError if there is none."""
        known = {one["id"] for one in self.list()}
        if name not in known or form not in FORMS:
            raise NotFoundError(f"There is no digest '{name[:40]}.{form[:10]}'.")
        return (self.folder / name / f"digest.{form}").read_bytes()

    async def make_now(self) -> View:
        """Make a digest of the seven days before today, under the moment's name."""
        now_us = self._home.engine.clock.now_us()
        zone = zone_of(self._shop.time_zone)
        name = to_datetime(now_us).astimezone(zone).strftime("%Y-%m-%d-%H%M%S")
        return await self._make(name, day_at(now_us, self._shop.time_zone))

    async def make_due(self) -> View | None:
        """Make the digest that was due last, if it is not there yet."""
        if self._told.weekday == NEVER:
            return None
        now_us = self._home.engine.clock.now_us()
        zone = self._shop.time_zone
        day = last_due(now_us, self._told.weekday, self._told.hour, zone)
        if (self.folder / day.isoformat()).exists():
            return None
        return await self._make(day.isoformat(), day)

    async def run_on(self) -> None:
        """Make what is due, for ever; what stands in the way is told and waited out."""
        await asyncio.sleep(FIRST_S)
        while True:
            rest_s = RETRY_S
            try:
                made = await self.make_due()
                if made is not None:
                    _log.info("digest %s is written", made["id"])
                rest_s = EVERY_S
            except HabitueError as error:
                _log.warning("the digest waits: %s", error)
            except Exception as error:  # noqa: BLE001 - the next one is made all the same
                # Its text may quote what somebody told.
                _log.error("the digest could not be made: %s", type(error).__name__)
            await asyncio.sleep(rest_s)

    async def _make(self, name: str, day: date) -> View:
        async with self._turn:
            if not (self.folder / name).exists():
                now, before = [
                    await self._kpis.report(*span, Wanted())
                    for span in weeks_before(day)
                ]
                look = self._look()
                await asyncio.to_thread(
                    self._write,
                    name,
                    lambda: written(digest_of(now, before, look), look),
                )
        return self._view(name)

    def _look(self) -> Look:
        return Look(
            shop=self._shop.name,
            zone=self._shop.time_zone,
            currency=self._shop.currency,
            now_us=self._home.engine.clock.now_us(),
            language=language(self._told.language),
        )

    def _write(self, name: str, make: Callable[[], dict[str, str]]) -> None:
        draft = self.folder / _DRAFT
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        for form, text in make().items():
            path = draft / f"digest.{form}"
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600)
        draft.rename(self.folder / name)
