"""Data sets that are made once and kept, for whoever measures or tortures again.

Each lies in a folder named by what makes it: another release's code or another size is
another folder, so what is found is what would be made. A folder is there whole or not
at all, since it gets its name when it is done.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import msgspec
from msgspec import Struct

from habitue.base.errors import InvalidError

CACHE = Path(".cache/bench")
_NOTE = "made.json"
# What a data set's rows look like is decided there.
_CODE = (
    ("habitue.app.bench", ("journeys.py", "visits.py")),
    ("habitue.lake", ("rows.py",)),
    ("habitue.model", ("event.py",)),
    ("habitue.backends.duckdb", ("schema.sql", "queries.sql")),
    ("habitue.backends.sqlite", ("truth.sql",)),
)

Make = Callable[[Path, int, int], None]


class Kept(Struct, frozen=True):
    """A data set: what it is, how many rows it has, and of when its now is."""

    name: str
    rows: int
    now_us: int
    bytes: int


class Cache:
    """A folder that data sets are kept in."""

    def __init__(self, folder: Path = CACHE) -> None:
        self.folder = folder

    def place(self, name: str, rows: int) -> Path:
        """Say where a data set lies, whether it is there or not."""
        if rows < 1:
            raise InvalidError(f"A data set has one row at least, not {rows}.")
        return self.folder / f"{name}-{rows}-{_digest()}"

    def find(self, name: str, rows: int) -> Kept | None:
        """Give what is kept of a data set; None if it is not made yet."""
        note = self.place(name, rows) / _NOTE
        return (
            msgspec.json.decode(note.read_bytes(), type=Kept) if note.exists() else None
        )

    def prepare(self, name: str, rows: int, now_us: int, make: Make) -> Kept:
        """Make a data set unless it is there; make: given a folder, rows and now."""
        found = self.find(name, rows)
        if found is not None:
            return found
        with self._whole(self.place(name, rows)) as folder:
            make(folder, rows, now_us)
            size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
            kept = Kept(name, rows, now_us, size)
            (folder / _NOTE).write_bytes(msgspec.json.encode(kept))
        return kept

    def lend(self, kept: Kept, to: Path) -> None:
        """Copy a data set to a new folder, whose owner may change it."""
        shutil.copytree(self.place(kept.name, kept.rows), to)

    @contextmanager
    def _whole(self, place: Path) -> Iterator[Path]:
        """Lend a folder that gets its name if all went well, and is gone if not."""
        part = place.with_name(f"{place.name}.part-{os.getpid()}")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        try:
            yield part
            part.rename(place)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _digest() -> str:
    """Give a hash of the code that makes data sets."""
    found = hashlib.sha256()
    for package, names in _CODE:
        for name in names:
            found.update(files(package).joinpath(name).read_bytes())
    return found.hexdigest()[:12]
