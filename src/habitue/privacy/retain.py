"""Retention: what was received longer ago than its class is kept for expires.

Each class is looked through from where it was looked through before, in the order of
receipt, a page at a time beside the loop. What expires is emptied by small jobs of the
log's writer: before one the whole stands there, and after it what is carried, thinned
by habitue.privacy.thin.
"""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from habitue.base.clock import DAY_US
from habitue.base.errors import InvalidError, NotFoundError
from habitue.collect.vocabulary import RESERVED
from habitue.log.carried import carried_entry
from habitue.log.port import Truth
from habitue.model.event import Event
from habitue.model.record import Record, RecordKind
from habitue.model.retention import (
    RETENTION,
    RETENTION_RUN,
    RetentionClass,
    RetentionRun,
)
from habitue.privacy.port import Copies, Known, Log
from habitue.privacy.thin import asked_for, thin
from habitue.profile.ledger import CONSENT_EVENTS
from habitue.profile.report import PURCHASE_EVENTS
from habitue.profile.strand import BOUNCES

DAYS_MAX = 36_500
NAMES_MAX = 500
_PAGE = 1_000
_RECORDS_A_JOB = 300
# After so many the copies are told, so that their number is bounded.
_RECORDS_A_ROUND = 20_000
_REST_S = 0.02
# What totals, consents and the catalogue are made of: their text is the fact itself.
LASTING = PURCHASE_EVENTS | CONSENT_EVENTS | frozenset(RESERVED) | frozenset(BOUNCES)

_event = msgspec.json.Decoder(Event).decode
_class = msgspec.json.Decoder(RetentionClass | None).decode
_run = msgspec.json.Decoder(RetentionRun).decode


class Kept(NamedTuple):
    """A class as it is defined now, and how far it was looked through."""

    told: RetentionClass
    run: RetentionRun


def check(told: RetentionClass) -> None:
    """Raise InvalidError where a class can't be kept to."""
    if not 1 <= told.days <= DAYS_MAX:
        raise InvalidError(f"A class is kept for 1 to {DAYS_MAX} days.")
    if not (told.events or told.types):
        raise InvalidError("A class names events or types of events; this one none.")
    if len(told.events) > NAMES_MAX:
        raise InvalidError(f"A class names at most {NAMES_MAX} events.")
    for name in told.events:
        if name in LASTING:
            raise InvalidError(
                f"'{name}' does not expire: totals, consents or the catalogue are made"
                " of what it tells. Erase a person to have theirs go."
            )


def expires(event: Event, told: RetentionClass) -> bool:
    """Say whether an event is of a class, and may expire at all.

    >>> page = RetentionClass(name="browsing", days=30, types=("page",))
    >>> expires(Event(type="page", name="Start", at_us=0), page)
    True
    >>> all_of_it = RetentionClass(name="all", days=30, types=("track",))
    >>> expires(Event(type="track", name="Order Completed", at_us=0), all_of_it)
    False
    """
    if event.name in LASTING:
        return False
    return event.name in told.events or event.type in told.types


class Retaining:
    """Keeps classes, and takes away what has expired."""

    def __init__(self, known: Known, log: Log, copies: Copies) -> None:
        self._known = known
        self._log = log
        self._copies = copies
        self._turn = asyncio.Lock()

    @property
    def _truth(self) -> Truth:
        return self._log.truth

    # -- classes --------------------------------------------------------------

    def classes(self) -> list[Kept]:
        """Give all classes by name, each with its last run."""
        runs = {
            one.name: _run(one.body) for one in self._log.definitions(RETENTION_RUN)
        }
        found = []
        for one in self._log.definitions(RETENTION):
            told = _class(one.body)
            if told is not None:
                run = runs.get(one.name)
                if run is None or run.version != one.version:
                    # Of another text: all is looked through again.
                    took_us = 0 if run is None else run.took_us
                    run = RetentionRun(version=one.version, took_us=took_us)
                found.append(Kept(told, run))
        return sorted(found, key=lambda kept: kept.told.name)

    async def define(self, told: RetentionClass) -> Kept:
        """Keep a class from now on, or keep it otherwise."""
        check(told)
        body = msgspec.json.encode(told)
        made = await self._log.define(RETENTION, told.name, body)
        return Kept(told, RetentionRun(version=made.version))

    async def drop(self, name: str) -> RetentionClass:
        """Have a class's events be kept for ever again; what expired is gone."""
        found = {kept.told.name: kept.told for kept in self.classes()}
        if name not in found:
            raise NotFoundError(f"There is no class '{name}'.")
        await self._log.define(RETENTION, name, b"null")
        return found[name]

    # -- running --------------------------------------------------------------

    async def preview(self) -> dict[str, int]:
        """Count what a run would take away now, by class."""
        now_us, found = self._log.now_us(), {}
        for kept in self.classes():
            found[kept.told.name] = 0
            after, more = kept.run.until, True
            while more:
                after, due, more = await self._look(kept.told, after, now_us)
                found[kept.told.name] += len(due)
        return found

    async def run(self, by: str) -> dict[str, int]:
        """Take away what has expired, class by class; say how much of each."""
        async with self._turn:
            await self._known.settled()
            now_us, found = self._log.now_us(), {}
            for kept in self.classes():
                found[kept.told.name] = await self._run_class(kept, now_us, by)
            if any(found.values()):
                await self._known.settled()
                await self._copies.clean()
            return found

    async def _run_class(self, kept: Kept, now_us: int, by: str) -> int:
        told, expired, waiting = kept.told, 0, list[int]()
        after, more = kept.run.until, True
        while more:
            after, due, more = await self._look(told, after, now_us)
            for start in range(0, len(due), _RECORDS_A_JOB):
                some = due[start : start + _RECORDS_A_JOB]
                waiting += await self._log.run(partial(self._take, told, some))
                await asyncio.sleep(_REST_S)
            if waiting and (not more or len(waiting) >= _RECORDS_A_ROUND):
                expired += len(waiting)
                self._known.forget(waiting)
                await self._copies.expire(waiting)
                waiting = []
        if expired or after - kept.run.until >= _RECORDS_A_ROUND:
            done = RetentionRun(
                version=kept.run.version,
                until=after,
                at_us=now_us,
                expired=expired,
                took_us=self._log.now_us() if expired else kept.run.took_us,
                by=by,
            )
            body = msgspec.json.encode(done)
            await self._log.define(RETENTION_RUN, told.name, body)
        return expired

    async def _look(
        self, told: RetentionClass, after: int, now_us: int
    ) -> tuple[int, list[int], bool]:
        """Look at a page behind an offset: how far it goes, what is due, if on."""
        horizon_us = now_us - told.days * DAY_US
        return await asyncio.to_thread(self._due, told, after, horizon_us)

    def _due(
        self, told: RetentionClass, after: int, horizon_us: int
    ) -> tuple[int, list[int], bool]:
        records = self._truth.read(after, _PAGE)
        old = [one for one in records if one.received_us < horizon_us]
        due = [one.offset for one in old if _is_due(one, told)]
        until = old[-1].offset if old else after
        return until, due, len(old) == _PAGE

    def _take(self, told: RetentionClass, offsets: Sequence[int]) -> list[int]:
        """Empty rows, and keep what is carried of them; in the writer's thread.

        There it is looked at again: an erasure may have been quicker.
        """
        truth = self._truth
        records = _readable(truth.get(offset) for offset in offsets)
        asked = asked_for(truth)
        carried = [
            carried_entry(record, thin(_event(record.body or b""), asked))
            for record in records
        ]
        if not carried:
            return []
        gone = [record.offset for record in records]
        reason = f"retention {told.name}"
        truth.erase(gone, reason, self._log.now_us(), carried=carried)
        return gone


def _readable(records: Iterable[Record | None]) -> list[Record]:
    return [one for one in records if one is not None and one.salt is not None]


def _is_due(record: Record, told: RetentionClass) -> bool:
    # Without a salt it was erased, or is carried.
    if record.kind is not RecordKind.EVENT or record.salt is None:
        return False
    try:
        return expires(_event(record.body or b""), told)
    except msgspec.MsgspecError:
        # It could not be folded: it is shown as a fault until somebody erases it.
        return False
