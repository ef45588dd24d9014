"""habitue bench prepare: data sets are made once, whole or not at all."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from habitue.app.bench import gallery, journey_rows, journeys, memory
from habitue.app.bench import prepared as preparing
from habitue.app.bench.ground import ground
from habitue.app.bench.prepared import Cache
from habitue.app.bench.visits import LOG
from habitue.backends.duckdb.lake import DuckLake
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import SystemClock
from habitue.base.errors import InvalidError
from habitue.lake.port import Seal
from tests.acceptance.test_running import habitue

EVENTS, RECORDS = 4_000, 300


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "cache"
    assert prepared(folder) == [
        *(("journeys", EVENTS // 10), ("journeys", EVENTS)),
        *(("gallery", EVENTS // 10), ("gallery", EVENTS), ("log", RECORDS)),
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


@pytest.mark.parametrize(
    ("part", "more"), [(journeys, {}), (gallery, {"names": ("active", "cart-left")})]
)
def test_the_bench_takes_what_was_prepared_and_leaves_it_as_it_was(
    kept: Path, part: ModuleType, more: dict[str, Any]
) -> None:
    said: list[str] = []
    before = every(kept)

    with ground() as on:
        figures = part.measure(
            on, SystemClock(), said.append, events=EVENTS, cache=Cache(kept), **more
        )

    assert f"{part.NAME}: {EVENTS:,} events, as prepared" in said
    assert not [one for one in said if "sealing" in one]
    assert all(one.value > 0 for one in figures)
    assert every(kept) == before


def test_what_broke_off_is_gone_on_with_and_not_taken_for_whole(tmp_path: Path) -> None:
    cache, made = Cache(tmp_path / "cache"), []

    def breaks(folder: Path, rows: int, now_us: int) -> None:
        (folder / "half").write_text("half", "utf-8")
        raise KeyboardInterrupt

    def whole(folder: Path, rows: int, now_us: int) -> None:
        made.append((rows, now_us))
        assert (folder / "half").read_text("utf-8") == "half"

    with pytest.raises(KeyboardInterrupt):
        cache.prepare("x", 7, 4, breaks)
    assert cache.find("x", 7) is None
    # Of the now that it began with, or half of it would be of another.
    assert cache.prepare("x", 7, 5, whole).now_us == 4
    assert cache.prepare("x", 7, 6, whole).now_us == 4
    assert (made, cache.find("x", 8)) == ([(7, 4)], None)
    assert sorted(one.name for one in cache.place("x", 7).iterdir()) == [
        *("half", "made.json")
    ]


def test_a_copy_that_broke_off_becomes_what_it_would_have_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journey_rows, "CHUNK", 300)
    seal = DuckLake.seal

    def breaks(lake: DuckLake, wanted: Seal) -> None:
        if wanted.tail.offset > 600:
            raise KeyboardInterrupt
        seal(lake, wanted)

    journey_rows.make_copy(tmp_path / "whole", 1_000, 0)
    with monkeypatch.context() as broken:
        broken.setattr(DuckLake, "seal", breaks)
        with pytest.raises(KeyboardInterrupt):
            journey_rows.make_copy(tmp_path / "broken", 1_000, 0)
    assert len(events_in(tmp_path / "broken")) == 600
    journey_rows.make_copy(tmp_path / "broken", 1_000, 0)

    assert events_in(tmp_path / "broken") == events_in(tmp_path / "whole")


def events_in(folder: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "lake.duckdb"), read_only=True) as lake:
        return lake.execute("SELECT * FROM kept_event ORDER BY ALL").fetchall()


def test_more_than_the_disk_holds_is_not_begun(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="TMPDIR"):
        memory.want_room(tmp_path, 10**18)


def test_no_rows_at_all_are_refused(tmp_path: Path) -> None:
    code, _, errors = habitue("bench", "prepare", "--cache", tmp_path, "--records", "0")

    assert code == 1
    assert "one row at least" in errors


def test_a_copy_of_another_version_is_another_data_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Cache(tmp_path).place(journeys.NAME, EVENTS)

    monkeypatch.setattr(preparing, "STAMP", "lake-of-before")

    assert Cache(tmp_path).place(journeys.NAME, EVENTS) != before
