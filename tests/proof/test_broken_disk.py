"""A disk that fails: nothing more is acknowledged, and nothing was lost."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from tests.acceptance.shop import Shop, track
from tests.proof.ledger import check_journal

LONG = bool(os.environ.get("HABITUE_TORTURE"))
ROUNDS = 50 if LONG else 4
# In turn, with up to which call of the kind it may take until the disk is broken.
BROKEN = (("fdatasync,fsync", 12), ("pwrite64", 60))
# All the time there is; and from the first item that was not stored to the end.
GIVES_UP_S, ENDS_S = 30, 1.0

pytestmark = [
    pytest.mark.proof("T04"),
    pytest.mark.skipif(
        os.geteuid() != 0 or shutil.which("strace") is None,
        reason="injecting faults into a process needs root and strace",
    ),
]


class Broken(Shop):
    """A server to which a system call answers EIO from the nth time on."""

    inject = ""

    def attach(self) -> "subprocess.Popen[bytes]":
        tracer = subprocess.Popen(
            [
                *(
                    "strace",
                    "-f",
                    "-qq",
                    "-o",
                    "/dev/null",
                    "-e",
                    "trace=fdatasync,fsync,pwrite64",
                ),
                *("-e", f"inject={self.inject}", "-p", str(self.process.pid)),
            ],
            stderr=subprocess.DEVNULL,
        )
        time.sleep(0.5)
        assert tracer.poll() is None, "strace could not attach"
        return tracer


def test_after_a_failed_flush_nothing_is_acknowledged_and_nothing_was_lost(
    tmp_path: Path, seed: int, figure: Callable[[str, Any], None]
) -> None:
    chance, acknowledged, ended_s = Random(seed), 0, []
    for at in range(ROUNDS):
        shop = Broken(tmp_path / f"data{at}")
        calls, first_max = BROKEN[at % len(BROKEN)]
        first = chance.randrange(1, first_max)
        shop.inject = f"{calls}:error=EIO:when={first}+"
        journal, took_s = break_one(shop)
        acknowledged += len(journal)
        ended_s.append(took_s)
        truth = SqliteTruth(shop.folder / "truth.db")
        check_journal(
            truth, {("till", name): offset for name, offset in journal.items()}
        )
        truth.verify()
        truth.close()
        # A clean start: the disk is well again.
        shop.start()
        assert shop.stop() == 0
    figure("rounds", ROUNDS)
    figure("acknowledged before", acknowledged)
    figure("longest from the first failure to the end, s", round(max(ended_s), 2))
    assert max(ended_s) <= ENDS_S or not LONG


def break_one(shop: Broken) -> tuple[dict[str, int], float]:
    """Send until the server has ended by itself.

    Gives what it acknowledged, and how many seconds it lived on after it failed.
    """
    shop.start()
    shop.source("till")
    tracer = shop.attach()
    journal: dict[str, int] = {}
    failed_at: float | None = None
    deadline = time.monotonic() + GIVES_UP_S
    try:
        while shop.process.poll() is None:
            assert time.monotonic() < deadline, "the server went on"
            name = f"m{len(journal)}-{time.monotonic_ns()}"
            offset = one(shop, name)
            if offset is not None:
                assert failed_at is None, "acknowledged after a failure"
                journal[name] = offset
            elif failed_at is None:
                failed_at = time.monotonic()
    finally:
        tracer.kill()
        tracer.wait()
    ended = time.monotonic()
    assert shop.process.returncode == 1
    return journal, ended - (failed_at or ended)


def one(shop: Shop, name: str) -> int | None:
    """Send one event; give its offset, None where it was not acknowledged."""
    item = {**track("Checked In"), "messageId": name, "userId": "u1"}
    headers = {"authorization": f"Bearer {shop.keys['till']}"}
    try:
        status, _, raw = shop.request(
            "POST", "/api/v1/events", json.dumps(item).encode(), headers
        )
    except OSError:
        return None
    if status != 200:
        assert status == 503, (status, raw)
        return None
    return json.loads(raw)["results"][0]["offset"]
