"""A role that reads and writes rows: all stores work as it, and it may nothing else."""

import psycopg
import pytest
from psycopg import errors

from habitue.app.operation.preparing import prepare
from habitue.backends.postgres.lease import Leases
from habitue.backends.postgres.often import PostgresOften
from habitue.backends.postgres.repeats import PostgresRepeats
from habitue.backends.postgres.rights import SCHEMAS, UnpreparedError, excess, grant
from habitue.backends.postgres.scrub import scrub
from habitue.backends.postgres.secrets import PostgresSecrets
from habitue.backends.postgres.state import PostgresState
from habitue.backends.postgres.truth import PostgresTruth
from habitue.base.clock import SystemClock
from habitue.base.errors import ConflictError, InvalidError
from habitue.base.settings import Settings, load
from habitue.log.port import Entry
from habitue.state.port import IndexSpec, Snapshot, TableSpec

pytestmark = pytest.mark.postgres

NOW_US = 1_772_366_400_000_000
NUMBERS = TableSpec(name="number", key=int, value=int)
NAMES = TableSpec(name="name", key=str, value=int)
TIMES = IndexSpec(name="time")


@pytest.fixture
def as_role(postgres_url: str, postgres_role: str) -> str:
    return postgres_url.replace("postgres@", f"{postgres_role}@")


def settings(url: str) -> Settings:
    return load({"database.url": url}, environ={})


@pytest.fixture
def prepared(postgres_url: str, postgres_role: str, as_role: str) -> str:
    assert prepare(settings(postgres_url), postgres_role, SystemClock()) == []
    return as_role


REACHES = (
    "CREATE TABLE truth.own (n int)",
    "CREATE TABLE public.own (n int)",
    "CREATE SCHEMA own",
    "ALTER TABLE truth.record ADD COLUMN own int",
    "DROP TABLE truth.record",
    "TRUNCATE truth.record",
    "CREATE INDEX ON truth.record (source)",
    "CREATE TRIGGER own BEFORE INSERT ON truth.record EXECUTE FUNCTION now()",
    "DROP SCHEMA state CASCADE",
    "COPY truth.record TO PROGRAM 'cat'",
    "COPY truth.record FROM PROGRAM 'true'",
    "COPY truth.record TO '/tmp/habitue-of-the-server'",
    "COPY truth.record FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT passwd FROM pg_shadow",
    "ALTER SYSTEM SET work_mem = '1GB'",
    "CREATE ROLE own",
    "GRANT SELECT ON truth.record TO PUBLIC",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "VACUUM FULL truth.record",
)


def test_whatever_reaches_further_is_refused_by_the_server(prepared: str) -> None:
    assert [one for one in REACHES if not is_refused(prepared, one)] == []


def is_refused(url: str, statement: str) -> bool:
    """Say whether a statement is refused, or warned of as not done."""
    told: list[str] = []
    with psycopg.connect(url, autocommit=True) as db:
        db.add_notice_handler(lambda one: told.append(one.message_primary or ""))
        try:
            db.execute(statement)
        except (errors.InsufficientPrivilege, errors.UndefinedFunction):
            return True
    return any("no privileges" in one or "skipping" in one for one in told)


def test_the_role_holds_no_right_but_on_rows(
    prepared: str, postgres_url: str, postgres_role: str
) -> None:
    with psycopg.connect(postgres_url) as db:
        held = db.execute(
            "SELECT DISTINCT privilege_type FROM information_schema.table_privileges"
            " WHERE grantee = %s",
            (postgres_role,),
        ).fetchall()
        tables = db.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = ANY(%s)",
            (list(SCHEMAS),),
        ).fetchone()

    assert {one for (one,) in held} == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert tables is not None
    assert tables[0] > 20
    assert excess(prepared) == []


def test_a_log_goes_on_under_it(prepared: str) -> None:
    truth = PostgresTruth(prepared)
    entries = [Entry(source="till", message_id=f"m{n}", body=b"{}") for n in range(9)]

    truth.commit(entries, NOW_US)
    truth.define("segment", "vip", b"{}", NOW_US)
    truth.erase([2, 3], "asked for", NOW_US)
    truth.close()

    again = PostgresTruth(prepared)
    assert again.verify() == again.head() == 11
    again.close()


def test_what_processes_share_is_there_for_it(prepared: str) -> None:
    secrets = PostgresSecrets(prepared)
    secrets.put("one", b"two")
    leases = Leases(prepared)

    assert secrets.get("one") == b"two"
    assert leases.acquire("projector", "a", NOW_US, 1_000) is not None
    leases.close()
    assert PostgresOften(prepared, SystemClock()).add("reveal", "anna", 0, 3) == 1
    PostgresRepeats(prepared, SystemClock()).forget_answers()


def test_state_under_another_stamp_is_emptied_where_it_may_not_be_made(
    postgres_url: str, prepared: str, postgres_role: str
) -> None:
    made = PostgresState(postgres_url)
    made.open("1", [NUMBERS, NAMES], [TIMES])
    made.close()
    state = PostgresState(prepared)
    # The tables came after the role was let in; they are used all the same.
    assert state.open("1", [NUMBERS, NAMES], [TIMES]) == 0
    state.commit(Snapshot(offset=7, rows={"number": {1: b"x"}}, entries={}))

    assert state.open("1", [NUMBERS, NAMES], [TIMES]) == 7
    assert state.open("2", [NUMBERS, NAMES], [TIMES]) == 0
    assert state.load("number", 1) is None
    state.commit(Snapshot(offset=8, rows={"number": {1: b"y"}}, entries={}))
    assert state.open("2", [NUMBERS, NAMES], [TIMES]) == 8
    state.close()


@pytest.mark.parametrize(
    "tables",
    [[NUMBERS, TableSpec(name="other", key=int, value=int)], [NUMBERS, TIMES]],
    ids=["another table", "another key"],
)
def test_state_of_another_release_names_who_makes_its_tables(
    postgres_url: str, prepared: str, postgres_role: str, tables: list
) -> None:
    made = PostgresState(postgres_url)
    made.open("1", [NUMBERS, TableSpec(name="time", key=int, value=int)], [])
    made.close()
    state = PostgresState(prepared)
    specs = [one for one in tables if isinstance(one, TableSpec)]
    indexes = [one for one in tables if isinstance(one, IndexSpec)]

    with pytest.raises(
        UnpreparedError, match=f"habitue database prepare .* {postgres_role}"
    ):
        state.open("2", specs, indexes)
    state.close()


def test_a_database_that_nobody_prepared_names_the_command_and_the_role(
    as_role: str, postgres_role: str
) -> None:
    way = f"prepare --database postgresql://OWNER@HOST/NAME --for {postgres_role}"
    state = PostgresState(as_role)
    for opens in (
        lambda: PostgresTruth(as_role),
        lambda: PostgresSecrets(as_role),
        lambda: Leases(as_role),
        lambda: PostgresOften(as_role, SystemClock()),
        lambda: PostgresRepeats(as_role, SystemClock()),
        lambda: state.open("1", [NUMBERS], []),
    ):
        with pytest.raises(UnpreparedError, match=way):
            opens()
    state.close()


def test_an_older_log_names_them_too(
    prepared: str, postgres_role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from habitue.backends.postgres import truth

    newer = [*truth.migrations(), (2, "CREATE TABLE truth.later (n int)")]
    monkeypatch.setattr(truth, "migrations", lambda: newer)

    with pytest.raises(UnpreparedError, match=f"version 2 .* --for {postgres_role}"):
        PostgresTruth(prepared)


def test_rewriting_is_for_who_owns_the_tables(
    postgres_url: str, prepared: str, postgres_role: str
) -> None:
    with pytest.raises(
        ConflictError, match=f"The role '{postgres_role}' can't rewrite"
    ):
        scrub(prepared)
    assert scrub(postgres_url).tables > 3


def test_what_a_role_may_beyond_rows_is_named(
    postgres_url: str, prepared: str, postgres_role: str
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute(f'GRANT pg_read_server_files TO "{postgres_role}"')
        db.execute(f'ALTER ROLE "{postgres_role}" CREATEROLE')
        db.execute(f'ALTER SCHEMA truth OWNER TO "{postgres_role}"')
        db.execute(f'GRANT CREATE ON DATABASE {db.info.dbname} TO "{postgres_role}"')
        found = excess(prepared)
        db.execute("ALTER SCHEMA truth OWNER TO postgres")
    grant(postgres_url, postgres_role)

    assert found == [
        "it makes roles",
        "it is a member of pg_read_server_files",
        "it owns the schemas truth",
        "it makes schemas",
    ]
    # What is granted is rows alone again, whatever was before.
    assert excess(prepared) == found[:2]
    assert excess(postgres_url) == ["it is a superuser"]


def test_only_a_role_that_there_is_and_that_is_another_is_prepared_for(
    postgres_url: str, postgres_role: str
) -> None:
    for name, why in (("postgres", "is the owner itself"), ('x"y', "knows no role")):
        with pytest.raises(InvalidError, match=why):
            prepare(settings(postgres_url), name, SystemClock())
    with pytest.raises(InvalidError, match="Only a database is prepared"):
        prepare(load({}, environ={}), postgres_role, SystemClock())


def test_a_database_on_which_a_server_leads_is_left_alone(
    postgres_url: str, postgres_role: str
) -> None:
    leases, now_us = Leases(postgres_url), SystemClock().now_us()
    leases.acquire("projector", "a server", now_us, 60_000_000)

    with pytest.raises(ConflictError, match="stop all its servers"):
        prepare(settings(postgres_url), postgres_role, SystemClock())
    leases.close()
