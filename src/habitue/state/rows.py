"""A table as the stages use it: in memory first, written behind.

A row is in one of these places, asked in this order; each wins over the next:

- young, old: cached, whether changed or not (habitue.state.room);
- dirty: changed since the last snapshot began, never dropped;
- frozen: part of the snapshot under way, not yet encoded;
- encoded: part of the snapshot under way, until it has been committed;
- the backend.

A frozen row that is about to change is encoded first. So a snapshot holds every
row as it was at the snapshot's offset, though the rows go on changing.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

import msgspec

from habitue.state.port import StateBackend, TableSpec
from habitue.state.room import Room
from habitue.state.watch import Ground, Watches

K = TypeVar("K", int, str)
V = TypeVar("V")

# Keys remembered as not being on disk; the memory is dropped when it is full.
_ABSENT_MAX = 100_000


class Table(Generic[K, V]):
    """Rows by key; a row handed out by edit() may be changed until the next begin().

    Values are never None. Used from one thread.
    """

    def __init__(self, spec: TableSpec, backend: StateBackend, room: Room) -> None:
        self.spec = spec
        self._backend = backend
        self._room = room
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}
        self._dirty: dict[K, V | None] = {}
        self._frozen: dict[K, V | None] = {}
        self._encoded: dict[K, bytes | None] = {}
        self._absent: set[K] = set()
        self.watches: Watches[K] = Watches()
        # Takes the keys of rows that may have changed, where somebody asks for them.
        self.touched: set[K] | None = None
        self._watched: dict[Any, Any] = self.watches.held
        # Loads the rows of keys with what lies near; False: it is for the table to do.
        self.ahead: Callable[[Sequence[Any], Sequence[int]], bool] = _never
        # Every row there is, is in memory: the backend need not be asked.
        self._whole = False
        # No row on disk has a greater key: ids count upwards, so a new one is known.
        self._last: Any = None
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(spec.value).decode
        room.join(self)

    def opened(self) -> None:
        """Take note of what the backend holds; called once it is open."""
        last = self._backend.last_key(self.spec.name)
        self._whole = last is None
        if self.spec.key is int:
            self._last = float("-inf") if last is None else last

    def get(self, key: K) -> V | None:
        """Give the row to read; the caller must not change it."""
        row = self._young.get(key)
        return row if row is not None else self._find(key)

    def edit(self, key: K) -> V | None:
        """Give the row to change in place; None if there is none."""
        if self.touched is not None:
            self.touched.add(key)
        row = self._dirty.get(key)
        if row is not None:
            return row
        row = self._young.get(key)
        if row is None:
            row = self._find(key)
            if row is None:
                return None
        if key in self._frozen:
            self._seal(key)
        if self._watched:
            self._watched.pop(key, None)
        self._dirty[key] = row
        return row

    def put(self, key: K, value: V) -> None:
        """Keep the value as the row of the key, new or replaced."""
        if self.touched is not None:
            self.touched.add(key)
        if key in self._frozen:
            self._seal(key)
        if self._watched:
            self._watched.pop(key, None)
        self._young[key] = self._dirty[key] = value

    def delete(self, key: K) -> None:
        """Forget the row of the key; there need not be one."""
        if self.touched is not None:
            self.touched.add(key)
        if key in self._frozen:
            self._seal(key)
        if self._watched:
            self._watched.pop(key, None)
        self._young.pop(key, None)
        self._old.pop(key, None)
        self._dirty[key] = None

    def prefetch(self, keys: Iterable[K]) -> None:
        """Load the rows of many keys at once, where only the backend has them."""
        if self._whole:
            return
        young, asks = self._young, self._only_on_disk
        asked = [key for key in keys if key not in young and asks(key)]
        if len(asked) > 1:
            asked = list(dict.fromkeys(asked))
            if not self.ahead(asked, ()):
                self.take_in(self._backend.load_many(self.spec.name, asked), asked)
            self._room.make()
        elif asked:
            self._load(asked[0])

    def bring(self, numbers: Sequence[int]) -> None:
        """Load what lies near numbers, where one question for all of it is less."""
        if not self._whole and self.ahead((), numbers):
            self._room.make()

    def asks(self, key: K) -> bool:
        """Say whether the backend must be asked to know of a row."""
        return not self._whole and key not in self._young and self._only_on_disk(key)

    def take_in(self, rows: Mapping[Any, bytes], asked: Iterable[K]) -> None:
        """Keep rows that were loaded; of those asked for there are no others.

        Room is to be made when all is taken in that was loaded together.
        """
        for key in (*rows, *asked):
            if self.asks(key):
                self._keep(key, rows.get(key))

    def items(self) -> Iterator[tuple[K, V]]:
        """Give every row in order of key, unsaved ones included.

        The table must not change while this runs.
        """
        unsaved = self._unsaved()
        disk: Iterator[tuple[Any, bytes]] = self._backend.scan(self.spec.name)
        kept = ((key, self._decode(data)) for key, data in disk if key not in unsaved)
        changed: Iterator[tuple[Any, V]] = (
            (key, row)
            for key, row in sorted(unsaved.items(), key=itemgetter(0))
            if row is not None
        )
        yield from heapq.merge(kept, changed, key=itemgetter(0))

    def page(self, after: K | None, limit: int) -> list[tuple[K, V]]:
        """Give so many rows behind a key (None: from the first), in order of key.

        Fewer than asked for are the last there are. The table may change between two
        pages: each is of the moment when it was asked for.
        """
        found: list[tuple[K, V]] = []
        while len(found) < limit:
            disk: list[tuple[Any, bytes]] = self._backend.page(
                self.spec.name, after, limit
            )
            last = disk[-1][0] if len(disk) == limit else None
            found += self._overlaid((after, last), disk, limit)
            if last is None:
                break
            after = last
        return found[:limit]

    def watch(self, key: K) -> Ground | None:
        """Mark the row until it next changes; None if it is unsaved (see watch.py)."""
        return None if key in self._dirty else self.watches.mark(key)

    # What the store does with it.

    @property
    def dirty(self) -> int:
        return len(self._dirty)

    def begin(self) -> None:
        """Freeze the rows changed so far."""
        self._frozen, self._dirty = self._dirty, {}

    def encode_some(self, rows: int) -> bool:
        """Encode so many frozen rows; say whether none is left."""
        frozen, encoded, encode = self._frozen, self._encoded, self._encode
        for _ in range(min(rows, len(frozen))):
            key, row = frozen.popitem()
            encoded[key] = None if row is None else encode(row)
        return not frozen

    def encoded(self) -> dict[Any, bytes | None]:
        """Give the snapshot's rows; from here on the backend may have them."""
        self._absent.difference_update(self._encoded)
        if self._last is not None:
            self._last = max(self._last, max(self._encoded, default=self._last))
        return self._encoded

    def settle(self) -> None:
        """Forget the snapshot's rows: the backend has them now."""
        self._room.throw(self._encoded)
        self._encoded = {}

    def young_size(self) -> int:
        return len(self._young)

    def size(self) -> int:
        return len(self._young) + len(self._old)

    def rotate(self) -> dict[K, V]:
        gone, self._old, self._young = self._old, self._young, {}
        self._whole = self._whole and not gone
        return gone

    def shrink(self, rows: int) -> int:
        gone = min(rows, len(self._old))
        for _ in range(gone):
            self._old.popitem()
        self._whole = self._whole and not gone
        return gone

    # Finding a row that is not young.

    def _find(self, key: K) -> V | None:
        row = self._old.pop(key, None)
        if row is None:
            if self._whole:
                return None
            if self._only_on_disk(key):
                return self._load(key)
            row = self._pending(key)
        if row is not None:
            self._young[key] = row
        return row

    def _pending(self, key: K) -> V | None:
        if key in self._dirty:
            return self._dirty[key]
        if key in self._frozen:
            return self._frozen[key]
        data = self._encoded.get(key)
        return None if data is None else self._decode(data)

    def _only_on_disk(self, key: K) -> bool:
        """Say whether the backend must be asked about a row that is not young."""
        return not (
            key in self._old
            or key in self._dirty
            or key in self._frozen
            or key in self._encoded
            or (self._last is not None and key > self._last)
            or key in self._absent
        )

    def _load(self, key: K) -> V | None:
        if self.ahead((key,), ()):
            row = self._young.get(key)
        else:
            row = self._keep(key, self._backend.load(self.spec.name, key))
        self._room.loaded()
        return row

    def _keep(self, key: K, data: bytes | None) -> V | None:
        if data is None:
            if len(self._absent) >= _ABSENT_MAX:
                self._absent.clear()
            self._absent.add(key)
            return None
        row: V = self._decode(data)
        self._young[key] = row
        return row

    def _seal(self, key: K) -> None:
        """Encode a frozen row as it stands, before it changes."""
        row = self._frozen.pop(key)
        self._encoded[key] = None if row is None else self._encode(row)

    def _overlaid(
        self,
        between: tuple[K | None, K | None],
        disk: list[tuple[Any, bytes]],
        limit: int,
    ) -> list[tuple[K, V]]:
        """Lay what is not saved over a stretch of rows on disk; give the first of it.

        between: the keys before the stretch and at its end, None where it has none.
        """
        after, last = between
        unsaved = {
            key
            for changed in (self._encoded, self._frozen, self._dirty)
            for key in changed
            if (after is None or key > after) and (last is None or key <= last)
        }
        # A snapshot may hold very many; no more of them are wanted than asked for.
        first = heapq.nsmallest(limit, (key for key in unsaved if self._is_there(key)))
        rows = {key: self._pending(key) for key in first}
        for key, data in disk:
            if key not in unsaved:
                rows[key] = self._decode(data)
        ordered = [(key, rows[key]) for key in sorted(rows)]
        return [(key, row) for key, row in ordered[:limit] if row is not None]

    def _is_there(self, key: K) -> bool:
        """Say whether a row that is not saved is one; it may be a deleted one's."""
        for changed in (self._dirty, self._frozen):
            if key in changed:
                return changed[key] is not None
        return self._encoded[key] is not None

    def _unsaved(self) -> dict[K, V | None]:
        unsaved: dict[K, V | None] = {
            key: None if data is None else self._decode(data)
            for key, data in self._encoded.items()
        }
        return unsaved | self._frozen | self._dirty


def _never(_keys: Sequence[Any], _numbers: Sequence[int]) -> bool:
    return False
