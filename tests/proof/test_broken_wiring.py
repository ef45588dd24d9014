"""A part that is taken out while the server runs: it is not ready, and says why."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.port import Entry
from tests.acceptance.shop import Shop
from tests.proof.standing import STILL
from tests.proof.test_broken_disk import one

pytestmark = pytest.mark.proof("T42")

NOT_READY_S_MAX = 60
CANARY = b"zqcanary"
UNREADABLE = b'{"type":"%s"}' % CANARY
ALERTS = Path(__file__).parents[2] / "deploy" / "prometheus" / "alerts.yml"


def is_ready(shop: Shop) -> bool:
    try:
        return bool(shop.request("GET", "/readyz")[0] == 200)
    except OSError:
        return False


@pytest.mark.parametrize(
    ("file", "sql", "said"),
    [
        ("truth.db", "ALTER TABLE record RENAME TO gone", "The log can't be written"),
        ("state.db", "ALTER TABLE meta RENAME TO gone", "no such table: meta"),
    ],
    ids=["the log", "the state"],
)
def test_a_part_that_is_gone_makes_the_server_unready_and_alarms(
    shop: Shop, file: str, sql: str, said: str, figure: Callable[[str, Any], None]
) -> None:
    shop.source("till")
    assert is_ready(shop)

    other = sqlite3.connect(shop.folder / file)
    other.execute(sql)
    other.close()
    began = time.monotonic()
    while is_ready(shop):
        # A shop goes on sending; what is not stored is not acknowledged.
        one(shop, f"m{time.monotonic_ns()}")
        assert time.monotonic() - began < NOT_READY_S_MAX

    figure(f"not ready after s, {file}", round(time.monotonic() - began, 1))
    # It ends, which is what HabitueDown alarms of, and its log says why.
    assert shop.process.wait(30) == 1
    assert said in shop.log.read_text()
    assert 'expr: up{job="habitue"} == 0' in ALERTS.read_text()


class StandingShop(Shop):
    """A server whose projector stands still as long as a file is there."""

    def _begin(self, log: int) -> "subprocess.Popen[bytes]":
        words = ("serve", "--data", str(self.folder), "--port", str(self.port))
        return subprocess.Popen(
            [sys.executable, "-m", "tests.proof.standing", *words],
            stdout=log,
            stderr=log,
            env={**os.environ, STILL: str(self.still)},
        )

    @property
    def still(self) -> Path:
        return self.folder.parent / "still"


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[StandingShop]:
    shop = StandingShop(tmp_path / "data")
    truth = SqliteTruth(shop.folder / "truth.db")
    truth.commit([Entry(source="x", message_id="bad", body=UNREADABLE)], 1)
    truth.close()
    shop.start()
    yield shop
    shop.still.unlink(missing_ok=True)
    if shop.process.poll() is None:
        shop.kill()


def gauge(shop: Shop, name: str) -> float:
    told = shop.request("GET", "/metrics")[2].decode()
    return next(
        float(line.split()[1]) for line in told.splitlines() if line.startswith(name)
    )


def test_a_projector_that_stands_still_makes_the_server_unready_and_alarms(
    standing: StandingShop,
) -> None:
    standing.source("till")
    assert (is_ready(standing), gauge(standing, "habitue_ready ")) == (True, 1)

    standing.still.touch()
    # What is sent is stored all the same.
    assert one(standing, "m1") is not None
    standing.until(lambda: not is_ready(standing), NOT_READY_S_MAX)

    # It answers: nothing but this alarms of it.
    assert standing.process.poll() is None
    assert gauge(standing, "habitue_ready ") == 0
    assert "expr: habitue_ready == 0" in ALERTS.read_text()
    standing.still.unlink()
    standing.until(lambda: is_ready(standing))
    assert gauge(standing, "habitue_ready ") == 1
    assert standing.stop() == 0


def test_a_record_that_cannot_be_folded_alarms_and_is_not_quoted(
    standing: StandingShop,
) -> None:
    assert gauge(standing, "habitue_faults ") == 1
    assert gauge(standing, "habitue_leads ") == 1
    assert standing.stop() == 0

    assert "expr: habitue_faults > 0" in ALERTS.read_text()
    assert "record 1 could not be folded: ValidationError" in standing.log.read_text()
    for file in (standing.log, standing.folder / "state.db"):
        assert CANARY not in file.read_bytes()
