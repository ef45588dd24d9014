"""An index as the stages use it: entries in order of time, written behind.

What is in memory of a part is its run (habitue.state.run). Beside it every change is
noted by part until it is saved, so that any run may be dropped at any time.
"""

import heapq
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import itemgetter
from typing import cast

from habitue.state.port import Change, Changes, IndexSpec, Place, StateBackend
from habitue.state.room import Room
from habitue.state.run import (
    Entry,
    Loose,
    Run,
    between,
    change_run,
    is_whole,
    lay_over,
    settled,
)
from habitue.state.watch import Ground, Watches

__all__ = ["Entry", "Index"]

_FIRST: Place = (-(2**63), -(2**63))
_END: Place = (2**63 - 1, 2**63 - 1)
# A part with more entries than this is not loaded whole.
_LOAD_MAX = 512
_PAGE_MAX = 1_000
# A run counts as one more than its entries: parts without any take room, too.
_RUN = 1


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
        self._young: dict[int, Run] = {}
        self._old: dict[int, Run] = {}
        # Of the young ones: less what was put since the last snapshot began.
        self._young_size = 0
        self._old_size = 0
        self._dirty: dict[int, list[Change]] = {}
        # Changes since the last snapshot began.
        self._changes = 0
        self._frozen: dict[int, list[Change]] = {}
        # Parts with a place that may have changed twice, dirty and frozen ones.
        self._twice: set[int] = set()
        self._unsettled: set[int] = set()
        self.watches: Watches[int] = Watches()
        # Takes (part, at_us) of what was put or removed, where somebody asks for them.
        self.touched: set[Place] | None = None
        self._watched = self.watches.held
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
        if self.touched is not None:
            self.touched.add((part, at_us))
        run = self._young.get(part)
        if run is None:
            run = self._find(part)
        change = (part, at_us, offset, value)
        if run:
            _, last_us, last, _ = run[-1]
            if last_us > at_us or (last_us == at_us and last >= offset):
                self._change(run, change)
                return
        # Nearly always it comes behind all others: this is done for every event.
        run.append(change)
        dirty = self._dirty.get(part)
        if dirty is None:
            self._dirty[part] = [change]
            if self._watched:
                self._watched.pop(part, None)
        else:
            dirty.append(change)
        self._changes += 1
        if len(run) > self._big:
            self._outgrow(part, run)

    def remove(self, part: int, at_us: int, offset: int) -> None:
        """Forget the entry at (part, at_us, offset); there need not be one."""
        if self.touched is not None:
            self.touched.add((part, at_us))
        self._change(self._run(part), (part, at_us, offset, None))

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
        if isinstance(run, Loose) and not run.big:
            run = self._load(part, run)
        if is_whole(run):
            held = between(run, part, (low, high), limit, newest_first)
            # There is no None in a whole run.
            return cast("list[Entry]", held)
        held = between(run, part, (low, high), len(run), newest_first)
        disk = self._pages(part, (low, high), min(limit + 64, _PAGE_MAX), newest_first)
        return lay_over(held, disk, limit, newest_first)

    def prefetch(self, parts: Iterable[int]) -> None:
        """Load many parts at once, where only the backend has them; no big ones."""
        if self._whole:
            return
        asked = sorted(part for part in set(parts) if self._is_to_load(part))
        if len(asked) < 2:
            return
        limit = _LOAD_MAX + len(asked)
        found = self._backend.span_many(self.spec.name, asked, limit)
        # Of the last one found there may be more, and of those behind it anything.
        end = found[-1][0] if len(found) == limit else self._last + 1
        held: dict[int, list[Entry]] = {part: [] for part in asked if part < end}
        for part, *entry in found:
            if part < end:
                held[part].append((entry[0], entry[1], entry[2]))
        for part, disk in held.items():
            if len(disk) <= _LOAD_MAX:
                self._fill(part, self._run(part), disk)

    def take_in(
        self, entries: Iterable[tuple[int, int, int, int]], asked: Iterable[int]
    ) -> None:
        """Keep all entries of parts that were loaded; in others asked for are none."""
        if self._whole:
            return
        held: dict[int, list[Entry]] = {part: [] for part in asked}
        for part, at_us, offset, value in entries:
            held.setdefault(part, []).append((at_us, offset, value))
        for part, disk in held.items():
            if len(disk) <= _LOAD_MAX and self._is_to_load(part):
                self._fill(part, self._run(part), disk)

    def _is_to_load(self, part: int) -> bool:
        if part > self._last:
            return False
        run = self._run(part)
        return isinstance(run, Loose) and not run.big and len(run) <= _LOAD_MAX

    def entries(self) -> Iterator[tuple[int, int, int, int]]:
        """Give every (part, at_us, offset, value) in order, unsaved ones included.

        The index must not change while this runs.
        """
        parts = chain(self._frozen.values(), self._dirty.values())
        unsaved = {change[:3]: change for change in chain.from_iterable(parts)}
        disk = self._backend.scan_entries(self.spec.name)
        kept = (entry for entry in disk if entry[:3] not in unsaved)
        changed = (
            (*place, value)
            for place, (*_, value) in sorted(unsaved.items(), key=itemgetter(0))
            if value is not None
        )
        yield from heapq.merge(kept, changed)

    def watch(self, part: int) -> Ground | None:
        """Mark the part until it next changes; None if it has unsaved entries."""
        return None if part in self._dirty else self.watches.mark(part)

    # What the store does with it.

    @property
    def dirty(self) -> int:
        """Count the changes that no snapshot has taken up yet."""
        return self._changes

    def begin(self) -> None:
        """Freeze the entries changed so far."""
        self._frozen, self._dirty = self._dirty, {}
        self._unsettled, self._twice = self._twice, set()
        self._young_size += self._changes
        self._changes = 0

    def encode_some(self, rows: int) -> bool:
        """Settle about so many frozen changes; say whether none is left to settle."""
        while self._unsettled:
            part = self._unsettled.pop()
            changes = self._frozen[part] = settled(self._frozen[part])
            rows -= len(changes)
            if rows <= 0:
                return False
        return True

    def encoded(self) -> Changes:
        """Give the frozen changes; from here on the backend may have them."""
        self._last = max(self._last, max(self._frozen, default=self._last))
        return Changes(self._frozen)

    def settle(self) -> None:
        """Forget the snapshot's entries: the backend has them now."""
        self._room.throw(self._frozen)
        self._frozen = {}

    def young_size(self) -> int:
        return self._young_size + self._changes

    def size(self) -> int:
        return self.young_size() + self._old_size

    def rotate(self) -> dict[int, Run]:
        gone, self._old, self._young = self._old, self._young, {}
        self._old_size, self._young_size = self.young_size(), -self._changes
        self._whole = self._whole and not gone
        return gone

    def shrink(self, rows: int) -> int:
        gone = 0
        while self._old and gone < rows:
            gone += len(self._old.popitem()[1]) + _RUN
        self._old_size -= gone
        self._whole = self._whole and not gone
        return gone

    # Runs.

    def _change(self, run: Run, change: Change) -> None:
        """Put or remove an entry wherever it lies in the run of its part."""
        part = change[0]
        held, growth = change_run(run, change)
        if change[3] is None and not held and is_whole(run):
            return
        dirty = self._dirty.get(part)
        if dirty is None:
            dirty = self._dirty[part] = []
            if self._watched:
                self._watched.pop(part, None)
        dirty.append(change)
        if held or change[3] is None:
            self._twice.add(part)
        self._changes += 1
        self._young_size += growth - 1
        if len(run) > self._big:
            self._outgrow(part, run)

    def _outgrow(self, part: int, run: Run) -> None:
        """Drop a run that is too long; what is unsaved of it is noted."""
        if len(run) <= getattr(run, "limit", self._big):
            return
        del self._young[part]
        self._young_size -= len(run) + _RUN
        self._whole = False

    def _run(self, part: int) -> Run:
        run = self._young.get(part)
        return self._find(part) if run is None else run

    def _find(self, part: int) -> Run:
        """Give the run of a part that is not young."""
        run = self._old.pop(part, None)
        if run is None:
            run = self._gather(part)
        else:
            self._old_size -= len(run) + _RUN
        self._young[part] = run
        self._young_size += len(run) + _RUN
        return run

    def _gather(self, part: int) -> Run:
        """Make the run of a part that is not in memory from what is unsaved."""
        # Nothing on disk: what was never evicted, and parts that are new.
        whole = self._whole or part > self._last
        frozen, dirty = self._frozen.get(part), self._dirty.get(part)
        if frozen is None and dirty is None:
            return [] if whole else Loose((), self._big)
        changes = settled(chain(frozen or (), dirty or ()))
        entries = [change for change in changes if change[3] is not None]
        if whole and len(entries) <= self._big:
            return entries
        return Loose(changes, self._big)

    def _load(self, part: int, run: Loose) -> Run:
        """Make the run of a part whole, unless the part is big."""
        disk = self._backend.span(
            self.spec.name, part, (_FIRST, _END), _LOAD_MAX + 1, False
        )
        if len(disk) > _LOAD_MAX or len(run) > _LOAD_MAX:
            run.big = True
            return run
        return self._fill(part, run, disk)

    def _fill(self, part: int, run: Run, disk: Iterable[Entry]) -> Run:
        """Make the run of a part of what is on disk, with the changes laid over it."""
        changes = settled(chain([(part, *entry) for entry in disk], run))
        entries = [change for change in changes if change[3] is not None]
        self._young[part] = entries
        self._young_size += len(entries) - len(run)
        self._room.loaded()
        return entries

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
