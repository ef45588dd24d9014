"""A part that is taken out while the server runs: it is not ready, and says why."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.shop import Shop
from tests.proof.test_broken_disk import one

pytestmark = pytest.mark.proof("T42")

NOT_READY_S_MAX = 60
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
