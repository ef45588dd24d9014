"""Kill -9 at any moment loses nothing in the analytic copy and doubles nothing."""

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.acceptance.shop import Shop

pytestmark = pytest.mark.proof("T41")

ROUNDS = 20 if os.environ.get("HABITUE_TORTURE") else 3


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HABITUE_LAKE__SEAL_SECONDS", "1")
    made = Shop(tmp_path / "data")
    # Records that settle far keep a question waiting beside a crowd; lost is nothing.
    made.patience_s = 120
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill()


def ask(shop: Shop, sql: str) -> list[dict]:
    body = json.dumps({"sql": sql}).encode()
    headers = {
        "authorization": f"Bearer {shop.token()}",
        "content-type": "application/json",
    }
    for _ in range(100):
        status, _, raw = shop.request("POST", "/api/v1/lake/query", body, headers)
        if status != 503:
            break
        time.sleep(0.2)
    assert status == 200, raw
    return [json.loads(line) for line in raw.splitlines()]


class Pouring(threading.Thread):
    """Sends visits that log in late, so that identity is decided anew all the time."""

    def __init__(self, shop: Shop, seed: int) -> None:
        super().__init__(daemon=True)
        self.shop = shop
        self.chance = Random(seed)
        self.sent: set[str] = set()
        self.stopping = False
        self.number = 0

    def run(self) -> None:
        while not self.stopping:
            batch = [self._item() for _ in range(10)]
            try:
                results = self.shop.send("web", *batch, wait=False)
            except (OSError, ValueError, AssertionError):
                # Killed: it may or may not have come in, so it is sent again.
                time.sleep(0.05)
                continue
            time.sleep(0.05)
            told = zip(batch, results, strict=True)
            self.sent |= {
                item["messageId"]
                for item, result in told
                if result["outcome"] in {"stored", "duplicate"}
            }

    def _item(self) -> dict:
        self.number += 1
        chance = self.chance
        item = {
            "type": "track",
            "event": "Product Viewed",
            "messageId": f"k{self.number}",
            "anonymousId": f"d{chance.randrange(400)}",
            "properties": {"product_id": f"p{self.number}"},
            # Late by up to an hour, told in no order.
            "timestamp": f"2026-03-01T10:{chance.randrange(60):02d}:00Z",
        }
        if chance.random() < 0.3:
            item["userId"] = f"u{chance.randrange(200)}"
        return item


def test_kills_between_seals_lose_nothing_and_double_nothing(
    shop: Shop, seed: int, figure: Callable[[str, Any], None]
) -> None:
    shop.start()
    shop.source("web", "public", mode="trusted")
    pouring = Pouring(shop, seed)
    pouring.start()
    chance = Random(seed)
    for _ in range(ROUNDS):
        time.sleep(chance.uniform(2.5, 5.0))
        shop.kill()
        shop.start()
        ask(shop, "SELECT 1")
    pouring.stopping = True
    pouring.join()
    shop.settle()

    told = ask(shop, "SELECT properties ->> 'product_id' AS p FROM events")
    found = [f"k{row['p'][1:]}" for row in told if row["p"]]
    assert len(found) == len(set(found))
    assert pouring.sent <= set(found)
    assert len(pouring.sent) > 100
    figure("kills", ROUNDS)
    figure("acknowledged", len(pouring.sent))

    # Of each event, whose it is: told of by the API, which asks state.
    told = ask(shop, "SELECT log_offset, person_id FROM person_events")
    whose = {row["log_offset"]: row["person_id"] for row in told}
    # Each is of one person.
    assert len(whose) == len(told)
    assert whose == _by_state(shop)


def _by_state(shop: Shop) -> dict[int, int]:
    found, cursor = {}, "0"
    while cursor is not None:
        headers = {"authorization": f"Bearer {shop.token()}"}
        path = f"/api/v1/export/events?limit=5000&cursor={cursor}"
        status, told, raw = shop.request("GET", path, headers=headers)
        assert status == 200
        for line in raw.splitlines():
            row = json.loads(line)
            if row["person_id"] is not None and row["source"] == "web":
                found[row["offset"]] = row["person_id"]
        cursor = told.get("x-next-cursor")
    return found
