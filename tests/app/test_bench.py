"""The benchmark runs and prints; how fast anything is, is no business of a test."""

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from habitue.app.bench import credit, wire
from habitue.app.bench.figure import less, more
from habitue.app.bench.page import page
from habitue.app.bench.sessions import KINDS, TILL, Shop
from habitue.base.clock import DAY_US
from habitue.journey.attribution import credits_of
from habitue.journey.reading import MODELS, shares_by


def bench(*options: str) -> list[dict]:
    done = subprocess.run(
        [sys.executable, "-m", "habitue", "bench", "--quick", "--json", *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_a_quick_run_prints_each_figure_beside_its_floor():
    rows = bench("--only", "stages", "batches")

    assert {row["name"] for row in rows} >= {
        "identity: observe",
        "SQLite: batches of 100, acknowledged and applied",
    }
    assert all(row["value"] > 0 and row["floor"] > 0 for row in rows)


def test_segments_are_measured_beside_a_fold_that_has_none():
    none, *others = bench("--only", "segments")

    assert none["name"].endswith("0 segments")
    with_some = [row for row in others if "through the fold" in row["name"]]
    assert [row["floor"] for row in with_some] == [none["value"]] * 2
    assert all(row["value"] > 0 for row in others)


def test_each_dialect_is_measured_beside_our_own_door():
    door, *others = bench("--only", "dialects")

    assert "our own JSON door" in door["name"]
    assert len(others) == 6
    assert "RudderStack" in " ".join(row["name"] for row in others)
    assert all(row["floor"] == door["value"] and row["value"] > 0 for row in others)


def test_journeys_are_measured_beside_plain_sql_and_growth_is_told():
    rows = bench("--only", "journeys")

    beside = [row["name"] for row in rows if row["floor"]]
    assert beside == [
        *("journeys: sessions", "journeys: ordered funnel", "journeys: top paths"),
        *("journeys: ROPO", "journeys: hand-overs"),
    ]
    assert all(row["value"] > 0 and "times as long" in row["note"] for row in rows)
    assert rows[-1]["name"] == "journeys: attribution"
    assert rows[-1]["bar"] == 0.1


def test_each_model_hands_out_all_of_the_measured_paths():
    paths = credit.paths_of(1_000)
    tally, decay = credit.counted(paths)

    for model in MODELS:
        given = credits_of(tally, shares_by(model, tally, decay))
        assert sum(one.value for one in given.values()) == sum(
            one.value for one in paths
        )


@pytest.mark.postgres
def test_a_database_is_measured_and_left_as_it_was(postgres_url: str):
    rows = bench("--only", "singles", "--database", postgres_url)

    names = [row["name"] for row in rows]
    assert "PostgreSQL: single requests, 64 connections" in names
    with psycopg.connect(postgres_url) as db:
        tables = db.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN"
            " ('pg_catalog', 'information_schema')"
        ).fetchone()
        left = db.execute(
            "SELECT count(*) FROM pg_database WHERE datname LIKE 'habitue_bench%'"
        ).fetchone()
    assert (tables, left) == ((0,), (0,))


def refusal(*options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "habitue", "bench", *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    return done.stderr


def test_an_unknown_part_is_named_with_those_there_are():
    told = refusal("--only", "speed")

    assert "'speed'" in told
    assert "singles" in told


def test_only_a_whole_run_is_kept():
    assert "whole run" in refusal("--quick", "--write")


def test_the_same_seed_tells_the_same_sessions():
    first = list(Shop(7, customers=50, now_us=DAY_US).stream(500))

    assert list(Shop(7, customers=50, now_us=DAY_US).stream(500)) == first
    assert list(Shop(8, customers=50, now_us=DAY_US).stream(500)) != first


def test_a_third_of_the_visitors_is_known():
    stream = [
        json.loads(told.raw)
        for told in Shop(7, customers=5_000, now_us=DAY_US).stream(40_000)
        if told.source != TILL
    ]

    devices = {item["anonymousId"] for item in stream}
    known = {item["anonymousId"] for item in stream if item["type"] == "identify"}

    assert 0.3 < len(known) / len(devices) < 0.37
    assert 8 < len(stream) / len(devices) < 11


def test_requests_are_read_as_they_were_written(tmp_path: Path):
    stream = list(Shop(7, customers=50, now_us=DAY_US).stream(250))
    keys = dict.fromkeys(KINDS, "k")

    requests = list(wire.batches(stream, keys, 100))
    prepared = wire.write(tmp_path / "requests", requests)

    assert wire.read(prepared.path) == requests
    assert (prepared.items, prepared.requests) == (250, len(requests))
    assert max(items for _, items in requests) == 100


def test_a_bar_is_met_by_more_or_by_less_as_the_figure_is_meant():
    assert more("taken", 30.0, "events/s", bar=20.0).meets
    assert less("taken", 30.0, "ms", bar=20.0).meets is False
    assert less("taken", 30.0, "ms").meets is None


def test_the_page_says_when_and_on_what_machine():
    written = page([more("taken", 5e4, "events/s", floor=1e5)], "2 cores", DAY_US)

    assert "2 January 1970, on 2 cores." in written
    assert "| taken | 50,000 events/s | 100,000 | 0.50 |" in written
