"""What the desks write: entries, judgements and marks, each through the one writer."""

from collections.abc import Callable, Sequence

import msgspec

from habitue.base.clock import Clock
from habitue.base.errors import ConflictError
from habitue.base.ids import NewId
from habitue.collect.port import Applied
from habitue.log.commit import Committer
from habitue.log.port import Definition, Entry, Truth
from habitue.log.settle import CONFLICT, CONFLICT_DETAIL, is_same
from habitue.model.evidence import Key, Verdict
from habitue.model.outcome import Fate, Outcome
from habitue.model.record import RecordKind

# Under this name operators' judgements stand in the log.
OPERATOR = "operator"
APPLIED_S = 10.0


class NotAppliedError(ConflictError):
    """It is stored, but not yet applied; look again in a moment."""


class Writing:
    """Writes for the desks, and waits until state reflects it."""

    def __init__(
        self,
        committer: Committer,
        applied: Applied,
        truth: Truth,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._committer = committer
        self._applied = applied
        self._truth = truth
        self._clock = clock
        self.new_id = new_id

    def now_us(self) -> int:
        return self._clock.now_us()

    async def append(self, entries: Sequence[Entry]) -> list[Outcome]:
        """Append entries, and wait until those stored are applied."""
        outcomes = await self._committer.append(entries)
        last = max((one.offset or 0 for one in outcomes), default=0)
        if not await self._applied(last, APPLIED_S):
            raise NotAppliedError
        return outcomes

    async def judge(self, command: str, verdicts: Sequence[Verdict]) -> None:
        """Write the judgements of one command, together, and wait for them."""
        entries = [
            Entry(
                kind=RecordKind.JUDGEMENT,
                source=OPERATOR,
                message_id=f"{command}/{at}",
                body=msgspec.json.encode(verdict),
            )
            for at, verdict in enumerate(verdicts)
        ]
        for outcome in await self.append(entries):
            if outcome.fate is not Fate.STORED:
                raise ConflictError(outcome.detail or "The judgement was not stored.")

    def given(self, command: str) -> list[tuple[Key, Verdict]]:
        """Read the judgements that a command gave; none if there was no such."""
        found: list[tuple[Key, Verdict]] = []
        while True:
            key = Key(OPERATOR, f"{command}/{len(found)}")
            offset = self._truth.find(key.source, key.message_id)
            record = None if offset is None else self._truth.get(offset)
            if record is None or record.body is None:
                return found
            found.append((key, msgspec.json.decode(record.body, type=Verdict)))

    async def define(self, kind: str, name: str, body: bytes) -> Definition:
        """Write the next version of a definition, and wait until it is applied."""
        now_us = self._clock.now_us()
        made = await self._committer.run(
            lambda: self._truth.define(kind, name, body, now_us)
        )
        await self._applied(made.offset, APPLIED_S)
        return made

    async def redefine(
        self, kind: str, name: str, change: Callable[[bytes | None], bytes | None]
    ) -> None:
        """Change a definition by what it is in the writer's own turn.

        Nobody waits until that is applied. change: gives None to leave it as it is.
        """
        now_us = self._clock.now_us()
        await self._committer.run(
            lambda: _redefine(self._truth, (kind, name), change, now_us)
        )

    def definitions(self, kind: str) -> Sequence[Definition]:
        return self._truth.definitions(kind)

    async def replay(self, quarantine_id: int, entry: Entry) -> Outcome:
        """Store what was quarantined, once, and wait until it is applied.

        Looked up and stored in one job of the writer: whoever else replays the item
        comes before or after, and what is not stored is neither kept nor counted.
        """
        now_us = self._clock.now_us()
        outcome = await self._committer.run(
            lambda: _replay(self._truth, quarantine_id, entry, now_us)
        )
        if not await self._applied(outcome.offset or 0, APPLIED_S):
            raise NotAppliedError
        return outcome


def _redefine(
    truth: Truth,
    what: tuple[str, str],
    change: Callable[[bytes | None], bytes | None],
    now_us: int,
) -> None:
    kind, name = what
    held = (one.body for one in truth.definitions(kind) if one.name == name)
    body = change(next(held, None))
    if body is not None:
        truth.define(kind, name, body, now_us)


def _replay(truth: Truth, quarantine_id: int, entry: Entry, now_us: int) -> Outcome:
    item = truth.quarantine_item(quarantine_id)
    if item is not None and item.replayed_offset is not None:
        return Outcome(Fate.DUPLICATE, offset=item.replayed_offset)
    offset = truth.find(entry.source, entry.message_id)
    held = None if offset is None else truth.get(offset)
    if held is None:
        outcome = truth.commit([entry], now_us)[0]
    elif held.salt is None or is_same(entry, held):
        # Of an erased one nothing is left to compare, or only what is carried.
        outcome = Outcome(Fate.DUPLICATE, offset=held.offset)
    else:
        return Outcome(Fate.QUARANTINED, reason=CONFLICT, detail=CONFLICT_DETAIL)
    if outcome.offset is not None:
        # A crash before this line is harmless: the next replay finds it held.
        truth.mark_replayed(quarantine_id, outcome.offset)
    return outcome
