"""A whole core by one seed: log, fold, identity, segments, and what goes wrong on it.

What is told goes through a real log; what can go wrong does, at moments of chance: a
write that the disk refuses before or after it was flushed, a process that ends amid a
snapshot, an erasure that a crash interrupts. An oracle of its own is kept beside it:
what was acknowledged, and what of it was erased since.
"""

import functools
import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import psycopg
import pytest
from msgspec import structs

from habitue.app.projection.evidence import event_of, evidence_of
from habitue.app.projection.rebuild import save
from habitue.backends.postgres.state import PostgresState
from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.errors import StorageError
from habitue.identity.meaning import resolve
from habitue.log.carried import carried_entry, carried_key
from habitue.log.port import Entry
from habitue.model.certificate import ERASURE, Certificate, Status
from habitue.model.event import Event
from habitue.model.outcome import Fate
from habitue.model.record import RecordKind
from habitue.privacy.retain import LASTING
from habitue.privacy.thin import asked_for, thin
from tests.app.living import Living
from tests.identity.live import plain

CUT = "the disk is gone"


class Core(Living):
    """A shop whose machine is unlucky."""

    def __init__(self, folder: Path, chance: Random, url: str = "") -> None:
        """url: of the database that log and state are kept in; without: SQLite."""
        # By (source, message id): where it was acknowledged, and what it said.
        self.told: dict[tuple[str, str], tuple[int, bytes]] = {}
        self.erased: set[int] = set()
        self.expired: set[int] = set()
        self.met: Counter[str] = Counter()
        self.fates: Counter[str] = Counter()
        rows_max = chance.choice((5, 50, 1_000))
        # What the disk says that is gone, as the backend hears it.
        self.gone: type[Exception] = sqlite3.OperationalError
        if not url:
            few = functools.partial(SqliteTruth, folder / "truth.db", recent_max=8)
            super().__init__(folder, chance, rows_max=rows_max, truth=few)
            return
        self.gone = psycopg.OperationalError
        folder.mkdir(parents=True)
        super().__init__(
            folder,
            chance,
            functools.partial(PostgresState, url),
            rows_max,
            functools.partial(PostgresTruth, url),
        )

    # -- what happens ---------------------------------------------------------

    def step(self) -> None:
        luck = self.chance.random()
        if luck < 0.04:
            self.retell()
        elif luck < 0.06:
            self.contradict()
        elif luck < 0.08:
            self.erase()
        elif luck < 0.12:
            self.expire()
        elif luck < 0.14:
            self.restart()
        elif luck < 0.16:
            self.end_amid_a_snapshot()
        elif luck < 0.18:
            self.reopen_log()
        else:
            super().step()

    def tell(self) -> None:
        if self.chance.random() < 0.04:
            self.lose_power()
        super().tell()

    def commit(self, entries: Sequence[Entry]) -> None:
        """Commit and keep, as a client does, what was acknowledged where."""
        outcomes = self.truth.commit(entries, self.now_us)
        for entry, outcome in zip(entries, outcomes, strict=True):
            name = (entry.source, entry.message_id)
            self.fates[outcome.fate] += 1
            if outcome.fate is Fate.STORED:
                assert name not in self.told
                assert outcome.offset is not None
                self.told[name] = outcome.offset, entry.body
                continue
            assert name in self.told, outcome
            # What a record said whose row is empty is not known: each is its duplicate.
            where, body = self.told[name]
            same = body == entry.body or where in self.erased | self.expired
            assert outcome.fate is (Fate.DUPLICATE if same else Fate.QUARANTINED)

    def retell(self) -> None:
        """Tell again what was told, as a client does that heard no answer."""
        if not self.told:
            return
        self.met["retries"] += 1
        name = self.chance.choice(sorted(self.told))
        record = self.truth.get(self.told[name][0])
        assert record is not None
        entry = Entry(
            kind=record.kind,
            source=name[0],
            message_id=name[1],
            body=self.told[name][1],
        )
        self.commit([entry])
        self.apply()

    def contradict(self) -> None:
        """Tell something else under an id that is taken."""
        names = [name for name in sorted(self.told) if name[0] != "operator"]
        events = [name for name in names if b'"type"' in self.told[name][1]]
        if not events:
            return
        self.met["conflicts"] += 1
        name = self.chance.choice(events)
        event = Event(type="track", name="Another", at_us=self.now_us)
        body = msgspec.json.encode(event)
        self.commit([Entry(source=name[0], message_id=name[1], body=body)])
        self.apply()

    # -- what goes wrong ------------------------------------------------------

    def lose_power(self) -> None:
        """Have a commit end amid its transaction: nothing of it is there afterwards."""
        self.met["writes cut off"] += 1
        lost = Event(type="track", name="Lost", at_us=self.now_us)
        body = msgspec.json.encode(lost)
        entry = Entry(source="web", message_id=f"lost{len(self.met)}", body=body)
        head, insert = self.truth.head(), self.truth._write  # type: ignore[attr-defined]

        def cut(*settled: Any) -> None:
            insert(*settled)
            raise self.gone(CUT)

        self.truth._write = cut  # type: ignore[attr-defined]  # the disk's fault
        with pytest.raises(StorageError, match=CUT):
            self.truth.commit([entry], self.now_us)
        # Nothing more is acknowledged by who met that.
        with pytest.raises(StorageError, match=CUT):
            self.truth.commit([entry], self.now_us)
        self.reopen_log()
        assert self.truth.head() == head

    def reopen_log(self) -> None:
        """Start again with log and state, however far state was written down."""
        self.met["restarts of all"] += 1
        self.state.close()
        self.truth.close()
        self.truth = self._open_truth()
        self.open()

    def end_amid_a_snapshot(self) -> None:
        """End while state is being written down: it stands where it stood before."""
        self.met["snapshots cut off"] += 1
        if self.fold.store.begin(self.fold.offset):
            self.fold.store.encode(0.0)
            self.apply_more()
        self.state.close()
        self.open()

    def apply_more(self) -> None:
        """Take a record in while others are frozen for a snapshot."""
        for record in self.truth.read(self.fold.offset, 1):
            self.fold.apply(record)

    def erase(self) -> None:
        """Erase some records as the product does, perhaps with a crash amid it."""
        held = [at for at, _ in self.told.values() if at not in self.erased]
        if not held:
            return
        self.met["erasures"] += 1
        some = self.chance.sample(sorted(held), min(len(held), 3))
        asked = Certificate(
            erasure_id=f"e{self.met['erasures']}",
            by="anna",
            reason="r",
            asked_us=self.now_us,
            offsets=tuple(sorted(some)),
        )
        self.certify(asked)
        if self.chance.random() < 0.3:
            self.restart()
        # Rows may go only when no file of state holds what they say.
        save(self.fold, self.state)
        self.truth.erase(self.with_carriers(some), "asked", self.now_us)
        self.erased.update(asked.offsets)
        if self.chance.random() < 0.3:
            self.reopen_log()
        self.certify(structs.replace(asked, status=Status.DONE))

    def with_carriers(self, offsets: Sequence[int]) -> list[int]:
        stand = (self.truth.find(*carried_key(offset)) for offset in offsets)
        return sorted({*offsets, *(at for at in stand if at is not None)})

    def expire(self) -> None:
        """Have some events expire: what is carried of them is all that state needs."""
        records = [one for one in self.truth.read(0, 100_000) if one.salt is not None]
        told = ((one, event_of(one)) for one in records)
        may = [
            (record, event)
            for record, event in told
            if event is not None and event.name not in LASTING
        ]
        if not may:
            return
        self.met["expiries"] += 1
        some = self.chance.sample(may, min(len(may), 8))
        asked = asked_for(self.truth)
        carried = [carried_entry(one, thin(event, asked)) for one, event in some]
        offsets = [record.offset for record, _ in some]
        self.truth.erase(offsets, "retention", self.now_us, carried=carried)
        self.expired.update(offsets)
        self.apply()

    def certify(self, certificate: Certificate) -> None:
        body = msgspec.json.encode(certificate)
        self.truth.define(ERASURE, certificate.erasure_id, body, self.now_us)
        self.apply()

    # -- what is so -----------------------------------------------------------

    def check_log(self) -> None:
        """Assert that what was acknowledged stands in the log once, but the erased."""
        stored: dict[tuple[str, str], tuple[int, bytes]] = {}
        for record in self.truth.read(0, 100_000):
            if record.kind not in {RecordKind.EVENT, RecordKind.JUDGEMENT}:
                continue
            if record.body is None:
                assert record.offset in self.erased
                continue
            name = (record.source, record.message_id or "")
            assert name not in stored
            body = record.body
            if record.salt is None:
                # It reads as what is carried of it.
                assert record.offset in self.expired
                body = self.told[name][1]
            stored[name] = record.offset, body
        wanted = {
            name: told for name, told in self.told.items() if told[0] not in self.erased
        }
        assert stored == wanted
        assert self.truth.verify() == self.truth.head()

    def check_people(self) -> None:
        """Assert that people are what the evidence means, worked out all at once."""
        told = [evidence_of(one) for one in self.truth.read(0, 100_000)]
        evidence = [one for one in told if one is not None]
        meant = resolve(evidence, self.fold.identity.policy)
        identity = self.fold.identity

        assert self.people() == sorted(meant.persons)
        for person_id, person in meant.persons.items():
            assert plain(identity.person(person_id)) == plain(person)
        # Each event lies in one strand, and is counted there once.
        counted = Counter(meant.strand_of.values())
        strands = [one for person in meant.persons.values() for one in person.strands]
        folded = {one: self.fold.profiles.state([one]).events for one in strands}
        assert {one: events for one, events in folded.items() if events} == counted
