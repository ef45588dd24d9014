"""state = fold(log): byte-equal however it was computed, on both backends."""

import asyncio
import contextlib
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import replay, save
from habitue.backends.postgres.state import PostgresState
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.catalog.alerts import EFFECTS
from habitue.log.port import Truth
from habitue.model.kind import KindPolicy
from habitue.segment.subscription import CHANGES
from habitue.state.port import StateBackend
from habitue.state.store import Store
from tests.identity.histories import policies
from tests.identity.live import MemoryState
from tests.lake.kept import (
    ALLOWED,
    BOUGHT,
    EVENTS,
    FACTS,
    HOLDING,
    KINDS,
    WHOSE,
    Kept,
)
from tests.proof.inforce import ENOUGH_S, live_through, living_logs
from tests.proof.logbook import Line, dump, stand

pytestmark = pytest.mark.proof("T13")

LONG = bool(os.environ.get("HABITUE_TORTURE"))
LAW = settings(max_examples=1_000 if LONG else 40, deadline=None)
LAW_POSTGRES = settings(max_examples=100 if LONG else 5, deadline=None)
# Two copies are made of each.
LAW_COPY = settings(max_examples=60 if LONG else 3, deadline=None)
# Under these stands what became due and was told on.
TOLD_ON = {EFFECTS, CHANGES}
BEFALLS = ("", "", "seal", "save", "crash", "restart", "check")
CHANCE = st.randoms(use_true_random=False)
# Some logs end while much is still due.
SECONDS = st.sampled_from((0, 3, ENOUGH_S))
Open = Callable[[], StateBackend]
_folders = itertools.count()
# Nothing in any table, as of the log's beginning: to make them anew takes ten times
# as long, and that they are is tested elsewhere (contracts/test_state_backend.py).
EMPTIED = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'state' LOOP
    IF name = 'meta' THEN UPDATE state.meta SET at = 0;
    ELSE EXECUTE format('DELETE FROM state.%I', name); END IF;
  END LOOP;
END $$
"""


@contextmanager
def written(
    folder: Path, lines: list[Line], policy: KindPolicy, seconds: int
) -> Iterator[Truth]:
    """Make a real log of lines, in a folder of its own.

    seconds: how long what comes due by then is told on.
    """
    truth = SqliteTruth(folder / str(next(_folders)) / "truth.db")
    try:
        live_through(truth, lines, policy, seconds)
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
    """Draw an offset from here on; every other time one at which something is due."""
    ahead = truth.read(fold.offset + 1, 10_000)
    due = [one.offset - 1 for one in ahead if one.source in TOLD_ON]
    if due and chance.random() < 0.5:
        return chance.choice(due)
    return chance.randint(fold.offset, truth.head())


def check(truth: Truth, policy: KindPolicy, new_state: Callable[[], Open], chance):
    """Assert that every way to compute state gives the same bytes."""
    wanted = at_once(truth, policy)
    for batch, rows_max in ((1, 5), (7, 1_000), (7, 5), (1_000, 5)):
        assert in_batches(truth, policy, new_state(), batch, rows_max) == wanted
    assert with_crashes(truth, policy, new_state(), chance) == wanted
    assert as_it_serves(truth, policy, new_state(), chance) == wanted


def test_rebuilt_state_is_byte_equal_on_sqlite(memory_path: Path) -> None:
    @given(lines=living_logs(), policy=policies(), chance=CHANCE, seconds=SECONDS)
    @LAW
    def law(lines, policy, chance, seconds) -> None:
        with TemporaryDirectory(dir=memory_path) as made:
            folder = Path(made)

            def new_state() -> Open:
                path = folder / f"{next(_folders)}.db"
                return lambda: SqliteState(path)

            with written(folder, lines, policy, seconds) as truth:
                check(truth, policy, new_state, chance)

    law()


@pytest.mark.postgres
def test_rebuilt_state_is_byte_equal_on_postgresql(postgres_url: str, tmp_path: Path):
    def new_state() -> Open:
        with psycopg.connect(postgres_url) as connection:
            connection.execute(EMPTIED)
        return lambda: PostgresState(postgres_url)

    @given(
        lines=living_logs(),
        policy=policies(),
        chance=CHANCE,
        seconds=st.sampled_from((0, 3)),
    )
    @LAW_POSTGRES
    def law(lines, policy, chance, seconds) -> None:
        with written(tmp_path, lines, policy, seconds) as truth:
            check(truth, policy, new_state, chance)

    law()


# All that a copy holds of a log and its people, whatever way it came to.
TABLES = ("events", "lines", "purchases", "purchase_lines", "person_events")
HELD = (
    *(EVENTS, HOLDING, WHOSE, FACTS, ALLOWED, BOUGHT, KINDS),
    *(f"SELECT * FROM {table}" for table in TABLES),
)


async def copied(kept: Kept, chance: Random | None) -> list[list[str]]:
    """Take a log in with the copy beside it; give all that the copy holds then.

    chance: what befalls it on the way; None: nothing does.
    """
    while kept.fold.offset < kept.truth.head():
        kept.apply(10_000 if chance is None else chance.randint(1, 5))
        does = chance.choice(BEFALLS) if chance else ""
        if does == "seal":
            await kept.copy.seal()
        elif does:
            await getattr(kept, does)()
    found = [sorted(map(repr, await kept.rows(sql))) for sql in HELD]
    await kept.close()
    return found


def test_the_copy_of_a_rebuilt_state_holds_what_the_live_one_held(
    memory_path: Path,
) -> None:
    @given(lines=living_logs(), policy=policies(), chance=CHANCE)
    @LAW_COPY
    def law(lines, policy, chance) -> None:
        with TemporaryDirectory(dir=memory_path) as made:
            live, again = Path(made) / "live", Path(made) / "again"
            live.mkdir()
            again.mkdir()
            with contextlib.closing(SqliteTruth(live / "truth.db")) as truth:
                live_through(truth, lines, policy)
            shutil.copy(live / "truth.db", again)

            held = asyncio.run(copied(Kept(live, policy), chance))

            assert asyncio.run(copied(Kept(again, policy), None)) == held

    law()
