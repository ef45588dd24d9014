"""Size is known beforehand: what is forecast is what is measured, within 20 %."""

import json
from pathlib import Path
from typing import Any

import pytest

from habitue.app.doctor.size import COPY_BYTES, REFERENCE, Present, forecast, number
from habitue.backends.sqlite.size import size_bytes
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.errors import InvalidError
from habitue.log.port import Entry
from tests.acceptance import forking
from tests.acceptance.test_running import habitue
from tools import size
from tools.size import HELD_WITHIN, filled, held, off


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Present]:
    folder = tmp_path_factory.mktemp("size") / "small"
    return folder / "data", filled(folder, 6_000, customers=300, run=forking.run)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Present:
    """Three times the events, thirty times the people who come for them.

    Without requests: that this takes as much as an import is shown of the small one.
    """
    folder = tmp_path_factory.mktemp("size") / "large"
    items = size._items(18_000, customers=9_000, contacts=1_000)
    size.pour(folder, items, size.NOW_US, lambda _: None)
    return size.measured(folder, forking.run)


@pytest.mark.feature("K11")
@pytest.mark.parametrize("which", ["small", "large"])
def test_the_reference_forecasts_both_sizes(
    which: str, small: tuple[Path, Present], large: Present
) -> None:
    measured = small[1] if which == "small" else large

    assert abs(off(measured)) < HELD_WITHIN


@pytest.mark.feature("K11")
def test_a_small_folder_forecasts_a_large_one(
    small: tuple[Path, Present], large: Present
) -> None:
    assert abs(off(large, small[1])) < HELD_WITHIN


def test_what_is_poured_takes_as_much_as_an_import_does(
    small: tuple[Path, Present], tmp_path: Path
) -> None:
    items = size._items(6_000, customers=300, contacts=0)
    size.pour(tmp_path / "data", items, size.NOW_US, lambda _: None)

    found = size.measured(tmp_path / "data", forking.run)

    assert found.people == small[1].people
    for store, taken in found.bytes_by_store.items():
        assert abs(taken / small[1].bytes_by_store[store] - 1) < 0.1, store


@pytest.mark.parametrize(("times", "code"), [(1, 0), (2, 1)])
def test_who_holds_the_forecast_to_what_is_measured_is_told_where_it_is_off(
    small: tuple[Path, Present],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    times: int,
    code: int,
) -> None:
    stores = {name: one * times for name, one in small[1].bytes_by_store.items()}
    measured = Present(small[1].people, small[1].events, stores)
    monkeypatch.setattr(size, "poured", lambda *_: measured)

    assert held(6_000) == code
    assert f"all: off by {off(measured):+.1%}" in capsys.readouterr().out


@pytest.mark.feature("K11", partly="PostgreSQL; retention; 20 M events")
def test_the_command_says_what_two_million_people_take(
    small: tuple[Path, Present],
) -> None:
    words = ("size", "--people", "2M", "--events", "300M", "--data", str(small[0]))
    code, out, errors = habitue(*words, "--json")

    assert code == 0, errors
    told: dict[str, Any] = json.loads(out)
    assert (told["people"], told["events"]) == (2_000_000, 300_000_000)
    assert told["by"] == "what is here"
    assert told["here"]["events"] == small[1].events
    assert {one["store"] for one in told["reference"]} == {
        *REFERENCE,
        "lake.duckdb",
    }
    stores = sum(one["bytes"] for one in told["stores"])
    assert told["disk_bytes"] == stores + told["beside_bytes"]
    assert "bytes an event" in habitue(*words)[1]


def test_without_a_folder_the_reference_holds(tmp_path: Path) -> None:
    words = ("size", "--people", "10k", "--events", "1M", "--data", str(tmp_path / "x"))
    told = json.loads(habitue(*words, "--json")[1])

    assert told["by"] == "reference"
    assert told["here"] is None
    assert told["stores"] == told["reference"]


def test_who_keeps_no_copy_for_analysis_is_not_told_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("size", "--people", "10k", "--events", "1M", "--data", str(tmp_path / "x"))
    whole = json.loads(habitue(*words, "--json")[1])
    monkeypatch.setenv("HABITUE_LAKE__ENABLED", "false")
    without = json.loads(habitue(*words, "--json")[1])

    assert {one["store"] for one in without["stores"]} == set(REFERENCE)
    # Once as a store, once more while an erasure writes it anew.
    assert whole["disk_bytes"] - without["disk_bytes"] == 2 * COPY_BYTES * 1_000_000


def test_a_folder_with_little_in_it_says_nothing_of_a_full_one() -> None:
    empty = Present(0, 10, dict.fromkeys(REFERENCE, 10000000))

    assert forecast(1_000, 1_000_000, empty) == forecast(1_000, 1_000_000)


def test_a_size_counts_what_waits_in_the_write_ahead_log(tmp_path: Path) -> None:
    truth = SqliteTruth(tmp_path / "truth.db")
    before = size_bytes(tmp_path / "truth.db")
    names = [f"m{number}" for number in range(9)]
    truth.commit([Entry(source="s", message_id=n, body=bytes(5_000)) for n in names], 1)

    while_open = size_bytes(tmp_path / "truth.db")
    truth.close()

    assert while_open > before
    assert while_open == (tmp_path / "truth.db").stat().st_size


@pytest.mark.parametrize("text", ["", "many", "-1", "2MM", "1e9"])
def test_what_is_no_number_is_told_with_the_way_out(text: str) -> None:
    with pytest.raises(InvalidError, match="write 250000"):
        number(text)


def test_figures_of_the_reference_stand_in_the_page(
    request: pytest.FixtureRequest,
) -> None:
    page = (request.config.rootpath / "docs" / "size.md").read_text("utf-8")

    for store, need in REFERENCE.items():
        row = f"| `{store}` | {need.event_bytes:,.0f} | {need.person_bytes:,.0f} |"
        assert row in page
    assert f"| `lake.duckdb` | {COPY_BYTES} | 0 |" in page
