"""Clients that pour events into a shop, retrying until each is acknowledged."""

import http.client
import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from tests.acceptance.shop import Shop

BATCH_ITEMS = 40
CUSTOMERS = 60
RETRY_S = 0.02
# The torture's pour as fast as they are answered. Elsewhere they leave room for what
# else runs on the machine, and a log that is soon read again.
REST_S = 0.0 if os.environ.get("HABITUE_TORTURE") else 0.15
# So many acknowledged are a log with people, joins and orders in it.
ENOUGH, WITHIN_S = 600, 60
# How long after it asked a client is still waiting for its answer, at times.
AMID_S = 0.02
ACKNOWLEDGED = {"stored", "duplicate"}


class Pourer(threading.Thread):
    """One client: batch after batch, each sent again until it is answered."""

    def __init__(
        self, shop: Shop, source: str, name: str, seed: int, rest_s: float = 0
    ) -> None:
        """rest_s: how long it rests after each batch."""
        super().__init__(name=name, daemon=True)
        self.rest_s = rest_s
        self.shop = shop
        self.key = shop.keys[source]
        self.source = source
        self.random = Random(seed)
        # message id -> the offset it was acknowledged at: the client's journal.
        self.journal: dict[str, int] = {}
        self.retries = 0
        # A batch is on its way, and was not answered yet.
        self.is_asking = False
        self.fault: BaseException | None = None
        self._enough = threading.Event()

    def run(self) -> None:
        try:
            for batch in self._batches():
                self._deliver(batch)
                if self._enough.wait(self.rest_s):
                    return
        except BaseException as fault:  # noqa: BLE001 - raised by finish()
            self.fault = fault

    def finish(self) -> dict[str, int]:
        """Deliver the batch under way, and stop; give the journal."""
        self._enough.set()
        self.join(60)
        assert not self.is_alive()
        if self.fault is not None:
            raise self.fault
        return self.journal

    def _batches(self) -> Iterator[list[dict[str, Any]]]:
        number = 0
        while True:
            batch = []
            for _ in range(BATCH_ITEMS):
                number += 1
                batch.append(self._item(f"{self.name}-{number}"))
            yield batch

    def _item(self, message_id: str) -> dict[str, Any]:
        """Make an order, a glance of a stranger, or a log-in that names him."""
        chance, who = self.random.random(), self.random.randrange(CUSTOMERS)
        item: dict[str, Any] = {"messageId": message_id}
        if chance < 0.5:
            properties = {"order_id": message_id, "total": "1.00", "currency": "GBP"}
            item |= {"type": "track", "event": "Order Completed", "userId": f"u{who}"}
            return item | {"properties": properties}
        device = f"device-{self.random.randrange(CUSTOMERS)}"
        if chance < 0.95:
            item |= {"type": "track", "event": "Product Viewed"}
            return item | {"anonymousId": device, "properties": {"product_id": "p"}}
        item |= {"type": "identify", "userId": f"u{who}", "anonymousId": device}
        return item | {"traits": {"seen": message_id}}

    def _deliver(self, batch: list[dict[str, Any]]) -> None:
        body = json.dumps({"batch": batch}).encode()
        headers = {"authorization": f"Bearer {self.key}"}
        while True:
            self.is_asking = True
            try:
                status, _, raw = self.shop.request(
                    "POST", "/api/v1/events", body, headers
                )
            except (OSError, http.client.HTTPException):
                status, raw = 0, b""
            self.is_asking = False
            if status == 200:
                break
            # Gone, stopping, or too far behind: what a client meets and outlives.
            assert status in {0, 429, 503}, (status, raw)
            self.retries += 1
            time.sleep(RETRY_S)
        results = json.loads(raw)["results"]
        assert len(results) == len(batch)
        for item, result in zip(batch, results, strict=True):
            assert result["outcome"] in ACKNOWLEDGED, result
            self.journal[item["messageId"]] = result["offset"]


def pour(shop: Shop, seed: int, clients: int = 3) -> list[Pourer]:
    """Start clients of a server's source and a public one."""
    return pour_at([shop] * clients, seed, REST_S)


def pour_at(shops: Sequence[Shop], seed: int, rest_s: float) -> list[Pourer]:
    """Start a client at each of several processes of one shop."""
    pourers = [
        Pourer(shop, ("till", "web")[at % 2], f"client{at}", seed + at, rest_s)
        for at, shop in enumerate(shops)
    ]
    for one in pourers:
        one.start()
    return pourers


def enough(pourers: Sequence[Pourer]) -> None:
    """Wait until clients have poured enough for something to befall it."""
    deadline = time.monotonic() + WITHIN_S
    while sum(len(one.journal) for one in pourers) < ENOUGH:
        assert time.monotonic() < deadline, [one.fault for one in pourers]
        time.sleep(0.02)


def poured(shop: Shop, seed: int) -> None:
    """Pour enough into a shop, up to the last batch."""
    pourers = pour(shop, seed)
    enough(pourers)
    for one in pourers:
        one.finish()


def amid(pourers: Sequence[Pourer], chance: Random) -> None:
    """Wait until a client waits for an answer, and a moment of chance."""
    deadline = time.monotonic() + WITHIN_S
    while not any(one.is_asking for one in pourers):
        assert time.monotonic() < deadline, [one.fault for one in pourers]
        time.sleep(0.001)
    time.sleep(chance.uniform(0, AMID_S))
