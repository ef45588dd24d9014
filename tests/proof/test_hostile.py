"""Thousands of hostile payloads against a running server, and its neighbours' luck."""

import http.client
import json
import os
import re
import threading
import time
from collections import Counter
from random import Random

import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.port import Entry
from habitue.model.outcome import Fate
from tests.acceptance.shop import Shop, track
from tests.collect.hostile import payload
from tests.proof.conftest import Stored
from tests.proof.ledger import check_rebuild

pytestmark = pytest.mark.proof("T12")

PAYLOADS = 10_000 if os.environ.get("HABITUE_TORTURE") else 2_500
PAYLOADS_POSTGRES = PAYLOADS if os.environ.get("HABITUE_TORTURE") else 200
CLIENTS = 2
# More often, and the neighbour would be most of the work.
VISIT_EVERY_S = 0.1
RETRY_S = 0.02
KEYS = ("erp", "web", "signed")
HEADERS = (
    {},
    {},
    {"content-type": "text/plain"},
    {"content-encoding": "gzip"},
    {"x-habitue-token": "eyJ.a.b"},
    {"origin": "null"},
    {"user-agent": "\x9b31m' OR 1=1"},
)
QUERIES = ("", "", "?wait=applied", "?wait=%00&writeKey=%0d%0aINFO+forged")
LOG_LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (INFO|WARNING) |Habitué listens|See your"
)


class Attacker(threading.Thread):
    """Sends hostile payloads on one connection, and counts what is answered."""

    def __init__(self, shop: Shop, seed: int, payloads: int) -> None:
        super().__init__(daemon=True)
        self.shop = shop
        self.random = Random(seed)
        self.payloads = payloads
        self.statuses: Counter[int] = Counter()
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.unsaid: list[object] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.shop.port, timeout=60)
        while self.payloads:
            source = self.random.choice(KEYS)
            headers = {"authorization": f"Bearer {self.shop.keys[source]}"}
            headers |= self.random.choice(HEADERS)
            path = "/api/v1/events" + self.random.choice(QUERIES)
            body = payload(self.random)
            status = 429
            while status == 429:
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                status, raw = answer.status, answer.read()
                if status == 429:
                    time.sleep(RETRY_S)
            self._count(source, status, raw)
            self.payloads -= 1
        connection.close()

    def _count(self, source: str, status: int, raw: bytes) -> None:
        self.statuses[status] += 1
        told = json.loads(raw)
        if status != 200:
            if not told["detail"]:
                self.unsaid.append(told)
            return
        for result in told["results"]:
            self.outcomes[source, result["outcome"]] += 1
            if result["outcome"] in {"quarantined", "refused"} and not (
                result["reason"] and result["detail"]
            ):
                self.unsaid.append(result)


def attack(shop: Shop, seed: int, payloads: int) -> list[Attacker]:
    attackers = [
        Attacker(shop, seed + at, payloads // CLIENTS) for at in range(CLIENTS)
    ]
    for one in attackers:
        one.start()
    return attackers


def visit(shop: Shop, number: int) -> None:
    """Do what a good neighbour does: tell one event and read it back at once."""
    item = track("Tea Poured", {"n": number}, userId=f"neighbour{number % 5}")
    assert [one["outcome"] for one in shop.send("till", item)] == ["stored"]
    newest = shop.timeline(f"user_id:neighbour{number % 5}", limit=1)
    assert newest[0]["properties"] == {"n": number}
    assert shop.request("GET", "/healthz")[0] == 200


def test_hostile_payloads_end_nothing_block_nothing_and_reach_no_log_line(
    stored: Stored, seed: int
) -> None:
    payloads = PAYLOADS_POSTGRES if stored.url else PAYLOADS
    shop = stored.shop.start()
    shop.source("till")
    shop.source("erp")
    shop.source("web", "public")
    shop.source("signed", "public", mode="signed")

    attackers = attack(shop, seed, payloads)
    visits = 0
    while any(one.is_alive() for one in attackers):
        visit(shop, visits)
        visits += 1
        time.sleep(VISIT_EVERY_S)
    shop.settle()

    statuses = sum((one.statuses for one in attackers), Counter())
    assert statuses.keys() <= {200, 400}
    assert statuses.total() == payloads
    assert visits > 20 * payloads // PAYLOADS
    assert [what for one in attackers for what in one.unsaid] == []
    answered = sum((one.outcomes for one in attackers), Counter())
    for source in KEYS:
        counted = shop.outcomes(source)
        received = counted.pop("received")
        assert counted == {fate: answered[source, fate] for fate in counted}
        assert received == sum(counted.values())
    ready = json.loads(shop.request("GET", "/readyz")[2])
    assert (ready["ready"], ready["faults"]) == (True, 0)
    for path in ("/metrics", "/healthz"):
        assert shop.request("GET", path)[0] == 200
    assert shop.stop() == 0
    check_log_lines(shop)
    truth = stored.truth()
    assert truth.verify() == truth.head()
    truth.close()
    check_rebuild(shop, *stored.words)


def test_a_record_that_cannot_be_folded_is_shown_and_the_next_go_on(
    new_shop: Shop,
) -> None:
    truth = SqliteTruth(new_shop.folder / "truth.db")
    broken = Entry(source="till", message_id="broken", body=b'{"type": "track"}')
    assert [one.fate for one in truth.commit([broken], 1)] == [Fate.STORED]
    truth.close()

    shop = new_shop.start()
    shop.source("till")
    visit(shop, 1)

    ready = json.loads(shop.request("GET", "/readyz")[2])
    assert (ready["ready"], ready["faults"]) == (True, 1)
    headers = {"authorization": f"Bearer {shop.token()}"}
    status, _, lines = shop.request("GET", "/api/v1/export/events", headers=headers)
    assert status == 200
    assert b"Tea Poured" in lines
    assert shop.stop() == 0
    check_rebuild(shop)


def check_log_lines(shop: Shop) -> None:
    """Assert that each line is one that we wrote, without a letter that acts."""
    lines = shop.log.read_bytes().decode().removesuffix("\n").split("\n")
    assert [line for line in lines if not LOG_LINE.match(line)] == []
    assert [line for line in lines if not line.isprintable()] == []
