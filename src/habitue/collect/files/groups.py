"""Brings the lines of one receipt together, wherever in the file they stand."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from habitue.collect.files.rows import Block, Group, Run


class Survey:
    """What a first pass over the keys finds: how many lines, which keys are scattered.

    Only one number is kept for each run of lines with one key, so that a file whose
    receipts stand together is never in memory as a whole.
    """

    def __init__(self, key_chunks: Iterable[list[str | None]]) -> None:
        self.lines = 0
        runs: list[NDArray[np.int64]] = []
        last: np.int64 | None = None
        for keys in key_chunks:
            self.lines += len(keys)
            # A line without a key is rejected alone and parts nothing.
            marks = np.fromiter((hash(k) for k in keys if k is not None), np.int64)
            if not len(marks):
                continue
            starts = np.ones(len(marks), np.bool_)
            starts[1:] = marks[1:] != marks[:-1]
            starts[0] = marks[0] != last
            runs.append(marks[starts])
            last = marks[-1]
        marks, counts = np.unique(
            np.concatenate(runs) if runs else np.empty(0, np.int64), return_counts=True
        )
        # Two keys with one hash only mean that both wait for the file's end.
        self._scattered = frozenset(marks[counts > 1].tolist())

    def is_scattered(self, key: str) -> bool:
        """Say whether the lines of a key stand in more than one place."""
        return hash(key) in self._scattered


class Gathering:
    """Takes lines in the order of the file, and gives those of each key together."""

    def __init__(self, survey: Survey, lines_max: int) -> None:
        self._survey, self._lines_max = survey, lines_max
        self._open: list[Run] = []
        # Scattered ones wait here for the file's end.
        self._aside: dict[str, list[Run]] = {}
        self._drowned: set[str] = set()

    def groups(self, blocks: Iterable[Block]) -> Iterator[tuple[Group, str | None]]:
        """Give the lines of each key, and why they can't be one event if they can't.

        A line without a key is a group of its own.
        """
        for block in blocks:
            for run in block.runs():
                yield from self._take(run)
        yield from self._close()
        yield from ((runs, None) for runs in self._aside.values())

    def _take(self, run: Run) -> Iterator[tuple[Group, str | None]]:
        if run.key is None:
            yield [run], None
            return
        if not self._open or self._open[0].key != run.key:
            yield from self._close()
        self._open.append(run)
        # Held back only so far: one number on all lines must not fill the memory.
        if _lines(self._open) > self._lines_max:
            self._drowned.add(run.key)
            yield from self._close()

    def _close(self) -> Iterator[tuple[Group, str | None]]:
        runs, self._open = self._open, []
        if not runs:
            return
        key = runs[0].key or ""
        if self._survey.is_scattered(key) and key not in self._drowned:
            runs = self._aside.setdefault(key, []) + runs
            self._aside[key] = runs
            if _lines(runs) <= self._lines_max:
                return
            self._drowned.add(key)
        self._aside.pop(key, None)
        yield runs, self._too_many() if key in self._drowned else None

    def _too_many(self) -> str:
        return (
            f"More than {self._lines_max:,} lines have this number:"
            " is it the right column?"
        )


def _lines(runs: Group) -> int:
    return sum(map(len, runs))
