"""The truth on SQLite: one file, one writer, each commit flushed."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from habitue.backends.sqlite.truth_checkpoint import WAL_BYTES_MAX, Checkpointer
from habitue.backends.sqlite.truth_dedup import Dedup
from habitue.backends.sqlite.truth_open import (
    PAGE_BYTES,
    SQL,
    connect_writer,
    is_full,
    lock,
    migrate,
    migrations,
)
from habitue.backends.sqlite.truth_read import Reader
from habitue.backends.sqlite.truth_rows import insert_records
from habitue.base.errors import ConflictError, DiskFullError, StorageError
from habitue.base.ids import RandomBytes, random_bytes
from habitue.log.carried import as_carried, carried_key
from habitue.log.chain import BrokenLogError, Verifier
from habitue.log.dedup import RECENT_MAX, SECRET_BYTES, Run
from habitue.log.entries import (
    ERASED_DETAIL,
    check_erasable,
    definition_entry,
    erasure_entries,
)
from habitue.log.port import Count, Definition, Entry, Quarantined, Waiting
from habitue.log.rows import from_count, from_quarantined, to_record
from habitue.log.settle import (
    FRESH_MAX,
    Place,
    Settled,
    settle,
)
from habitue.model.outcome import Outcome
from habitue.model.record import Record

_VERIFY_ROWS = 5_000
# What a row takes beside its body, and the pages that any commit touches.
_ROW_BYTES = 250
_COMMIT_PAGES = 4


class SqliteTruth:
    """Keeps the log in truth.db; writes from one thread, reads from any."""

    def __init__(
        self,
        path: Path,
        *,
        random_bytes: RandomBytes = random_bytes,
        recent_max: int = RECENT_MAX,
        wal_bytes_max: int = WAL_BYTES_MAX,
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = lock(path)
        self._random_bytes = random_bytes
        self._failure: StorageError | None = None
        self._fresh: list[Record] = []
        try:
            self._open(path, recent_max)
            self._checkpointer = Checkpointer(path, wal_bytes_max)
        except sqlite3.Error as error:
            self._lock.close()
            raise StorageError(f"'{path}' can't be opened: {error}.") from error
        except BaseException:
            self._lock.close()
            raise

    # -- writing --------------------------------------------------------------

    def commit(self, entries: Sequence[Entry], now_us: int) -> list[Outcome]:
        return self._commit(lambda: entries, now_us).outcomes

    def define(self, kind: str, name: str, body: bytes, now_us: int) -> Definition:
        def entries() -> list[Entry]:
            row = self._db.execute(SQL["definition_version"], (kind, name)).fetchone()
            version = row[0] + 1 if row else 1
            return [definition_entry(kind, name, version, body)]

        settled = self._commit(entries, now_us)
        if not settled.definitions:
            raise ConflictError(f"The definition {kind}/{name} could not be written.")
        record, text = settled.definitions[0]
        return Definition(
            kind=kind,
            name=name,
            version=text.version,
            offset=record.offset,
            body=bytes(text.body),
        )

    def erase(
        self,
        offsets: Sequence[int],
        reason: str,
        now_us: int,
        *,
        quarantine: Sequence[int] = (),
        carried: Sequence[Entry] = (),
    ) -> Record:
        def entries() -> list[Entry]:
            rows = [self._db.execute(SQL["get"], (at,)).fetchone() for at in offsets]
            records = [to_record(row) for row in rows if row]
            check_erasable({r.offset: r.kind for r in records}, offsets)
            for record in records:
                self._dedup.keep_key(record)
                self._db.execute(SQL["erase"], (record.offset,))
            items = [(ERASED_DETAIL, item) for item in quarantine]
            self._db.executemany(SQL["erase_quarantined"], items)
            return erasure_entries(offsets, reason, self._place.offset, carried)

        told = self._commit(entries, now_us).records[-1]
        self._empty_wal()
        return told

    def _empty_wal(self) -> None:
        """Empty the write-ahead log: it still holds what was erased."""
        statement = "PRAGMA wal_checkpoint(TRUNCATE)"
        try:
            with self._checkpointer.turn:
                busy = self._db.execute(statement).fetchone()[0]
        except sqlite3.Error as error:
            if is_full(error):
                # It is erased, and asked for again the rest is overwritten, too.
                raise DiskFullError from error
            self._fail(error)
        if busy:
            raise ConflictError(
                "Somebody reads truth.db, so its write-ahead log still holds what was"
                " erased. End other programs that read it, and erase again."
            )

    def mark_replayed(self, quarantine_id: int, offset: int) -> None:
        with self._transaction() as db:
            db.execute(SQL["mark_replayed"], (offset, quarantine_id))

    def fresh(self) -> list[Record]:
        fresh, self._fresh = self._fresh, []
        return fresh

    # -- reading --------------------------------------------------------------

    def head(self) -> int:
        return self._place.offset

    def read(self, after: int, limit: int) -> list[Record]:
        records = self._reader.read(after, limit)
        return [as_carried(one, self._carrier) for one in records]

    def get(self, offset: int) -> Record | None:
        record = self._reader.get(offset)
        return None if record is None else as_carried(record, self._carrier)

    def get_many(self, offsets: Sequence[int]) -> dict[int, Record]:
        found = self._reader.get_many(offsets)
        return {at: as_carried(one, self._carrier) for at, one in found.items()}

    def find(self, source: str, message_id: str) -> int | None:
        return self._dedup.find((source, message_id), self._reader.one)

    def definitions(self, kind: str) -> list[Definition]:
        return self._reader.definitions(kind)

    def holding(self, texts: Sequence[bytes], after: int, until: int) -> list[int]:
        return self._reader.holding(texts, after, until)

    def counts(self, since_us: int) -> list[Count]:
        return self._reader.counts(since_us)

    def waiting(self, after: int, limit: int) -> list[Waiting]:
        return self._reader.waiting(after, limit)

    def quarantined(self, after: int, limit: int) -> list[Quarantined]:
        return self._reader.quarantined(after, limit)

    def kept_aside(self, source: str, reason: str, limit: int) -> list[str]:
        return self._reader.kept_aside(source, reason, limit)

    def quarantine_item(self, quarantine_id: int) -> Quarantined | None:
        return self._reader.quarantine_item(quarantine_id)

    def verify(self) -> int:
        # The index learns of a record after it is durable: ask it for older ones.
        indexed = self._place.offset
        # In one look, so that what is stored meanwhile does not count.
        head, stored = self._reader.rows("extent")[0]
        verifier = Verifier()
        while verifier.checked < head:
            limit = min(_VERIFY_ROWS, head - verifier.checked)
            records = self._reader.read(verifier.checked, limit)
            verifier.take(records)
            self._check_index([r for r in records if r.offset <= indexed])
        return verifier.finish(stored)

    def close(self) -> None:
        self._checkpointer.close()
        self._reader.close()
        self._dedup.close()
        # The last connection to close carries the write-ahead log over.
        self._db.close()
        self._lock.close()

    def _carrier(self, offset: int) -> Record | None:
        at = self.find(*carried_key(offset))
        return None if at is None else self._reader.get(at)

    # -- inside ---------------------------------------------------------------

    def _open(self, path: Path, recent_max: int) -> None:
        self._db = connect_writer(path)
        migrate(self._db, migrations())
        if self._db.execute(SQL["secret"]).fetchone() is None:
            self._db.execute(SQL["put_secret"], (self._random_bytes(SECRET_BYTES),))
        self._place = self._last_place()
        self._dedup = Dedup(self._db, recent_max)
        self._reader = Reader(path)

    def _last_place(self) -> Place:
        row = self._db.execute(SQL["last_record"]).fetchone()
        kept = self._db.execute(SQL["last_quarantine_id"]).fetchone()[0]
        if row is None:
            return Place(quarantine_id=kept)
        offset, received_us, chain = row
        return Place(
            offset=offset, received_us=received_us, chain=chain, quarantine_id=kept
        )

    def _commit(
        self, make_entries: Callable[[], Sequence[Entry]], now_us: int
    ) -> Settled:
        with self._transaction():
            batch, hashes = self._dedup.look_up(make_entries())
            settled = settle(batch, self._place, now_us, self._random_bytes)
            run = self._dedup.freeze_if_full()
            self._write(settled)
        # Only what is durable is known, counted on, or shown.
        if run is not None:
            self._dedup.turn(run)
        self._dedup.add(settled, hashes)
        self._place = settled.place
        self._fresh = [*self._fresh, *settled.records][-FRESH_MAX:]
        self._checkpointer.wrote(_size_bytes(settled, run))
        return settled

    def _write(self, settled: Settled) -> None:
        db = self._db
        insert_records(db, settled.records)
        db.executemany(SQL["count"], map(from_count, settled.counts))
        if settled.kept:
            db.executemany(SQL["keep"], map(from_quarantined, settled.kept))
        for record, text in settled.definitions:
            row = (text.kind, text.name, text.version, record.offset, bytes(text.body))
            db.execute(SQL["put_definition"], row)

    def _check_index(self, records: Sequence[Record]) -> None:
        if (offset := self._dedup.check(records)) is not None:
            raise BrokenLogError(
                f"The dedup index does not know record {offset}. Stop, delete the "
                "rows of the table dedup_run, and start again: it is rebuilt."
            )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        if self._failure is not None:
            raise self._failure
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                # After some errors SQLite has rolled back by itself.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except (sqlite3.Error, StorageError) as error:
            if is_full(error):
                # Told before the commit's last page was written: it is rolled back.
                raise DiskFullError from error
            self._fail(error)

    def _fail(self, error: Exception) -> NoReturn:
        """Write nothing more: after a failed flush nobody knows what is on disk."""
        self._failure = (
            error
            if isinstance(error, StorageError)
            else StorageError(
                f"The log can't be written: {error}. Nothing more is acknowledged; "
                "see what ails the disk and start again."
            )
        )
        raise self._failure from error


def _size_bytes(settled: Settled, run: Run | None) -> int:
    """Estimate what a commit adds to the write-ahead log, which takes whole pages."""
    bodies = sum([len(record.body or b"") for record in settled.records])
    kept = sum([len(item.original) for item in settled.kept])
    rows = len(settled.records) + len(settled.kept)
    hashes = run.hashes.nbytes + run.offsets.nbytes if run is not None else 0
    return bodies + kept + hashes + rows * _ROW_BYTES + _COMMIT_PAGES * PAGE_BYTES
