"""Hand-overs: who got lost between two channels, exactly, and as a segment too."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import structs

from habitue.app.insights.handover_segment import condition_of
from habitue.base.errors import InvalidError
from habitue.journey.acts import SessionRules
from habitue.journey.asking import Asked
from habitue.journey.handover import (
    Fate,
    Handover,
    Spell,
    handover,
    spells_of,
)
from habitue.journey.intent import INTENTS, Intent, signs_of
from habitue.lake.port import Question, Tail
from habitue.lake.rows import EventRow
from habitue.segment.compile_sql import Asked as Judged
from habitue.segment.compile_sql import compiled
from tests.journey.test_sessions import asked
from tests.journey.world import DAY_US, HOUR_US, START_US, Told, World

RULES = SessionRules()
FIRST, LAST = "2026-03-02", "2026-04-30"
UNTIL_US = START_US + 60 * DAY_US
NOW_US = UNTIL_US + 10 * DAY_US
COMPARE = Handover(intents=(Intent.COMPARE,), days=14)


def question(told: Handover, played: tuple[str, ...] = ()) -> Asked:
    more = {
        "signs": list(told.events),
        "shown_in": list(told.contacts),
        "missing_in": list(told.awaited),
        "for_purchase": not told.awaited,
        "days_us": told.days_us,
        "now_us": NOW_US,
        "lost_max": 1_000,
    }
    return structs.replace(asked(RULES), until_us=UNTIL_US, played=played, more=more)


def waited_for(told: Told, wanted: Handover, played: tuple[str, ...] = ()) -> list[int]:
    """Give who satisfies the segment's condition, by its query on the same copy."""
    condition = condition_of(wanted, FIRST, LAST, played)
    made = compiled(condition, Judged(now_us=NOW_US))
    asking = told.lake.begin(Tail(told.lake.offset))
    try:
        found = asking.answer(
            Question(
                sql=made.sql,
                values=made.values,
                tables={},
                rows_max=100_000,
                trusted=True,
            )
        )
    finally:
        asking.close()
    return sorted(found.table["person_id"].to_pylist())


def planted() -> World:
    """Plant 100 people who compare online and never come, and others who do or may.

    1 to 100 are lost; 101 to 200 come to a store within the days; 201 to 220 come too
    late; 221 to 240 may come still; 241 to 260 compare nothing.
    """
    world = World()
    for person in range(1, 261):
        at_us = START_US + (person % 40) * DAY_US
        if 221 <= person <= 240:
            at_us = UNTIL_US - DAY_US
        name = "Product Viewed" if person > 240 else "Product Compared"
        world.add(person, at_us, name, "app" if person % 3 else "web")
        # What is done online afterwards is not in the store.
        world.add(person, at_us + DAY_US, "Products Searched")
        if 101 <= person <= 200:
            world.buy(person, at_us + 13 * DAY_US, 100, store="s1")
        if 201 <= person <= 220:
            world.add(person, at_us + 15 * DAY_US, "Store Visit Started", "store")
    return world


def test_a_hundred_planted_lost_ones_are_exactly_those_found(tmp_path: Path) -> None:
    told = planted().asked(tmp_path)

    rows = told.rows(question(COMPARE), "SELECT * FROM handover_lost")
    (people,) = told.rows(
        question(COMPARE), "SELECT * FROM handover_all WHERE sort = 'people'"
    )
    segment = waited_for(told, COMPARE)

    told.close()
    missing = sorted(row["person_id"] for row in rows if row["came_at"] is None)
    late = sorted(row["person_id"] for row in rows if row["came_at"] is not None)
    assert missing == list(range(1, 101))
    assert late == list(range(201, 221))
    assert segment == missing
    assert {name: people[name] for name in ("people", "kept", "open", "lost")} == {
        "people": 240,
        "kept": 100,
        "open": 20,
        "lost": 120,
    }
    assert people["median_us"] == 13 * DAY_US


def wandering(seed: int, people: int = 80) -> World:
    """Make people whose signs and visits lie at one moment, and at ends of days."""
    chance, world = Random(seed), World()
    names = (*signs_of([Intent.COMPARE])[:4], "Product Viewed", "Odd")
    for person in range(1, people + 1):
        at_us = START_US + chance.randrange(30) * DAY_US
        for _ in range(chance.randrange(1, 14)):
            at_us += chance.choice((0, 0, 1, HOUR_US, DAY_US, 14 * DAY_US))
            contact = chance.choice(("web", "app", "store", "pos", "chat"))
            source = chance.choice(("shop", "shop", "played"))
            if chance.random() < 0.15:
                world.buy(person, at_us, 100, store="s1", source=source)
                continue
            world.add(person, at_us, chance.choice(names), contact, source=source)
    return world


@pytest.mark.parametrize(
    "wanted",
    [
        COMPARE,
        Handover(shown_in="web", missing_in="chat", days=1),
        Handover(shown_in="store", missing_in="online", days=30),
    ],
)
def test_the_query_the_meaning_and_the_segment_agree(
    tmp_path: Path, seed: int, wanted: Handover
) -> None:
    world, played = wandering(seed), ("played",)
    told = world.asked(tmp_path)

    rows = told.rows(question(wanted, played), "SELECT * FROM handover")
    segment = waited_for(told, wanted, played)

    told.close()
    found = {
        (
            row["person_id"],
            Spell(row["first_us"], row["last_us"], row["signs"], row["came_us"]),
            row["fate"],
        )
        for row in rows
    }
    meant = {
        (person, spell, spell.fate(wanted.days_us, NOW_US))
        for person in world.people
        for spell in spells_of(*shown_and_came(world, person, wanted))
    }
    assert found == meant
    assert len(meant) > 20
    assert segment == sorted(
        {
            person
            for person, spell, fate in meant
            if fate is Fate.LOST and spell.came_us is None
        }
    )


def shown_and_came(
    world: World, person: int, wanted: Handover
) -> tuple[list[int], list[int]]:
    mine = [
        row for row in world.events if row.strand == person and row.source != "played"
    ]
    shown = [
        row.happened_at
        for row in mine
        if row.name in wanted.events
        and row.channel in wanted.contacts
        and row.happened_at < UNTIL_US
    ]
    return shown, [row.happened_at for row in mine if is_there(row, wanted)]


def is_there(row: EventRow, wanted: Handover) -> bool:
    return row.channel in wanted.awaited and START_US <= row.happened_at <= NOW_US


def test_of_signs_at_one_moment_the_last_is_that_by_name(tmp_path: Path) -> None:
    world = World()
    for name in ("Stock Checked", "Product Compared"):
        world.add(1, START_US, name)
    told = world.asked(tmp_path)

    (row,) = told.rows(question(COMPARE), "SELECT * FROM handover")

    told.close()
    assert {*COMPARE.events} >= {"Product Compared", "Stock Checked"}
    assert (row["signs"], row["last_sign"]) == (2, "Stock Checked")


def test_each_sign_has_a_number_that_is_told_from_its_moment() -> None:
    assert len(Handover(intents=INTENTS).events) < 256


def test_who_comes_late_was_waited_for_from_the_first_sign() -> None:
    (one,) = spells_of([0, 13 * DAY_US], [20 * DAY_US])

    assert one.fate(14 * DAY_US, 30 * DAY_US) is Fate.LOST
    assert one.signs == 2


def test_who_comes_at_the_moment_of_a_sign_has_not_come_after_it() -> None:
    assert [one.came_us for one in spells_of([5], [5])] == [None]


@pytest.mark.parametrize(
    ("shown_in", "missing_in", "intents", "days"),
    [
        ("moon", "store", "", 14),
        ("online", "moon", "", 14),
        ("purchase", "store", "", 14),
        ("online", "app", "", 14),
        ("online", "store", "dream", 14),
        ("online", "store", "", 0),
    ],
)
def test_what_cannot_be_handed_over_is_told_so(
    shown_in: str, missing_in: str, intents: str, days: int
) -> None:
    with pytest.raises(InvalidError):
        handover(shown_in, missing_in, intents, days)


def test_without_any_all_intentions_before_buying_are_meant() -> None:
    told: Any = handover("store", "purchase", " ", 7)

    assert told.intents == (Intent.SEARCH, Intent.COMPARE, Intent.RECOMMEND)
    assert told.awaited == ()
