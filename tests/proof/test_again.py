"""Duplicates, conflicts and shuffles over restarts: each counted as what it is."""

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from tests.acceptance.shop import Shop, track
from tests.proof.conftest import Stored

pytestmark = pytest.mark.proof("T08")

LONG = bool(os.environ.get("HABITUE_TORTURE"))
EVENTS = 700_000 if LONG else 14_000
EVENTS_POSTGRES = 210_000 if LONG else 1_750
BATCH, SENDERS, RESTARTS = 250, 2, 3


def item(number: int, total: int) -> dict[str, Any]:
    bought = {"order_id": f"o{number}", "total": total, "currency": "GBP"}
    return {
        **track("Order Completed", bought, identifiers={"customer_id": number % 500}),
        "messageId": f"m{number}",
        "timestamp": "2026-03-01T12:00:00Z",
    }


Batches = list[list[dict[str, Any]]]


class Load(NamedTuple):
    """How much is sent: so many events, and of what was sent so much again."""

    events: int

    @property
    def conflicts(self) -> int:
        return self.events // 70

    @property
    def again(self) -> int:
        """Three in ten of all that is sent were sent before."""
        return self.events * 3 // 7 - self.conflicts

    @property
    def all(self) -> int:
        return self.events + self.again + self.conflicts


class Sender(threading.Thread):
    """Sends batches until each is answered; keeps what came of the items."""

    def __init__(
        self, shop: Shop, halves: tuple[Batches, Batches], together: threading.Barrier
    ) -> None:
        """together: where all senders wait for one another, between the halves."""
        super().__init__(daemon=True)
        self.shop = shop
        self.halves = halves
        self.together = together
        self.fates: Counter[str] = Counter()
        # Items of batches that nobody answered: what came of them is not known.
        self.unanswered = 0
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            for half in self.halves:
                for batch in half:
                    self._send(json.dumps({"batch": batch}).encode())
                # Nothing comes again before all have sent what it is a copy of.
                self.together.wait(3_000)
        except BaseException as fault:  # noqa: BLE001 - raised where it is joined
            self.fault = fault

    def _send(self, body: bytes) -> None:
        headers = {"authorization": f"Bearer {self.shop.keys['till']}"}
        while True:
            try:
                status, _, raw = self.shop.request(
                    "POST", "/api/v1/events", body, headers
                )
            except ConnectionRefusedError:
                status, raw = 503, b""
            except (OSError, HTTPException):
                status, raw = 503, b""
                self.unanswered += BATCH
            if status == 200:
                told = json.loads(raw)["results"]
                self.fates.update(one["outcome"] for one in told)
                return
            assert status in {429, 503}, (status, raw[:500])
            time.sleep(0.05)


def test_each_is_stored_once_told_again_or_set_aside_over_restarts(
    stored: Stored, seed: int, figure: Callable[[str, Any], None]
) -> None:
    load = Load(EVENTS_POSTGRES if stored.url else EVENTS)
    shop, chance = stored.shop.start(), Random(seed)
    shop.source("till")
    together = threading.Barrier(SENDERS)
    senders = [Sender(shop, halves, together) for halves in parted(load, chance)]

    for one in senders:
        one.start()
    for number in range(RESTARTS):
        time.sleep(chance.uniform(0.5, 2))
        if number % 2:
            shop.kill()
        else:
            assert shop.stop() == 0
        shop.start()
    shop.until(
        lambda: sum(s.fates["stored"] for s in senders) > load.events // 3, 3_000
    )
    early_mb = resident_mb(shop.process.pid)
    for one in senders:
        one.join(3_000 if LONG else 240)
        assert one.fault is None, one.fault

    # On PostgreSQL the lease of who was killed runs out first.
    shop.until(lambda: shop.request("GET", "/readyz")[0] == 200, 60)
    shop.settle()
    told = sum((one.fates for one in senders), Counter())
    held = shop.outcomes("till")
    figure("events", load.events)
    figure("told", dict(told))
    figure("memory in MB after a third", early_mb)
    figure("memory in MB", resident_mb(shop.process.pid))
    # A batch that a kill cut off is sent again: its items may have come twice.
    unanswered = sum(one.unanswered for one in senders)
    figure("unanswered, and sent again", unanswered)
    assert told.total() == load.all
    assert held["stored"] == load.events
    assert load.events - unanswered <= told["stored"] <= load.events
    assert load.again <= held["duplicate"] <= load.again + unanswered
    assert load.conflicts <= held["quarantined"] <= load.conflicts + unanswered
    assert told.total() <= held["received"] <= told.total() + unanswered


def parted(load: Load, chance: Random) -> list[tuple[Batches, Batches]]:
    """Give the batches of each sender: the events, then what comes again among more."""
    half = load.events // 2
    first = [item(number, 5) for number in range(half)]
    chance.shuffle(first)
    rest = [item(number, 5) for number in range(half, load.events)]
    # Other content under a name is a conflict only behind what it conflicts with.
    rest += [item(chance.randrange(half), 5) for _ in range(load.again)]
    rest += [item(chance.randrange(half), 6) for _ in range(load.conflicts)]
    chance.shuffle(rest)
    batches = [
        some[at : at + BATCH]
        for some in (rest, first)
        for at in range(0, len(some), BATCH)
    ]
    cut = len(range(0, len(rest), BATCH))
    return [
        (batches[cut + at :: SENDERS], batches[at:cut:SENDERS]) for at in range(SENDERS)
    ]


def resident_mb(pid: int) -> int:
    told = Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1]
    return int(told.split()[0]) // 1024
