"""Rewriting the database's tables after erasures, as it is asked for."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from habitue.api.port import View
from habitue.base.clock import to_iso
from habitue.base.errors import ConflictError
from habitue.model.certificate import Certificate
from habitue.model.retention import RETENTION_RUN, RetentionRun
from habitue.privacy.scrub import (
    SCRUB,
    WHOLE,
    Scrub,
    Scrubbed,
    unscrubbed,
    unscrubbed_classes,
)

if TYPE_CHECKING:
    from habitue.app.serving.engine import Engine

Rewrite = Callable[[], Scrubbed]


class ScrubDesk:
    """Says what is not rewritten yet, and has it rewritten."""

    def __init__(
        self, engine: "Engine", erased: Callable[[], Sequence[Certificate]]
    ) -> None:
        self._truth = engine.truth
        self._writing = engine.writing
        self._erased = erased
        self._rewrite = _rewrite(engine.settings.database.url)
        self._busy = asyncio.Lock()

    def status(self) -> View:
        """Say whether it is needed here at all, what waits, and what was done last."""
        needed, last = self._rewrite is not None, self._last()
        return {
            "needed": needed,
            "waiting": unscrubbed(self._erased(), last) if needed else [],
            "expired": unscrubbed_classes(self._runs(), last) if needed else [],
            "last": None if last is None else _view(last),
        }

    async def scrub(self, by: str) -> View:
        """Rewrite all tables, if the store needs it; give the status after it."""
        if self._rewrite is None:
            return self.status()
        if self._busy.locked():
            raise ConflictError("The tables are being rewritten already.")
        async with self._busy:
            began_us = self._writing.now_us()
            came = await asyncio.to_thread(self._rewrite)
            done = Scrub(by=by, began_us=began_us, came=came)
            await self._writing.define(SCRUB, WHOLE, msgspec.json.encode(done))
        return self.status()

    def _runs(self) -> dict[str, RetentionRun]:
        kept = self._truth.definitions(RETENTION_RUN)
        return {
            one.name: msgspec.json.decode(one.body, type=RetentionRun) for one in kept
        }

    def _last(self) -> Scrub | None:
        kept = self._truth.definitions(SCRUB)
        return msgspec.json.decode(kept[-1].body, type=Scrub) if kept else None


def _rewrite(url: str | None) -> Rewrite | None:
    if not url:
        return None
    # Who keeps all in a folder needs no driver of PostgreSQL.
    from habitue.backends.postgres.scrub import scrub  # noqa: PLC0415

    return lambda: scrub(url)


def _view(one: Scrub) -> View:
    return {
        "by": one.by,
        "began_at": to_iso(one.began_us),
        "tables": one.came.tables,
        "bytes": one.came.bytes,
        "locked_s": round(one.came.locked_s, 3),
        "left": list(one.came.left),
    }
