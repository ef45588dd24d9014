"""A disk whose flush fails: nothing more is acknowledged, and nothing was lost."""

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

ROUNDS = 50 if os.environ.get("HABITUE_TORTURE") else 3
ENDS_S = 15

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
                    "trace=fdatasync,fsync",
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
    chance, ended, acknowledged = Random(seed), 0, 0
    for at in range(ROUNDS):
        shop = Broken(tmp_path / f"data{at}")
        shop.inject = f"fdatasync,fsync:error=EIO:when={chance.randrange(1, 12)}+"
        journal = break_one(shop)
        acknowledged += len(journal)
        ended += 1
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
    assert ended == ROUNDS


def break_one(shop: Broken) -> dict[str, int]:
    """Send until the server has ended by itself; give what it acknowledged."""
    shop.start()
    shop.source("till")
    tracer = shop.attach()
    journal: dict[str, int] = {}
    deadline = time.monotonic() + ENDS_S
    try:
        while shop.process.poll() is None:
            assert time.monotonic() < deadline, "the server went on"
            name = f"m{len(journal)}-{time.monotonic_ns()}"
            offset = one(shop, name)
            if offset is not None:
                journal[name] = offset
    finally:
        tracer.kill()
        tracer.wait()
    assert shop.process.returncode == 1
    return journal


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
