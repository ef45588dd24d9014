"""PostgreSQL in trouble: nothing acknowledged is lost, and who sends is told 503."""

import itertools
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from habitue.backends.postgres.truth import PostgresTruth
from tests.acceptance.shop import Shop
from tests.conftest import TOOL
from tests.proof.conftest import end
from tests.proof.ledger import check_journal
from tests.proof.test_broken_disk import one

ROUNDS = 20 if os.environ.get("HABITUE_TORTURE") else 1
SENT_MAX = 400

pytestmark = [pytest.mark.postgres, pytest.mark.proof("T37")]

_KILL = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def shop(tmp_path: Path, postgres_url: str) -> Iterator[Shop]:
    made = Shop(tmp_path / "data", "--database", postgres_url)
    made.start()
    made.source("till")
    yield made
    end(made)


def send(shop: Shop, journal: dict[tuple[str, str], int], times: int) -> int:
    """Send so many events, one by one; give how many were not acknowledged."""
    missed = 0
    for _ in range(times):
        name = f"m{len(journal)}-{missed}-{times}"
        offset = one(shop, name)
        if offset is None:
            missed += 1
        else:
            journal["till", name] = offset
    return missed


def check(url: str, journal: dict[tuple[str, str], int]) -> None:
    truth = PostgresTruth(url)
    try:
        check_journal(truth, journal)
    finally:
        truth.close()


def test_connections_that_are_cut_lose_nothing_acknowledged(
    shop: Shop, postgres_url: str, seed: int, figure: Callable[[str, Any], None]
) -> None:
    chance, journal, cut = Random(seed), dict[tuple[str, str], int](), 0
    for _ in range(ROUNDS):
        with ThreadPoolExecutor(1) as sender:
            sending = sender.submit(send, shop, journal, SENT_MAX)
            time.sleep(chance.uniform(0.05, 0.5))
            with psycopg.connect(postgres_url, autocommit=True) as other:
                cut += other.execute(_KILL).fetchone()[0]
            # From there on nothing is acknowledged.
            assert sending.result() > 0
        # It ends by itself: whoever watches over it starts it again.
        assert shop.process.wait(30) == 1
        shop.start()
    assert send(shop, journal, 5) == 0

    check(postgres_url, journal)
    figure("connections cut", cut)
    figure("acknowledged", len(journal))


def take_all(storm: ExitStack, url: str) -> int:
    """Take all the connections that there are; give how many those were."""
    for held in itertools.count():
        try:
            storm.enter_context(psycopg.connect(url))
        except psycopg.OperationalError:
            return held
    raise AssertionError


def test_a_storm_of_connections_is_no_trouble_of_those_that_are_there(
    shop: Shop, postgres_url: str, figure: Callable[[str, Any], None]
) -> None:
    journal: dict[tuple[str, str], int] = {}
    with ExitStack() as storm:
        held = take_all(storm, postgres_url)
        missed = send(shop, journal, 20)

    figure("connections of the storm", held)
    assert held > 10
    assert (missed, len(journal)) == (0, 20)
    assert shop.stop() == 0
    check(postgres_url, journal)


@pytest.fixture
def own_cluster() -> Iterator[tuple[Path, str]]:
    """A cluster of this test alone, which flushes as in earnest: folder and URL."""
    folder = Path(tempfile.mkdtemp(prefix=f"hab.{os.getpid()}.", dir="/tmp"))
    try:
        yield folder, _cluster("start", folder).strip()
    finally:
        _cluster("stop", folder)


def _cluster(word: str, folder: Path) -> str:
    return subprocess.run(
        [TOOL, word, str(folder)], stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def test_a_restart_of_the_database_under_two_processes_loses_nothing_acknowledged(
    own_cluster: tuple[Path, str],
    tmp_path: Path,
    seed: int,
    figure: Callable[[str, Any], None],
) -> None:
    chance, (folder, url) = Random(seed), own_cluster
    shops = [Shop(tmp_path / name, "--database", url) for name in ("one", "two")]
    try:
        shops[0].start().source("till")
        shops[1].keys = shops[0].keys
        shops[1].start()
        journals: list[dict[tuple[str, str], int]] = [{}, {}]
        for _ in range(ROUNDS):
            sent_under(folder, shops, journals, chance)
        missed = [send(shop, one, 5) for shop, one in zip(shops, journals, strict=True)]
        assert missed == [0, 0]
    finally:
        for shop in shops:
            end(shop)

    check(url, journals[0] | journals[1])
    figure("restarts of the database", ROUNDS)
    figure("acknowledged over restarts", sum(map(len, journals)))


def sent_under(
    folder: Path,
    shops: Sequence[Shop],
    journals: Sequence[dict[tuple[str, str], int]],
    chance: Random,
) -> None:
    """Send to both, and let the database crash and start again meanwhile."""
    with ThreadPoolExecutor(2) as senders:
        # Not so many of each that one's are called as the other's.
        sending = [
            senders.submit(send, shop, journal, SENT_MAX + at)
            for at, (shop, journal) in enumerate(zip(shops, journals, strict=True))
        ]
        time.sleep(chance.uniform(0.05, 0.5))
        _cluster("restart", folder)
        assert all(one.result() > 0 for one in sending)
    for shop in shops:
        # Who does not know what was stored ends; whoever watches starts it again.
        assert shop.process.wait(60) == 1
    for shop in shops:
        shop.start()
