"""What holds of the truth on PostgreSQL in particular: several processes at once."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.postgres.truth_hear import hear
from habitue.backends.postgres.truth_open import connect, migrate, migrations
from habitue.base.errors import StorageError
from habitue.log.chain import BrokenLogError
from habitue.log.port import Entry
from habitue.model.outcome import Fate

pytestmark = pytest.mark.postgres

NewTruth = Callable[[], PostgresTruth]


@pytest.fixture
def new_truth(postgres_url: str) -> Iterator[NewTruth]:
    """Opens truths side by side, as several processes would."""
    opened: list[PostgresTruth] = []

    def make() -> PostgresTruth:
        opened.append(PostgresTruth(postgres_url))
        return opened[-1]

    yield make
    for truth in opened:
        truth.close()


def entry(message_id: str) -> Entry:
    return Entry(source="web", message_id=message_id, body=b"{}")


class Counted:
    """Counts what is asked of the server over a connection."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        self.asked += name in {"exec_", "prepare", "exec_prepared"}
        return getattr(self._server, name)


def in_threads(*jobs: Callable[[], None]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_each_commit_is_flushed(new_truth: NewTruth) -> None:
    row = new_truth()._db.execute("SHOW synchronous_commit").fetchone()

    assert row == ("on",)


def test_processes_that_tell_the_same_items_store_each_once(
    new_truth: NewTruth,
) -> None:
    truths = [new_truth() for _ in range(3)]
    names = [f"m{n}" for n in range(60)]
    fates: list[Fate] = []

    def tell(truth: PostgresTruth) -> None:
        for start in range(0, 60, 6):
            batch = [entry(name) for name in names[start : start + 6]]
            fates.extend(outcome.fate for outcome in truth.commit(batch, 1))

    in_threads(*(lambda truth=truth: tell(truth) for truth in truths))

    assert fates.count(Fate.STORED) == 60
    assert fates.count(Fate.DUPLICATE) == 120
    assert truths[0].verify() == 60


def test_a_reader_never_passes_over_a_record(new_truth: NewTruth) -> None:
    truths, reader = [new_truth(), new_truth()], new_truth()
    seen: list[int] = []

    def write(truth: PostgresTruth, side: int) -> None:
        for n in range(40):
            truth.commit([entry(f"{side}-{n}"), entry(f"{side}-{n}-b")], 1)

    def follow() -> None:
        while len(seen) < 160:
            seen.extend(record.offset for record in reader.read(len(seen), 50))

    in_threads(lambda: write(truths[0], 0), lambda: write(truths[1], 1), follow)

    assert seen == list(range(1, 161))


def test_received_us_never_decreases_across_processes(new_truth: NewTruth) -> None:
    ahead, behind = new_truth(), new_truth()

    ahead.commit([entry("a")], 1_000)
    behind.commit([entry("b")], 500)

    assert [record.received_us for record in ahead.read(0, 10)] == [1_000, 1_000]


def test_processes_share_the_versions_of_a_definition(new_truth: NewTruth) -> None:
    new_truth().define("source", "web", b"1", 1)

    assert new_truth().define("source", "web", b"2", 1).version == 2


def test_other_processes_hear_of_new_offsets(
    new_truth: NewTruth, postgres_url: str
) -> None:
    truth = new_truth()
    truth.commit([entry("a"), entry("b")], 1)

    async def listen() -> list[int]:
        heads: list[int] = []
        news = asyncio.Event()

        def on_head(head: int) -> None:
            heads.append(head)
            news.set()

        task = asyncio.create_task(hear(postgres_url, on_head))
        async with asyncio.timeout(10):
            await news.wait()
            news.clear()
            await asyncio.to_thread(truth.commit, [entry("c")], 1)
            await news.wait()
        task.cancel()
        return heads

    assert asyncio.run(listen()) == [2, 3]


def test_hearing_goes_on_when_the_connection_was_cut(
    new_truth: NewTruth, postgres_url: str
) -> None:
    truth = new_truth()

    async def listen() -> list[int]:
        heads: list[int] = []
        news = asyncio.Event()

        def on_head(head: int) -> None:
            heads.append(head)
            news.set()

        task = asyncio.create_task(hear(postgres_url, on_head, retry_s=0.01))
        async with asyncio.timeout(10):
            await news.wait()
            news.clear()
            await asyncio.to_thread(cut_listeners, postgres_url)
            await asyncio.to_thread(truth.commit, [entry("a")], 1)
            while heads[-1] != 1:
                await news.wait()
                news.clear()
        task.cancel()
        return heads

    assert asyncio.run(listen())[-1] == 1


def cut_listeners(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query LIKE '%coalesce(max%' AND pid <> pg_backend_pid() "
            "AND application_name <> 'habitue-truth'"
        )


def test_after_a_lost_connection_the_truth_writes_nothing_more(
    new_truth: NewTruth,
) -> None:
    truth, other = new_truth(), new_truth()
    truth.commit([entry("a")], 1)
    pid = truth._db.info.backend_pid
    other._db.execute("SELECT pg_terminate_backend(%s)", (pid,))

    for name in ("b", "c"):
        with pytest.raises(StorageError, match="can't be written"):
            truth.commit([entry(name)], 1)

    assert [record.message_id for record in other.read(0, 10)] == ["a"]


def test_a_server_that_is_not_there_is_told_in_a_sentence() -> None:
    with pytest.raises(StorageError, match="can't be reached"):
        PostgresTruth("postgresql://nobody@/none?host=/nowhere")


@pytest.mark.parametrize(
    "edit",
    [
        """UPDATE truth.record SET body = '\\x00' WHERE "offset" = 2""",
        """UPDATE truth.record SET received_us = 0 WHERE "offset" = 2""",
        """DELETE FROM truth.record WHERE "offset" = 2""",
        """DELETE FROM truth.record WHERE "offset" = 3""",
        """DELETE FROM truth.record_key WHERE "offset" = 2""",
    ],
)
def test_an_altered_log_is_found(new_truth: NewTruth, edit: str) -> None:
    truth = new_truth()
    truth.commit([entry("a"), entry("b"), entry("c")], 5)
    truth._db.execute(edit)

    with pytest.raises(BrokenLogError):
        truth.verify()


def test_a_migration_that_breaks_off_leaves_the_old_state(postgres_url: str) -> None:
    db = connect(postgres_url)
    migrate(db, migrations())
    broken = (2, "CREATE TABLE truth.two (b int); INSERT INTO truth.nowhere VALUES (1)")

    with pytest.raises(psycopg.errors.UndefinedTable):
        migrate(db, [*migrations(), broken])

    assert db.execute("SELECT to_regclass('truth.two')").fetchone() == (None,)
    assert db.execute("SELECT max(number) FROM truth.version").fetchone() == (1,)
    db.close()


def test_processes_that_start_together_make_one_schema(postgres_url: str) -> None:
    opened: list[PostgresTruth] = []

    in_threads(*[lambda: opened.append(PostgresTruth(postgres_url))] * 4)

    secrets = {truth._secret() for truth in opened}
    for truth in opened:
        truth.close()
    assert len(opened) == 4
    assert len(secrets) == 1


def test_a_log_of_a_newer_release_is_not_touched(
    new_truth: NewTruth, postgres_url: str
) -> None:
    new_truth()._db.execute("INSERT INTO truth.version VALUES (99)")

    with pytest.raises(StorageError, match="newer release"):
        PostgresTruth(postgres_url)


def test_a_commit_asks_five_times_however_much_it_is(new_truth: NewTruth) -> None:
    """Each question more is waited for, with the interpreter given away meanwhile."""
    truth = new_truth()
    server = Counted(truth._asking._server)
    truth._asking._server = server
    for number in (0, 1):
        truth.commit([entry(f"m{number}-{at}") for at in range(40)], 1)

    # Once more each for what is prepared at the first.
    assert server.asked == 5 + 3 + 5


def test_what_is_undone_by_the_server_is_not_acknowledged(new_truth: NewTruth) -> None:
    truth = new_truth()
    with pytest.raises(StorageError, match="ROLLBACK"), truth._transaction():
        # As a statement whose failure nobody heard of.
        truth._db.pgconn.exec_(b"SELECT 1/0")

    with pytest.raises(StorageError, match="ROLLBACK"):
        truth.commit([entry("m1")], 1)
