"""People in columns, as they come: a few hundred bytes each, however many there are."""

from array import array
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from habitue.app.duplicates.clustering import Bounds
from habitue.app.duplicates.fields import FIELDS
from habitue.app.duplicates.keys import KEYS, PAIRS_EACH, SHARED_MAX, keys_of
from habitue.app.duplicates.order import Known

KEY = "key_"
# A field that fewer than one in a hundred have tells too little to be learnt.
_HELD_PARTS = 100
# Stands where somebody lacks a key.
_NONE = 0
Ints = np.ndarray[Any, np.dtype[np.int64]]


class Crowd:
    """Takes people in by portions; each has a place, counted from 0, in its table."""

    def __init__(self, people: Sequence[Known] = ()) -> None:
        self._ids = array("q")
        self._bounds: list[bytes] = []
        self._fields: dict[str, list[pa.Array]] = {name: [] for name in FIELDS}
        # Keys are only compared, so their hashes do, and take less.
        self._keys = [array("q") for _ in range(KEYS)]
        self.add(people)

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, people: Sequence[Known]) -> None:
        """Take some more in."""
        for one in people:
            self._ids.append(one.person_id)
            self._bounds.append(_encode((one.numbers, one.apart, one.names)))
            for column, key in zip(self._keys, keys_of(one.fields), strict=True):
                column.append(_NONE if key is None else hash(key))
        for name, chunks in self._fields.items():
            told = [one.fields.get(name) for one in people]
            chunks.append(pa.array(told, pa.string()))

    def person_id(self, at: int) -> int:
        return self._ids[at]

    def bounds(self, at: int) -> Bounds:
        """Give what somebody may not be together with."""
        numbers, apart, names = _decode(self._bounds[at])
        held = {kind: set(told) for kind, told in names.items()}
        return Bounds(set(numbers), set(apart), held)

    def held(self) -> list[str]:
        """Name the fields that enough people have to be compared by."""
        return [
            name
            for name, chunks in self._fields.items()
            if sum(len(one) - one.null_count for one in chunks)
            > len(self) / _HELD_PARTS
        ]

    def shared(self) -> dict[str, Ints]:
        """Give the keys that some share and not too many, a column each; 0: none."""
        told = {f"{KEY}{at}": _shared(one) for at, one in enumerate(self._keys)}
        return {name: column for name, column in told.items() if column.any()}

    def table(self) -> pa.Table:
        """Give a row a person: their place, the fields held, the keys shared."""
        columns: dict[str, Any] = {"unique_id": pa.array(range(len(self)), pa.int64())}
        for name in self.held():
            columns[name] = pa.chunked_array(self._fields[name])
        for name, keys in self.shared().items():
            columns[name] = pa.array(keys, mask=keys == _NONE)
        return pa.table(columns)


def _shared(told: "array[int]") -> Ints:
    """Give keys, less those that nobody else has, or too many."""
    keys = np.frombuffer(told, dtype=np.int64)
    each, place, count = np.unique(keys, return_inverse=True, return_counts=True)
    count[each == _NONE] = 0
    size = count[place]
    at_most = shared_max(count[count > 1], len(keys))
    return np.where((size < 2) | (size > at_most), _NONE, keys)


def shared_max(sizes: Ints, people: int) -> int:
    """Say how many may share a key, so that there are not too many pairs in all.

    >>> shared_max(np.array([2, 2, 500]), 504), shared_max(np.array([9, 9, 100]), 118)
    (200, 99)
    """
    sizes = np.sort(sizes)
    pairs = np.cumsum(sizes * (sizes - 1) // 2)
    over = sizes[pairs > PAIRS_EACH * people]
    return min(SHARED_MAX, int(over[0]) - 1) if len(over) else SHARED_MAX


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(
    tuple[list[int], list[int], dict[str, list[int]]]
).decode
