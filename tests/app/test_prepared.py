"""habitue bench prepare: data sets are made once, whole or not at all."""

import json
from pathlib import Path

import pytest

from habitue.app.bench import journeys
from habitue.app.bench.ground import ground
from habitue.app.bench.prepared import Cache
from habitue.app.bench.visits import LOG
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import SystemClock
from tests.acceptance.test_running import habitue

EVENTS, RECORDS = 4_000, 300


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "cache"
    assert prepared(folder) == [
        *(("journeys", EVENTS // 10), ("journeys", EVENTS), ("log", RECORDS)),
    ]
    return folder


def prepared(folder: Path) -> list[tuple[str, int]]:
    words = ("--events", str(EVENTS), "--records", str(RECORDS), "--json")
    code, out, errors = habitue("bench", "prepare", "--cache", folder, *words)
    assert code == 0, errors
    return [(one["name"], one["rows"]) for one in json.loads(out)]


def every(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(one.relative_to(folder)): (one.stat().st_mtime_ns, one.read_bytes())
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


def test_what_is_there_is_not_made_again(kept: Path) -> None:
    before = every(kept)

    prepared(kept)

    assert every(kept) == before
    assert len(before) >= 6


def test_a_log_has_as_many_records_as_were_asked_for(kept: Path) -> None:
    truth = SqliteTruth(Cache(kept).place(LOG, RECORDS) / "truth.db")
    try:
        assert truth.verify() == truth.head() == RECORDS
    finally:
        truth.close()


def test_the_bench_takes_what_was_prepared_and_leaves_it_as_it_was(
    kept: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    before = every(kept)

    with ground() as on:
        figures = journeys.measure(
            on, SystemClock(), said.append, events=EVENTS, cache=Cache(kept)
        )

    assert f"journeys: {EVENTS:,} events, as prepared" in said
    assert not [one for one in said if "sealing" in one]
    assert all(one.value > 0 for one in figures)
    assert every(kept) == before


def test_what_broke_off_is_not_taken_for_whole(tmp_path: Path) -> None:
    cache, made = Cache(tmp_path / "cache"), []

    def breaks(folder: Path, rows: int, now_us: int) -> None:
        (folder / "half").write_text("half", "utf-8")
        raise KeyboardInterrupt

    def whole(folder: Path, rows: int, now_us: int) -> None:
        made.append(rows)
        assert list(folder.iterdir()) == []

    with pytest.raises(KeyboardInterrupt):
        cache.prepare("x", 7, 0, breaks)
    assert cache.find("x", 7) is None
    assert cache.prepare("x", 7, 5, whole).now_us == 5
    assert cache.prepare("x", 7, 6, whole).now_us == 5
    assert (made, cache.find("x", 8)) == ([7], None)


def test_no_rows_at_all_are_refused(tmp_path: Path) -> None:
    code, _, errors = habitue("bench", "prepare", "--cache", tmp_path, "--records", "0")

    assert code == 1
    assert "one row at least" in errors
