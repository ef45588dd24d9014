"""ROPO and showrooming: the query says what is meant, and planted shares come back."""

from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from msgspec import structs

from habitue.journey.asking import Asked
from habitue.journey.ropo import (
    FOUND,
    Answer,
    Looked,
    RopoRules,
    Shares,
    Side,
    Sold,
    answer_of,
    closest,
)
from tests.journey.world import DAY_US, END_US, HOUR_US, START_US, Told, World

GOODS = [
    ("p1", "tea", "Assam"),
    ("p2", "tea", ""),
    ("p3", "cups", "Assam"),
    ("", "cups", ""),
    ("p5", "", ""),
]
# Of what no event says, the catalogue does.
CATALOGUE = {"p5": ("tea", "Bolero")}
ASKED = Asked(since_us=START_US, until_us=END_US)


def goods_table() -> dict[str, Any]:
    return {
        "goods": pa.table(
            {
                "product": list(CATALOGUE),
                "source": ["shop"] * len(CATALOGUE),
                "category": [one[0] for one in CATALOGUE.values()],
                "brand": [one[1] for one in CATALOGUE.values()],
            }
        )
    }


def filled(good: tuple[str, str, str]) -> tuple[str, str, str]:
    category, brand = CATALOGUE.get(good[0], ("", ""))
    return good[0], good[1] or category, good[2] or brand


def crowd(seed: int) -> tuple[World, list[Looked], list[Sold]]:
    """Make people who look, try and buy close to the ends of windows."""
    chance, world = Random(seed), World()
    looked, sold = [], []
    for person in range(1, 61):
        at_us = START_US + chance.randrange(5) * DAY_US
        for _ in range(chance.randrange(1, 12)):
            at_us += chance.choice((0, 1, HOUR_US, 9 * DAY_US, 10 * DAY_US - 1))
            good = chance.choice(GOODS)
            sort = chance.choice(("look", "try", "visit", "list", "order", "receipt"))
            if sort == "look":
                world.add(person, at_us, "Product Viewed", goods=[(*good, 0)])
                looked.append(Looked(person, at_us, Side.ONLINE, *filled(good)))
            elif sort == "try":
                name = "Product Scanned"
                world.add(person, at_us, name, "app", goods=[(*good, 0)])
                looked.append(Looked(person, at_us, Side.STORE, *filled(good)))
            elif sort == "visit":
                world.add(person, at_us, "Store Visit Started", "store")
                looked.append(Looked(person, at_us, Side.STORE))
            elif sort == "list":
                # Being shown something is no looking at it.
                world.add(person, at_us, "Product List Viewed", goods=[(*good, 0)])
            else:
                buyer = chance.choice((person, person, 0))
                lines = chance.sample(GOODS, chance.randrange(3))
                side = Side.STORE if sort == "receipt" else Side.ONLINE
                key = world.buy(
                    buyer,
                    at_us,
                    100,
                    store="s1" if side is Side.STORE else None,
                    goods=[(*one, 50) for one in lines],
                )
                for at, one in enumerate(map(filled, lines or [("", "", "")])):
                    sold.append(Sold(key, at, buyer or None, at_us, side, *one))
    return world, looked, sold


@pytest.mark.parametrize("by", [frozenset(FOUND), frozenset({Answer.BRAND})])
def test_the_query_says_of_each_line_what_is_meant(
    tmp_path: Path, seed: int, by: frozenset[Answer]
) -> None:
    world, looked, sold = crowd(seed)
    rules = RopoRules(window_us=10 * DAY_US, by=by)
    asked = structs.replace(ASKED, ropo=rules, window_us=rules.window_us)
    told = world.asked(tmp_path)

    found = told.rows(asked, "SELECT object, line, answer FROM tied", goods_table())
    judged = told.rows(asked, "SELECT object, answer FROM judged", goods_table())

    told.close()
    meant = {
        (one.object, one.line): answer_of(one, looked, rules).value for one in sold
    }
    assert {(row["object"], row["line"]): row["answer"] for row in found} == meant
    assert len(found) == len(meant)
    assert {row["object"]: row["answer"] for row in judged} == {
        key: closest(
            Answer(answer) for (name, _), answer in meant.items() if name == key
        ).value
        for key, _ in meant
    }


PEOPLE = 2_000
# Planted: of all receipts so many were researched online, of all orders so many tried.
ROPO, SHOWROOMING = 0.36, 0.24


def plant(anonymous: float, seed: int) -> tuple[World, float, float]:
    """Make people who all shop on both sides; give the world and the true shares.

    Whether somebody shows a card at the till has nothing to do with what they did.
    """
    chance, world = Random(seed), World()
    tea, cups = ("p1", "tea", "Assam"), ("p9", "cups", "Kilim")
    researched = tried = 0
    for person in range(1, PEOPLE + 1):
        day_us = START_US + (40 + chance.randrange(200)) * DAY_US
        # Everybody is known on both sides, by something else and long before.
        world.add(person, day_us - 40 * DAY_US, "Product Viewed", goods=[(*cups, 0)])
        world.add(person, day_us - 40 * DAY_US, "Store Visit Started", "store")
        if chance.random() < ROPO:
            researched += 1
            world.add(person, day_us - 3 * DAY_US, "Product Viewed", goods=[(*tea, 0)])
        buyer = 0 if chance.random() < anonymous else person
        world.buy(buyer, day_us, 1_000, store="s1", goods=[(*tea, 1_000)])
        if chance.random() < SHOWROOMING:
            tried += 1
            world.add(
                person,
                day_us + 50 * DAY_US,
                "Fitting Room Used",
                "store",
                goods=[(*cups, 0)],
            )
        world.buy(person, day_us + 52 * DAY_US, 1_000, goods=[(*cups, 1_000)])
    return world, researched / PEOPLE, tried / PEOPLE


def shares(told: Told, side: str) -> Shares:
    rows = told.rows(
        Asked(since_us=START_US, until_us=END_US), "SELECT * FROM ropo", goods_table()
    )
    found = Shares()
    for row in rows:
        if row["side"] == side:
            found = found.added(
                Answer(row["answer"]), row["purchases"], linked=row["is_linked"]
            )
    return found


@pytest.mark.parametrize("anonymous", [0, 0.5, 0.85])
def test_planted_shares_come_back_and_bounds_hold_them(
    tmp_path: Path, seed: int, anonymous: float
) -> None:
    world, ropo, showrooming = plant(anonymous, seed)
    told = world.asked(tmp_path)

    store, online = shares(told, "store"), shares(told, "online")

    told.close()
    assert store.all == online.all == PEOPLE
    assert store.low <= ropo <= store.high
    if not anonymous:
        assert store.low == store.high == ropo
        assert store.unknown == 0
    else:
        # What nobody knows is not taken for a no.
        assert abs(store.unknown / PEOPLE - anonymous) < 0.04
        assert store.low < ropo < store.high
    # Of those known, within four standard errors.
    error = (ropo * (1 - ropo) / store.known) ** 0.5
    assert abs(store.share_known - ropo) <= 4 * error
    assert online.low == online.high == showrooming


def test_a_buyer_never_seen_online_widens_the_bound() -> None:
    found = (
        Shares().added(Answer.NO, 1, linked=False).added(Answer.PRODUCT, 1, linked=True)
    )

    assert (found.low, found.high, found.share_known) == (0.5, 1.0, 0.5)
    assert Shares().low is None
