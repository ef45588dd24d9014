"""Sums of ways, top paths, and what comes after: the queries say what is meant."""

from collections import Counter
from pathlib import Path
from statistics import median_low

from msgspec import structs

from habitue.journey.acts import WINDOW_US, SessionRules, Way
from habitue.journey.sessions import sessions_of
from habitue.journey.ways import alone_share, compressed, ways_of
from tests.journey.test_sessions import RULES, acts_of, asked, crowd, purchases
from tests.journey.world import DAY_US, START_US, World

LENGTHS = ("length_us", "days")


def meant_ways(world: World) -> dict[int, list[Way]]:
    bought, rules = purchases(world), SessionRules()
    return {
        person: ways_of(
            sessions_of(acts_of(world, person), rules), bought[person], WINDOW_US
        )
        for person in sorted(bought)
    }


def test_top_paths_and_sums_are_those_of_the_ways_repeats_drawn_together(
    tmp_path: Path, seed: int
) -> None:
    world = crowd(seed)
    ways = [way for held in meant_ways(world).values() for way in held]
    steps = Counter(tuple(name for name, _ in compressed(way.path)) for way in ways)
    told = world.asked(tmp_path)
    every = structs.replace(asked(RULES[0]), more={"currency": "EUR", "paths_max": 100})

    top = told.rows(every, "SELECT steps, purchases FROM top_path")
    sums = told.rows(every, "SELECT * FROM way_sums")

    told.close()
    assert any(len(compressed(way.path)) < len(way.path) for way in ways)
    found = [(row["purchases"], tuple(row["steps"])) for row in top]
    most = sorted(((n, path) for path, n in steps.items()), key=lambda one: -one[0])
    assert [n for n, _ in found] == [n for n, _ in most[:100]]
    assert set(found) <= set(most)
    for row in sums:
        held = [way for way in ways if way.place == row["place"]]
        touched = [way for way in held if way.touches]
        assert (row["purchases"], row["touched"]) == (len(held), len(touched))
        assert (row["alone"], row["touches"]) == alone_share(held)
        assert row["all_alone"] == sum(way.alone == way.touches for way in touched)
        assert row["several_devices"] == sum(way.devices > 1 for way in held)
        lengths, days = ([getattr(way, name) for way in touched] for name in LENGTHS)
        assert row["length_us_median"] == median_low(lengths)
        assert row["days_median"] == median_low(days)


def test_what_came_after_purchases_and_first_contacts_are_told_of_everybody(
    tmp_path: Path, seed: int
) -> None:
    world, after_us, now_us = crowd(seed), 3 * DAY_US, START_US + 12 * DAY_US
    after: Counter[tuple[str, str]] = Counter()
    first: Counter[str] = Counter()
    for person, ways in meant_ways(world).items():
        for way, then in zip(ways, [*ways[1:], None], strict=True):
            is_over = way.at_us + after_us <= now_us
            next_one = "none" if is_over else "open"
            if then is not None and then.at_us - way.at_us <= after_us:
                next_one = then.place
            after[way.place, next_one] += 1
        met = [
            one
            for one in sessions_of(acts_of(world, person), RULES[0])
            if one.contact != "pos"
        ]
        began = min(met, key=lambda one: (one.since_us, one.offset), default=None)
        known = began is not None and began.since_us <= ways[0].at_us
        first[began.channel if known else ""] += 1
    told = world.asked(tmp_path)
    every = structs.replace(
        asked(RULES[0]), more={"after_us": after_us, "now_us": now_us}
    )

    went_on = told.rows(every, "SELECT place, next, purchases FROM went_on")
    bought = told.rows(every, "SELECT channel, people FROM first_bought")

    told.close()
    assert {(row["place"], row["next"]): row["purchases"] for row in went_on} == after
    assert {row["channel"]: row["people"] for row in bought} == first
    assert {"none", "open"} <= {name for _, name in after}
