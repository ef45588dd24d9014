"""The truth on PostgreSQL: any number of processes commit, one after another."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import psycopg

from habitue.backends.postgres.asking import Asking, uuids_array
from habitue.backends.postgres.truth_open import LOCK, SQL, connect, migrate, migrations
from habitue.backends.postgres.truth_read import Reader
from habitue.backends.postgres.truth_rows import store
from habitue.base.errors import ConflictError, StorageError
from habitue.base.ids import RandomBytes, random_bytes
from habitue.log.carried import as_carried, carried_key
from habitue.log.chain import BrokenLogError, Verifier
from habitue.log.dedup import FINGERPRINT_BYTES, SECRET_BYTES, KeyHash
from habitue.log.entries import (
    ERASED_DETAIL,
    check_erasable,
    definition_entry,
    erasure_entries,
)
from habitue.log.port import Count, Definition, Entry, Quarantined, Waiting
from habitue.log.rows import from_quarantined, to_record
from habitue.log.settle import (
    FRESH_MAX,
    Batch,
    Key,
    Place,
    Settled,
    keys_of,
    settle,
)
from habitue.model.outcome import Outcome
from habitue.model.record import Record

_VERIFY_ROWS = 5_000
_BEGIN = f"BEGIN; {SQL['lock'].replace('%s', str(LOCK))}".encode()
_PLACE, _HELD = SQL["place"].encode(), SQL["held"].encode()


class PostgresTruth:
    """Keeps the log in the schema truth; writes from one thread, reads from any.

    Offsets are head + 1 on, under a lock that is let go after the flush: sequences
    would commit out of order, and a reader would miss what comes in behind it.
    """

    def __init__(self, url: str, *, random_bytes: RandomBytes = random_bytes) -> None:
        self._random_bytes = random_bytes
        self._failure: StorageError | None = None
        self._fresh: list[Record] = []
        self._reader = Reader(url)
        self._db = connect(url)
        self._asking = Asking(self._db)
        try:
            migrate(self._db, migrations())
            self._hash = KeyHash(self._secret(), FINGERPRINT_BYTES)
        except psycopg.Error as error:
            self._db.close()
            raise StorageError(f"The log can't be opened: {error}.") from error
        except BaseException:
            self._db.close()
            raise

    # -- writing --------------------------------------------------------------

    def commit(self, entries: Sequence[Entry], now_us: int) -> list[Outcome]:
        return self._commit(lambda _: entries, now_us).outcomes

    def define(self, kind: str, name: str, body: bytes, now_us: int) -> Definition:
        def entries(_: Place) -> list[Entry]:
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
        def entries(place: Place) -> list[Entry]:
            rows = self._db.execute(SQL["kinds"], (list(offsets),)).fetchall()
            kinds: dict[int, str] = dict(rows)
            check_erasable(kinds, offsets)
            self._db.execute(SQL["erase"], (list(offsets),))
            items = (ERASED_DETAIL, list(quarantine))
            self._db.execute(SQL["erase_quarantined"], items)
            return erasure_entries(offsets, reason, place.offset, carried)

        told = self._commit(entries, now_us).records[-1]
        try:
            # Rows are written anew, so the former ones lie there until they are swept.
            self._db.execute(SQL["sweep"])
        except psycopg.Error as error:
            self._fail(error)
        return told

    def mark_replayed(self, quarantine_id: int, offset: int) -> None:
        with self._transaction():
            self._db.execute(SQL["mark_replayed"], (offset, quarantine_id))

    def fresh(self) -> list[Record]:
        fresh, self._fresh = self._fresh, []
        return fresh

    # -- reading --------------------------------------------------------------

    def head(self) -> int:
        return self._reader.head()

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
        rows = self._reader.rows(
            "key_offsets", (_array(self._hashes([(source, message_id)])),)
        )
        return rows[0][0] if rows else None

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
        # In one look, so that what is stored meanwhile does not count.
        head, stored = self._reader.rows("extent")[0]
        verifier = Verifier()
        while verifier.checked < head:
            limit = min(_VERIFY_ROWS, head - verifier.checked)
            records = self._reader.read(verifier.checked, limit)
            verifier.take(records)
            self._check_keys(records)
        return verifier.finish(stored)

    def close(self) -> None:
        self._reader.close()
        self._db.close()

    def _carrier(self, offset: int) -> Record | None:
        at = self.find(*carried_key(offset))
        return None if at is None else self._reader.get(at)

    # -- inside ---------------------------------------------------------------

    def _secret(self) -> bytes:
        self._db.execute(SQL["put_secret"], (self._random_bytes(SECRET_BYTES),))
        row = self._db.execute(SQL["secret"]).fetchone()
        if row is None:
            raise StorageError("The table truth.store lacks its row: restore a backup.")
        return bytes(row[0])

    def _hashes(self, keys: Sequence[Key]) -> list[str]:
        return [name.hex() for name in self._hash.many(keys)]

    def _commit(
        self, make_entries: Callable[[Place], Sequence[Entry]], now_us: int
    ) -> Settled:
        with self._transaction():
            place = self._place()
            batch, hashes = self._look_up(make_entries(place))
            settled = settle(batch, place, now_us, self._random_bytes)
            self._write(settled, [hashes[at] for at in settled.stored])
        self._fresh = [*self._fresh, *settled.records][-FRESH_MAX:]
        return settled

    def _place(self) -> Place:
        offset, received_us, chain, kept = self._asking.rows(_PLACE, ())[0]
        if offset is None:
            return Place(quarantine_id=kept)
        return Place(
            offset=offset, received_us=received_us, chain=chain, quarantine_id=kept
        )

    def _look_up(self, entries: Sequence[Entry]) -> tuple[Batch, dict[int, bytes]]:
        """Find the records under the entries' keys; give the hashes by place, too."""
        keys = keys_of(entries)
        keyed = [(at, key) for at, key in enumerate(keys) if key is not None]
        named = self._hash.many([key for _, key in keyed])
        hashes = {at: name for (at, _), name in zip(keyed, named, strict=True)}
        rows = self._asking.rows(_HELD, (uuids_array(named),)) if named else ()
        records = {row[0]: to_record(row[1:]) for row in rows}
        held = {at: records[name] for at, name in hashes.items() if name in records}
        return Batch(entries=entries, keys=keys, held=held), hashes

    def _write(self, settled: Settled, keys: Sequence[bytes]) -> None:
        store(self._asking, settled.records, keys, settled.counts)
        if settled.kept:
            kept = [from_quarantined(item) for item in settled.kept]
            with self._db.cursor() as cursor:
                cursor.executemany(SQL["keep"], kept)
        for record, text in settled.definitions:
            row = (text.kind, text.name, text.version, record.offset, bytes(text.body))
            self._db.execute(SQL["put_definition"], row)

    def _check_keys(self, records: Sequence[Record]) -> None:
        known = {
            (record.source, record.message_id): record.offset
            for record in records
            if record.message_id is not None
        }
        keys = self._hashes([(source, name or "") for source, name in known])
        found = {row[0] for row in self._reader.rows("key_offsets", (_array(keys),))}
        if lost := set(known.values()) - found:
            raise BrokenLogError(
                f"The dedup index does not know record {min(lost)}. "
                "Restore the last backup."
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._failure is not None:
            raise self._failure
        try:
            with self._at_once():
                yield
        except (psycopg.Error, StorageError) as error:
            self._fail(error)

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Keep all that is done, or nothing; alone among the processes that commit."""
        self._asking.tell(_BEGIN, b"SELECT 1")
        try:
            yield
        except BaseException:
            self._asking.give_up()
            raise
        self._asking.tell(b"COMMIT", b"COMMIT")

    def _fail(self, error: Exception) -> None:
        """Write nothing more: after a failed commit nobody knows what is stored."""
        self._failure = (
            error
            if isinstance(error, StorageError)
            else StorageError(
                f"The log can't be written: {error}. Nothing more is acknowledged; "
                "see what ails the database and start again."
            )
        )
        raise self._failure from error


def _array(keys: Iterable[str]) -> str:
    """Write hexadecimal keys as PostgreSQL's text of an array: one value to bind."""
    return f"{{{','.join(keys)}}}"
