"""Which files of a folder are whole: those that have stopped changing.

Nobody tells us when an upload ends, so a file is taken when size, time and place on the
disk are the same as some seconds ago, or when a file of its name with .done behind it
stands beside it. Names that programs give to uploads under way are never taken, nor
is anything but a plain file: a link could lead anywhere.
"""

import os
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct

from habitue.base.errors import InvalidError

DONE, FAILED = "done", "failed"
MARKER = ".done"
_FILES_MAX = 10_000
_UNDER_WAY = (
    *(".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload"),
    *(".download", ".upload", ".uploading", ".swp", ".lock", "~", MARKER),
)


class Found(Struct, frozen=True):
    """A file of the folder as a look found it."""

    path: Path
    size_bytes: int
    changed_ns: int
    inode: int


class Folder:
    """A watched folder; it remembers what the looks before saw."""

    def __init__(self, path: Path, pattern: str, settle_us: int) -> None:
        self._path, self._pattern, self._settle_us = path, pattern, settle_us
        self._seen: dict[Found, int] = {}

    def look(self, now_us: int) -> list[Found]:
        """Give the files that are whole, the oldest first.

        now_us counts on whatever happens to the clock on the wall.
        """
        found = self._found()
        self._seen = {one: self._seen.get(one, now_us) for one in found}
        whole = [
            one
            for one, since_us in self._seen.items()
            if now_us - since_us >= self._settle_us or marker_of(one.path).is_file()
        ]
        return sorted(whole, key=lambda one: (one.changed_ns, one.path.name))

    @property
    def waiting(self) -> list[str]:
        """Name the files that the last look saw."""
        return sorted(one.path.name for one in self._seen)

    def _found(self) -> list[Found]:
        found = []
        with os.scandir(self._path) as entries:
            for entry in entries:
                if not is_wanted(entry.name, self._pattern):
                    continue
                if entry.is_file(follow_symlinks=False):
                    stat = entry.stat(follow_symlinks=False)
                    path = Path(entry.path)
                    found.append(
                        Found(path, stat.st_size, stat.st_mtime_ns, stat.st_ino)
                    )
                if len(found) > _FILES_MAX:
                    raise InvalidError(
                        f"The folder holds more than {_FILES_MAX:,} files: is it the"
                        " right one?"
                    )
        return found


def is_wanted(name: str, pattern: str) -> bool:
    """Say whether a file of this name is to be imported.

    >>> is_wanted("sales.csv", "*.csv"), is_wanted(".sales.csv", "*")
    (True, False)
    >>> is_wanted("sales.csv.part", "*"), is_wanted("SALES.CSV", "*.csv")
    (False, True)
    """
    low = name.lower()
    if name.startswith((".", "~")) or low.endswith(_UNDER_WAY):
        return False
    return fnmatchcase(low, pattern.lower())


def marker_of(path: Path) -> Path:
    """Name the file by which a sender says that another is whole."""
    return path.with_name(path.name + MARKER)


def look_again(one: Found) -> bool:
    """Say whether a file still is what a look found."""
    try:
        stat = one.path.lstat()
    except OSError:
        return False
    found = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return found == (one.size_bytes, one.changed_ns, one.inode)


def put_away(one: Found, into: str) -> Path:
    """Move a file to a folder beside it; give where it is, under a name of its own."""
    target = one.path.parent / into
    if target.is_symlink():
        raise InvalidError(f"'{into}' in the watched folder is a link; remove it.")
    target.mkdir(exist_ok=True)
    place = target / one.path.name
    count = 1
    while place.exists() or place.is_symlink():
        count += 1
        place = target / f"{one.path.stem}~{count}{one.path.suffix}"
    one.path.rename(place)
    marker_of(one.path).unlink(missing_ok=True)
    return place
