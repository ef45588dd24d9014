"""Opens a file as bytes within its limits, compressed or not."""

import gzip
import io
import tempfile
import zlib
from pathlib import Path
from typing import BinaryIO

from habitue.collect.files.limits import RATIO_FREE_BYTES, Limits
from habitue.collect.files.nouns import FileError

_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_BOM = b"\xef\xbb\xbf"
_START_BYTES = 64
_BLOCK = 1 << 20


class _Inflating(io.RawIOBase):
    """Inflates a file, and stops where it grows past its limits."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._inner = gzip.GzipFile(path, "rb")
        ratio_bytes = max(RATIO_FREE_BYTES, path.stat().st_size * limits.ratio_max)
        self._left = min(limits.inflated_bytes_max, ratio_bytes)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        try:
            block = self._inner.read(len(view))
        except (EOFError, OSError, zlib.error) as error:
            raise FileError(
                f"The file can't be unpacked ({error}); it is cut short or damaged."
            ) from error
        self._left -= len(block)
        if self._left < 0:
            raise FileError(
                "Unpacked, the file is far larger than such files are; "
                "unpack it yourself and look at it before importing it."
            )
        view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._inner.close()
        super().close()


def is_gzipped(path: Path) -> bool:
    """Say whether a file is gzip, by its first bytes; names are not trusted."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def open_bytes(path: Path, gzipped: bool, limits: Limits) -> BinaryIO:
    """Open a file for reading in order, unpacked on the way."""
    size = path.stat().st_size
    if size > limits.file_bytes_max:
        raise FileError(
            f"The file has {size:,} bytes; the limit is {limits.file_bytes_max:,}. "
            "Split it, or raise the limit in the settings."
        )
    if not gzipped:
        return path.open("rb")
    return io.BufferedReader(_Inflating(path, limits), _BLOCK)


def open_seekable(path: Path, gzipped: bool, limits: Limits) -> BinaryIO:
    """Open a file for reading anywhere; a packed one is unpacked to a nameless file."""
    opened = open_bytes(path, gzipped, limits)
    if not gzipped:
        return opened
    # Nameless: it is gone when it is closed, even if the process is killed.
    staged: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115
    with opened:
        while block := opened.read(_BLOCK):
            staged.write(block)
    staged.seek(0)
    return staged


def is_parquet(path: Path, gzipped: bool, limits: Limits) -> bool:
    """Say whether a file, unpacked, is Parquet, by its first bytes."""
    with open_bytes(path, gzipped, limits) as file:
        return file.read(4) == _PARQUET


def is_json(path: Path, gzipped: bool, limits: Limits) -> bool:
    """Say whether a file, unpacked, begins as an object of JSON does."""
    with open_bytes(path, gzipped, limits) as file:
        return file.read(_START_BYTES).removeprefix(_BOM).lstrip()[:1] == b"{"


def unpack_once(path: Path, limits: Limits) -> None:
    """Unpack a file to nowhere; raises FileError where it is damaged or too large."""
    with open_bytes(path, True, limits) as file:
        while file.read(_BLOCK):
            pass
