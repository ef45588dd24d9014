"""Journeys are measured on a shop that has what they ask for, and asked whole rows."""

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from habitue.app.bench import credit
from habitue.app.bench.ground import ground
from habitue.app.bench.journey_asking import (
    QUESTIONS,
    answer,
    asked_at,
    cut,
    plain,
    put,
)
from habitue.app.bench.journey_rows import (
    BROWSERS,
    EVENTS_A_PERSON,
    make_copy,
    open_copy,
)
from habitue.backends.duckdb.lake import DuckLake
from habitue.journey.asking import sessions
from habitue.journey.tally import tally_of
from habitue.lake.port import Question, Tail

NOW_US, EVENTS = 1_772_366_400_000_000, 40_000
FILE = Path(os.environ.get("HABITUE_SHARED", "../shared")) / credit.FILE


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckLake]:
    folder = tmp_path_factory.mktemp("journeys")
    make_copy(folder, EVENTS, NOW_US)
    lake = open_copy(folder)
    made = sessions(asked_at(NOW_US))
    while lake.stamp != made.stamp or lake.stale:
        lake.keep_sessions(made, EVENTS)
    yield lake
    lake.close()


def asked(lake: DuckLake, name: str) -> pa.Table:
    frame = asked_at(NOW_US)
    one = next(one for one in QUESTIONS if one.name == name)
    return answer(lake, put(frame, one, cut(lake, frame)))


def rows(lake: DuckLake, sql: str) -> list[tuple[object, ...]]:
    asking = lake.begin(Tail(lake.offset))
    try:
        table = asking.answer(Question(sql=sql, rows_max=10**6, trusted=True)).table
    finally:
        asking.close()
    return [tuple(one.values()) for one in table.to_pylist()]


def test_what_is_bought_on_either_side_is_tied_to_the_other_in_every_way(
    lake: DuckLake,
) -> None:
    told = asked(lake, "ROPO").to_pylist()

    for side in ("online", "store"):
        answers = {one["answer"] for one in told if one["side"] == side}
        assert answers >= {"product", "category", "brand", "no"}, side
    assert {one["answer"] for one in told if one["side"] == "online"} >= {"visit"}
    # Receipts of nobody: it is not known of them.
    unknown = [one for one in told if one["answer"] == "unknown"]
    assert {one["side"] for one in unknown} == {"store"}
    assert len({one["tried"] for one in told if one["tried"]}) > 10


def test_the_catalogue_tells_what_events_leave_untold_of_goods(lake: DuckLake) -> None:
    told = rows(lake, "SELECT category, brand FROM lines WHERE product = 'p5'")
    found = [one for one in asked(lake, "ROPO").to_pylist() if one["product"] == "p5"]

    assert set(told) == {("", "")}
    assert {(one["category"], one["brand"]) for one in found} == {("c5", "b5")}


def test_some_people_are_known_by_two_strands(lake: DuckLake) -> None:
    held = rows(lake, "SELECT person_id, count(*) FROM holding GROUP BY ALL")
    done = rows(
        lake,
        "SELECT person_id, count(DISTINCT strand) FROM person_events GROUP BY ALL",
    )

    people = EVENTS // EVENTS_A_PERSON
    assert sum(count == 2 for _, count in held) == people // BROWSERS
    assert {who % BROWSERS for who, count in done if count == 2} == {0}


def test_every_column_of_an_answer_is_asked_for(lake: DuckLake) -> None:
    columns = rows(lake, "DESCRIBE SELECT * FROM session_kept")

    assert len(asked(lake, "sessions").column_names) == 1 + len(columns)
    assert asked(lake, "ordered funnel").column_names == [
        *("step", "part", "ways", "people")
    ]
    paths = asked(lake, "top paths")
    assert 5 < paths.num_rows <= 100
    assert sum(paths["amount"].to_pylist()) > 0
    assert {"move", "people", "reach", "known", "bag", "alone", "category"} == set(
        asked(lake, "intentions")["sort"].to_pylist()
    )
    assert {"sum", "people", "month"} == set(
        asked(lake, "hand-overs")["sort"].to_pylist()
    )


@pytest.mark.parametrize("one", [one for one in QUESTIONS if one.floor])
def test_plain_sql_finds_something_in_it(lake: DuckLake, one: object) -> None:
    found = answer(lake, plain(one.floor)).to_pylist()  # type: ignore[attr-defined]

    assert found
    assert all(row[name] for row in found for name in row if name != "step")


def test_paths_of_the_public_file_are_counted_as_they_mean_within_the_time(
    lake: DuckLake,
) -> None:
    if not FILE.exists():
        pytest.skip("set HABITUE_SHARED to the folder with data/")
    paths = list(credit.read(FILE))

    with ground() as on:
        _, told = credit.credit(on, lambda _: None, FILE.parents[2])

    assert credit.count(lake, credit.packed(paths)) == tally_of(paths)
    assert sum(one.conversions for one in paths) == 19_785
    assert sum(one.value for one in paths) == pytest.approx(74_802_972, abs=5_000)
    assert "10,000 paths that 88,387 walked" in told.note
    assert told.bar == 0.1
