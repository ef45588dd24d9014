"""A log with its fold and an analytic copy beside it, and what the copy should hold."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from habitue.app.lake.copy import LakeCopy
from habitue.app.projection.evidence import event_of, evidence_in
from habitue.app.projection.rebuild import save
from habitue.backends.duckdb.lake import DuckLake
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.lake.port import Found, Question
from habitue.model.evidence import Key
from habitue.model.kind import KindPolicy
from habitue.profile.counts import counts
from habitue.profile.rows import NOBODY
from tests.identity.live import MemoryState
from tests.proof.logbook import Line, stand, write

EVENTS = "SELECT log_offset, strand FROM events ORDER BY log_offset"
HOLDING = "SELECT strand, person_id FROM holding ORDER BY strand"
WHOSE = "SELECT log_offset, person_id FROM person_events ORDER BY log_offset"


class Kept:
    """Applies records one by one, as the projector does, with the copy listening."""

    def __init__(self, folder: Path, policy: KindPolicy) -> None:
        self.folder = folder
        self.policy = policy
        self.truth = SqliteTruth(folder / "truth.db")
        self.state = MemoryState()
        self.open()

    def open(self) -> None:
        self.fold = stand(self.truth, self.state, self.policy, 1_000)
        path = self.folder / "lake.duckdb"
        self.copy = LakeCopy(
            self.fold,
            self.truth,
            lambda: DuckLake(path, self.folder / "lake"),
            kept=path.exists(),
        )

    def write(self, lines: Sequence[Line]) -> None:
        write(self.truth, list(lines))

    def apply(self, limit: int = 10_000) -> None:
        """Apply so many records of the log."""
        records = self.truth.read(self.fold.offset, limit) if limit else []
        for record in records:
            applied = self.fold.apply(record)
            if applied is not None:
                self.copy.heard(record, applied)

    async def save(self) -> None:
        """Write state down, as the projector does: debts to the copy first."""
        if len(self.copy._moves):
            await self.copy._pay()
        save(self.fold, self.state)

    async def crash(self) -> None:
        """End with nothing sealed or saved, and replay what lies behind it."""
        copy, applied = self.copy, self.fold.offset
        if copy._opening is not None:
            copy._opening.cancel()
            await asyncio.gather(copy._opening, return_exceptions=True)
        copy.threads.writer.shutdown(wait=True, cancel_futures=True)
        if copy._made is not None:
            copy._made.close()
        self.open()
        self.apply(applied - self.fold.offset)

    async def restart(self) -> None:
        """End in order, and start again."""
        await self.save()
        await self.copy.stop()
        self.open()

    async def ask(self, sql: str) -> Found:
        return await self.copy.ask(Question(sql=sql, rows_max=1_000_000))

    async def rows(self, sql: str) -> list[tuple]:
        table = (await self.ask(sql)).table
        return [tuple(row.values()) for row in table.to_pylist()]

    async def close(self) -> None:
        await self.copy.stop()
        self.truth.close()

    # -- what it should hold, worked out from the log and identity alone --------------

    def events(self) -> list[tuple[int, int | None]]:
        found = []
        for record in self.truth.read(0, self.fold.offset):
            event = event_of(record)
            if event is None:
                continue
            key = Key(record.source, record.message_id)
            if not counts(event) or self.fold.identity.is_retracted(key):
                strand = None
            elif not event.identifiers:
                strand = NOBODY
            else:
                strand = self.fold.identity.strand_of(evidence_in(record, event, key))
            found.append((record.offset, strand))
        return found

    def holding(self) -> list[tuple[int, int]]:
        identity = self.fold.identity
        return sorted(
            (strand, person_id)
            for person_id in identity.people(0, 100_000)
            for strand in identity.person(person_id).strands
        )

    def whose(self) -> list[tuple[int, int]]:
        held = dict(self.holding())
        return [(at, held[strand]) for at, strand in self.events() if strand in held]

    async def check(self) -> None:
        """Compare the copy, as asked, with all that it should hold."""
        assert await self.rows(EVENTS) == self.events()
        assert await self.rows(HOLDING) == self.holding()
        assert await self.rows(WHOSE) == self.whose()
