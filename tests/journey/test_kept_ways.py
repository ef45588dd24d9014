"""Ways, and when people did what, are kept as they would be made anew."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import structs

from habitue.app.insights.went import went_by
from habitue.journey.asking import query, sessions
from habitue.lake.port import Seal, Tail
from habitue.measure.kpi import asking as kpi
from habitue.measure.kpi.funnel import Apart, Deed, steps_taken
from habitue.measure.kpi.way import WAY, Stay, way_at
from tests.journey.test_kept_sessions import ANEW, DEEDS, STRANDS, Shop, asked, told
from tests.journey.world import DAY_US, END_US, START_US

# Names that come, one of an event that has none, one twice and one that nobody does.
STEPS = (
    *(("Product Viewed", "Form"), ("Form", "Form", "Staff Assisted"), ("page", "Form")),
    *(("Product Viewed", "page", "Product Viewed"), ("Form", "Nothing Like It")),
)
TOLD = (
    "SELECT h.person_id, epoch_us(e.happened_at) AS at_us, e.channel,"
    " CASE WHEN e.name = '' THEN e.type ELSE e.name END AS name"
    " FROM events AS e JOIN holding AS h USING (strand) WHERE e.strand <> 0"
    " ORDER BY h.person_id"
)
WAYS = (
    "SELECT * EXCLUDE (met) FROM journey ORDER BY ALL",
    "SELECT * FROM first_met ORDER BY ALL",
    "SELECT channel, conversions FROM tally_decay ORDER BY ALL",
)
PATHS = "SELECT object, path FROM journey ORDER BY object"
# The same of all sessions, which hold nothing of a purchase.
OF_SESSIONS = """
SELECT object, coalesce(list(s.channel ORDER BY s.since_us, s.log_offset)
  FILTER (WHERE s.person_id IS NOT NULL), []) AS path
FROM bought AS b LEFT JOIN session AS s ON s.person_id = b.person_id
  AND s.contact <> 'pos' AND s.since_us BETWEEN b.at_us - $window_us AND b.at_us
  AND (b.before_us IS NULL OR s.since_us > b.before_us)
GROUP BY object ORDER BY object"""
MORE = {"currency": "EUR", "place": "", "half_life_us": DAY_US}
STAYS = "SELECT * FROM session ORDER BY person_id, since_us, log_offset"
BY = ("channel", "channel", "colour", WAY)


def steps_asked(
    shop: Shop, steps: Sequence[str], since_us: int, until_us: int, by: str
) -> Any:
    made = kpi.Asked(
        since_us=since_us,
        until_us=until_us,
        months_since_us=since_us,
        months_until_us=until_us,
        # What lies behind now is no part of it.
        now_us=START_US + 3 * DAY_US,
        steps=tuple(steps),
        apart=Apart(by),
        went=went_by(asked(shop.rules)),
    )
    return kpi.query(made, "SELECT step, part, people FROM step")


def stays_of(rows: Sequence[dict[str, Any]]) -> dict[int, list[Stay]]:
    """Give the sessions of each person, in order."""
    found: dict[int, list[Stay]] = {}
    for row in rows:
        stay = Stay(*(row[name] for name in Stay._fields))
        found.setdefault(row["person_id"], []).append(stay)
    return found


def part_of(row: dict[str, Any], by: str, stays: Sequence[Stay]) -> str:
    """Say by what a deed is told apart."""
    if by == WAY:
        return way_at(stays, row["channel"], row["at_us"])
    return str(row["channel"]) if by == "channel" else ""


def meant(
    rows: Sequence[dict[str, Any]],
    steps: Sequence[str],
    by: str,
    stays: dict[int, list[Stay]],
) -> Counter[tuple[int, str | None]]:
    """Count who took each step, by part and of all (None), by the meaning."""
    found: Counter[tuple[int, str | None]] = Counter()
    for person, theirs in groupby(rows, lambda row: row["person_id"]):
        held = stays.get(person, [])
        deeds = [
            Deed(row["at_us"], row["name"], part_of(row, by, held)) for row in theirs
        ]
        taken = steps_taken(steps, deeds)
        for part, count in taken.items():
            found.update((at, part) for at in range(count))
        found.update((at, None) for at in range(max(taken.values(), default=0)))
    return found


def check_steps(shop: Shop, tail: Tail) -> None:
    chance = shop.chance
    steps, by = chance.choice(STEPS), chance.choice(BY)
    since_us = START_US + chance.randrange(2) * DAY_US
    until_us = chance.choice((START_US + 2 * DAY_US, END_US))
    made = steps_asked(shop, steps, since_us, until_us, by)
    last_us = min(until_us - 1, START_US + 3 * DAY_US)
    rows = [
        row
        for row in told(shop.lake, TOLD, {}, tail)
        if since_us <= row["at_us"] <= last_us
    ]

    found = told(shop.lake, made.sql, made.values, tail)

    counted = {(row["step"], row["part"]): row["people"] for row in found}
    assert {key: n for key, n in counted.items() if n} == meant(
        rows, steps, by, stays_of(shop.rows(STAYS, tail))
    )


def check_ways(shop: Shop, tail: Tail) -> None:
    for sql in WAYS:
        made = query(structs.replace(asked(shop.rules), more=MORE), sql)
        found = told(shop.lake, made.sql, made.values, tail)
        anew = {**made.values, "session_stamp": ANEW}
        assert found == told(shop.lake, made.sql, anew, tail)
    assert shop.rows(PATHS, tail) == shop.rows(OF_SESSIONS, tail)


@pytest.fixture
def shop(tmp_path: Path, seed: int) -> Iterator[Shop]:
    made = Shop(tmp_path, Random(seed))
    rows = [made.event() for _ in range(200)]
    made.holders = {one: 1 + one % 5 for one in range(1, STRANDS)}
    packed, held = made.lake.pack("event", rows), made.held(sorted(made.holders))
    made.lake.seal(Seal(Tail(200, (packed,), (), (1, 2, 3, 4, 5), held), whole=True))
    made.lake.keep_sessions(sessions(asked(made.rules)), 100)
    yield made
    made.lake.close()


@pytest.mark.parametrize("number", range(2))
def test_ways_and_steps_kept_are_what_would_be_made_anew(
    tmp_path: Path, seed: int, number: int
) -> None:
    shop = Shop(tmp_path, Random(f"{seed} {number} ways"))
    for _ in range(10):
        getattr(shop, shop.chance.choice(DEEDS))()
        if shop.chance.random() < 0.6:
            shop.kept()
        check_steps(shop, Tail(shop.offset))
        check_ways(shop, Tail(shop.offset))
    shop.kept()
    tail = shop.moved(shop.came())
    check_steps(shop, tail)
    check_ways(shop, tail)
    shop.lake.close()


def test_steps_are_taken_in_order_by_whom_the_meaning_says(shop: Shop) -> None:
    """Of people of whom all is kept, and of the same just after a seal."""
    for _ in range(3):
        for _ in range(4):
            check_steps(shop, Tail(shop.offset))
        shop.events()
        check_steps(shop, Tail(shop.offset))
        shop.lake.keep_sessions(sessions(asked(shop.rules)), 100)


def test_of_who_did_not_change_kept_ways_and_steps_are_read(shop: Shop) -> None:
    """A row that is nowhere but there is in the answer."""
    kept = shop.lake._instance
    kept.execute("UPDATE kept_did SET channel = 'kept'")
    kept.execute(
        "UPDATE kept_walk SET met = list_transform(met, lambda one:"
        " struct_update(one, channel := 'kept'))"
    )
    made = steps_asked(shop, ("Form",), 0, END_US, "channel")

    parts = {row["part"] for row in told(shop.lake, made.sql, made.values, Tail(200))}
    paths = shop.rows("SELECT path FROM journey WHERE touches > 0", Tail(200))

    assert shop.lake.stale == 0
    assert parts == {"kept", None}
    assert {name for row in paths for name in row["path"]} == {"kept"}


def test_of_whoever_held_what_is_erased_no_way_and_no_deed_is_left(shop: Shop) -> None:
    row = shop.event()._replace(strand=7, name="canary6180339")
    shop.lake.seal(Seal(Tail(shop.offset, (shop.lake.pack("event", [row]),))))
    shop.lake.keep_sessions(sessions(asked(shop.rules)), 100)
    assert _left(shop, "SELECT name FROM kept_did WHERE name = 'canary6180339'")
    assert _left(shop, "SELECT person_id FROM kept_walk WHERE person_id = 3")

    shop.lake.forget([], [row.log_offset])

    assert shop.lake.stale
    assert not _left(shop, "SELECT name FROM kept_did WHERE name = 'canary6180339'")
    walked = "SELECT person_id FROM kept_walk SEMI JOIN kept_stale USING (person_id)"
    assert not _left(shop, walked)


def test_a_copy_of_whom_all_is_to_be_read_again_keeps_none(shop: Shop) -> None:
    shop.lake.seal(Seal(Tail(shop.offset), anew=True))

    for table in ("kept_walk", "kept_did"):
        assert _left(shop, f"FROM {table}") == []
    check_steps(shop, Tail(shop.offset))


def _left(shop: Shop, sql: str) -> list[Any]:
    found: list[Any] = shop.lake._instance.execute(sql).fetchall()
    return found
