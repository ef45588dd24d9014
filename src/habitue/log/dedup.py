"""Which items are stored already: an index of 64-bit hashes over the whole log.

A hash only says where to look; whoever asks confirms it by reading the row. The
newest hashes are in a dict, the rest in sorted runs, merged so that they stay few.
The index is a projection of the log: 16 bytes a record, kept in memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from hashlib import blake2b
from struct import Struct as Packing

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Offsets = NDArray[np.int64]
Digest = bytes

HASH_BYTES = 8
FINGERPRINT_BYTES = 16
SECRET_BYTES = 32
# How many hashes the dict holds before they become a run: what is read again from
# the log at start, and about 15 MB.
RECENT_MAX = 131_072

# A run is more than this many times as large as all newer ones: each run costs every
# look-up a search, each merge every hash in it a move.
_RATIO = 4

_length = Packing("<I").pack


class KeyHash:
    """Hashes (source, message_id) with a secret, so that nobody can make two collide.

    size is 8 bytes for the index, 16 where the hash has to stand for the key itself.
    """

    def __init__(self, secret: bytes, size: int = HASH_BYTES) -> None:
        self._start = blake2b(digest_size=size, key=secret)
        # The state after the source is the same for all its items: a third of the time.
        self._by_source: dict[str, blake2b] = {}

    def bytes(self, source: str, message_id: str) -> bytes:
        """Give the hash of one key."""
        return self.many(((source, message_id),))[0]

    def array(self, keys: Iterable[tuple[str, str]]) -> Hashes:
        """Give the hashes of many keys, in order."""
        return np.frombuffer(b"".join(self.many(keys)), np.uint64)

    def many(self, keys: Iterable[tuple[str, str]]) -> list[Digest]:
        """Give the hash of each key, in order."""
        found = []
        last = copy = None
        for source, message_id in keys:
            if source is not last or copy is None:
                last, copy = source, self._after(source).copy
            state = copy()
            state.update(message_id.encode())
            found.append(state.digest())
        return found

    def _after(self, source: str) -> blake2b:
        known = self._by_source.get(source)
        if known is not None:
            return known
        encoded = source.encode()
        state = self._start.copy()
        state.update(_length(len(encoded)) + encoded)
        self._by_source[source] = state
        return state


class Run:
    """Hashes of a stretch of the log in ascending order, each with its offset."""

    def __init__(self, hashes: Hashes, offsets: Offsets) -> None:
        self.hashes = hashes
        self.offsets = offsets

    def __len__(self) -> int:
        return len(self.hashes)

    def find(self, wanted: Hashes) -> Iterator[tuple[int, int]]:
        """Give (place in wanted, offset) for every match."""
        if not len(self):
            return
        first = np.searchsorted(self.hashes, wanted)
        near = np.minimum(first, len(self) - 1)
        for place in np.flatnonzero(self.hashes[near] == wanted).tolist():
            at = int(first[place])
            while at < len(self) and self.hashes[at] == wanted[place]:
                yield place, int(self.offsets[at])
                at += 1


def sort_run(hashes: Hashes, offsets: Offsets) -> Run:
    """Make a run of hashes in any order; quick where they are runs end to end."""
    order = np.argsort(hashes, kind="stable")
    return Run(np.take(hashes, order), np.take(offsets, order))


def merge_runs(runs: Sequence[Run]) -> Run:
    """Make one run of several."""
    return sort_run(
        np.concatenate([run.hashes for run in runs]),
        np.concatenate([run.offsets for run in runs]),
    )


class HashIndex:
    """Finds the offsets of a hash; the log's one writer adds, anyone asks.

    Runs are merged by the executor where one is given (sorting gives the GIL away),
    and at once where not.
    """

    def __init__(
        self,
        runs: Iterable[Run] = (),
        recent_max: int = RECENT_MAX,
        executor: Executor | None = None,
    ) -> None:
        self.runs = list(runs)
        self._recent_max = recent_max
        self._executor = executor
        self._merging: tuple[int, int, Future[Run]] | None = None
        self._clear()
        self._merge()

    def find(self, hashes: Hashes) -> list[tuple[int, int]]:
        """Give (place among the hashes, offset) for every match, to be confirmed."""
        # Snapshots, recent before runs: any thread may ask while the writer goes on.
        recent, also, runs = self._recent, self._also, tuple(self.runs)
        found: list[tuple[int, int]] = []
        keys = hashes.tolist()
        # Nearly always nothing is known, and that is quickly said.
        if not recent.keys().isdisjoint(keys):
            for place, key in enumerate(keys):
                if key in recent:
                    found.append((place, recent[key]))
                    found += [(place, offset) for offset in also.get(key, ())]
        if runs and len(hashes):
            # In order, neighbouring searches share their cache lines.
            order = np.argsort(hashes)
            wanted = np.take(hashes, order)
            for run in runs:
                found += [(int(order[at]), offset) for at, offset in run.find(wanted)]
        return found

    def add(self, hashes: Hashes, offsets: Offsets) -> None:
        """Take in what has become durable."""
        if not len(hashes):
            return
        self._adopt()
        self._hashes.append(hashes)
        self._offsets.append(offsets)
        known = self._recent.setdefault
        for key, offset in zip(hashes.tolist(), offsets.tolist(), strict=True):
            if known(key, offset) != offset:
                self._also.setdefault(key, []).append(offset)

    def is_full(self) -> bool:
        """Say whether the recent hashes are to become a run."""
        return len(self._recent) >= self._recent_max

    def freeze(self) -> Run:
        """Give the recent hashes as a run, to be stored; changes nothing."""
        return sort_run(np.concatenate(self._hashes), np.concatenate(self._offsets))

    def turn(self, run: Run) -> None:
        """Put the frozen run, now durable, in the place of the recent hashes."""
        self.runs.append(run)
        self._clear()
        self._merge()

    def _clear(self) -> None:
        self._recent: dict[int, int] = {}
        # Further offsets of a hash that two keys share.
        self._also: dict[int, list[int]] = {}
        self._hashes: list[Hashes] = []
        self._offsets: list[Offsets] = []

    def _merge(self) -> None:
        self._adopt()
        first = _first_to_merge([len(run) for run in self.runs])
        if self._merging is not None or first >= len(self.runs) - 1:
            return
        runs = self.runs[first:]
        if self._executor is None:
            self.runs[first:] = [merge_runs(runs)]
        else:
            future = self._executor.submit(merge_runs, runs)
            self._merging = (first, len(self.runs), future)

    def _adopt(self) -> None:
        if self._merging is None or not self._merging[2].done():
            return
        first, end, future = self._merging
        self._merging = None
        # Runs that came meanwhile stand behind the merged ones and stay.
        self.runs[first:end] = [future.result()]


def _first_to_merge(sizes: Sequence[int]) -> int:
    """Say from which run on to merge, so that each is far larger than all after it.

    >>> _first_to_merge([99, 12, 2, 1]), _first_to_merge([4, 4]), _first_to_merge([4])
    (1, 0, 0)
    """
    first, total = len(sizes) - 1, sum(sizes[-1:])
    while first > 0 and sizes[first - 1] <= total * _RATIO:
        first -= 1
        total += sizes[first]
    return max(first, 0)
