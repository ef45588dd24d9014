"""What erasing left in the files of PostgreSQL goes, and appends go on meanwhile."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from habitue.backends.postgres import scrub as scrubbing
from habitue.backends.postgres.scrub import scrub
from habitue.backends.postgres.truth import PostgresTruth
from habitue.base.errors import ConflictError
from habitue.log.port import Entry
from tests.acceptance.database import files_with_it

pytestmark = pytest.mark.postgres

CANARY = "kanarek-of-the-scrub"
NOW_US = 1_772_366_400_000_000


@pytest.fixture
def truth(postgres_url: str) -> Iterator[PostgresTruth]:
    made = PostgresTruth(postgres_url)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbing, "PAUSE_S", 0.01)


def told(first: int, count: int, what: str = "") -> list[Entry]:
    return [
        Entry(source="till", message_id=f"m{n}", body=f'{{"{what}":{n}}}'.encode())
        for n in range(first, first + count)
    ]


def test_no_file_of_the_tables_and_of_what_the_planner_knows_holds_it(
    truth: PostgresTruth, postgres_url: str
) -> None:
    # Few, so that what the planner keeps of them is not packed.
    truth.commit(told(0, 15, CANARY), NOW_US)
    truth.commit(told(15, 15, "other"), NOW_US)
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("ANALYZE")
    truth.erase(range(1, 16), "asked for", NOW_US)
    assert files_with_it(postgres_url, CANARY)

    done = scrub(postgres_url)

    assert files_with_it(postgres_url, CANARY) == []
    assert (done.left, done.tables) == ((), 3)
    assert truth.verify() == truth.head() == 31


def test_who_appends_does_not_wait_behind_it_for_who_reads(
    truth: PostgresTruth, postgres_url: str
) -> None:
    with ThreadPoolExecutor(2) as beside:
        with psycopg.connect(postgres_url) as reader:
            reader.execute("LOCK TABLE truth.record IN ACCESS SHARE MODE")
            scrubbed = beside.submit(scrub, postgres_url)
            for number in range(20):
                # Were it in a queue for the lock, this would wait for the reader.
                beside.submit(truth.commit, told(number, 1), NOW_US).result(30)
            assert not scrubbed.done()
        assert scrubbed.result(60).tables == 3

    assert truth.verify() == 20


def test_who_looks_at_what_was_before_is_in_the_way_and_named(
    truth: PostgresTruth, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "TRIES_MAX", 3)
    truth.commit(told(0, 5, CANARY), NOW_US)
    with psycopg.connect(postgres_url) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("SELECT 1")
        truth.erase([1, 2, 3, 4, 5], "asked for", NOW_US)

        with pytest.raises(ConflictError, match="long transactions"):
            scrub(postgres_url)

    scrub(postgres_url)
    assert files_with_it(postgres_url, CANARY) == []


def test_what_the_role_may_not_do_is_told(postgres_url: str) -> None:
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("CREATE ROLE plain LOGIN")
        db.execute(f"ALTER DATABASE {name} OWNER TO plain")
    plain = postgres_url.replace("postgres@", "plain@")
    PostgresTruth(plain).close()

    done = scrub(plain)

    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute(f"ALTER DATABASE {name} OWNER TO postgres")
        db.execute("DROP OWNED BY plain CASCADE")
        db.execute("DROP ROLE plain")
    assert done.tables == 3
    assert any("CHECKPOINT" in one for one in done.left)
