"""Steps by the channel that led to the first one: the query says what is meant."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from habitue.app.insights.went import went_by
from habitue.journey.acts import SessionRules
from habitue.journey.sessions import sessions_of
from habitue.lake.port import Question, Tail
from habitue.measure.kpi.asking import Asked, Meant, Query, query
from habitue.measure.kpi.funnel import Apart, Deed, steps_taken
from habitue.measure.kpi.way import WAY, Stay, way_at
from tests.journey.test_sessions import CAME, RULES, acts_of, asked, crowd
from tests.journey.world import END_US, HOUR_US, MINUTE_US, START_US, Told, World

STEPS = (("Product Viewed", "Form"), ("Form", "Cart Viewed", "Form"), ("Email Sent",))
BY_WAY = Apart(WAY)
Counts = Counter[tuple[int, str | None]]


def steps_asked(
    steps: tuple[str, ...], rules: SessionRules, apart: Apart = BY_WAY
) -> Asked:
    return Asked(
        since_us=START_US,
        until_us=END_US,
        months_since_us=START_US,
        months_until_us=END_US,
        now_us=END_US,
        steps=steps,
        apart=apart,
        went=went_by(asked(rules)),
    )


def rows(told: Told, made: Query) -> list[dict[str, Any]]:
    asking = told.lake.begin(Tail(told.lake.offset))
    try:
        found = asking.answer(
            Question(sql=made.sql, values=made.values, rows_max=100_000, trusted=True)
        )
    finally:
        asking.close()
    table: list[dict[str, Any]] = found.table.to_pylist()
    return table


def counted(told: Told, wanted: Asked, what: str = "people") -> Counts:
    made = query(wanted, f"SELECT step, part, {what} FROM step")
    return Counter(
        {(one["step"], one["part"]): one[what] for one in rows(told, made) if one[what]}
    )


def stays_of(world: World, person: int, rules: SessionRules) -> list[Stay]:
    return [
        Stay(one.contact, one.since_us, one.until_us, one.channel)
        for one in sessions_of(acts_of(world, person), rules)
    ]


def meant(world: World, steps: tuple[str, ...], rules: SessionRules) -> Counts:
    found: Counts = Counter()
    for person in sorted(world.people):
        stays = stays_of(world, person, rules)
        deeds = [
            Deed(row.happened_at, row.name, way_at(stays, row.channel, row.happened_at))
            for row in world.events
            if row.strand == person
        ]
        taken = steps_taken(steps, deeds)
        for part, count in taken.items():
            found.update((at, part) for at in range(count))
        found.update((at, None) for at in range(max(taken.values(), default=0)))
    return found


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("steps", STEPS)
def test_the_query_says_of_steps_by_their_way_what_is_meant(
    tmp_path: Path, seed: int, rules: SessionRules, steps: tuple[str, ...]
) -> None:
    world = crowd(f"{seed} {steps} {rules}")
    told = world.asked(tmp_path)

    found = counted(told, steps_asked(steps, rules))

    told.close()
    assert found == meant(world, steps, rules)
    # By channels of the rules, which are no contact.
    assert {"email", "paid_search", "organic_search"} & {part for _, part in found} or (
        steps == ("Email Sent",)
    )


def came(world: World, person: int, at_us: int, way: str | None, name: str) -> None:
    world.add(person, START_US + at_us, name, came=way, type="track")


def test_of_two_who_look_on_the_web_each_channel_has_its_own_conversion(
    tmp_path: Path,
) -> None:
    """A letter brings who goes on, an advertisement who does not; both on the web."""
    letter, paid = CAME[4], CAME[6]
    world = World()
    for person, way in ((1, letter), (2, letter), (3, paid)):
        came(world, person, 0, way, "Product Viewed")
    came(world, 1, MINUTE_US, None, "Product Added")
    # Who comes back by another way an hour later began by the letter all the same.
    came(world, 2, HOUR_US, paid, "Product Added")
    told = world.asked(tmp_path)

    by_way = counted(told, steps_asked(("Product Viewed", "Product Added"), RULES[0]))

    told.close()
    assert by_way == {
        (0, "email"): 2,
        (1, "email"): 2,
        (0, "paid_search"): 1,
        (0, None): 3,
        (1, None): 2,
    }


def test_a_step_in_no_session_is_of_no_channel(tmp_path: Path) -> None:
    """What the shop sends is no act of a customer's, and no session."""
    world = World()
    world.add(1, START_US, "Email Sent", "email")
    came(world, 1, HOUR_US, CAME[4], "Product Viewed")
    told = world.asked(tmp_path)

    found = counted(told, steps_asked(("Email Sent", "Product Viewed"), RULES[0]))

    told.close()
    assert found == {(0, ""): 1, (1, ""): 1, (0, None): 1, (1, None): 1}


def test_ways_with_something_in_common_are_told_by_their_channel_too(
    tmp_path: Path,
) -> None:
    """One person, two campaigns, each in a visit of its own."""
    world = World()
    for at_us, way, campaign in ((0, CAME[4], "a"), (3 * HOUR_US, CAME[6], "b")):
        for after_us, name in ((0, "Banner Viewed"), (MINUTE_US, "Banner Clicked")):
            world.add(
                1,
                START_US + at_us + after_us,
                name,
                came=way if name == "Banner Viewed" else None,
                properties=json.dumps({"campaign_id": campaign}),
            )
    told = world.asked(tmp_path)
    steps, apart = ("Banner Viewed", "Banner Clicked"), Apart(WAY, "campaign_id")

    ways = counted(told, steps_asked(steps, RULES[0], apart), "ways")

    told.close()
    assert ways == {
        **{(at, part): 1 for at in (0, 1) for part in ("email", "paid_search")},
        (0, None): 2,
        (1, None): 2,
    }


def test_steps_of_a_segment_by_their_way_are_of_its_people_alone(
    tmp_path: Path,
) -> None:
    """The values of the segment's query and of the sessions' stand side by side."""
    world = World()
    for person in (1, 2, 3):
        came(world, person, 0, CAME[4], "Product Viewed")
    told = world.asked(tmp_path)
    whose = Meant("SELECT person_id FROM holding WHERE person_id <= $v0", {"v0": 2})
    wanted = structs.replace(steps_asked(("Product Viewed",), RULES[0]), meant=whose)

    found = counted(told, wanted)

    told.close()
    assert found == {(0, "email"): 2, (0, None): 2}
