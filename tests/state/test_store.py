"""The state on disk always stands at exactly one offset, whatever happens when."""

import copy
import itertools
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from habitue.backends.sqlite.state import SqliteState
from habitue.base.errors import ConflictError, InvalidError, StorageError
from habitue.state.port import IndexSpec, StateBackend, TableSpec
from habitue.state.table import Store

New = Callable[[], StateBackend]


class Row(Struct):
    """A row of the tests: something nested that changes in place."""

    values: dict[str, int]


ROWS = TableSpec(name="row", key=int, value=Row)
NAMES = TableSpec(name="name", key=str, value=int)
TIMES = IndexSpec(name="time")

_stamps = (f"stamp {number}" for number in itertools.count())


class Model:
    """What the store means: dicts, and a copy of them for every snapshot."""

    def __init__(self) -> None:
        self.offset = 0
        self.rows: dict[int, dict[str, int]] = {}
        self.names: dict[str, int] = {}
        self.entries: dict[tuple[int, int, int], int] = {}

    def span(self, part: int, low: Any, high: Any) -> list[tuple[int, int, int]]:
        return sorted(
            (at_us, offset, value)
            for (held, at_us, offset), value in self.entries.items()
            if held == part and low <= (at_us, offset) < high
        )

    def dump(self) -> list[bytes]:
        encode = msgspec.msgpack.Encoder(order="deterministic").encode
        names = [encode(("name", key, row)) for key, row in sorted(self.names.items())]
        rows = [
            encode(("row", key, Row(row))) for key, row in sorted(self.rows.items())
        ]
        entries = [
            encode(("time", *place, value))
            for place, value in sorted(self.entries.items())
        ]
        return [*names, *rows, *entries]


class Twin:
    """A store and its model, taken through the same steps."""

    def __init__(self, new: New, rows_max: int) -> None:
        self._new = new
        self._rows_max = rows_max
        self._stamp = next(_stamps)
        self.model = Model()
        self.saved = Model()
        self.saving: Model | None = None
        self.snapshot: Any = None
        self._open()

    def _open(self) -> None:
        self.backend = self._new()
        self.store = Store(self.backend, rows_max=self._rows_max, stamp=self._stamp)
        self.rows = self.store.table(ROWS)
        self.names = self.store.table(NAMES)
        self.times = self.store.index(TIMES)
        assert self.store.open() == self.saved.offset

    def put(self, key: int, value: int) -> None:
        self.rows.put(key, Row({"a": value}))
        self.model.rows[key] = {"a": value}

    def edit(self, key: int, value: int) -> None:
        row = self.rows.edit(key)
        held = self.model.rows.get(key)
        assert (row and row.values) == held
        if row is not None and held is not None:
            row.values[f"b{value}"] = held[f"b{value}"] = value

    def get(self, key: int, value: int) -> None:
        row = self.rows.get(key)
        assert (row and row.values) == self.model.rows.get(key)

    def delete(self, key: int, value: int) -> None:
        self.rows.delete(key)
        self.model.rows.pop(key, None)

    def name(self, key: int, value: int) -> None:
        self.names.put(f"n{key}", value)
        self.model.names[f"n{key}"] = value

    def unname(self, key: int, value: int) -> None:
        assert self.names.get(f"n{key}") == self.model.names.get(f"n{key}")
        self.names.delete(f"n{key}")
        self.model.names.pop(f"n{key}", None)

    def page(self, key: int, value: int) -> None:
        held = sorted(self.model.rows.items())
        wanted = [row for row in held if row[0] > key][: value + 1]
        found = [(name, row.values) for name, row in self.rows.page(key, value + 1)]
        assert found == wanted
        assert [name for name, _ in self.names.page(None, 9)] == sorted(
            self.model.names
        )[:9]

    def prefetch(self, key: int, value: int) -> None:
        self.rows.prefetch(range(key, key + value))

    def enter(self, key: int, value: int) -> None:
        self.times.put(key % 3, value, key, value)
        self.model.entries[(key % 3, value, key)] = value

    def reenter(self, key: int, value: int) -> None:
        self.enter(key, value)
        self.times.put(key % 3, value, key, 0)
        self.model.entries[(key % 3, value, key)] = 0

    def leave(self, key: int, value: int) -> None:
        self.times.remove(key % 3, value, key)
        self.model.entries.pop((key % 3, value, key), None)

    def span(self, key: int, value: int) -> None:
        wanted = self.model.span(key % 3, (0, 0), (2**62, 0))
        assert self.times.span(key % 3) == wanted
        assert self.times.span(key % 3, limit=2) == wanted[:2]

    def newest(self, key: int, value: int) -> None:
        wanted = self.model.span(key % 3, (value, key), (value + 4, 0))[::-1]
        low, high = (value, key), (value + 4, 0)
        found = self.times.span(key % 3, low, high, limit=3, newest_first=True)
        assert found == wanted[:3]

    def begin(self, key: int, value: int) -> None:
        if self.store.begin(self.model.offset + 1):
            self.model.offset += 1
            self.saving = copy.deepcopy(self.model)

    def encode(self, key: int, value: int) -> None:
        for _ in range(value):
            self.store.encode(0.0)

    def commit(self, key: int, value: int) -> None:
        if self.saving is not None and self.snapshot is None:
            self.snapshot = self.store.take()
            self.backend.commit(self.snapshot)
            self.saved, self.saving = self.saving, None

    def settle(self, key: int, value: int) -> None:
        if self.snapshot is not None:
            self.store.settle(0.0)
            self.snapshot = None

    def save(self, key: int, value: int) -> None:
        for step in (self.settle, self.begin, self.commit, self.settle):
            step(key, value)

    def tidy(self, key: int, value: int) -> None:
        self.store.tidy(1.0)

    def dump(self, key: int, value: int) -> None:
        assert list(self.store.dump()) == self.model.dump()

    def reopen(self, key: int, value: int) -> None:
        self.backend.close()
        self.model = copy.deepcopy(self.saved)
        self.saving = self.snapshot = None
        self._open()


CHANGES = ["put", "edit", "edit", "delete", "name", "unname", "enter", "reenter"]
READS = ["get", "page", "span", "newest", "prefetch", "dump", "leave"]
SNAPSHOTS = ["begin", "encode", "commit", "settle", "save", "save", "tidy", "reopen"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(CHANGES + READS + SNAPSHOTS),
        st.integers(0, 7),
        st.integers(0, 5),
    ),
    min_size=20,
    max_size=80,
)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every limit so small that a short example meets it."""
    monkeypatch.setattr("habitue.state.store._STEP_ROWS", 1)
    monkeypatch.setattr("habitue.state.room._STEP_ROWS", 1)
    monkeypatch.setattr("habitue.state.index._LOAD_MAX", 3)
    monkeypatch.setattr("habitue.state.index._PAGE_MAX", 2)
    monkeypatch.setattr("habitue.state.rows._ABSENT_MAX", 3)


def check_twin(new: New, rows_max: int, steps: list[tuple[str, int, int]]) -> None:
    twin = Twin(new, rows_max)
    try:
        for step, key, value in steps:
            getattr(twin, step)(key, value)
        for last in (twin.dump, twin.commit, twin.reopen, twin.dump):
            last(0, 0)
    finally:
        twin.backend.close()


@settings(suppress_health_check=list(HealthCheck))
@given(rows_max=st.sampled_from([2, 6, 1_000]), steps=STEPS)
def test_sqlite_state_is_what_dicts_would_hold(
    small_steps: None, tmp_path: Path, rows_max: int, steps: list[tuple[str, int, int]]
) -> None:
    check_twin(lambda: SqliteState(tmp_path / "state.db"), rows_max, steps)


@pytest.mark.postgres
@settings(
    suppress_health_check=list(HealthCheck),
    max_examples=max(15, settings().max_examples // 10),
)
@given(rows_max=st.sampled_from([2, 6, 1_000]), steps=STEPS)
def test_postgres_state_is_what_dicts_would_hold(
    small_steps: None,
    postgres_url: str,
    rows_max: int,
    steps: list[tuple[str, int, int]],
) -> None:
    from habitue.backends.postgres.state import PostgresState

    check_twin(lambda: PostgresState(postgres_url), rows_max, steps)


# Each snapshot writes every row, name and entry with its own offset as the value.
CHILD = """
import sys
from tests.state.test_store import backend_of, house
store, backend, rows, names, times, offset = house(backend_of(*sys.argv[1:]))
while True:
    offset += 1
    for key in range(1_500):
        rows.put(key, offset)
        names.put(f"n{key}", offset)
        times.put(key % 7, key, key, offset)
    store.begin(offset)
    backend.commit(store.take())
    store.settle()
    print(offset, flush=True)
"""


def backend_of(engine: str, place: str) -> StateBackend:
    from habitue.backends.postgres.state import PostgresState

    return SqliteState(Path(place)) if engine == "sqlite" else PostgresState(place)


def house(backend: StateBackend) -> tuple[Any, ...]:
    store = Store(backend, rows_max=1_000, stamp="kill")
    rows = store.table(TableSpec(name="row", key=int, value=int))
    names = store.table(NAMES)
    times = store.index(TIMES)
    return store, backend, rows, names, times, store.open()


@pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_a_kill_amid_commits_leaves_the_state_at_one_offset(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if engine == "postgres" else ""
    place = url or str(tmp_path / "state.db")
    chance = random.Random(engine)

    for _ in range(4):
        told = kill_amid_commits(engine, place, after_s=chance.random() * 0.2)

        _, backend, rows, names, times, offset = house(backend_of(engine, place))
        assert offset >= told
        values = {value for _, value in [*rows.items(), *names.items()]}
        values |= {value for *_, value in times.entries()}
        assert values == {offset}
        backend.close()


def kill_amid_commits(engine: str, place: str, after_s: float) -> int:
    """Let a child commit, kill it somewhere in the midst, give what it told last."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, engine, place],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    first = int(child.stdout.readline())
    time.sleep(after_s)
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read().split()
    child.wait()
    child.stdout.close()
    return int(rest[-1]) if rest else first


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(SqliteState(tmp_path / "state.db"), rows_max=10, stamp="1")


def test_nothing_is_snapshot_when_nothing_changed(store: Store) -> None:
    store.table(NAMES)
    store.open()

    assert store.begin(1) is False
    store.close()


def test_one_snapshot_is_under_way_at_a_time(store: Store) -> None:
    names = store.table(NAMES)
    store.open()
    names.put("a", 1)
    assert store.begin(1)
    names.put("b", 1)

    assert store.begin(2) is False
    assert store.snapshotting
    store.close()


def test_a_snapshot_that_was_not_begun_cant_be_taken(store: Store) -> None:
    store.open()

    with pytest.raises(ConflictError, match="begin one first"):
        store.take()
    store.close()


def test_a_new_table_under_an_old_stamp_has_everything_rebuilt(tmp_path: Path) -> None:
    first = Store(SqliteState(tmp_path / "state.db"), rows_max=10, stamp="1")
    names = first.table(NAMES)
    first.open()
    names.put("a", 1)
    first.begin(5)
    backend = first._backend
    backend.commit(first.take())
    first.close()

    second = Store(SqliteState(tmp_path / "state.db"), rows_max=10, stamp="1")
    second.table(NAMES)
    second.table(ROWS)

    assert second.open() == 0
    second.close()


def test_two_tables_cant_have_one_name(store: Store) -> None:
    store.table(NAMES)

    with pytest.raises(ConflictError, match="'name'"):
        store.index(IndexSpec(name="name"))


def test_a_name_that_is_no_word_is_refused(store: Store) -> None:
    with pytest.raises(InvalidError, match="x; DROP"):
        store.table(TableSpec(name="x; DROP", key=int, value=int))


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"not a database at all" * 1_000)
    store = Store(SqliteState(tmp_path / "state.db"), rows_max=10, stamp="1")

    with pytest.raises(StorageError, match="delete it"):
        store.open()
    store.close()
