"""Processes that start together on an empty database all find their tables."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from habitue.backends.postgres.lease import Leases
from habitue.backends.postgres.often import PostgresOften
from habitue.backends.postgres.repeats import PostgresRepeats
from habitue.backends.postgres.secrets import PostgresSecrets
from habitue.base.clock import SystemClock

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("number", range(5))
def test_whoever_starts_first_the_schema_is_made_once(
    postgres_url: str, number: int
) -> None:
    starts: list[Callable[[], object]] = [
        lambda: Leases(postgres_url).close(),
        lambda: PostgresSecrets(postgres_url),
        lambda: PostgresRepeats(postgres_url, SystemClock()),
        lambda: PostgresOften(postgres_url, SystemClock()),
    ]
    with ThreadPoolExecutor(6) as crowd:
        for started in [crowd.submit(start) for start in starts * 2]:
            started.result()

    with psycopg.connect(postgres_url) as db:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'control'"
        found = sorted(row[0] for row in db.execute(query))
    assert found == ["lease", "often", "repeat", "secret"]
