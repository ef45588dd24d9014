"""The resolver run over a history as the projector runs it, beside the definition."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from habitue.identity.deciding import Run
from habitue.identity.meaning import resolve as define
from habitue.identity.persons import Persons
from habitue.identity.resolution import Resolution
from habitue.identity.resolve import Placement, Resolver
from habitue.model.evidence import Evidence, Key
from habitue.model.identifier import IDENTIFIERS_MAX
from habitue.model.kind import KindPolicy
from habitue.model.person import Person
from habitue.state.port import IndexSpec, Place, Snapshot, TableSpec
from habitue.state.table import Store
from tests.identity.histories import POOL, Record


class MemoryState:
    """State in dicts: a backend quick enough for thousands of histories."""

    def __init__(self) -> None:
        self.offset = 0
        self.rows: dict[str, dict[Any, bytes]] = defaultdict(dict)
        self.entries: dict[str, dict[tuple[int, int, int], int]] = defaultdict(dict)

    def open(
        self, stamp: str, tables: Sequence[TableSpec], indexes: Sequence[IndexSpec]
    ) -> int:
        return self.offset

    def load(self, table: str, key: Any) -> bytes | None:
        return self.rows[table].get(key)

    def load_many(self, table: str, keys: Sequence[Any]) -> dict[Any, bytes]:
        held = self.rows[table]
        return {key: held[key] for key in keys if key in held}

    def near(self, table: str, keys: Sequence[str], numbers: Sequence[int]) -> None:
        """A question costs nothing here, so none is asked ahead."""

    def scan(self, table: str) -> Iterator[tuple[Any, bytes]]:
        yield from sorted(self.rows[table].items())

    def page(self, table: str, after: Any, limit: int) -> list[tuple[Any, bytes]]:
        rows = sorted(self.rows[table].items())
        return [row for row in rows if after is None or row[0] > after][:limit]

    def last_key(self, table: str) -> Any:
        return max(self.rows[table], default=None)

    def span_many(
        self, index: str, parts: Sequence[int], limit: int
    ) -> list[tuple[int, int, int, int]]:
        own = set(parts)
        held = ((*at, value) for at, value in self.entries[index].items())
        return sorted(one for one in held if one[0] in own)[:limit]

    def span(
        self,
        index: str,
        part: int,
        within: tuple[Place, Place],
        limit: int,
        newest_first: bool,
    ) -> list[tuple[int, int, int]]:
        low, high = within
        held = sorted(
            (*place, value)
            for (own, *place), value in self.entries[index].items()
            if own == part and low <= tuple(place) < high
        )
        return (held[::-1] if newest_first else held)[:limit]  # type: ignore[return-value]

    def scan_entries(self, index: str) -> Iterator[tuple[int, int, int, int]]:
        for place, value in sorted(self.entries[index].items()):
            yield (*place, value)

    def last_part(self, index: str) -> int | None:
        return max((place[0] for place in self.entries[index]), default=None)

    def commit(self, snapshot: Snapshot) -> None:
        for table, changed in snapshot.rows.items():
            _lay_over(self.rows[table], changed)
        for index, entries in snapshot.entries.items():
            _lay_over(self.entries[index], entries)
        self.offset = snapshot.offset

    def close(self) -> None:
        return


def _lay_over(held: dict[Any, Any], changed: dict[Any, Any]) -> None:
    for key, value in changed.items():
        if value is None:
            held.pop(key, None)
        else:
            held[key] = value


class Live:
    """A resolver, the log it re-reads, and profiles folded by its placements."""

    def __init__(
        self, policy: KindPolicy, backend: Any = None, *, rows_max: int = 100_000
    ) -> None:
        self.policy = policy
        self.backend = backend if backend is not None else MemoryState()
        self.rows_max = rows_max
        self.log: dict[int, Record] = {}
        self.profiles: dict[int, set[Key]] = {}
        self.saved: dict[int, set[Key]] = {}
        self.open()

    def open(self) -> int:
        """Open the store; answers the offset that its state stands at."""
        self.store = Store(self.backend, rows_max=self.rows_max, stamp="test")
        find = {record.key: record.offset for record in self.log.values()}
        self.offsets = find
        self.resolver = Resolver(
            self.store, self.policy, self.log.get, find.get, self._told
        )
        self.profiles = _copy(self.saved)
        return self.store.open()

    def _told(self, offsets: Sequence[int]) -> list[Record]:
        return [self.log[offset] for offset in offsets if offset in self.log]

    def save(self, offset: int) -> None:
        if self.store.begin(offset):
            self.backend.commit(self.store.take())
            self.store.settle()
            self.saved = _copy(self.profiles)

    def follow(self, records: Sequence[Record]) -> "Live":
        for record in records:
            self.take(record)
        return self

    def take(self, record: Record) -> Placement:
        # A record is durable before the resolver hears of it.
        self.log[record.offset] = record
        self.offsets[record.key] = record.offset
        if isinstance(record, Evidence):
            placed = self._observe(record)
        else:
            placed = self.resolver.judge(record)
        self._fold(record, placed)
        return placed

    def _observe(self, item: Evidence) -> Placement:
        """Take an item in as the projector does, or at once: the same must come out."""
        strand = None
        if item.offset % 2:
            strand = self.resolver.go_on(item, item.key, item.offset)
        return self.resolver.observe(item) if strand is None else Placement(strand)

    def _fold(self, record: Record, placed: Placement) -> None:
        for strand in placed.gone:
            self.profiles.pop(strand, None)
        for number in placed.refold:
            for strand in self.resolver.strands(number):
                self.profiles.pop(strand, None)
            for at_us, offset in self.resolver.items(number):
                strand = self.resolver.strand_at(number, at_us, offset)
                self.profiles.setdefault(strand, set()).add(self.log[offset].key)
        for strand in placed.anew:
            assert strand not in self.profiles
            for _, offset in self.resolver.items_in(strand):
                self.profiles.setdefault(strand, set()).add(self.log[offset].key)
        if placed.strand is not None:
            own = self.profiles.setdefault(placed.strand, set())
            assert (record.key in own) is placed.takes_in
            own.add(record.key)

    def strands(self) -> dict[Key, int]:
        return {key: strand for strand, keys in self.profiles.items() for key in keys}

    def folded(self) -> dict[int, set[Key]]:
        return {strand: keys for strand, keys in self.profiles.items() if keys}


def _copy(profiles: dict[int, set[Key]]) -> dict[int, set[Key]]:
    return {strand: set(keys) for strand, keys in profiles.items()}


@contextmanager
def worked_out() -> Iterator[list[int]]:
    """Give a list that takes how many nodes are worked out anew, each time."""
    counted: list[int] = []
    begin = Run.__init__

    def count(run: Run, persons: Persons, nodes: list[int], edges: Any) -> None:
        counted.append(len(nodes))
        begin(run, persons, nodes, edges)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "__init__", count)
        yield counted


def check(live: Live, records: Sequence[Record]) -> None:
    """Assert that the resolver answers all it is asked as the definition does."""
    defined = define(records, live.policy)
    resolver = live.resolver
    assert resolver.people(0, 10_000) == sorted(defined.persons)
    # Numbers that are nobody's id are asked for, too: it is nobody they bring.
    numbers = [one.offset * IDENTIFIERS_MAX + at for one in records for at in (0, 1)]
    resolver.bring([*sorted(defined.persons), *numbers])
    for person_id, person in defined.persons.items():
        portrayed = resolver.person(person_id)
        assert plain(portrayed) == plain(person)
        assert portrayed is not None
        assert resolver.identifiers(person_id) == [
            node.identifier for node in portrayed.nodes
        ]
        outline = resolver.outline(person_id, 10_000)
        assert outline.known == bool(person.nodes)
        assert sorted(outline.strands) == sorted(person.strands)
    people = defined.persons.values()
    assert resolver.known_people == sum(bool(one.nodes) for one in people)
    assert resolver.strangers == sum(
        not one.nodes and one.shared is None for one in people
    )
    assert resolver.nobody == defined.nobody
    assert live.strands() == defined.strand_of
    assert sum(len(keys) for keys in live.profiles.values()) == len(defined.strand_of)
    _check_places(live, defined, records)
    for identifier in POOL:
        assert resolver.find(identifier) == defined.find(identifier)
    for record in records:
        for position in range(6):
            old = record.offset * IDENTIFIERS_MAX + position
            assert resolver.current(old) == defined.current(old)


def _check_places(live: Live, defined: Resolution, records: Sequence[Record]) -> None:
    offsets = {record.key: record for record in records}
    decided: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    for key, strand in defined.strand_of.items():
        record = offsets[key]
        number = live.resolver.number_at(strand)
        decided[number].add((record.at_us, record.offset))
        placed = live.resolver.strand_at(number, record.at_us, record.offset)
        assert placed == strand
        assert live.resolver.person_of(strand) == defined.person_of(strand)
    for identifier in POOL:
        known = live.resolver.number(identifier)
        if known is not None:
            assert set(live.resolver.items(known)) == decided[known]
            assert live.resolver.identifier(known) == identifier


def plain(person: Person | None) -> object:
    """Give a person with its lists in one order, for comparing."""
    if person is None:
        return None
    return replace(
        person,
        nodes=tuple(sorted(person.nodes, key=repr)),
        stretches=tuple(sorted(person.stretches, key=repr)),
        edges=tuple(sorted(person.edges, key=repr)),
        refusals=tuple(sorted(person.refusals, key=repr)),
    )
