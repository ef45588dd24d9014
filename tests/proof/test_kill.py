"""Kill -9 and SIGTERM under load, on a whole server that is started again."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from habitue.app.projection.rebuild import open_fold
from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.port import Truth
from tests.acceptance.shop import Shop
from tests.proof.conftest import end
from tests.proof.ledger import (
    check_counters,
    check_journal,
    check_rebuild,
    events,
    orders_by_customer,
)
from tests.proof.listening import Amid, check_listening, listen, standing
from tests.proof.pouring import Pourer, amid, enough, pour

pytestmark = pytest.mark.proof("T01")

ROUNDS = 20
# Each is a new start beside a lease that is still held.
ROUNDS_POSTGRES = ROUNDS if os.environ.get("HABITUE_TORTURE") else 2
KILL_S = (0.1, 2.0)
# Before every fifth kill the copy is asked, so that it goes on from what it has, and a
# price falls.
LOOK_EVERY = 5
Figure = Callable[[str, Any], None]


class Befallen(NamedTuple):
    """Who poured while a shop was killed, and what it was asked and told."""

    pourers: list[Pourer]
    amid: Amid


def open_shop(shop: Shop) -> None:
    shop.start()
    shop.source("till")
    # A browser that is believed: its log-ins join people, its orders count.
    shop.source("web", "public", mode="trusted", trustOrders=True)
    listen(shop)


def kill_again_and_again(shop: Shop, seed: int, rounds: int) -> Befallen:
    """Pour while the server is killed and started; deliver the rest."""
    random, among = Random(seed), Amid(shop)
    pourers = pour(shop, seed)
    for number in range(rounds):
        looks = number % LOOK_EVERY == 0
        if looks:
            among.look()
        time.sleep(random.uniform(*KILL_S))
        amid(pourers, random)
        if looks:
            # What is to be told on of it is due as the server dies.
            among.fall()
        met = retries(pourers)
        shop.kill()
        # It may be back before anybody asks who would have found it gone.
        while retries(pourers) == met:
            time.sleep(0.01)
        shop.start()
    enough(pourers)
    for one in pourers:
        one.finish()
    return Befallen(pourers, among)


def retries(pourers: list[Pourer]) -> int:
    return sum(one.retries for one in pourers)


def journal_of(pourers: list[Pourer]) -> dict[tuple[str, str], int]:
    return {
        (one.source, name): offset
        for one in pourers
        for name, offset in one.journal.items()
    }


def check_all(shop: Shop, truth: Truth, pourers: list[Pourer]) -> None:
    journal = journal_of(pourers)
    check_journal(truth, journal)
    assert len(journal) > 500
    assert retries(pourers)


def test_kills_under_load_lose_nothing_acknowledged_and_count_nothing_twice(
    new_shop: Shop, seed: int, figure: Figure
) -> None:
    shop = new_shop
    open_shop(shop)

    pourers, among = kill_again_and_again(shop, seed, ROUNDS)

    standing(shop)
    assert shop.stop() == 0
    truth = SqliteTruth(shop.folder / "truth.db")
    check_all(shop, truth, pourers)
    orders, log = orders_by_customer(truth), list(events(truth))
    truth.close()
    check_rebuild(shop)
    shop.start()
    check_counters(shop, orders)
    figure("segments, alerts and copy", check_listening(shop, log, among))


@pytest.mark.postgres
def test_nor_do_they_on_postgresql(
    tmp_path: Path, postgres_url: str, seed: int
) -> None:
    shop = Shop(tmp_path / "data", "--database", postgres_url)
    try:
        open_shop(shop)

        pourers, among = kill_again_and_again(shop, seed, ROUNDS_POSTGRES)

        # Whoever was killed holds the lease for ten seconds more.
        lead(shop)
        standing(shop)
        truth = PostgresTruth(postgres_url)
        orders = orders_by_customer(truth)
        check_counters(shop, orders)
        check_listening(shop, list(events(truth)), among)
        assert shop.stop() == 0
        check_all(shop, truth, pourers)
        truth.close()
        check_rebuild(shop, "--database", postgres_url)
    finally:
        end(shop)


def lead(shop: Shop, within_s: float = 60) -> None:
    """Wait until the shop's process leads."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        status, _, _ = shop.request("GET", "/readyz")
        if status == 200:
            return
        time.sleep(0.1)
    raise AssertionError(f"{shop.port} does not lead after {within_s} s")


def test_a_stop_under_load_loses_nothing_and_ends_in_order(
    new_shop: Shop, seed: int
) -> None:
    shop = new_shop
    open_shop(shop)
    pourers = pour(shop, seed)
    enough(pourers)

    assert shop.stop() == 0

    # Before anything may replay: all that was taken is in state already.
    truth = SqliteTruth(shop.folder / "truth.db")
    acknowledged = {
        (p.source, n): at for p in pourers for n, at in [*p.journal.items()]
    }
    check_journal(truth, acknowledged)
    state = SqliteState(shop.folder / "state.db")
    assert (
        open_fold(truth, state, 1000).offset == truth.head() > len(acknowledged) > 500
    )
    state.close()
    truth.close()
    shop.start()
    for one in pourers:
        one.finish()
    assert shop.stop() == 0
    check_rebuild(shop)
