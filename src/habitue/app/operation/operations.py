"""How the whole is doing: health, readiness by a canary, metrics, totals, exports."""

import asyncio
import time
from typing import TYPE_CHECKING, Any

import msgspec
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

from habitue.app.desks.exporting import Exporting
from habitue.app.operation.metrics import EngineMetrics
from habitue.base.clock import to_iso
from habitue.base.errors import DiskFullError
from habitue.base.money import to_text
from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope
from habitue.collect.pipeline import take
from habitue.collect.port import Credential
from habitue.model.outcome import Fate
from habitue.model.source import Source, Writer

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]

CANARY = b'{"type":"track","event":"Canary Sent"}'
# A canary is sent at most so often, however often somebody asks.
CANARY_EVERY_S = 20.0
CANARY_GOOD_S = 60.0
LAG_LOOK_S = 0.1


class OperationsDesk:
    """Watches a process that leads or follows, and its engine."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._canary_at = 0.0
        self._canary_good_at = -CANARY_GOOD_S
        self._canary_came = True
        self._exporting = Exporting(home)
        self.loop_lag_s = 0.0
        self._registry = CollectorRegistry()
        self._registry.register(EngineMetrics(home, self))
        # Memory, CPU and open files, as each exporter names them.
        ProcessCollector(registry=self._registry)
        self._watch = asyncio.create_task(self._watch_loop(), name="loop-lag")

    async def stop(self) -> None:
        self._watch.cancel()
        await asyncio.gather(self._watch, return_exceptions=True)

    def health(self) -> View:
        """Say whether the process takes and applies events at all."""
        home, engine = self._home, self._home.engine
        return {
            "healthy": not engine.failed,
            "applied": home.fold.offset,
            "lag_records": home.lag_records,
        }

    async def ready(self) -> View:
        """Send a canary through steps, log and fold, if the last one is a while ago."""
        now, engine = time.monotonic(), self._home.engine
        if now - self._canary_at >= CANARY_EVERY_S:
            self._canary_at = now
            self._canary_came = await self._canary()
            if self._canary_came:
                self._canary_good_at = time.monotonic()
        age_s = time.monotonic() - self._canary_good_at
        return {
            "ready": age_s < CANARY_GOOD_S
            and not engine.failed
            and engine.committer.full is None,
            "canary_age_s": round(age_s, 1),
            "lag_records": self._home.lag_records,
            "faults": self._home.faults,
            "disk_full": engine.committer.full is not None,
        }

    @property
    def seems_ready(self) -> bool:
        """Say whether it is ready, as far as can be told without writing to the log.

        It is not where the last canary that somebody asked for went astray, nor where
        something that was stored waits for as long as a canary may.
        """
        engine = self._home.engine
        return (
            self._canary_came
            and not engine.failed
            and engine.committer.full is None
            and self._home.lag_ms < CANARY_GOOD_S * 1_000
        )

    async def _canary(self) -> bool:
        home, engine = self._home, self._home.engine
        credential = Credential(
            source=Source(name="habitue", historical=True), writer=Writer.SERVER
        )
        arrival = make_arrival(
            engine.doors.rules,
            credential,
            Envelope(items=(CANARY,)),
            engine.clock.now_us(),
        )
        entry = take(CANARY, arrival).entry
        try:
            outcome = (await engine.committer.append([entry]))[0]
        except DiskFullError:
            return False
        if outcome.fate is not Fate.STORED or outcome.offset is None:
            return False
        return await home.applied(outcome.offset, 2.0)

    def metrics(self) -> bytes:
        return generate_latest(self._registry)

    def totals(self) -> View:
        """Give the shop's sums, each order once, known buyer or not."""
        totals = self._home.fold.profiles.totals()
        return {
            "as_of": to_iso(self._home.engine.clock.now_us()),
            "rows": [
                {
                    **msgspec.to_builtins(row),
                    "amount": to_text(row.amount_minor, row.currency),
                }
                for row in totals.rows
            ],
        }

    def verify_log(self) -> View:
        """Check every record; raises with the first fault found."""
        return {"records": self._home.engine.truth.verify(), "intact": True}

    async def export(
        self, what: str, after: int, limit: int
    ) -> tuple[bytes, int | None]:
        return await self._exporting.page(what, after, limit)

    async def _watch_loop(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(LAG_LOOK_S)
            lag_s = time.perf_counter() - before - LAG_LOOK_S
            self.loop_lag_s = max(lag_s, self.loop_lag_s * 0.9)
