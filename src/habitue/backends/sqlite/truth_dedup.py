"""Dedup over truth.db: the hash index beside the log, confirmed by the log's rows."""

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from habitue.backends.sqlite.truth_open import SQL
from habitue.log.chain import BrokenLogError
from habitue.log.dedup import (
    FINGERPRINT_BYTES,
    HASH_BYTES,
    RECENT_MAX,
    Hashes,
    HashIndex,
    KeyHash,
    Run,
)
from habitue.log.port import Entry
from habitue.log.rows import Row, to_record
from habitue.log.settle import Batch, Key, Settled, keys_of
from habitue.model.record import Record

_READ_ROWS = 20_000
# Hashed in the place of a key that is not looked up, to keep the places.
_NO_KEY: Key = ("", "")

One = Callable[[str, Sequence[Any]], Row | None]


class Dedup:
    """Knows which keys are in the log; the writer's, but find is for any thread."""

    def __init__(self, db: sqlite3.Connection, recent_max: int = RECENT_MAX) -> None:
        secret = db.execute(SQL["secret"]).fetchone()[0]
        self._db = db
        self._hash = KeyHash(secret)
        self._fingerprint = KeyHash(secret, FINGERPRINT_BYTES)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="habitue-dedup")
        # Erased in a store that keeps no hashes of our kind, and restored here.
        self._unhashed: dict[bytes, int] = dict(db.execute(SQL["unhashed_keys"]))
        runs, last = self._stored_runs()
        self._index = HashIndex(runs, recent_max, self._thread)
        self._replay(last)

    def look_up(self, entries: Sequence[Entry]) -> tuple[Batch, Hashes]:
        """Find the records under the entries' keys; give the keys' hashes, too."""
        keys = keys_of(entries)
        hashes = self._hash.array([key or _NO_KEY for key in keys])
        held: dict[int, Record] = {}
        for place, offset in self._index.find(hashes):
            if (key := keys[place]) is None:
                continue
            record = self._confirm(offset, key, self._one)
            if record is not None:
                held[place] = record
        if self._unhashed:
            self._look_up_unhashed(keys, held)
        return Batch(entries=entries, keys=keys, held=held), hashes

    def find(self, key: Key, one: One) -> int | None:
        """Give the offset of a key's record; one reads rows for this thread."""
        for _, offset in self._index.find(self._hash.array([key])):
            if self._confirm(offset, key, one) is not None:
                return offset
        if self._unhashed:
            return self._unhashed.get(self._fingerprint.bytes(*key))
        return None

    def freeze_if_full(self) -> Run | None:
        """Store the recent hashes as a run, inside the transaction under way."""
        if not self._index.is_full():
            return None
        run = self._index.freeze()
        first, last = int(run.offsets.min()), int(run.offsets.max())
        blobs = (run.hashes.tobytes(), run.offsets.tobytes())
        # A run that did not fit the ones before it was passed over at start.
        self._db.execute(SQL["drop_runs"], (first,))
        self._db.execute(SQL["put_run"], (first, last, *blobs))
        return run

    def turn(self, run: Run) -> None:
        """Let the run, now durable, stand for the recent hashes."""
        self._index.turn(run)

    def add(self, settled: Settled, hashes: Hashes) -> None:
        """Take in what a transaction has made durable."""
        if not settled.records:
            return
        first = settled.records[0].offset
        offsets = np.arange(first, first + len(settled.records), dtype=np.int64)
        if len(settled.stored) < len(hashes):
            hashes = np.take(hashes, settled.stored)
        self._index.add(hashes, offsets)

    def keep_key(self, record: Record) -> None:
        """Remember what a record was called that is about to be erased."""
        # Erased before: its key is kept already.
        if record.message_id is not None:
            key = (record.source, record.message_id)
            hashes = (self._hash.bytes(*key), self._fingerprint.bytes(*key))
            self._db.execute(SQL["keep_key"], (record.offset, *hashes))

    def check(self, records: Sequence[Record]) -> int | None:
        """Give the first record that the index does not lead to; None if all are."""
        known = [record for record in records if record.message_id is not None]
        keys = [(record.source, record.message_id or "") for record in known]
        found = set(self._index.find(self._hash.array(keys)))
        for place, record in enumerate(known):
            if (place, record.offset) not in found:
                return record.offset
        return None

    def close(self) -> None:
        self._thread.shutdown(wait=True)

    def _look_up_unhashed(
        self, keys: Sequence[Key | None], held: dict[int, Record]
    ) -> None:
        for place, key in enumerate(keys):
            if key is None or place in held:
                continue
            offset = self._unhashed.get(self._fingerprint.bytes(*key))
            if offset is None:
                continue
            record = self._confirm(offset, key, self._one)
            if record is not None:
                held[place] = record

    def _one(self, name: str, values: Sequence[Any]) -> Row | None:
        row: Row | None = self._db.execute(SQL[name], values).fetchone()
        return row

    def _confirm(self, offset: int, key: Key, one: One) -> Record | None:
        row = one("get", (offset,))
        if row is None:
            return None
        record = to_record(row)
        if record.message_id is not None:
            return record if (record.source, record.message_id) == key else None
        kept = one("erased_fingerprint", (offset,))
        is_it = kept is not None and kept[0] == self._fingerprint.bytes(*key)
        return record if is_it else None

    def _stored_runs(self) -> tuple[list[Run], int]:
        """Give the runs that follow on one another from the first record on."""
        runs: list[Run] = []
        end = 0
        for first, last, hashes, offsets in self._db.execute(SQL["runs"]):
            run = Run(
                np.frombuffer(hashes, np.uint64), np.frombuffer(offsets, np.int64)
            )
            if first != end + 1 or not len(run) == len(run.offsets) == last - end:
                break
            runs.append(run)
            end = last
        return runs, end

    def _replay(self, after: int) -> None:
        """Take in the records behind the last stored run."""
        erased = dict(self._db.execute(SQL["erased_keys"], (after,)).fetchall())
        while rows := self._db.execute(SQL["keys"], (after, _READ_ROWS)).fetchall():
            if rows[-1][0] <= after:
                # A damaged tree can lead in circles.
                raise BrokenLogError(
                    f"Behind record {after} the file leads back to {rows[-1][0]}: it is"
                    " damaged. Restore the last backup."
                )
            hash_of = self._hash.bytes
            joined = b"".join(
                hash_of(source, message_id)
                if message_id is not None
                else erased.get(offset) or bytes(HASH_BYTES)
                for offset, source, message_id in rows
            )
            offsets = np.array([row[0] for row in rows], np.int64)
            self._index.add(np.frombuffer(joined, np.uint64), offsets)
            after = rows[-1][0]
            if (run := self.freeze_if_full()) is not None:
                self._index.turn(run)
