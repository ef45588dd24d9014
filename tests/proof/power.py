"""What a disk may hold after a power cut, by what a process had asked the system to do.

What was flushed is there. Of what was written since, each sector is there or not, in
any combination; so pages are torn, and what was written later may be there while what
was written before is not. That a file's end was cut off is there or not as well.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

SECTOR_BYTES = 512
# The files of SQLite that a power cut leaves; shared memory goes with the process.
FILES = (".db", ".db-wal")
CALLS = "pwrite64,write,fdatasync,fsync,ftruncate"
_LINE = re.compile(
    r"(\d+) +(?:(\w+)\((\d+)<([^>]*)>(?:, (.*?))?(?:\) += (-?\d+)| <unfinished \.\.\.>)"
    r"|<\.\.\. (\w+) resumed>.*\) += (-?\d+).*)"
)


class Write(NamedTuple):
    """Bytes written to a file at a place."""

    file: str
    at: int
    data: bytes


class Cut(NamedTuple):
    """The end of a file that was cut off."""

    file: str
    size: int


class Flushed(NamedTuple):
    """A flush of a file that has returned: so many of its changes are on the disk."""

    file: str
    changes: int


class Said(NamedTuple):
    """What the process told on its standard output."""

    text: str


Step = Write | Cut | Flushed | Said


def steps(trace: Path) -> Iterator[Step]:
    """Read what strace -f -y -xx wrote of a process, in order.

    A write counts from when it was asked for, a flush from when it has returned, and
    for what was written before it was asked for.
    """
    changes: dict[str, int] = {}
    flushing: dict[str, tuple[str, int]] = {}
    for line in trace.read_text("ascii").splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        thread, call, _, file, told, result, resumed, outcome = found.groups()
        if resumed in {"fdatasync", "fsync"} and outcome == "0":
            yield Flushed(*flushing.pop(thread))
        elif call in {"fdatasync", "fsync"}:
            name = _plain(file)
            flushing[thread] = (name, changes.get(name, 0))
            if result == "0":
                yield Flushed(*flushing.pop(thread))
        elif call == "write":
            yield Said(_data(told).decode())
        elif call is not None and (name := _plain(file)).endswith(FILES):
            changes[name] = changes.get(name, 0) + 1
            yield _change(name, told)


def _plain(file: str) -> str:
    return _data(f'"{file}"').decode()


def _data(told: str) -> bytes:
    return bytes.fromhex(told[1 : told.index('"', 1)].replace("\\x", ""))


def _change(file: str, told: str) -> Write | Cut:
    if told.startswith('"'):
        return Write(file, int(told.rpartition(", ")[2]), _data(told))
    return Cut(file, int(told))


class Disk:
    """The files as the process sees them, and what of them is flushed."""

    def __init__(self) -> None:
        self._flushed: dict[str, bytearray] = {}
        self._pending: dict[str, list[Write | Cut]] = {}
        self._done: dict[str, int] = {}

    def take(self, step: Write | Cut | Flushed) -> None:
        if isinstance(step, Flushed):
            pending = self._pending.get(step.file, [])
            news = step.changes - self._done.get(step.file, 0)
            content = self._flushed.setdefault(step.file, bytearray())
            for one in pending[:news]:
                _apply(content, one)
            del pending[: max(0, news)]
            self._done[step.file] = max(self._done.get(step.file, 0), step.changes)
        else:
            self._pending.setdefault(step.file, []).append(step)

    def image(self, folder: Path, chance: Random) -> None:
        """Write what a power cut of now may leave, into a folder."""
        # From all is lost to all is there, torn in between.
        kept = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for file in self._flushed.keys() | self._pending.keys():
            content = bytearray(self._flushed.get(file, b""))
            for one in self._pending.get(file, ()):
                for part in _sectors(one):
                    if chance.random() < kept:
                        _apply(content, part)
            (folder / Path(file).name).write_bytes(content)


def _sectors(change: Write | Cut) -> Iterator[Write | Cut]:
    if isinstance(change, Cut):
        yield change
        return
    start, end = change.at, change.at + len(change.data)
    while start < end:
        stop = min(end, (start // SECTOR_BYTES + 1) * SECTOR_BYTES)
        part = change.data[start - change.at : stop - change.at]
        yield Write(change.file, start, part)
        start = stop


def _apply(content: bytearray, change: Write | Cut) -> None:
    if isinstance(change, Cut):
        size = change.size
        del content[size:]
    else:
        size = change.at + len(change.data)
    # What lies between the end and where is written reads as zeros.
    content.extend(bytes(max(0, size - len(content))))
    if isinstance(change, Write):
        content[change.at : size] = change.data
