"""Load that goes on: memory, descriptors, threads and waiting stay as they are."""

import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.acceptance.shop import Shop
from tests.proof.pouring import BATCH_ITEMS, Pourer

pytestmark = pytest.mark.proof("T38")

LONG = bool(os.environ.get("HABITUE_TORTURE"))
SECONDS = 3_600 if LONG else 6
# In a short run memory has not come to rest, and a busy machine answers when it can.
GROWTH_MAX = 0.01 * SECONDS / 600 if LONG else 0.5
DRIFT_MAX = 0.2 if LONG else 50.0
WAL_BYTES_MAX = 80 * 1024 * 1024
# What the log's index of message ids takes of each record: that is to grow.
INDEX_BYTES = 16
# So many send, first all they can for a while, and then so much of what was taken in.
CLIENTS, SHARE = 4, 0.65
FULL_S = 60 if LONG else 2
# What is held for a moment comes and goes: of few looks the medians tell that, too.
HELD_MAX = 2 if LONG else 2 * CLIENTS
# Less than a batch of each waits.
LAG_MAX, OK = CLIENTS * BATCH_ITEMS, 200
SHARES = (0.6, 0.7) if LONG else (0, 1)


class Steady(Pourer):
    """A client that sends a batch each so many seconds, however long one takes."""

    # At first as many as it can.
    every_s = 0.0
    _due_s = 0.0

    def _deliver(self, batch: list[dict[str, Any]]) -> None:
        super()._deliver(batch)
        now_s = time.monotonic()
        # After a stop it makes up for a second, and not for all of it.
        self._due_s = max(self._due_s + self.every_s, now_s - 1)
        time.sleep(max(0.0, self._due_s - now_s))


def hold(clients: Sequence[Steady], shop: Shop) -> float:
    """See what the server takes in a second; have clients send their share of it."""
    time.sleep(FULL_S / 4)
    began_s, before = time.monotonic(), applied(shop)
    time.sleep(FULL_S)
    taken = (applied(shop) - before) / (time.monotonic() - began_s)
    for client in clients:
        client.every_s = BATCH_ITEMS * len(clients) / (taken * SHARE)
    # What waits by then is taken in first, since who comes now would be sent away.
    shop.until(lambda: is_level(shop))
    return taken


def is_level(shop: Shop) -> bool:
    status, _, raw = shop.request("GET", "/readyz")
    lag = json.loads(raw).get("lag_records", LAG_MAX)
    return status == OK and lag < LAG_MAX


def applied(shop: Shop) -> int:
    records: int = shop.api("GET", "/healthz")["applied"]
    return records


class Look(NamedTuple):
    """What a process holds at a moment, and how long a till waited."""

    records: int
    rss_kb: int
    descriptors: int
    threads: int
    wal_bytes: int
    wait_ms: float


def ring_up(shop: Shop, name: str) -> None:
    """Send what a till sends, until it is taken in: where it waits, it waits longer."""
    item = {"type": "track", "event": "Checked In", "messageId": name, "userId": "u1"}
    headers = {"authorization": f"Bearer {shop.keys['till']}"}
    body = json.dumps(item).encode()
    while (status := shop.request("POST", "/api/v1/events", body, headers)[0]) != OK:
        assert status in {429, 503}
        time.sleep(0.1)


def look(shop: Shop, name: str) -> Look:
    began = time.monotonic()
    ring_up(shop, name)
    wait_ms = (time.monotonic() - began) * 1000
    proc = Path("/proc", str(shop.process.pid))
    lines = (proc / "status").read_text().splitlines()
    told = dict(line.split(":", 1) for line in lines)
    wal = shop.folder / "truth.db-wal"
    return Look(
        applied(shop),
        int(told["VmRSS"].split()[0]),
        len(list((proc / "fd").iterdir())),
        int(told["Threads"]),
        wal.stat().st_size if wal.exists() else 0,
        wait_ms,
    )


def test_under_load_that_goes_on_all_stays_as_it_is(
    shop: Shop, tmp_path: Path, seed: int, figure: Callable[[str, Any], None]
) -> None:
    shop.source("till")
    # The copy for analysis is opened by then, which takes its memory once.
    shop.command("sql", "SELECT 1")
    clients = [Steady(shop, "till", f"client{at}", seed + at) for at in range(CLIENTS)]
    for client in clients:
        client.start()
    taken = hold(clients, shop)
    before, began_s = events(clients), time.monotonic()

    looks = watch(shop, tmp_path)

    sent = (events(clients) - before) / (time.monotonic() - began_s)
    for client in clients:
        client.finish()
    # A sixth to warm up, and what then comes first against what comes last.
    part = max(1, len(looks) // 6)
    first, last = looks[part : 3 * part], looks[-2 * part :]
    index_kb = (median(last, "records") - median(first, "records")) * INDEX_BYTES / 1024
    growth = (median(last, "rss_kb") - index_kb) / median(first, "rss_kb") - 1
    drift = median(last, "wait_ms") / median(first, "wait_ms") - 1
    figure("seconds", SECONDS)
    figure("events", events(clients))
    figure("a second, of what is taken", f"{sent:.0f} of {taken:.0f}")
    figure("memory MB", f"{median(first, 'rss_kb') / 1024:.0f}, {growth:+.1%}")
    figure("a till waits ms", f"{median(last, 'wait_ms'):.0f}, {drift:+.0%}")
    assert SHARES[0] < sent / taken < SHARES[1]
    assert growth < GROWTH_MAX
    assert drift < DRIFT_MAX
    for held in ("descriptors", "threads"):
        assert abs(median(last, held) - median(first, held)) <= HELD_MAX, held
    assert max(one.wal_bytes for one in looks) < WAL_BYTES_MAX
    assert shop.stop() == 0


def events(clients: Sequence[Steady]) -> int:
    return sum(len(client.journal) for client in clients)


def watch(shop: Shop, folder: Path) -> list[Look]:
    """Look each second; in a long run all is exported and backed up on the way."""
    looks: list[Look] = []
    began = time.monotonic()
    while time.monotonic() - began < SECONDS:
        looks.append(look(shop, f"look{len(looks)}"))
        for command, part in (("export", 4), ("backup", 2)):
            if LONG and len(looks) == SECONDS // part:
                shop.command(command, str(folder / command))
        time.sleep(1 if LONG else 0.2)
    return looks


def median(looks: Sequence[Look], field: str) -> float:
    return statistics.median(getattr(one, field) for one in looks)
