"""Erases a person: a command in the log, then every store, then a certificate.

State forgets first, while the records can still be read; when no file of state holds
them any more, the log's rows and the quarantine's are emptied. What is begun stands in
the log, so that a process that ends amid it goes on with it at its next start.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec import Struct, structs

from habitue.base.errors import InvalidError, NotFoundError
from habitue.log.carried import carried_key
from habitue.log.port import Quarantined
from habitue.model.certificate import ERASURE, Certificate, Status
from habitue.model.identifier import Identifier
from habitue.model.order import PurchaseKind
from habitue.privacy.naming import Naming
from habitue.privacy.port import Answers, Defined, Files, Known, Log
from habitue.privacy.search import Search
from habitue.privacy.slices import in_slices
from habitue.privacy.subject import Subject, subject_of
from habitue.privacy.suppress import Suppressions

# Each emptying of rows is one small job of the log's writer.
_ROWS_A_JOB = 2_000
_PAGE = 500
# What comes in while it is looked for is looked for again, so often.
_ROUNDS = 5
REASON_MAX = 500


class Wanted(Struct, frozen=True, kw_only=True):
    """Who asks for an erasure and why, and whether the person may come back."""

    by: str
    reason: str
    suppress: bool = True


# By their id; or, where nothing that counts named them, by an identifier.
Who = int | Identifier


class Places(Struct, frozen=True):
    """Where people may be named beside the log and state.

    stores: what holds of each store once an erasure is done.
    """

    defined: Defined
    files: Files
    answers: Answers
    stores: dict[str, str]


class Erasing:
    """Erases people, one after another."""

    def __init__(
        self,
        known: Known,
        log: Log,
        suppressions: Suppressions,
        places: Places,
    ) -> None:
        self._known = known
        self._search = Search(known, log.truth)
        self._log = log
        self._suppressions = suppressions
        self._defined = places.defined
        self._files = places.files
        self._answers = places.answers
        self._stores = places.stores
        self._turn = asyncio.Lock()

    async def erase(self, who: Who, wanted: Wanted) -> Certificate:
        """Erase a person with all that is theirs; give the certificate."""
        async with self._turn:
            await self._known.settled()
            head = self._log.truth.head()
            subject = await self.subject(who)
            if Naming(subject.own).names(wanted.reason, wanted.by):
                raise InvalidError(
                    "The reason names the person, and would keep what is to be erased."
                    " Name a ticket instead."
                )
            asked = await self._begin(subject, wanted)
            return await self._finish(await self._gather(asked, subject, head))

    async def resume(self) -> int:
        """Go on with erasures that were begun; give how many there were."""
        async with self._turn:
            begun = [one for one in self.certificates() if one.status is Status.BEGUN]
            for one in begun:
                await self._finish(one)
            return len(begun)

    def certificates(self) -> list[Certificate]:
        """Give all certificates, by when they were asked for."""
        told = self._log.definitions(ERASURE)
        read = [msgspec.json.decode(one.body, type=Certificate) for one in told]
        return sorted(read, key=lambda one: (one.asked_us, one.erasure_id))

    async def subject(self, who: Who) -> Subject:
        """Find all that is a person's; NotFoundError if nothing is."""
        if not isinstance(who, Identifier):
            found = await self._of_identity(who)
            return _with(found, await self._search.beside(found, found.records))
        named = Subject(person_id=0, strands=(), own=(who,), records=())
        found = _with(named, await self._search.beside(named, ()))
        if not (found.records or await self.quarantined(found)):
            raise NotFoundError("Nobody of that name is known here.")
        return found

    async def _of_identity(self, person_id: int) -> Subject:
        person = self._known.identity.person(person_id, 0)
        if person is None:
            raise NotFoundError(f"There is no person {person_id}.")
        return await in_slices(subject_of(self._known.identity, person))

    async def quarantined(self, subject: Subject) -> list[Quarantined]:
        """Find the items in quarantine that name a person."""
        return await asyncio.to_thread(lambda: list(self._quarantined(subject)))

    # -- one after the other --------------------------------------------------

    async def _begin(self, subject: Subject, wanted: Wanted) -> Certificate:
        log, erasure_id = self._log, self._log.new_id()
        now_us, suppressed = log.now_us(), 0
        if wanted.suppress:
            suppressed = await self._suppressions.add(
                erasure_id, subject.own, wanted.by, now_us
            )
            await log.told_everywhere()
        purchases, spent = self._money(subject)
        return Certificate(
            erasure_id=erasure_id,
            by=wanted.by,
            reason=wanted.reason,
            asked_us=now_us,
            shared=subject.shared,
            purchases=purchases,
            spent_minor=spent,
            suppressed=suppressed,
        )

    def _money(self, subject: Subject) -> tuple[int, dict[str, int]]:
        spent: Counter[str] = Counter()
        count = 0
        for one in self._known.purchases(subject.strands):
            if one.counted:
                count += 1
                sign = -1 if one.kind is PurchaseKind.RETURN else 1
                spent[one.currency] += sign * one.amount_minor
        return count, dict(sorted(spent.items()))

    async def _gather(
        self, asked: Certificate, subject: Subject, head: int
    ) -> Certificate:
        """Have state forget all that is theirs, and what came in meanwhile.

        head: where the log ended when it was looked through for what is theirs.
        """
        called = self._known.called(subject.strands)
        defined = await self._defined.take_out(subject, called)
        files = await self._files.clear(subject.own)
        asked = structs.replace(
            asked,
            definitions=defined.left,
            files=files.deleted,
            files_unread=files.unread,
        )
        for _ in range(_ROUNDS):
            offsets = {*asked.offsets, *subject.records, *defined.offsets}
            offsets.update(self._faulty(subject.own))
            kept = {one.quarantine_id for one in await self.quarantined(subject)}
            found = structs.replace(
                asked, offsets=tuple(sorted(offsets)), quarantine=tuple(sorted(kept))
            )
            if found == asked and asked.offsets:
                break
            asked = found
            await self._define(asked)
            await self._known.settled()
            looked, head = head, self._log.truth.head()
            subject = await self._again(subject, asked.offsets, looked)
        return asked

    async def _again(
        self, before: Subject, known: Sequence[int], after: int
    ) -> Subject:
        """Find what is of the person's identifiers now, whoever holds them."""
        identity, records = self._known.identity, set[int]()
        held = {identity.find(one) for one in before.own}
        for person_id in held - {None}:
            found = await self._of_identity(person_id or 0)
            if not set(found.own) <= set(before.own):
                continue
            records.update(found.records)
        records.update(await self._search.beside(before, known, after))
        return structs.replace(before, records=tuple(sorted(records)))

    def _faulty(self, own: Sequence[Identifier]) -> Iterator[int]:
        """Give the records that could not be folded, and name one of these."""
        naming = Naming(own)
        for offset in self._known.faults():
            record = self._log.truth.get(offset)
            if record is not None and naming.names(record.body or b""):
                yield offset

    def _quarantined(self, subject: Subject) -> Iterator[Quarantined]:
        own, former = (
            Naming(subject.own),
            [(Naming([one.identifier]), one) for one in subject.former],
        )
        after = 0
        while page := self._log.truth.quarantined(after, _PAGE):
            for one in page:
                told = (one.original, one.message_id, one.detail)
                if own.names(*told) or any(
                    held.since_us <= one.received_us <= held.until_us
                    and naming.names(*told)
                    for naming, held in former
                ):
                    yield one
            after = page[-1].quarantine_id

    async def _finish(self, asked: Certificate) -> Certificate:
        """Empty the rows, now that nothing else holds what they say."""
        await self._known.settled()
        await self._known.put_away(await self._asked_at(asked))
        self._known.forget(asked.offsets)
        told = f"erasure {asked.erasure_id}"
        for rows, items in _jobs(asked):
            await self._empty(rows, items, told)
        # Only now: before, it might have read them in the log again.
        await self._known.leave_copy(asked.offsets)
        # Last: who asks for something while it is erased may be told of it still.
        await asyncio.to_thread(self._answers.forget_answers)
        done = structs.replace(
            asked, status=Status.DONE, done_us=self._log.now_us(), stores=self._stores
        )
        await self._define(done)
        return done

    async def _asked_at(self, asked: Certificate) -> int:
        told = self._log.definitions(ERASURE)
        return next(one.offset for one in told if one.name == asked.erasure_id)

    async def _empty(self, rows: list[int], items: list[int], told: str) -> None:
        log = self._log

        def empty() -> None:
            # What stands for one that has expired names them, too.
            stand = (log.truth.find(*carried_key(offset)) for offset in rows)
            gone = sorted({*rows, *(at for at in stand if at is not None)})
            log.truth.erase(gone, told, log.now_us(), quarantine=items)

        await log.run(empty)

    async def _define(self, certificate: Certificate) -> None:
        body = msgspec.json.encode(certificate)
        await self._log.define(ERASURE, certificate.erasure_id, body)


def _with(subject: Subject, beside: Iterable[int]) -> Subject:
    records = tuple(sorted({*subject.records, *beside}))
    return structs.replace(subject, records=records)


def _jobs(asked: Certificate) -> Iterator[tuple[list[int], list[int]]]:
    """Part what is to be emptied into small jobs; the first takes the quarantine."""
    parts = list(_parts(asked.offsets)) or [[]]
    for at, rows in enumerate(parts):
        yield rows, list(asked.quarantine) if at == 0 else []


def _parts(offsets: Iterable[int]) -> Iterator[list[int]]:
    held = list(offsets)
    for start in range(0, len(held), _ROWS_A_JOB):
        yield held[start : start + _ROWS_A_JOB]
