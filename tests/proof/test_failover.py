"""A database that fails over: whoever takes over has all that was acknowledged."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import psycopg
import pytest

from tests.acceptance.shop import Shop
from tests.conftest import TOOL
from tests.proof.conftest import end
from tests.proof.ledger import check_rebuild
from tests.proof.test_kill import lead
from tests.proof.test_postgres_trouble import check, send

ROUNDS = 20 if os.environ.get("HABITUE_TORTURE") else 1
# More than are sent before the primary is gone.
SENT_MAX = 5_000
POUR_S, DEAF_S, WITHIN_S = (0.1, 0.5), 0.3, 30

pytestmark = [pytest.mark.postgres, pytest.mark.proof("T36")]

_WAITS = "ALTER SYSTEM SET synchronous_standby_names = '*'"
_WAITED_FOR = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
_HEARS = "SELECT pid FROM pg_stat_wal_receiver"


class Cluster(NamedTuple):
    """A cluster of PostgreSQL of this test alone."""

    folder: Path
    url: str


@pytest.fixture
def new_cluster() -> Iterator[Callable[..., Cluster]]:
    """Starts a cluster, or a standby of another one; all are stopped at the end."""
    made: list[Path] = []

    def start(of: Cluster | None = None) -> Cluster:
        made.append(Path(tempfile.mkdtemp(prefix=f"hab.{os.getpid()}.", dir="/tmp")))
        words = ("start", made[-1]) if of is None else ("follow", made[-1], of.folder)
        return Cluster(made[-1], cluster(*words))

    yield start
    for folder in made:
        cluster("stop", folder)


def cluster(*words: object) -> str:
    told = [TOOL, *map(str, words)]
    done = subprocess.run(told, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def ask(one: Cluster, sql: str) -> Any:
    with psycopg.connect(one.url, autocommit=True) as db:
        found = db.execute(sql)
        return found.fetchone()[0] if found.description else None


def wait_for_standby(primary: Cluster) -> None:
    """Have the primary wait for its standby with each commit from now on."""
    ask(primary, _WAITS)
    ask(primary, "SELECT pg_reload_conf()")
    deadline = time.monotonic() + WITHIN_S
    while not ask(primary, _WAITED_FOR):
        assert time.monotonic() < deadline, "No standby came."
        time.sleep(0.05)


@contextmanager
def deaf(standby: Cluster) -> Iterator[None]:
    """Have a standby hear nothing of what its primary goes on to write."""
    hears = ask(standby, _HEARS)
    os.kill(hears, signal.SIGSTOP)
    try:
        yield
    finally:
        # It ends before it reads what lies in its socket.
        os.kill(hears, signal.SIGTERM)
        os.kill(hears, signal.SIGCONT)


def fail_over(
    shop: Shop, journal: dict[tuple[str, str], int], pair: list[Cluster], chance: Random
) -> None:
    """Send while the primary is lost, which its standby had stopped to follow."""
    primary, standby = pair
    with ThreadPoolExecutor(1) as sender:
        sending = sender.submit(send, shop, journal, SENT_MAX)
        time.sleep(chance.uniform(*POUR_S))
        with deaf(standby):
            time.sleep(DEAF_S)
            cluster("stop", primary.folder)
        assert sending.result() > 0
    # It ends by itself; whoever watches over it starts it where the database is now.
    assert shop.process.wait(60) == 1
    cluster("promote", standby.folder)
    shop.extra = ("--database", standby.url)
    shop.start()


def test_whoever_takes_over_has_all_that_was_acknowledged(
    new_cluster: Callable[..., Cluster],
    tmp_path: Path,
    seed: int,
    figure: Callable[[str, Any], None],
) -> None:
    chance, journal = Random(seed), dict[tuple[str, str], int]()
    primary = new_cluster()
    shop = Shop(tmp_path / "data", "--database", primary.url)
    try:
        shop.start().source("till")
        for _ in range(ROUNDS):
            standby = new_cluster(primary)
            wait_for_standby(primary)
            fail_over(shop, journal, [primary, standby], chance)
            primary = standby
        lead(shop)
        assert send(shop, journal, 5) == 0
        assert shop.stop() == 0
        check(primary.url, journal)
        check_rebuild(shop, "--database", primary.url)
    finally:
        end(shop)

    figure("promotions", ROUNDS)
    figure("acknowledged", len(journal))
