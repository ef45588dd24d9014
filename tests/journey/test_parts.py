"""What is asked by parts of people is what is asked of all, however they are cut."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from habitue.journey.asking import ALL_IDS, Asked, query, sessions, stamp
from habitue.journey.handover import Handover, spells_of
from habitue.journey.intent import INTENTS
from habitue.journey.parts import (
    ANEW_MAX,
    Parts,
    by_parts,
    cuts,
    gathered,
    is_gathered,
    parts_of,
    spans_of,
)
from habitue.lake.port import Question, Seal, Tail
from tests.journey import test_handover, test_intent
from tests.journey.test_kept_sessions import GOODS, PEOPLE, RULES, Shop, asked
from tests.journey.test_kept_sessions import told as told_of
from tests.journey.world import DAY_US, END_US, HOUR_US, START_US, Told, World

LASTS = (
    *("intent_all", "handover_all", "handover_lost", "handover_missing", "tally"),
    *(f"people_{what}" for what in ("reached", "led", "way", "intent", "as_far")),
)
STEPS, ASKED = 8, 3


def question(chance: Random) -> Asked:
    """Ask for signs of whatever people of the made-up shops do."""
    names = ["Product Clicked", "Product Viewed", "Staff Assisted"]
    more = {
        "bags_max": chance.choice((3, 20_000)),
        "signs": names,
        "shown_in": ["web", "app"],
        "missing_in": ["store", "pos"],
        "for_purchase": chance.random() < 0.3,
        "days_us": chance.choice((HOUR_US, DAY_US)),
        "now_us": START_US + chance.randrange(1, 5) * DAY_US,
        "lost_max": chance.choice((2, 1_000)),
        "channel": "newsletter",
        "currency": "EUR",
        "path": ["newsletter"],
        "intent": chance.choice(INTENTS),
        "reach": chance.randrange(1, 5),
        "place": "",
        "half_life_us": DAY_US,
        "order": 2,
    }
    played = chance.choice(((), (), ("shop",), ("played",)))
    one = structs.replace(asked(RULES[0]), played=played, more=more)
    return structs.replace(one, until_us=chance.choice((END_US, START_US + DAY_US)))


def put(shop: Shop, tail: Tail, made: Parts) -> list[dict[str, Any]]:
    asking = shop.lake.begin(tail)
    try:
        found = asking.answer(
            made.asked(Question(sql="", tables=GOODS, rows_max=100_000, trusted=True))
        )
        rows: list[dict[str, Any]] = found.table.to_pylist()
        return rows
    finally:
        asking.close()


def parted(one: Asked, name: str, ends: Sequence[int]) -> Parts:
    spans = spans_of(ends)
    if is_gathered(f"SELECT * FROM {name}"):
        return by_parts(one, f"SELECT * FROM {name}", spans)
    ids = "SELECT person_id FROM gathered ORDER BY person_id"
    return gathered(one, f"SELECT person_id FROM {name}", ids, spans)


def check(shop: Shop, tail: Tail) -> None:
    chance = shop.chance
    one = question(chance)
    ends = chance.sample(range(-1, PEOPLE + 2), chance.randrange(1, 6))
    for name in chance.sample(LASTS, ASKED):
        rows = put(shop, tail, parted(one, name, ends))
        made = query(one, f"SELECT * FROM {name}")
        whole = told_of(shop.lake, made.sql, made.values, tail)
        assert ordered(rows) == ordered(whole), (name, ends)
        if name in {"handover_lost", "handover_missing"}:
            assert rows == whole


def ordered(rows: list[dict[str, Any]]) -> list[str]:
    """Give rows to be compared; what is no whole number depends on who adds it up."""
    told = [
        {name: round(one, 6) if isinstance(one, float) else one for name, one in row}
        for row in (row.items() for row in rows)
    ]
    return sorted(repr(sorted(row.items())) for row in told)


DEEDS = ("events", "events", "people", "both", "placed", "expired", "forgotten")


def test_whatever_happened_parts_add_up_to_the_whole(tmp_path: Path, seed: int) -> None:
    """Some of it kept, some changed since, and some not sealed yet."""
    shop = Shop(tmp_path, Random(f"parts {seed}"))
    for _ in range(STEPS):
        for _ in range(3):
            getattr(shop, shop.chance.choice(DEEDS))()
        if shop.chance.random() < 0.6:
            shop.kept()
        check(shop, Tail(shop.offset))
    check(shop, shop.moved(shop.came()))
    shop.lake.close()


def test_an_order_of_which_two_people_tell_is_of_one_part(tmp_path: Path) -> None:
    world = World()
    for at, person in enumerate((1, 2)):
        world.buy(person, START_US + at * HOUR_US, 100, name="o/shop/1")
    told = world.asked(tmp_path)
    more = {"bags_max": 9}
    one = structs.replace(test_intent.question(), more=more)

    rows = answered(told, by_parts(one, "SELECT * FROM intent_all", spans_of([1])))

    told.close()
    people = [row["people"] for row in rows if row["sort"] == "people"]
    assert people == [1]


def answered(told: Told, made: Parts) -> list[dict[str, Any]]:
    asking = told.lake.begin(Tail(told.lake.offset))
    try:
        asked = Question(sql="", tables=GOODS, rows_max=100_000, trusted=True)
        rows: list[dict[str, Any]] = asking.answer(made.asked(asked)).table.to_pylist()
        return rows
    finally:
        asking.close()


@pytest.mark.parametrize("kept", [False, True])
def test_parts_of_hand_overs_add_up_to_their_meaning(
    tmp_path: Path, seed: int, kept: bool
) -> None:
    world, wanted = test_handover.wandering(seed), Handover(shown_in="web", days=1)
    told = world.asked(tmp_path)
    one = test_handover.question(wanted, ("played",))
    if kept:
        told.lake.seal(Seal(Tail(told.lake.offset), whole=True))
        told.lake.keep_sessions(sessions(one), 100)
    ends = Random(seed).sample(sorted(world.people), 4)

    rows = answered(told, by_parts(one, "SELECT * FROM handover_all", spans_of(ends)))

    told.close()
    days_us, now_us = wanted.days_us, test_handover.NOW_US
    meant = Counter(
        str(spell.fate(days_us, now_us))
        for person in world.people
        for spell in spells_of(*test_handover.shown_and_came(world, person, wanted))
    )
    found: Counter[str] = Counter()
    for row in rows:
        if row["sort"] == "sum":
            found[row["fate"]] += row["handovers"]
    assert found == meant
    assert len(meant) > 1


def test_people_are_cut_where_many_lie_before(tmp_path: Path) -> None:
    world = World()
    for person in range(1, 1_001):
        world.add(person, START_US, "Form")
    told = world.asked(tmp_path)

    (row,) = told.rows(test_intent.question(), cuts(4))

    told.close()
    spans = spans_of(row["cuts"])
    sizes = [
        sum(one.first <= at <= one.last for at in range(1, 1_001)) for one in spans
    ]
    assert sum(sizes) == 1_000
    assert all(150 < size < 350 for size in sizes)


@pytest.mark.parametrize(
    ("told", "stale", "parts"),
    [("", 0, 20), ("kept", 0, 5), ("kept", ANEW_MAX, 5), ("kept", ANEW_MAX + 1, 20)],
)
def test_where_much_is_made_anew_there_are_more_parts(
    told: str, stale: int, parts: int
) -> None:
    one = asked(RULES[0])
    lake: Any = SimpleNamespace(rows=20_000_000, stamp=told and stamp(one), stale=stale)

    assert parts_of(lake, one, 512) == parts


def test_where_nobody_is_there_is_one_part() -> None:
    assert spans_of(None) == [ALL_IDS]
