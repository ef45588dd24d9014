"""Opens a file as bytes within its limits, compressed or not, its letters as UTF-8."""

import codecs
import gzip
import io
import tempfile
import zlib
from pathlib import Path
from typing import BinaryIO

from habitue.collect.files.encodings import UTF8, Found, find
from habitue.collect.files.limits import RATIO_FREE_BYTES, Limits
from habitue.collect.files.nouns import FileError

_GZIP = b"\x1f\x8b"
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


class _Recoding(io.RawIOBase):
    """Gives the bytes of a text of another encoding as UTF-8.

    What is no letter of that encoding becomes what is no UTF-8: its line is rejected.
    """

    def __init__(self, inner: BinaryIO, encoding: str) -> None:
        self._inner = inner
        # Code pages of one byte a letter keep a byte that is none of theirs; in UTF-16
        # there is none that could be kept apart.
        self._errors = "strict" if encoding.startswith("utf-16") else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(self._errors)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._rest:
            block = self._inner.read(_BLOCK)
            self._rest = self._decoded(block).encode("utf-8", self._errors)
            if not block:
                break
        taken = self._rest[: len(view)]
        self._rest = self._rest[len(view) :]
        view[: len(taken)] = taken
        return len(taken)

    def _decoded(self, block: bytes) -> str:
        try:
            return self._decoder.decode(block, not block)
        except UnicodeDecodeError as error:
            raise FileError(
                f"The file's letters are damaged ({error.reason}), or it is cut short."
            ) from error

    def close(self) -> None:
        self._inner.close()
        super().close()


def is_gzipped(path: Path) -> bool:
    """Say whether a file is gzip, by its first bytes; names are not trusted."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def open_text(path: Path, gzipped: bool, limits: Limits, encoding: str) -> BinaryIO:
    """Open a text file for reading in order, as bytes of UTF-8."""
    opened = open_bytes(path, gzipped, limits)
    if encoding == UTF8:
        return opened
    return io.BufferedReader(_Recoding(opened, encoding), _BLOCK)


def encoding_of(path: Path, gzipped: bool, limits: Limits) -> Found:
    """Find how a text file's letters are encoded; raises FileError where it may not."""
    with open_bytes(path, gzipped, limits) as file:
        return find(iter(lambda: file.read(_BLOCK), b""))


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


def unpack_once(path: Path, limits: Limits) -> None:
    """Unpack a file to nowhere; raises FileError where it is damaged or too large."""
    with open_bytes(path, True, limits) as file:
        while file.read(_BLOCK):
            pass
