"""An index as the stages use it: entries in order of time, written behind.

The entries of a part are kept in memory as a run, a sorted list. A whole run holds
every entry of its part and is answered from memory; any other holds at least the
unsaved entries (None for a removed one) and is laid over the backend's.
"""

import heapq
from bisect import bisect_left
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from msgspec import Struct

from habitue.state.port import IndexSpec, Place, StateBackend
from habitue.state.room import Room

Entry = tuple[int, int, int]

_FIRST: Place = (-(2**63), -(2**63))
_END: Place = (2**63 - 1, 2**63 - 1)
# A part with more entries than this is not loaded whole.
_LOAD_MAX = 512
_PAGE_MAX = 1_000


class _Run(Struct, gc=False):
    """The entries of one part that are in memory, in order."""

    entries: list[tuple[int, int, int | None]]
    whole: bool
    big: bool = False

    def change(self, place: Place, value: int | None) -> int:
        """Put or remove an entry; say by how many the run grew."""
        entries = self.entries
        if not entries or entries[-1][:2] < place:
            at = len(entries)
        else:
            at = bisect_left(entries, place)
        held = at < len(entries) and entries[at][:2] == place
        if value is None and self.whole:
            if held:
                del entries[at]
            return -held
        if held:
            entries[at] = (*place, value)
            return 0
        entries.insert(at, (*place, value))
        return 1

    def between(self, low: Place, high: Place) -> list[tuple[int, int, int | None]]:
        start = bisect_left(self.entries, low)
        return self.entries[start : bisect_left(self.entries, high, start)]


class Index:
    """Entries (at_us, offset, value) by part, in order of time; for one thread."""

    def __init__(
        self, spec: IndexSpec, backend: StateBackend, room: Room, big: int
    ) -> None:
        self.spec = spec
        self._backend = backend
        self._room = room
        # A run of more entries than this is not kept whole.
        self._big = big
        self._young: dict[int, _Run] = {}
        self._old: dict[int, _Run] = {}
        self._young_entries = 0
        self._old_entries = 0
        self._dirty: dict[int, dict[Place, int | None]] = {}
        self._dirty_entries = 0
        self._frozen: dict[int, dict[Place, int | None]] = {}
        self._unencoded: Iterator[tuple[int, dict[Place, int | None]]] = iter(())
        self._encoded: dict[tuple[int, int, int], int | None] = {}
        self._whole = False
        self._last = _FIRST[0]
        room.join(self)

    def opened(self) -> None:
        """Take note of what the backend holds; called once it is open."""
        last = self._backend.last_part(self.spec.name)
        self._whole = last is None
        self._last = _FIRST[0] if last is None else last

    def put(self, part: int, at_us: int, offset: int, value: int) -> None:
        """Keep the value at (part, at_us, offset), new or replaced."""
        self._change(part, (at_us, offset), value)

    def remove(self, part: int, at_us: int, offset: int) -> None:
        """Forget the entry at (part, at_us, offset); there need not be one."""
        self._change(part, (at_us, offset), None)

    def span(
        self,
        part: int,
        low: Place = (0, 0),
        high: Place = (2**62, 0),
        *,
        limit: int = 1_000,
        newest_first: bool = False,
    ) -> list[Entry]:
        """Give the entries with low <= (at_us, offset) < high, in order of time."""
        run = self._run(part)
        if not run.whole and not run.big:
            run = self._load(part, run)
        held = run.between(low, high)
        if newest_first:
            held.reverse()
        if run.whole:
            return held[:limit]  # type: ignore[return-value]  # no None in a whole run
        disk = self._pages(part, (low, high), min(limit + 64, _PAGE_MAX), newest_first)
        return _merge(held, disk, limit, newest_first)

    def entries(self) -> Iterator[tuple[int, int, int, int]]:
        """Give every (part, at_us, offset, value) in order, unsaved ones included.

        The index must not change while this runs.
        """
        unsaved = dict(_flat(self._frozen)) | dict(_flat(self._dirty))
        disk = self._backend.scan_entries(self.spec.name)
        kept = (entry for entry in disk if entry[:3] not in unsaved)
        changed = (
            (*place, value)
            for place, value in sorted(unsaved.items(), key=itemgetter(0))
            if value is not None
        )
        yield from heapq.merge(kept, changed)

    # What the store does with it.

    @property
    def dirty(self) -> int:
        return self._dirty_entries

    def begin(self) -> None:
        """Freeze the entries changed so far."""
        self._frozen, self._dirty = self._dirty, {}
        self._dirty_entries = 0
        self._unencoded = iter(self._frozen.items())

    def encode_some(self, rows: int) -> bool:
        """Take over about so many frozen entries; say whether none is left."""
        for part, entries in self._unencoded:
            for place, value in entries.items():
                self._encoded[(part, *place)] = value
            self._last = max(self._last, part)
            rows -= len(entries)
            if rows <= 0:
                return False
        return True

    def encoded(self) -> dict[tuple[int, int, int], int | None]:
        return self._encoded

    def settle(self) -> None:
        """Forget the snapshot's entries: the backend has them now."""
        self._room.throw(self._frozen)
        self._room.throw(self._encoded)
        self._frozen, self._encoded = {}, {}

    def young_size(self) -> int:
        return self._young_entries

    def size(self) -> int:
        return self._young_entries + self._old_entries

    def rotate(self) -> dict[int, _Run]:
        gone, self._old, self._young = self._old, self._young, {}
        self._old_entries, self._young_entries = self._young_entries, 0
        self._whole = self._whole and not gone
        return gone

    def shrink(self, rows: int) -> int:
        gone = runs = 0
        while self._old and gone < rows:
            gone += len(self._old.popitem()[1].entries)
            runs += 1
        self._old_entries -= gone
        self._whole = self._whole and not runs
        return runs

    # Runs.

    def _change(self, part: int, place: Place, value: int | None) -> None:
        run = self._run(part)
        unsaved = self._dirty.get(part)
        if unsaved is None:
            unsaved = self._dirty[part] = {}
        if place not in unsaved:
            self._dirty_entries += 1
        unsaved[place] = value
        self._young_entries += run.change(place, value)
        if run.whole and len(run.entries) > self._big:
            self._young_entries -= len(self._young.pop(part).entries)
            self._whole = False

    def _run(self, part: int) -> _Run:
        run = self._young.get(part)
        if run is not None:
            return run
        run = self._old.pop(part, None)
        if run is None:
            run = self._gather(part)
        else:
            self._old_entries -= len(run.entries)
        self._young[part] = run
        self._young_entries += len(run.entries)
        return run

    def _gather(self, part: int) -> _Run:
        """Make the run of a part that is not in memory from what is unsaved."""
        unsaved = self._frozen.get(part, {}) | self._dirty.get(part, {})
        # Nothing on disk: what was never evicted, and parts that are new.
        whole = self._whole or part > self._last
        entries = sorted(
            (*place, value)
            for place, value in unsaved.items()
            if value is not None or not whole
        )
        return _Run(entries, whole and len(entries) <= self._big)

    def _load(self, part: int, run: _Run) -> _Run:
        """Make the run of a part whole, unless the part is big."""
        disk = self._backend.span(
            self.spec.name, part, (_FIRST, _END), _LOAD_MAX + 1, False
        )
        if len(disk) > _LOAD_MAX or len(run.entries) > _LOAD_MAX:
            run.big = True
            return run
        entries: list[Any] = _merge(run.entries, iter(disk), 2 * _LOAD_MAX, False)
        self._young_entries += len(entries) - len(run.entries)
        run.entries, run.whole = entries, True
        self._room.make()
        return run

    def _pages(
        self, part: int, within: tuple[Place, Place], page: int, newest_first: bool
    ) -> Iterator[Entry]:
        low, high = within
        while True:
            found = self._backend.span(
                self.spec.name, part, (low, high), page, newest_first
            )
            yield from found
            if len(found) < page:
                return
            at_us, offset, _ = found[-1]
            if newest_first:
                high = (at_us, offset)
            else:
                low = (at_us, offset + 1)


def _flat(
    parts: dict[int, dict[Place, int | None]],
) -> Iterator[tuple[tuple[int, int, int], int | None]]:
    for part, entries in parts.items():
        for place, value in entries.items():
            yield (part, *place), value


def _merge(
    unsaved: list[tuple[int, int, int | None]],
    disk: Iterator[Entry],
    limit: int,
    newest_first: bool,
) -> list[Entry]:
    """Lay unsaved entries over those of the disk; both in the order asked for."""
    found: list[Entry] = []
    last: Place | None = None
    # On a tie heapq.merge gives the first iterable's: an unsaved entry wins.
    for at_us, offset, value in heapq.merge(
        unsaved, disk, key=itemgetter(0, 1), reverse=newest_first
    ):
        if len(found) == limit:
            break
        if (at_us, offset) != last and value is not None:
            found.append((at_us, offset, value))
        last = (at_us, offset)
    return found
