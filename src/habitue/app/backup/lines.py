"""A whole log as JSON lines, that others can read and we can take in again.

log.jsonl has a line a record, with its body as the JSON it is, byte for byte, so that
its digest still fits; quarantine.jsonl, counts.jsonl and erased.jsonl the rest;
store.json the definitions in force and the secret under which message ids are hashed.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Raw, Struct

from habitue.base.errors import InvalidError, NotFoundError
from habitue.log.contents import ErasedKey, Told
from habitue.log.port import Count, Definition, Quarantined
from habitue.model.record import Record, RecordKind

LOG, STORE = "log.jsonl", "store.json"
QUARANTINE, COUNTS, ERASED = "quarantine.jsonl", "counts.jsonl", "erased.jsonl"
PAGE_LINES = 5_000

# Where the body is not there, or stands as base64: no body that is kept as JSON.
_NOTHING = Raw(b"null")

T = TypeVar("T")


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record as a line; bytes are base64. An erased one has no content."""

    offset: int
    received_us: int
    kind: RecordKind
    source: str
    message_id: str | None = None
    body: Raw = _NOTHING
    # In its place where the body is no JSON on one line.
    body_base64: bytes | None = None
    salt: bytes | None = None
    digest: bytes
    chain: bytes


class Store(Struct, frozen=True, kw_only=True):
    """What a log has one of."""

    format: int = 1
    secret: bytes
    definitions: list[Definition]


def write_lines(told: Told, folder: Path) -> int:
    """Write a whole log into a folder; give its records."""
    records = _write(folder / LOG, ([*map(_line, page)] for page in told.records()))
    _write(folder / QUARANTINE, told.quarantined())
    _write(folder / COUNTS, told.counts())
    _write(folder / ERASED, told.erased_keys())
    store = Store(secret=told.secret(), definitions=told.definitions())
    _new(folder / STORE, msgspec.json.encode(store))
    return records


class LinesTold:
    """Tells a log from the lines of a folder; InvalidError where one can't be read."""

    def __init__(self, folder: Path) -> None:
        for name in (LOG, STORE, QUARANTINE, COUNTS, ERASED):
            if not (folder / name).is_file():
                raise NotFoundError(
                    f"{folder} is no full export: it has no {name}. Make one with"
                    " habitue export --all."
                )
        self._folder = folder
        self._store = _decode((folder / STORE).read_bytes(), Store, f"{STORE}")

    def secret(self) -> bytes:
        return self._store.secret

    def records(self) -> Iterator[list[Record]]:
        for page in self._pages(LOG, Line):
            yield [_record(line) for line in page]

    def erased_keys(self) -> Iterator[list[ErasedKey]]:
        return self._pages(ERASED, ErasedKey)

    def quarantined(self) -> Iterator[list[Quarantined]]:
        return self._pages(QUARANTINE, Quarantined)

    def counts(self) -> Iterator[list[Count]]:
        return self._pages(COUNTS, Count)

    def definitions(self) -> list[Definition]:
        return self._store.definitions

    def _pages(self, name: str, of: type[T]) -> Iterator[list[T]]:
        page: list[T] = []
        with (self._folder / name).open("rb") as file:
            for number, line in enumerate(file, 1):
                page.append(_decode(line, of, f"{name}, line {number}"))
                if len(page) == PAGE_LINES:
                    yield page
                    page = []
        yield page


def _write(path: Path, pages: Iterator[Sequence[Any]]) -> int:
    lines = 0
    _new(path, b"")
    with path.open("ab") as file:
        for page in pages:
            file.write(msgspec.json.Encoder().encode_lines(page))
            lines += len(page)
    return lines


def _new(path: Path, content: bytes) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


def _line(record: Record) -> Line:
    body = record.body
    readable = body is not None and _is_json_line(body)
    return Line(
        offset=record.offset,
        received_us=record.received_us,
        kind=record.kind,
        source=record.source,
        message_id=record.message_id,
        body=Raw(body) if body is not None and readable else _NOTHING,
        body_base64=None if readable else body,
        salt=record.salt,
        digest=record.digest,
        chain=record.chain,
    )


def _is_json_line(body: bytes) -> bool:
    """Say whether bytes come back as they are when they stand in a line of JSON.

    >>> _is_json_line(b'{"a": 1}'), _is_json_line(b"{} "), _is_json_line(b"null")
    (True, False, False)
    """
    if body != body.strip() or b"\n" in body or b"\r" in body or body == b"null":
        return False
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _record(line: Line) -> Record:
    body = line.body_base64 if line.body == _NOTHING else bytes(line.body)
    return Record(
        offset=line.offset,
        received_us=line.received_us,
        kind=line.kind,
        source=line.source,
        message_id=line.message_id,
        body=body,
        salt=line.salt,
        digest=line.digest,
        chain=line.chain,
    )


def _decode(raw: bytes, of: type[T], where: str) -> T:
    try:
        return msgspec.json.decode(raw, type=of)
    except msgspec.DecodeError as error:
        raise InvalidError(
            f"{where} can't be read: {error}. Export anew; nothing was taken in."
        ) from error
