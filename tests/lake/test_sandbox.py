"""A query reads the copy's tables and nothing else, whatever it says (PROMISES S4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from habitue.app.doctor.attack import queries
from habitue.backends.duckdb.lake import DuckLake, Limits
from habitue.lake.port import Lake, QueryError, Question, Tail

pytestmark = pytest.mark.proof("T25")

SECRET = "canary-of-a-file"
OUTSIDE = (
    *queries.OUTSIDE,
    "COPY events TO '{folder}/lake/out.parquet'",
    "EXPORT DATABASE '{folder}/out'",
    "IMPORT DATABASE '{folder}/out'",
    "INSTALL httpfs",
    "LOAD httpfs",
)
CHANGES = (
    "DROP TABLE kept_event",
    "DELETE FROM kept_event",
    "UPDATE kept_event SET strand = 1",
    "INSERT INTO kept_event SELECT * FROM kept_event",
    "CREATE TABLE x AS SELECT 1",
    "CREATE TEMP TABLE x AS SELECT 1",
    "CREATE MACRO events() AS TABLE SELECT 1",
    "CREATE OR REPLACE TEMP VIEW events AS SELECT 1",
    "ALTER TABLE kept_event RENAME TO y",
    "SELECT 1; DROP TABLE kept_event",
    "EXPLAIN ANALYZE DELETE FROM kept_event",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "VACUUM",
    "SET threads = 8",
    "SET VARIABLE x = 1",
    "RESET memory_limit",
    "PRAGMA enable_profiling",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "CALL pragma_version()",
    "USE temp",
    "WITH x AS (DELETE FROM kept_event RETURNING *) SELECT * FROM x",
)
INSIDES = (
    *queries.INSIDES,
    "SELECT * FROM kept_event",
    "SELECT * FROM standing",
    "SELECT * FROM tail_event",
    "SELECT * FROM main.events",
    "SELECT * FROM temp.main.events",
    "SELECT * FROM duckdb_databases()",
    "SELECT * FROM duckdb_tables",
    "SELECT * FROM pragma_database_list()",
    "SELECT * FROM pragma_storage_info('kept_event')",
    "SELECT * FROM pg_catalog.pg_settings",
    "SELECT * FROM pg_settings",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM sqlite_master",
    "SHOW TABLES",
    "DESCRIBE events",
    "SUMMARIZE events",
    "PRAGMA database_list",
    "SELECT current_database()",
    "SELECT list_transform([1], x -> current_setting('threads'))",
    "SELECT (SELECT max(path) FROM duckdb_databases())",
    "SELECT 1 WHERE EXISTS (FROM duckdb_settings())",
    "SELECT * FROM events JOIN duckdb_columns() ON true",
    "SELECT * FROM pg_settings WHERE 1 IN"
    " (WITH pg_settings AS (SELECT 1) SELECT * FROM pg_settings)",
    "WITH kept_event AS (SELECT 1) SELECT * FROM kept_event",
    "SELECT * FROM local_rows",
    "SELECT repeat('x', 2_000_000_000)",
    "SELECT lpad('x', 2_000_000_000, 'x')",
    "SELECT range(2_000_000_000)",
    "SELECT printf('%2000000000d', 1)",
)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    folder = tmp_path_factory.mktemp("sandbox")
    (folder / "secret.csv").write_text(f"a\n{SECRET}\n")
    made = DuckLake(folder / "lake.duckdb", folder / "lake", Limits(256, 5, 16))
    made.open()
    made.folder = folder
    yield made
    made.close()


def ask(lake: Lake, sql: str) -> list[dict]:
    folder: Path = lake.folder
    # A variable of Python's is no table, either.
    local_rows = [1, 2, 3]
    asking = lake.begin(Tail(0))
    try:
        text = sql.format(file=folder / "secret.csv", folder=folder)
        return asking.answer(Question(sql=text)).table.to_pylist()
    finally:
        asking.close()
        del local_rows


@pytest.mark.parametrize("sql", [*OUTSIDE, *CHANGES, *INSIDES])
def test_a_query_that_reaches_further_is_refused_in_a_sentence(
    lake: Lake, sql: str
) -> None:
    with pytest.raises(QueryError) as refused:
        ask(lake, sql)

    assert SECRET not in str(refused.value)
    assert str(lake.folder) not in str(refused.value).replace(
        str(lake.folder / "secret.csv"), ""
    )


# Not within the folder of exports, nor within the copy.
BEYOND = [sql for sql in OUTSIDE if "/lake/" not in sql and "query" not in sql]


@pytest.mark.parametrize("sql", BEYOND)
def test_the_engine_itself_refuses_what_lies_outside(lake: Lake, sql: str) -> None:
    """Were it let in: a second wall behind the first."""
    folder: Path = lake.folder
    text = sql.format(file=folder / "secret.csv", folder=folder)
    asking = lake.begin(Tail(0))
    try:
        with pytest.raises(QueryError):
            asking.answer(Question(sql=text, trusted=True))
    finally:
        asking.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM events",
        "WITH x AS (SELECT 1 AS a) SELECT a FROM x",
        "WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n + 1 FROM r WHERE n < 5)"
        " SELECT * FROM r",
        "FROM events SELECT name, count(*) GROUP BY ALL",
        "SELECT * FROM events SEMI JOIN holding USING (strand)",
        "SELECT unnest([1, 2])",
        "SELECT * FROM range(3)",
        "SELECT lag(name) OVER (PARTITION BY strand ORDER BY happened_at) FROM events",
        "SELECT properties ->> 'sku' FROM person_events",
        "VALUES (1), (2)",
        "SELECT * FROM (SELECT name FROM events) AS events",
    ],
)
def test_what_analysts_ask_is_let_in(lake: Lake, sql: str) -> None:
    ask(lake, sql)
