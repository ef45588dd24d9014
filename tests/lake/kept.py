"""A log with its fold and an analytic copy beside it, and what the copy should hold."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import structs

from habitue.app.lake.arrow import goods_table
from habitue.app.lake.copy import LakeCopy
from habitue.app.lake.known import allowed_rows
from habitue.app.lake.sealing import BUSY_ROWS
from habitue.app.projection.evidence import evidence_in
from habitue.app.projection.rebuild import save
from habitue.app.projection.waiting import Waiting
from habitue.backends.duckdb.lake import DuckLake
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.journey.asking import Asked, query, sessions
from habitue.lake.port import Found, Question
from habitue.model.evidence import Key
from habitue.model.kind import KindPolicy
from habitue.model.order import Purchase
from habitue.profile.counts import counts
from habitue.profile.rows import NOBODY
from habitue.segment.flat import computed_rows, trait_rows
from tests.identity.live import MemoryState
from tests.proof.logbook import Line, stand, write

ASKED = Asked(since_us=0, until_us=0)
EVER = structs.replace(ASKED, until_us=2**60)
EVENTS = "SELECT log_offset, strand FROM events ORDER BY log_offset"
FACTS = "SELECT person_id, name, text, number, truth, moment_us, day, masked FROM facts"
ALLOWED = (
    "SELECT person_id, kind, purpose, channel, granted_us, withdrawn_us, refused_us,"
    " pending FROM allowed"
)
BOUGHT = (
    "SELECT person_id, kind, object, epoch_us(happened_at), currency, amount_minor,"
    " counted, (SELECT sum(quantity_milli) FROM purchase_lines AS line"
    " WHERE line.purchase_id = purchases.purchase_id)"
    " FROM purchases JOIN holding USING (strand)"
)
KINDS = "SELECT DISTINCT person_id, identifier_kind FROM holding"
HOLDING = "SELECT strand, person_id FROM holding ORDER BY strand"
WHOSE = "SELECT log_offset, person_id FROM person_events ORDER BY log_offset"
SESSIONS = "SELECT * FROM session ORDER BY ALL"
# What who bought looked at, and on which sides they were seen.
SEEN = "SELECT * FROM seen ORDER BY ALL"
LINKED = "SELECT * FROM linked ORDER BY ALL"


class Kept:
    """Applies records one by one, as the projector does, with the copy listening."""

    def __init__(self, folder: Path, policy: KindPolicy) -> None:
        self.folder = folder
        self.policy = policy
        # A seal of more events than these puts the names of people by.
        self.busy_rows = BUSY_ROWS
        # The loop has so much to do that the copy stays behind.
        self.is_late = False
        self.truth = SqliteTruth(folder / "truth.db")
        self.state = MemoryState()
        self.open()

    def open(self) -> None:
        self.fold = stand(self.truth, self.state, self.policy, 1_000)
        self.waiting = Waiting(self.fold, lambda: False)
        self.fold.whole = self.waiting.whole
        self.fold.held = self.waiting.held
        path = self.folder / "lake.duckdb"
        self.copy = LakeCopy(
            self.fold,
            self.truth,
            lambda: DuckLake(path, self.folder / "lake"),
            kept=path.exists(),
        )
        self.copy.sealing.busy_rows = self.busy_rows
        self.copy.sessions.made_by = lambda: sessions(ASKED)
        # Whoever changed has their sessions made anew, be they ever so few.
        self.copy.sessions.stale_min = 1
        self.copy.is_late = lambda: self.is_late

    def write(self, lines: Sequence[Line]) -> None:
        write(self.truth, list(lines))

    def apply(self, limit: int = 10_000) -> None:
        """Apply so many records of the log."""
        records = self.truth.read(self.fold.offset, limit) if limit else []
        for record in records:
            applied = self.fold.apply(record)
            if applied is not None:
                self.copy.heard(record, applied)

    async def apply_in_steps(
        self, rest_s: float, halfway: Callable[[], Awaitable[object]]
    ) -> None:
        """Apply all of the log, resting after each step of what is settled.

        halfway: is awaited in the midst of the log, between two records.
        """
        records = list(self.truth.read(self.fold.offset, 10_000))
        for number, record in enumerate(records):
            if number == len(records) // 2:
                await halfway()
            await self.waiting.go_on()
            applied = self.fold.take_in(record)
            while self.fold.settling is not None:
                await asyncio.sleep(rest_s)
                applied = self.fold.settle_on()
                self.waiting.answer()
            while self.fold.weighing is not None:
                self.fold.weigh_on()
            if applied is not None:
                self.copy.heard(record, applied)
            await asyncio.sleep(0)

    async def save(self) -> None:
        """Write state down, as the projector does: debts to the copy first."""
        if len(self.copy.notes.moves):
            await self.copy.sealing.pay()
        save(self.fold, self.state)

    async def crash(self) -> None:
        """End with nothing sealed or saved, and replay what lies behind it."""
        copy, applied = self.copy, self.fold.offset
        if copy.opening.task is not None:
            copy.opening.task.cancel()
            await asyncio.gather(copy.opening.task, return_exceptions=True)
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

    async def keep(self) -> None:
        """Have the sessions of whoever changed made anew."""
        await self.copy.sessions.keep(for_s=60.0)

    async def ask(self, sql: str) -> Found:
        question = Question(sql=sql, rows_max=1_000_000, trusted=True)
        return await self.copy.ask(question)

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
            event = self.fold.undone.event(record)
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

    def known(self) -> tuple[list[tuple], list[tuple], list[tuple], list[tuple]]:
        """Give facts, consents, purchases and kinds, as profiles show all people."""
        facts, allowed, bought, kinds = [], [], [], []
        for one in self.fold.identity.people(0, 100_000):
            person = self.fold.identity.person(one)
            profile = self.fold.profiles.read(person.strands, 0)
            traits = {name: held.told.value for name, held in profile.traits.items()}
            computed = {name: held.value for name, held in profile.computed.items()}
            facts += trait_rows(one, traits, "UTC")
            facts += computed_rows(one, computed, "UTC")
            allowed += [(one, *row[2:]) for row in allowed_rows(one, profile.ledger)]
            bought += [_bought(one, it) for it in profile.purchases]
            parts = (*person.nodes, *person.stretches)
            kinds += {(one, part.identifier.kind) for part in parts}
            if person.shared is not None:
                kinds.append((one, person.shared.kind))
        return facts, allowed, bought, sorted(set(kinds))

    async def check_known(self) -> None:
        """Compare what the copy has of people with what their profiles show."""
        told = (FACTS, ALLOWED, BOUGHT, KINDS)
        for sql, expected in zip(told, self.known(), strict=True):
            assert Counter(await self.rows(sql)) == Counter(expected), sql

    async def check_sessions(self) -> None:
        """Compare what is kept of some people with that of all made anew."""
        async with self.copy.asking.at_one_offset() as at:
            for sql in (SESSIONS, SEEN, LINKED):
                made = query(EVER, sql)
                anew = {**made.values, "session_stamp": "of no rules"}
                kept, found = [
                    (await at.ask(_question(made.sql, values))).table.to_pylist()
                    for values in (made.values, anew)
                ]
                assert kept == found, sql

    async def check_amid(self) -> None:
        """Compare whose each event is with what identity says at the moment asked for.

        Only this can be, while records come in.
        """
        moment: list[list[tuple[int, int]]] = []
        note = self._note_whose(moment)
        async with self.copy.asking.at_one_offset(then=note) as at:
            question = Question(sql=WHOSE, rows_max=1_000_000, trusted=True)
            table = (await at.ask(question)).table
        assert [tuple(row.values()) for row in table.to_pylist()] == moment[-1]

    def _note_whose(self, moment: list[list[tuple[int, int]]]) -> Callable[[], None]:
        return lambda: moment.append(self.whose())

    async def check(self) -> None:
        """Compare the copy, as asked, with all that it should hold."""
        assert await self.rows(EVENTS) == self.events()
        assert await self.rows(HOLDING) == self.holding()
        assert await self.rows(WHOSE) == self.whose()
        await self.check_known()
        await self.check_sessions()


def _question(sql: str, values: Mapping[str, Any]) -> Question:
    tables = {"goods": goods_table([])}
    return Question(sql=sql, values=values, tables=tables, trusted=True)


def _bought(person_id: int, bought: Purchase) -> tuple:
    milli = sum(line.quantity_milli for line in bought.lines)
    return (
        person_id,
        bought.kind.value,
        bought.key.replace("\x1f", "/"),
        bought.at_us,
        bought.currency,
        bought.amount_minor,
        bought.counted,
        milli if bought.lines else None,
    )
