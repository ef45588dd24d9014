"""Retention as it is asked for, and as it runs by itself in the process that leads."""

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from habitue.api.port import View
from habitue.app.desks.kept_people import KeptPeople
from habitue.app.desks.page_desk import PageDesk
from habitue.app.privacy.desk import KnownHere, LogHere
from habitue.base.clock import to_iso
from habitue.base.errors import HabitueError
from habitue.model.retention import RetentionClass
from habitue.privacy.retain import Kept, Retaining

if TYPE_CHECKING:
    from habitue.app.lake.copy import LakeCopy
    from habitue.app.serving.leader import Leader

_log = logging.getLogger("habitue.retention")

# By whom a run is that nobody asked for.
ITSELF = "habitue"
# The first after the start waits until what is asked for at a start is answered.
FIRST_S, EVERY_S = 60.0, 3_600.0


class CopiesHere:
    """The copy for analysis, as retention needs it; None where there is none."""

    def __init__(self, lake: "LakeCopy | None") -> None:
        self._lake = lake

    async def expire(self, offsets: Sequence[int]) -> None:
        if self._lake is not None:
            await self._lake.cleaning.expire(offsets)

    async def clean(self) -> None:
        if self._lake is not None:
            await self._lake.cleaning.settle()


class RetentionDesk:
    """Fills the API's port: classes, what a run would take away, and running."""

    def __init__(self, retaining: Retaining) -> None:
        self._retaining = retaining

    def classes(self) -> list[View]:
        return [_view(kept) for kept in self._retaining.classes()]

    async def define(self, told: RetentionClass) -> View:
        return _view(await self._retaining.define(told))

    async def drop(self, name: str) -> View:
        told = await self._retaining.drop(name)
        return {"name": told.name, "days": None}

    async def preview(self) -> View:
        return {"expires": await self._retaining.preview()}

    async def run(self, by: str) -> View:
        return {"expired": await self._retaining.run(by)}

    async def run_on(self) -> None:
        """Run by itself, for ever; what stands in the way is told and waited out."""
        await asyncio.sleep(FIRST_S)
        while True:
            if self._retaining.classes():
                try:
                    told = await self._retaining.run(ITSELF)
                    _log.info("expired: %s", told)
                except HabitueError as error:
                    _log.warning("retention waits: %s", error)
            await asyncio.sleep(EVERY_S)


def retention_desk(leader: "Leader", page: PageDesk, kept: KeptPeople) -> RetentionDesk:
    """Put together what keeps to retention in the process that leads."""
    known, log = KnownHere(leader, page, kept), LogHere(leader.engine)
    return RetentionDesk(Retaining(known, log, CopiesHere(leader.lake)))


def _view(kept: Kept) -> View:
    told, run = kept
    return {
        "name": told.name,
        "days": told.days,
        "events": list(told.events),
        "types": list(told.types),
        "last_run": None
        if not run.at_us
        else {"at": to_iso(run.at_us), "by": run.by, "expired": run.expired},
    }
