"""Carries the write-ahead log over into truth.db, away from the writer's thread."""

import sqlite3
import threading
from pathlib import Path

from habitue.backends.sqlite.truth_open import connect

# A checkpoint each so many bytes; at the maximum the writer waits for a whole one.
WAL_BYTES_MAX = 64 * 1024 * 1024
_PARTS = 8
# A reader from outside may keep a checkpoint from ending: better a larger file then
# than no answers.
_WAIT_S = 10.0


class Checkpointer:
    """A thread that checkpoints as the write-ahead log grows.

    While the writer goes on, a checkpoint never catches up with it, and the log only
    begins anew after one that did: so at the maximum the writer pauses, when most of
    the log has been carried over already.
    """

    def __init__(self, path: Path, wal_bytes_max: int = WAL_BYTES_MAX) -> None:
        self._path = path
        self._max = wal_bytes_max
        self._part = wal_bytes_max // _PARTS
        # Bytes since the log began anew, and at which number of them to go to work.
        self._bytes = 0
        self._next = self._part
        self._due = threading.Event()
        self._room = threading.Event()
        self._room.set()
        self._stopping = False
        # Of two checkpoints at once SQLite turns one away, as if somebody read.
        self.turn = threading.Lock()
        # A failed checkpoint loses nothing: what is acknowledged stands in the WAL.
        self.failure: sqlite3.Error | None = None
        self._thread = threading.Thread(
            target=self._run, name="habitue-checkpoint", daemon=True
        )
        self._thread.start()

    def wrote(self, size_bytes: int) -> None:
        """Hear from the writer, after a commit, about how much it has written."""
        self._bytes += size_bytes
        if self._bytes < self._next:
            return
        self._next = self._bytes + self._part
        if self._bytes < self._max:
            self._due.set()
            return
        self._room.clear()
        self._due.set()
        self._room.wait(_WAIT_S)

    def close(self) -> None:
        self._stopping = True
        self._due.set()
        self._thread.join()

    def _run(self) -> None:
        db = connect(self._path)
        try:
            while not self._stopping:
                self._due.wait()
                self._due.clear()
                self._checkpoint(db)
        finally:
            db.close()

    def _checkpoint(self, db: sqlite3.Connection) -> None:
        # Only of a writer that waits is it sure that nothing came in meanwhile.
        waits = not self._room.is_set()
        try:
            with self.turn:
                row = db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self.failure = None
        except sqlite3.Error as error:
            row, self.failure = (1, 0, -1), error
        if waits:
            _, frames, carried = row
            if frames == carried:
                # The next commit begins the log anew.
                self._bytes, self._next = 0, self._part
            self._room.set()
