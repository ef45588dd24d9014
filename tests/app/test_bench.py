"""The benchmark runs and prints; how fast anything is, is no business of a test."""

import json
from pathlib import Path

import psycopg
import pytest

from habitue.app.bench import credit, journeys, wire
from habitue.app.bench.figure import Figure, less, more
from habitue.app.bench.kept import Measured, keep, kept
from habitue.app.bench.page import page
from habitue.app.bench.run import PARTS, Wanted, run
from habitue.app.bench.sessions import KINDS, TILL, Shop
from habitue.base.clock import DAY_US, SystemClock
from habitue.base.errors import HabitueError
from habitue.journey.attribution import credits_of
from habitue.journey.reading import MODELS, shares_by
from tests.acceptance import forking


def bench(*options: str) -> list[dict]:
    done = forking.run(["bench", "--quick", "--json", *options])
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_a_quick_run_prints_each_figure_beside_its_floor():
    rows = bench("--only", "stages", "batches")

    assert {row["name"] for row in rows} >= {
        "identity: observe",
        "SQLite: batches of 100, acknowledged and applied",
    }
    assert all(row["value"] > 0 and row["floor"] > 0 for row in rows)
    # Ten times the segments beside few, both warm, and half of the few's rate as bar.
    many = rows[-1]
    assert many["name"] == "SQLite: batches of 100 under 50 segments"
    assert "under 5 segments" in many["note"]
    assert many["bar"] == pytest.approx(many["floor"] / 2, rel=0.01)


def test_segments_are_measured_beside_a_fold_that_has_none():
    none, *others = bench("--only", "segments")

    assert none["name"].endswith("0 segments")
    with_some = [row for row in others if "through the fold" in row["name"]]
    assert [row["floor"] for row in with_some] == [none["value"]] * 2
    assert all(row["value"] > 0 for row in others)
    # What is allowed is of a person under all segments, and grows with what is noted.
    fewer, most = (
        row for row in others if row["name"].startswith("memory of a person")
    )
    facts = float(most["note"].partition("each of ")[2].split()[0])
    assert fewer["bar"] is None
    assert most["bar"] == pytest.approx(150 + 16 * facts, abs=1)


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
    assert all(row["value"] > 0 for row in rows)
    told = {row["name"]: row for row in rows}
    assert all("times as long" in told[name]["note"] for name in beside)
    assert (
        "Bound: the engine takes 1,024 MB" in told["journeys: memory at most"]["note"]
    )
    assert told["journeys: single timeline, p99"]["bar"] == 5
    assert told["journeys: attribution"]["bar"] == 0.1


def test_of_more_events_than_bars_are_of_it_is_told_how_the_questions_grow():
    named = (journeys.KEEPING, journeys.TURN, journeys.BYTES, journeys.WHOLE)
    peaks = (journeys.PEAK, journeys.PEAK_KEEPING)
    before, at = (
        journeys.At(events, dict.fromkeys(("ROPO", "plain_ropo", *named, *peaks), took))
        for events, took in ((20_000_000, 2.0), (100_000_000, 9.0))
    )

    ropo = journeys.figures(before, at)[0]

    assert ropo.name == "journeys: ROPO of 100,000,000 events"
    assert (ropo.value, ropo.floor, ropo.bar) == (9.0, 9.0, None)
    assert ropo.note == (
        "100,000,000 events; of 5 times the events 4.5 times as long"
        " (plain SQL 4.5 times)"
    )


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
    done = forking.run(["bench", *options])
    assert done.returncode == 1
    return done.stderr


def test_an_unknown_part_is_named_with_those_there_are():
    told = refusal("--only", "speed")

    assert "'speed'" in told
    assert "singles" in told


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


def test_the_page_says_of_each_part_when_and_on_what_machine():
    figures = (more("taken", 5e4, "events/s", floor=1e5),)

    written = page([measured("singles", figures)])

    assert "## Singles on SQLite\n\n2 January 1970, on 2 cores.\n" in written
    assert "| taken | 50,000 events/s | 100,000 | 0.50 |" in written


def test_a_part_measured_anew_takes_its_own_place_alone(tmp_path: Path):
    for part, value in (("singles", 1.0), ("batches", 2.0), ("singles", 3.0)):
        keep(tmp_path, measured(part, (more("taken", value, "events/s"),)))

    found = kept(tmp_path, ("batches", "singles", "lake"), ("SQLite", "PostgreSQL"))

    assert [(one.part, one.figures[0].value) for one in found] == [
        *(("batches", 2.0), ("singles", 3.0))
    ]


def test_what_breaks_off_is_not_kept_and_the_others_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    def breaks(*_: object) -> list[Figure]:
        raise HabitueError("Nobody is known.")

    said: list[str] = []
    found: list[Measured] = []
    monkeypatch.setitem(PARTS, "singles", breaks)
    monkeypatch.setitem(PARTS, "till", lambda *_: [more("taken", 1.0, "events/s")])
    wanted = Wanted(clock=SystemClock(), only=("singles", "till"), cache=tmp_path)

    figures = run(wanted, said.append, found.append)

    assert [one.part for one in found] == ["till"]
    assert [one.value for one in figures] == [1.0]
    assert "singles on SQLite broke off: Nobody is known." in said


def test_figures_of_a_small_run_are_not_kept():
    assert "leave out --quick, or --write" in refusal("--quick", "--write")


def measured(part: str, figures: tuple[Figure, ...]) -> Measured:
    return Measured(
        part=part, backend="SQLite", at_us=DAY_US, machine="2 cores", figures=figures
    )
