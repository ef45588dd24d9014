"""state = fold(log): byte-equal however it was computed, on both backends."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import replay, save
from habitue.backends.postgres.state import PostgresState
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.port import Truth
from habitue.model.kind import KindPolicy
from habitue.state.port import StateBackend
from habitue.state.store import Store
from tests.identity.histories import policies
from tests.identity.live import MemoryState
from tests.proof.logbook import Line, dump, goods_logs, stand, write

pytestmark = pytest.mark.proof("T13")

LONG = bool(os.environ.get("HABITUE_TORTURE"))
LAW = settings(max_examples=1_000 if LONG else 40, deadline=None)
LAW_POSTGRES = settings(max_examples=60 if LONG else 5, deadline=None)
CHANCE = st.randoms(use_true_random=False)
Open = Callable[[], StateBackend]
_folders = itertools.count()


@contextmanager
def written(folder: Path, lines: list[Line]) -> Iterator[Truth]:
    """Make a real log of lines, in a folder of its own."""
    truth = SqliteTruth(folder / str(next(_folders)) / "truth.db")
    try:
        write(truth, lines)
        yield truth
    finally:
        truth.close()


def at_once(truth: Truth, policy: KindPolicy) -> list[bytes]:
    """Fold all with one snapshot at the end and every row in memory."""
    backend = MemoryState()
    fold = stand(truth, backend, policy)
    replay(fold, truth, backend, truth.head(), 1_000)
    return dump(fold)


def in_batches(
    truth: Truth, policy: KindPolicy, open_state: Open, batch: int, rows_max: int
) -> list[bytes]:
    backend = open_state()
    fold = stand(truth, backend, policy, rows_max)
    replay(fold, truth, backend, truth.head(), batch)
    return closing(backend, fold)


def with_crashes(
    truth: Truth, policy: KindPolicy, open_state: Open, chance: Random
) -> list[bytes]:
    """Fold on, save now and then, and lose what was not saved, again and again."""
    while True:
        backend = open_state()
        fold = stand(truth, backend, policy, rows_max=5)
        replay(fold, truth, backend, _some(fold, truth, chance), chance.choice((1, 7)))
        for record in truth.read(fold.offset, chance.randint(0, 5)):
            fold.apply(record)
        if fold.offset == truth.head() and chance.random() < 0.5:
            save(fold, backend)
            return closing(backend, fold)
        backend.close()


def as_it_serves(
    truth: Truth, policy: KindPolicy, open_state: Open, chance: Random
) -> list[bytes]:
    """Fold while snapshots are encoded a row at a time and written meanwhile."""
    backend = open_state()
    fold = stand(truth, backend, policy, rows_max=5)
    store, freezing, writing = fold.store, False, None
    for record in truth.read(0, 10_000):
        fold.apply(record)
        if writing is not None and chance.random() < 0.5:
            backend.commit(writing)
            store.settle()
            writing = None
        elif freezing and store.encode(0.0):
            writing, freezing = store.take(), False
        elif not freezing and writing is None and chance.random() < 0.3:
            freezing = store.begin(fold.offset)
    finish(store, backend, freezing, writing)
    # What was written last must be a state of its own: go on from there.
    backend.close()
    backend = open_state()
    fold = stand(truth, backend, policy, rows_max=5)
    replay(fold, truth, backend, truth.head())
    return closing(backend, fold)


def finish(
    store: Store, backend: StateBackend, freezing: bool, writing: object
) -> None:
    if freezing:
        writing = store.take()
    if writing is not None:
        backend.commit(writing)
        store.settle()


def closing(backend: StateBackend, fold: Fold) -> list[bytes]:
    """Give the dump, and close."""
    try:
        return dump(fold)
    finally:
        backend.close()


def _some(fold: Fold, truth: Truth, chance: Random) -> int:
    return chance.randint(fold.offset, truth.head())


def check(truth: Truth, policy: KindPolicy, new_state: Callable[[], Open], chance):
    """Assert that every way to compute state gives the same bytes."""
    wanted = at_once(truth, policy)
    for batch, rows_max in ((1, 5), (7, 1_000), (7, 5), (1_000, 5)):
        assert in_batches(truth, policy, new_state(), batch, rows_max) == wanted
    assert with_crashes(truth, policy, new_state(), chance) == wanted
    assert as_it_serves(truth, policy, new_state(), chance) == wanted


def test_rebuilt_state_is_byte_equal_on_sqlite(memory_path: Path) -> None:
    @given(lines=goods_logs(), policy=policies(), chance=CHANCE)
    @LAW
    def law(lines, policy, chance) -> None:
        with TemporaryDirectory(dir=memory_path) as made:
            folder = Path(made)

            def new_state() -> Open:
                path = folder / f"{next(_folders)}.db"
                return lambda: SqliteState(path)

            with written(folder, lines) as truth:
                check(truth, policy, new_state, chance)

    law()


@pytest.mark.postgres
def test_rebuilt_state_is_byte_equal_on_postgresql(postgres_url: str, tmp_path: Path):
    def new_state() -> Open:
        # Another stamp is what makes a backend throw its rows away.
        backend = PostgresState(postgres_url)
        Store(backend, rows_max=10, stamp="thrown-away").open()
        backend.close()
        return lambda: PostgresState(postgres_url)

    @given(lines=goods_logs(), policy=policies(), chance=CHANCE)
    @LAW_POSTGRES
    def law(lines, policy, chance) -> None:
        with written(tmp_path, lines) as truth:
            check(truth, policy, new_state, chance)

    law()
