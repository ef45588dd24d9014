"""What each part last came to, a file a part, so that a run may be in pieces."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from habitue.app.bench.figure import Figure


class Measured(Struct, frozen=True, kw_only=True):
    """The figures of one part on one backend: when they were taken, and on what."""

    part: str
    backend: str
    at_us: int
    machine: str
    figures: tuple[Figure, ...]


def keep(folder: Path, one: Measured) -> None:
    """Keep a part in place of what it came to before."""
    folder.mkdir(parents=True, exist_ok=True)
    told = msgspec.json.format(msgspec.json.encode(one), indent=1)
    _file(folder, one.part, one.backend).write_bytes(told + b"\n")


def kept(folder: Path, parts: Sequence[str], backends: Sequence[str]) -> list[Measured]:
    """Give what is kept, in the order of backends and parts; of others nothing."""
    files = (_file(folder, part, one) for one in backends for part in parts)
    return [
        msgspec.json.decode(file.read_bytes(), type=Measured)
        for file in files
        if file.exists()
    ]


def _file(folder: Path, part: str, backend: str) -> Path:
    return folder / f"{part}-{backend.lower()}.json"
