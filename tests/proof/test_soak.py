"""Load that goes on: memory, descriptors, threads and waiting stay as they are."""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.acceptance.shop import Shop
from tests.proof.pouring import Pourer
from tests.proof.test_broken_disk import one

pytestmark = pytest.mark.proof("T38")

LONG = bool(os.environ.get("HABITUE_TORTURE"))
SECONDS = 3_600 if LONG else 6
# In a short run memory has not come to rest, and a busy machine answers when it can.
GROWTH_MAX = 0.01 * SECONDS / 600 if LONG else 0.5
DRIFT_MAX = 0.2 if LONG else 10.0
WAL_BYTES_MAX = 80 * 1024 * 1024
# What the log's index of message ids takes of each record: that is to grow.
INDEX_BYTES = 16
# Of its time each client sends so much.
BUSY = 0.65


class Steady(Pourer):
    """A client that rests after each batch."""

    def _deliver(self, batch: list[dict[str, Any]]) -> None:
        began = time.monotonic()
        super()._deliver(batch)
        time.sleep((time.monotonic() - began) * (1 / BUSY - 1))


class Look(NamedTuple):
    """What a process holds at a moment, and how long a till waited."""

    records: int
    rss_kb: int
    descriptors: int
    threads: int
    wal_bytes: int
    wait_ms: float


def look(shop: Shop, name: str) -> Look:
    began = time.monotonic()
    assert one(shop, name) is not None
    wait_ms = (time.monotonic() - began) * 1000
    proc = Path("/proc", str(shop.process.pid))
    lines = (proc / "status").read_text().splitlines()
    told = dict(line.split(":", 1) for line in lines)
    wal = shop.folder / "truth.db-wal"
    return Look(
        shop.api("GET", "/healthz")["applied"],
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
    clients = [Steady(shop, "till", f"client{at}", seed + at) for at in range(2)]
    for client in clients:
        client.start()

    looks = watch(shop, tmp_path)

    sent = sum(len(client.finish()) for client in clients)
    # A sixth to warm up, and what then comes first against what comes last.
    part = max(1, len(looks) // 6)
    first, last = looks[part : 3 * part], looks[-2 * part :]
    index_kb = (median(last, "records") - median(first, "records")) * INDEX_BYTES / 1024
    growth = (median(last, "rss_kb") - index_kb) / median(first, "rss_kb") - 1
    drift = median(last, "wait_ms") / median(first, "wait_ms") - 1
    figure("seconds", SECONDS)
    figure("events", sent)
    figure("memory MB", f"{median(first, 'rss_kb') / 1024:.0f}, {growth:+.1%}")
    figure("a till waits ms", f"{median(last, 'wait_ms'):.0f}, {drift:+.0%}")
    assert growth < GROWTH_MAX
    assert drift < DRIFT_MAX
    for held in ("descriptors", "threads"):
        assert abs(median(last, held) - median(first, held)) <= 2, held
    assert max(one.wal_bytes for one in looks) < WAL_BYTES_MAX
    assert shop.stop() == 0


def watch(shop: Shop, folder: Path) -> list[Look]:
    """Look each second; in a long run a backup is made on the way."""
    looks: list[Look] = []
    began = time.monotonic()
    while time.monotonic() - began < SECONDS:
        looks.append(look(shop, f"look{len(looks)}"))
        if LONG and len(looks) == SECONDS // 2:
            shop.command("backup", str(folder / "backup"))
        time.sleep(1 if LONG else 0.2)
    return looks


def median(looks: Sequence[Look], field: str) -> float:
    return statistics.median(getattr(one, field) for one in looks)
