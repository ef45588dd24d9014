"""How often somebody did what is limited, so that no restart gives them more.

Kept are the moments alone, under a hash of who and what. The limit is not known here:
whoever counts says since when it counts, and how much is the most.
"""

import os
import threading
from pathlib import Path
from typing import Protocol

from habitue.access.repeats import hashed
from habitue.base.clock import Clock

_MOMENT_BYTES = 8


class Often(Protocol):
    """Counts what somebody does, as one for all processes that share the data."""

    def add(self, what: str, name: str, since_us: int, most: int) -> int:
        """Count one more, of now; give how many there are since a moment, with it.

        Above most it is not kept, so that who tries on and on does not wait longer.
        What lies before the moment is forgotten.
        """
        ...


class FileOften:
    """Keeps them in a folder, a file for each; for one process and its threads."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._turn = threading.Lock()

    def add(self, what: str, name: str, since_us: int, most: int) -> int:
        path = self._folder / hashed(what, name)
        with self._turn:
            held = [one for one in _read(path) if one >= since_us]
            if len(held) < most:
                self._write(path, [*held, self._clock.now_us()])
        return len(held) + 1

    def _write(self, path: Path, moments: list[int]) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(b"".join(one.to_bytes(_MOMENT_BYTES) for one in moments))
        draft.replace(path)


def _read(path: Path) -> list[int]:
    try:
        held = path.read_bytes()
    except FileNotFoundError:
        return []
    starts = range(0, len(held), _MOMENT_BYTES)
    return [int.from_bytes(held[at : at + _MOMENT_BYTES]) for at in starts]
