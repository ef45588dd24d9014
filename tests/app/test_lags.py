"""How far state is behind each source."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from habitue.app.desks.lags import COUNTED_MAX, NOTHING, UNKNOWN, Lags
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import ManualClock
from habitue.log.port import Entry

NOW_US = 1_700_000_000_000_000


@pytest.fixture
def truth(tmp_path: Path) -> Iterator[SqliteTruth]:
    opened = SqliteTruth(tmp_path / "truth.db")
    yield opened
    opened.close()


def entry(source: str, at: int) -> Entry:
    return Entry(source=source, message_id=f"m{at}", body=b"{}")


def test_a_source_lags_by_what_of_it_is_not_in_state(truth: SqliteTruth) -> None:
    truth.commit([entry("web", at) for at in range(3)], NOW_US)
    truth.commit([entry("web", 3), entry("till", 0)], NOW_US + 250_000)
    lags = Lags(truth, ManualClock(NOW_US + 1_000_000), lambda: 2)

    behind = asyncio.run(lags.behind())

    assert lags.view(behind, "web") == {"lag_records": 2, "lag_ms": 1000}
    assert lags.view(behind, "till") == {"lag_records": 1, "lag_ms": 750}
    assert lags.view(behind, "erp") == NOTHING


def test_nothing_lags_where_state_is_at_the_end(truth: SqliteTruth) -> None:
    truth.commit([entry("web", 0)], NOW_US)
    lags = Lags(truth, ManualClock(NOW_US), lambda: 1)

    assert lags.view(asyncio.run(lags.behind()), "web") == NOTHING


def test_more_than_is_counted_at_once_is_said_to_be_unknown(truth: SqliteTruth) -> None:
    truth.commit([entry("web", at) for at in range(COUNTED_MAX + 1)], NOW_US)
    all_of_it = Lags(truth, ManualClock(NOW_US), lambda: 0)
    all_but_one = Lags(truth, ManualClock(NOW_US), lambda: 1)

    assert all_of_it.view(asyncio.run(all_of_it.behind()), "web") == UNKNOWN
    found = all_but_one.view(asyncio.run(all_but_one.behind()), "web")
    assert found["lag_records"] == COUNTED_MAX
