"""Data sets that are made once and kept, for whoever measures or tortures again.

Each lies in a folder named by what makes it: another release's code or another size is
another folder, so what is found is what would be made. A folder has its name when it is
whole; what broke off lies beside, and is gone on with.
"""

import hashlib
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from habitue.app.bench.figure import Say
from habitue.backends.duckdb.lake import STAMP
from habitue.base.errors import InvalidError

CACHE = Path(".cache/bench")
_NOTE, _BEGUN = "made.json", "begun"
# What a data set's rows look like is decided there.
_CODE = (
    (
        "habitue.app.bench",
        (
            *("columns.py", "gallery_goods.py", "gallery_people.py", "gallery_rows.py"),
            *("journey_rows.py", "visits.py"),
        ),
    ),
    ("habitue.lake", ("rows.py",)),
    ("habitue.model", ("event.py",)),
    ("habitue.backends.duckdb", ("schema.sql", "queries.sql")),
    ("habitue.backends.sqlite", ("truth.sql",)),
)

Make = Callable[[Path, int, int], None]


class DataSet(NamedTuple):
    """What is wanted: its name, how many rows, of when its now is, and who makes it."""

    name: str
    rows: int
    now_us: int
    make: Make


class Kept(Struct, frozen=True):
    """A data set: what it is, how many rows it has, and of when its now is."""

    name: str
    rows: int
    now_us: int
    bytes: int


class Cache:
    """A folder that data sets are kept in."""

    def __init__(self, folder: Path = CACHE, *, keeps: bool = False) -> None:
        """keeps: what is not there is made there, by whoever only asks, too."""
        self.folder = folder
        self.keeps = keeps

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
        """Make a data set unless it is there; make: given a folder, rows and now.

        One that broke off is gone on with, of the now that it began with, so make has
        to take a folder as it was left.
        """
        found = self.find(name, rows)
        if found is not None:
            return found
        place = self.place(name, rows)
        part = place.with_name(f"{place.name}.part")
        part.mkdir(parents=True, exist_ok=True)
        now_us = _begun(part, now_us)
        make(part, rows, now_us)
        size = sum(one.stat().st_size for one in part.rglob("*") if one.is_file())
        kept = Kept(name, rows, now_us, size)
        (part / _NOTE).write_bytes(msgspec.json.encode(kept))
        (part / _BEGUN).unlink()
        part.rename(place)
        return kept

    def taken(self, other: "Cache", wanted: DataSet, say: Say) -> tuple["Cache", Kept]:
        """Give a data set, and who keeps it: if it isn't here, other that makes it."""
        found = self.find(wanted.name, wanted.rows)
        said = f"{wanted.name}: {'sealing ' if found is None else ''}{wanted.rows:,}"
        say(f"{said} events{'' if found is None else ', as prepared'}")
        return (other, other.prepare(*wanted)) if found is None else (self, found)

    def lend(self, kept: Kept, to: Path) -> None:
        """Copy a data set to a new folder, whose owner may change it."""
        shutil.copytree(self.place(kept.name, kept.rows), to)


def _begun(part: Path, now_us: int) -> int:
    """Give the now that a data set was begun with; it begins if it was not."""
    note = part / _BEGUN
    if not note.exists():
        note.write_text(str(now_us), encoding="ascii")
    return int(note.read_text(encoding="ascii"))


def _digest() -> str:
    """Give a hash of the code that makes data sets, and of the copy's version.

    A copy of another version is thrown away where it is opened, whoever made it.
    """
    found = hashlib.sha256(STAMP.encode())
    for package, names in _CODE:
        for name in names:
            found.update(files(package).joinpath(name).read_bytes())
    return found.hexdigest()[:12]
