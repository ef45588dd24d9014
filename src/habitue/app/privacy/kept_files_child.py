"""The process that looks through files which came in for what people are named by.

What is packed is unpacked within the bounds of an import; only what was looked through
to its end is said to name nobody.
"""

import hashlib
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from habitue.base.errors import HabitueError
from habitue.collect.files.limits import Limits
from habitue.collect.files.sources import (
    encoding_of,
    is_gzipped,
    open_bytes,
    open_text,
)
from habitue.model.identifier import Identifier
from habitue.privacy.naming import Naming

_BLOCK = 1 << 20
# A name may lie across two blocks: so many characters of one are read with the next.
_OVERLAP = 1_024
_ZIP, _PARQUET = b"PK\x03\x04", b"PAR1"


class Wanted(Struct, frozen=True):
    """Which files to look through, and for whom."""

    paths: tuple[str, ...]
    names: tuple[Identifier, ...]


class Looked(Struct, frozen=True):
    """What a file holds; names is None where it could not be looked through."""

    path: str
    names: bool | None
    digest: str = ""


def main() -> None:
    """Read what is wanted from standard input, and write what was found."""
    wanted = msgspec.json.decode(sys.stdin.buffer.read(), type=Wanted)
    naming = Naming(wanted.names)
    found = [look(Path(path), naming) for path in wanted.paths]
    sys.stdout.buffer.write(msgspec.json.encode(found))


def look(path: Path, naming: Naming) -> Looked:
    """Say whether a file names somebody, in its name or in what it holds."""
    try:
        named = naming.names(path.name) or any(map(naming.names, texts(path)))
        return Looked(str(path), named, digest_of(path) if named else "")
    except (HabitueError, OSError, ValueError, zipfile.BadZipFile):
        return Looked(str(path), None)


def digest_of(path: Path) -> str:
    """Hash a file, as whoever imported it did."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def texts(path: Path) -> Iterator[str]:
    """Give what a file holds as text, in parts that overlap."""
    limits, gzipped = Limits(), is_gzipped(path)
    with open_bytes(path, gzipped, limits) as file:
        start = file.read(4)
    if start == _PARQUET:
        return _of_parquet(path, gzipped, limits)
    if start == _ZIP and not gzipped:
        return _of_zip(path, limits)
    return _overlapping(_of_text(path, gzipped, limits))


def _of_text(path: Path, gzipped: bool, limits: Limits) -> Iterator[bytes]:
    try:
        encoding = encoding_of(path, gzipped, limits).name
    except HabitueError:
        # Nobody could read its letters, but what is plain among them can be.
        with open_bytes(path, gzipped, limits) as file:
            while block := file.read(_BLOCK):
                yield block.replace(b"\x00", b"")
        return
    with open_text(path, gzipped, limits, encoding) as file:
        while block := file.read(_BLOCK):
            yield block


def _of_zip(path: Path, limits: Limits) -> Iterator[str]:
    with zipfile.ZipFile(path) as packed:
        size = sum(one.file_size for one in packed.infolist())
        if size > limits.inflated_bytes_max:
            raise ValueError("It holds too much.")
        for one in packed.infolist():
            with packed.open(one) as file:
                yield from _overlapping(iter(lambda: file.read(_BLOCK), b""))


def _of_parquet(path: Path, gzipped: bool, limits: Limits) -> Iterator[str]:
    # Its library takes half a second to load, and most files are others.
    from habitue.collect.files.parquet_table import ParquetTable  # noqa: PLC0415

    table = ParquetTable(path, gzipped, limits)
    for chunk in table.chunks(range(len(table.headers))):
        for column in chunk.columns.values():
            yield "\n".join(str(value) for value in set(column) if value is not None)


def _overlapping(blocks: Iterable[bytes]) -> Iterator[str]:
    before = ""
    for block in blocks:
        text = before + block.decode("utf-8", "replace")
        yield text
        before = text[-_OVERLAP:]


if __name__ == "__main__":
    main()
