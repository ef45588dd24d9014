"""What holds of truth.db in particular: flushes, locks, migrations, the WAL."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.backends.sqlite.truth_open import (
    PACKAGE,
    connect_writer,
    migrate,
    migrations,
)
from habitue.base.errors import DiskFullError, StorageError
from habitue.base.sql import read_sql
from habitue.log.port import Entry

STEPS = [(1, "CREATE TABLE one (a INTEGER)"), (2, "CREATE TABLE two (b INTEGER)")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "truth.db"


@pytest.fixture
def truth(path: Path) -> Iterator[SqliteTruth]:
    truth = SqliteTruth(path)
    yield truth
    truth.close()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    db = connect_writer(tmp_path / "plain.db")
    yield db
    db.close()


def entry(message_id: str, body: bytes = b"{}") -> Entry:
    return Entry(source="web", message_id=message_id, body=body)


def pragma(truth: SqliteTruth, name: str) -> object:
    return truth._db.execute(f"PRAGMA {name}").fetchone()[0]


def schema(db: sqlite3.Connection) -> list[tuple[str, str]]:
    sql = "SELECT name, sql FROM sqlite_master WHERE sql NOT NULL ORDER BY name"
    return db.execute(sql).fetchall()


def test_each_commit_is_flushed(truth: SqliteTruth) -> None:
    full = 2
    assert pragma(truth, "synchronous") == full
    assert pragma(truth, "journal_mode") == "wal"


def test_the_writer_does_not_checkpoint(truth: SqliteTruth) -> None:
    assert pragma(truth, "wal_autocheckpoint") == 0


def test_what_is_erased_is_gone_from_the_files_at_once(
    truth: SqliteTruth, path: Path
) -> None:
    canaries = [entry(f"canary-{n}", b"canary" * n * 500) for n in range(1, 9)]
    truth.commit([*canaries, entry("stays")], 1)

    truth.erase(range(1, 9), "asked for", 2)

    files = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"stays" in files
    assert b"canary" not in files


def test_readers_cannot_write(truth: SqliteTruth) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        truth._reader._db().execute("DELETE FROM record")


def test_a_second_process_is_turned_away(truth: SqliteTruth, path: Path) -> None:
    with pytest.raises(StorageError, match="in use by another process"):
        SqliteTruth(path)


def test_a_closed_folder_opens_again(path: Path) -> None:
    for _ in range(2):
        SqliteTruth(path).close()


def test_a_file_that_is_no_log_is_told_in_a_sentence(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database" * 100)

    with pytest.raises(StorageError, match=r"truth\.db' can't be opened"):
        SqliteTruth(path)


def test_nothing_is_written_behind_another_writer(
    truth: SqliteTruth, path: Path
) -> None:
    truth.commit([entry("a")], 1)
    with sqlite3.connect(path) as other:
        other.execute('UPDATE record SET "offset" = 2')
    other.close()

    with pytest.raises(StorageError, match="UNIQUE"):
        truth.commit([entry("b")], 1)


def test_after_a_failed_write_the_truth_writes_nothing_more(
    truth: SqliteTruth,
) -> None:
    truth.commit([entry("a")], 1)
    truth._db.execute("PRAGMA query_only=ON")
    with pytest.raises(StorageError, match="readonly"):
        truth.commit([entry("b")], 1)

    truth._db.execute("PRAGMA query_only=OFF")
    with pytest.raises(StorageError, match="readonly"):
        truth.commit([entry("c")], 1)

    assert [record.message_id for record in truth.read(0, 10)] == ["a"]


def test_a_full_disk_takes_nothing_and_the_next_commit_finds_room(
    truth: SqliteTruth,
) -> None:
    truth.commit([entry("a")], 1)
    pages = truth._db.execute("PRAGMA page_count").fetchone()[0]
    # The way a full disk shows itself.
    truth._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(DiskFullError):
        truth.commit([entry("b", b"x" * 100_000)], 1)

    truth._db.execute(f"PRAGMA max_page_count={pages + 1_000}")
    truth.commit([entry("c")], 1)

    assert [record.message_id for record in truth.read(0, 10)] == ["a", "c"]
    assert truth.verify() == 2


def test_a_log_whose_last_write_failed_opens_and_goes_on(path: Path) -> None:
    truth = SqliteTruth(path)
    truth.commit([entry("a")], 1)
    truth._db.execute("PRAGMA max_page_count=1")
    with pytest.raises(StorageError):
        truth.commit([entry("b", b"x" * 100_000)], 1)
    truth.close()

    truth = SqliteTruth(path)
    truth.commit([entry("b")], 1)
    checked = truth.verify()
    truth.close()

    assert checked == 2


def test_the_write_ahead_log_stays_bounded(path: Path) -> None:
    truth = SqliteTruth(path, wal_bytes_max=1_000_000)
    for n in range(200):
        truth.commit([entry(f"m{n}", b"x" * 50_000)], 1)
    largest = path.with_name("truth.db-wal").stat().st_size
    failure = truth._checkpointer.failure
    truth.close()

    assert largest < 2_000_000
    assert failure is None


def test_a_reader_that_stays_stops_nobody(path: Path) -> None:
    truth = SqliteTruth(path, wal_bytes_max=100_000)
    truth.commit([entry("a")], 1)
    with sqlite3.connect(path, isolation_level=None) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM record").fetchall()
        outcomes = [truth.commit([entry(f"m{n}", b"x" * 9_000)], 1) for n in range(20)]
    reader.close()
    truth.close()

    assert len(outcomes) == 20


def test_who_erases_while_the_log_is_carried_over_is_not_told_of_a_reader(
    path: Path,
) -> None:
    truth = SqliteTruth(path, wal_bytes_max=8_000_000)
    for number in range(60):
        # So much that it is carried over meanwhile, and no more than one waits for.
        (told,) = truth.commit([entry(f"m{number}", b"x" * 3_000_000)], 1)

        truth.erase([told.offset], "asked for", 2)

        assert path.with_name("truth.db-wal").stat().st_size == 0
    truth.close()


def test_who_erases_waits_for_a_checkpoint_under_way(path: Path) -> None:
    truth = SqliteTruth(path)
    truth.commit([entry("a")], 1)
    erases = threading.Thread(target=truth.erase, args=([1], "asked for", 2))

    with truth._checkpointer.turn:
        erases.start()
        erases.join(0.3)
        assert erases.is_alive()
    erases.join(30)

    assert path.with_name("truth.db-wal").stat().st_size == 0
    truth.close()


def test_the_schema_is_the_sum_of_its_migrations(db: sqlite3.Connection) -> None:
    plain = sqlite3.connect(":memory:")
    plain.executescript(read_sql(PACKAGE, "truth_schema.sql"))

    migrate(db, migrations())

    assert schema(db) == schema(plain)
    plain.close()


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = [number for number, _ in migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_migrating_again_changes_nothing(db: sqlite3.Connection) -> None:
    migrate(db, STEPS)
    before = schema(db)

    migrate(db, STEPS)

    assert schema(db) == before


def test_a_migration_that_breaks_off_leaves_the_old_state(
    db: sqlite3.Connection,
) -> None:
    migrate(db, STEPS[:1])
    broken = (2, "CREATE TABLE two (b INTEGER); INSERT INTO nowhere VALUES (1)")

    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(db, [STEPS[0], broken])

    assert [name for name, _ in schema(db)] == ["one"]
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    migrate(db, STEPS)
    assert [name for name, _ in schema(db)] == ["one", "two"]


def test_a_log_of_a_newer_release_is_not_touched(path: Path) -> None:
    SqliteTruth(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version=99")
    db.close()

    with pytest.raises(StorageError, match="newer release"):
        SqliteTruth(path)
