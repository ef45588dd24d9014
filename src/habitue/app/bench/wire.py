"""Requests, prepared as the bytes that go over the wire, in files for the load."""

import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from habitue.app.bench.sessions import Told

# Before each request: how many bytes it has, and how many items it holds.
_HEAD = struct.Struct(">II")
EVENTS = "/api/v1/events"
APPLIED = f"{EVENTS}?wait=applied"


class Prepared(NamedTuple):
    """A file of requests, with how many requests and items it holds."""

    path: Path
    requests: int
    items: int


def post(path: str, key: str, body: bytes) -> bytes:
    """Write a POST as bytes."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def get(path: str, key: str) -> bytes:
    """Write a GET as bytes."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n\r\n"
    ).encode()


def singles(
    stream: Iterable[Told], keys: Mapping[str, str], path: str = EVENTS
) -> Iterator[tuple[bytes, int]]:
    """Make a request of each item."""
    return ((post(path, keys[told.source], told.raw), 1) for told in stream)


def batches(
    stream: Iterable[Told], keys: Mapping[str, str], size: int
) -> Iterator[tuple[bytes, int]]:
    """Make requests of so many items of one source each; the last ones are smaller."""
    waiting: dict[str, list[bytes]] = {}
    for source, raw in stream:
        items = waiting.setdefault(source, [])
        items.append(raw)
        if len(items) == size:
            yield _batch(keys[source], waiting.pop(source)), size
    for source, items in waiting.items():
        yield _batch(keys[source], items), len(items)


def _batch(key: str, items: list[bytes]) -> bytes:
    return post(EVENTS, key, b'{"batch":[' + b",".join(items) + b"]}")


def write(path: Path, requests: Iterable[tuple[bytes, int]]) -> Prepared:
    """Write requests to a file."""
    count = held = 0
    with path.open("wb") as file:
        for raw, items in requests:
            file.write(_HEAD.pack(len(raw), items))
            file.write(raw)
            count += 1
            held += items
    return Prepared(path, count, held)


def read(path: Path) -> list[tuple[bytes, int]]:
    """Read the requests of a file."""
    whole = path.read_bytes()
    found, at = [], 0
    while at < len(whole):
        length, items = _HEAD.unpack_from(whole, at)
        at += _HEAD.size
        found.append((whole[at : at + length], items))
        at += length
    return found
