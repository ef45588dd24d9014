"""What is particular to an engine: full disks, lost servers, plans of hot queries."""

import time
from pathlib import Path

import psycopg
import pytest

from habitue.backends.postgres.state import PostgresState
from habitue.backends.sqlite.state import SqliteState
from habitue.base.errors import StorageError
from habitue.state.port import Changes, IndexSpec, Snapshot, TableSpec

ROWS = TableSpec(name="row", key=int, value=bytes)
TIMES = IndexSpec(name="time")


def changes(value: int, rows: int) -> Changes:
    parts = {part: range(part, rows, 9) for part in range(9)}
    return Changes(
        {part: [(part, at, at, value) for at in ats] for part, ats in parts.items()}
    )


def snapshot(offset: int, rows: int, size: int = 10) -> Snapshot:
    return Snapshot(
        offset=offset,
        rows={"row": dict.fromkeys(range(rows), b"%d" % offset * size)},
        entries={"time": changes(offset, rows)},
    )


@pytest.fixture
def postgres(postgres_url: str):
    state = PostgresState(postgres_url)
    state.open("1", [ROWS], [TIMES])
    yield state
    state.close()


@pytest.fixture
def sqlite(tmp_path: Path):
    state = SqliteState(tmp_path / "state.db")
    state.open("1", [ROWS], [TIMES])
    yield state
    state.close()


def test_a_full_disk_is_told_and_leaves_the_former_snapshot(
    sqlite: SqliteState,
) -> None:
    sqlite.commit(snapshot(1, rows=100))
    sqlite._writer.execute("PRAGMA max_page_count = 20")

    with pytest.raises(StorageError, match=r"can't be written: .*full"):
        sqlite.commit(snapshot(2, rows=5_000, size=100))

    assert {value[:1] for _, value in sqlite.scan("row")} == {b"1"}
    assert {value for *_, value in sqlite.scan_entries("time")} == {1}


def test_a_snapshot_refused_by_a_full_disk_is_written_when_there_is_room(
    sqlite: SqliteState,
) -> None:
    refused = snapshot(2, rows=5_000, size=100)
    sqlite._writer.execute("PRAGMA max_page_count = 20")
    with pytest.raises(StorageError):
        sqlite.commit(refused)

    sqlite._writer.execute("PRAGMA max_page_count = 100000")
    sqlite.commit(refused)

    assert sqlite.load("row", 4_999) == b"2" * 100


def test_a_span_in_sqlite_goes_by_the_key(sqlite: SqliteState) -> None:
    for query in sqlite._spans.values():
        steps = sqlite._reader.execute(
            "EXPLAIN QUERY PLAN " + query, (1, 0, 0, 9, 9, 5)
        ).fetchall()

        assert [step[3] for step in steps] == [
            "SEARCH time USING PRIMARY KEY (part=? AND (at_us,log_offset)>(?,?) "
            "AND (at_us,log_offset)<(?,?))"
        ]


@pytest.mark.postgres
def test_a_span_in_postgres_goes_by_the_key_without_sorting(
    postgres: PostgresState,
) -> None:
    postgres.commit(snapshot(1, rows=5_000))
    postgres._reader.execute("ANALYZE")
    postgres._reader.execute("SET enable_bitmapscan = off")

    for query in postgres._spans.values():
        lines = postgres._asking.rows(b"EXPLAIN " + query, (1, 0, 0, 900, 0, 5))
        plan = "\n".join(line for (line,) in lines)

        assert "Sort" not in plan
        assert (
            "Index Cond: ((part = '1'::bigint) AND (ROW(at_us, log_offset) >=" in plan
        )


@pytest.mark.postgres
def test_a_lost_server_is_told(postgres: PostgresState, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    with pytest.raises(StorageError, match="See that the server runs"):
        postgres.load("row", 1)
    with pytest.raises(StorageError, match="See that the server runs"):
        postgres.commit(snapshot(1, rows=1))


@pytest.mark.postgres
def test_scans_one_after_another_take_one_connection_and_leave_nothing_open(
    postgres: PostgresState, postgres_url: str
) -> None:
    postgres.commit(snapshot(1, rows=9))
    list(postgres.scan("row"))
    first = connections(postgres_url)

    for _ in range(3):
        assert len(list(postgres.scan("row"))) == 9
        assert len(list(postgres.scan_entries("time"))) == 9

    assert connections(postgres_url) == first
    assert set(first.values()) == {"idle"}
    assert len(first) == 3  # A reader and a writer are the others.


@pytest.mark.postgres
def test_a_scan_under_way_outlives_no_close(
    postgres: PostgresState, postgres_url: str
) -> None:
    postgres.commit(snapshot(1, rows=5_000))
    rows = postgres.scan("row")
    next(rows)

    postgres.close()

    while connections(postgres_url):
        time.sleep(0.02)
    with pytest.raises(StorageError, match="closed"):
        list(rows)


@pytest.mark.postgres
def test_scans_at_once_and_one_given_up_are_apart(
    postgres: PostgresState, postgres_url: str
) -> None:
    postgres.commit(snapshot(1, rows=5_000))
    rows, entries = postgres.scan("row"), postgres.scan_entries("time")
    next(rows)
    next(entries)

    postgres.commit(snapshot(2, rows=5_000))
    rows.close()

    assert {value for *_, value in entries} == {1}
    assert {value[:1] for _, value in postgres.scan("row")} == {b"2"}
    # Whom it let go of takes a moment to leave.
    while len(found := connections(postgres_url)) > 3:
        time.sleep(0.02)
    assert set(found.values()) == {"idle"}


def connections(url: str) -> dict[int, str]:
    """Give what each connection of others to a database is doing."""
    with psycopg.connect(url) as other:
        rows = other.execute(
            "SELECT pid, state FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return dict(rows.fetchall())
