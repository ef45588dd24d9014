"""Three processes on PostgreSQL under load, and what befalls the one that leads.

It is killed, it is stopped for a while, or its wire to the database is parted while
everything else goes on. Clients pour at all three all the while and send again what was
not acknowledged, so an item is often told twice, at times by way of two processes.
"""

import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from habitue.backends.postgres.truth import PostgresTruth
from tests.acceptance.shop import Shop
from tests.proof.conftest import end
from tests.proof.ledger import (
    check_counters,
    check_journal,
    check_rebuild,
    orders_by_customer,
)
from tests.proof.pouring import pour_at
from tests.proof.relay import Relay

pytestmark = [pytest.mark.postgres, pytest.mark.proof("T07")]

LONG = bool(os.environ.get("HABITUE_TORTURE"))
# Kills and pauses of a leader without load are shown in test_leader.py.
ROUNDS = {"kill": 5, "pause": 50, "part": 5} if LONG else {"part": 1}
REST_S = 0.02 if LONG else 0.25
PAUSE_S = (0.1, 60.0)
# A lease of ten seconds, what is left of the log, and a machine that does much else.
TURNS_S = 120
Figure = Callable[[str, Any], None]


class Process(Shop):
    """One of three, with a wire of its own to the database."""

    def __init__(self, folder: Path, url: str) -> None:
        self.relay = Relay(url)
        super().__init__(folder, "--database", self.relay.url)

    def leads(self) -> bool | None:
        """Say whether it leads; None if it says nothing now."""
        if self.process is None or self.process.poll() is not None:
            return None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            told = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        return told.get("leads") is not False


class Prober(threading.Thread):
    """Asks one process again and again: how long that takes, when all is applied."""

    def __init__(self, shop: Process) -> None:
        super().__init__(daemon=True)
        self.shop = shop
        self.answers: list[tuple[float, float]] = []
        self.applied: list[float] = []
        self._enough = threading.Event()
        self._number = 0

    def run(self) -> None:
        while not self._enough.wait(0.05):
            began = time.monotonic()
            if self._sent(""):
                self.answers.append((began, time.monotonic() - began))
            if self._sent("?wait=applied"):
                self.applied.append(time.monotonic())

    def finish(self) -> None:
        self._enough.set()
        self.join(60)

    def _sent(self, query: str) -> bool:
        self._number += 1
        name = f"probe-{self.shop.port}-{self._number}"
        item = {"type": "track", "event": "Probed", "messageId": name, "userId": "u0"}
        headers = {"authorization": f"Bearer {self.shop.keys['till']}"}
        try:
            status, _, raw = self.shop.request(
                "POST", f"/api/v1/events{query}", json.dumps(item).encode(), headers
            )
        except (OSError, http.client.HTTPException):
            return False
        return status == 200 and (not query or json.loads(raw).get("applied") is True)


@pytest.fixture
def three(tmp_path: Path, postgres_url: str) -> Iterator[list[Process]]:
    found = [Process(tmp_path / name, postgres_url) for name in ("one", "two", "three")]
    try:
        found[0].start()
        found[0].source("till")
        found[0].source("web", "public", mode="trusted", trustOrders=True)
        for one in found[1:]:
            one.keys, one.count = found[0].keys, found[0].count
            one.start()
        yield found
    finally:
        for one in found:
            end(one)
            one.relay.close()


def leader_of(shops: list[Process]) -> Process:
    """Wait until all answer and one of them leads; start again who has ended."""
    deadline = time.monotonic() + TURNS_S
    while time.monotonic() < deadline:
        for one in shops:
            if one.process.poll() is not None:
                one.start()
        told = [one.leads() for one in shops]
        if None not in told and sum(told) == 1:
            return shops[told.index(True)]
        time.sleep(0.2)
    raise AssertionError([one.leads() for one in shops])


def other_leads(others: list[Process]) -> None:
    """Wait until one of the others leads."""
    deadline = time.monotonic() + TURNS_S
    while not any(one.leads() for one in others):
        assert time.monotonic() < deadline, "Nobody took over."
        time.sleep(0.1)


def befall(what: str, leader: Process, others: list[Process], chance: Random) -> None:
    """Let it befall the leader, and wait until it is over."""
    if what == "kill":
        leader.kill()
        other_leads(others)
    elif what == "pause":
        leader.process.send_signal(signal.SIGSTOP)
        time.sleep(chance.uniform(*PAUSE_S))
        leader.process.send_signal(signal.SIGCONT)
    else:
        leader.relay.part()
        other_leads(others)
        # What it had under way arrives now, long after its lease.
        leader.relay.mend()


def gap_s(probers: list[Prober], since: float, until: float) -> float:
    """Say for how long nobody's item was applied."""
    moments = sorted(
        at for one in probers for at in one.applied if since - 5 <= at <= until
    )
    return max(after - before for before, after in pairwise(moments))


def p99_ms(probers: list[Prober], since: float, until: float) -> float:
    """Say how long an answer of theirs took meanwhile, at the 99th of a hundred."""
    waits = sorted(s for one in probers for at, s in one.answers if since <= at < until)
    return 1_000 * waits[len(waits) * 99 // 100]


@pytest.mark.parametrize("what", ROUNDS)
def test_whatever_befalls_who_leads_nothing_is_lost_and_nothing_counts_twice(
    three: list[Process], postgres_url: str, what: str, seed: int, figure: Figure
) -> None:
    chance, gaps, waits = Random(seed), [0.0], [0.0]
    probers = [Prober(one) for one in three]
    pourers = pour_at(three, seed, rest_s=REST_S)
    for one in probers:
        one.start()
    for _ in range(ROUNDS[what]):
        leader = leader_of(three)
        others = [one for one in three if one is not leader]
        theirs = [one for one in probers if one.shop is not leader]
        time.sleep(chance.uniform(0.5, 2))
        since = time.monotonic()

        befall(what, leader, others, chance)

        leader_of(three)
        until = time.monotonic() + 1
        time.sleep(1)
        gaps.append(gap_s(theirs, since, until))
        waits.append(p99_ms(theirs, since, until))
    for one in (*probers, *pourers):
        one.finish()

    leader = leader_of(three)
    leader.settle()
    truth = PostgresTruth(postgres_url)
    try:
        journal = {(p.source, n): at for p in pourers for n, at in p.journal.items()}
        check_journal(truth, journal)
        orders = orders_by_customer(truth)
    finally:
        truth.close()
    assert len(journal) > 500
    check_counters(leader, orders)
    assert [one.stop() for one in three] == [0, 0, 0]
    check_rebuild(leader, "--database", postgres_url)
    figure(f"acknowledged, {what}", len(journal))
    figure(f"gap, s, {what}", round(max(gaps), 1))
    figure(f"p99 of the others, ms, {what}", round(max(waits)))
