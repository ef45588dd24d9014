"""Reads a lock file: what is installed, in which version, with which hashes."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
_PIN = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?:\s*;\s*(?P<when>.+))?"
)


class Locked(NamedTuple):
    """One locked distribution; when: the marker under which it is installed."""

    name: str
    version: str
    hashes: tuple[str, ...]
    when: str


def read(path: Path) -> list[Locked]:
    """Read all entries of a lock, in their order."""
    found = []
    for entry in path.read_text("utf-8").replace("\\\n", " ").splitlines():
        pin, *hashes = re.split(r"\s+--hash=sha256:", entry.strip())
        match = _PIN.fullmatch(pin)
        if match is None:
            raise ValueError(f"{path}: '{entry[:60]}' is no locked version.")
        when = match["when"] or ""
        found.append(Locked(match["name"], match["version"], tuple(hashes), when))
    return found
