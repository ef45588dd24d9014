"""ROPO and showrooming: the query says what is meant, and planted shares come back."""

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from msgspec import structs

from habitue.app.insights.ropo_report import ropo_report
from habitue.journey.asking import Asked
from habitue.journey.ropo import (
    FOUND,
    LOOKED,
    TRIED,
    Answer,
    Looked,
    RopoRules,
    Shares,
    Side,
    Sold,
    answer_of,
    closest,
    tried_in,
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
TIED = "SELECT * FROM tied ORDER BY ALL"
LACKING = "SELECT product, source FROM lacking"
# A catalogue of none of them.
NOTHING = {"p9": ("", "")}


def goods_table(
    catalogue: Mapping[str, tuple[str, str]] = CATALOGUE,
) -> dict[str, Any]:
    return {
        "goods": pa.table(
            {
                "product": list(catalogue),
                "source": ["shop"] * len(catalogue),
                "category": [one[0] for one in catalogue.values()],
                "brand": [one[1] for one in catalogue.values()],
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
                name = chance.choice(TRIED)
                store = chance.choice(("s1", "s2", ""))
                tried = [(*good, 0)]
                world.add(person, at_us, name, "app", goods=tried, store=store or None)
                looked.append(Looked(person, at_us, Side.STORE, *filled(good), store))
            elif sort == "visit":
                world.add(person, at_us, chance.choice(TRIED), "store", store="s3")
                looked.append(Looked(person, at_us, Side.STORE, store="s3"))
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
    tried = told.rows(asked, "SELECT object, tried FROM tried_in", goods_table())

    told.close()
    meant = {
        (one.object, one.line): answer_of(one, looked, rules).value for one in sold
    }
    assert {(row["object"], row["line"]): row["answer"] for row in found} == meant
    assert len(found) == len(meant)
    lines: dict[str, list[Sold]] = {}
    for one in sold:
        lines.setdefault(one.object, []).append(one)
    assert {row["object"]: row["tried"] for row in tried} == {
        key: tried_in(held, looked, rules)
        for key, held in lines.items()
        if held[0].side is Side.ONLINE
        and closest(Answer(meant[key, one.line]) for one in held) in FOUND
    }
    assert {row["object"]: row["answer"] for row in judged} == {
        key: closest(
            Answer(answer) for (name, _), answer in meant.items() if name == key
        ).value
        for key, _ in meant
    }


def test_the_catalogue_is_asked_of_those_goods_alone_that_lack_something(
    tmp_path: Path, seed: int
) -> None:
    world, _, _ = crowd(seed)
    # Looked at by one who bought, and bought by nobody.
    world.add(1, START_US, "Product Viewed", goods=[("p7", "", "", 0)])
    world.buy(1, START_US + 1, 100)
    knows = dict.fromkeys(("p1", "p2", "p3", "p5", "p7"), ("cups", "Bolero"))
    told = world.asked(tmp_path)

    asked_of = {row["product"] for row in told.rows(ASKED, LACKING)}

    some = {one: knows[one] for one in asked_of}
    answers = [
        told.rows(ASKED, TIED, goods_table(held)) for held in (some, knows, NOTHING)
    ]
    told.close()
    assert asked_of == {"p2", "p5", "p7"}
    assert answers[0] == answers[1] != answers[2]


@pytest.mark.parametrize(("names", "store"), [(TRIED, None), (LOOKED, "s1")])
def test_each_sign_of_the_other_side_ties_a_purchase_to_it(
    tmp_path: Path, names: tuple[str, ...], store: str | None
) -> None:
    """A person a sign: a zone entered, a beacon, a card, somebody who helped."""
    assert store or {"Zone Entered", "Beacon Detected", "Card Scanned"} < set(names)
    world = World()
    for person, name in enumerate(names, 1):
        contact = "web" if store else "app"
        world.add(person, START_US, name, contact, goods=[(*GOODS[0], 0)])
        world.buy(person, START_US + DAY_US, 100, store=store, goods=[(*GOODS[0], 100)])
    # What somebody does by the way ties nothing.
    world.add(99, START_US, "Product List Viewed", goods=[(*GOODS[0], 0)])
    world.buy(99, START_US + DAY_US, 100, store=store, goods=[(*GOODS[0], 100)])
    told = world.asked(tmp_path)

    found = told.rows(
        ASKED, "SELECT person_id, answer FROM judged ORDER BY person_id", goods_table()
    )

    told.close()
    assert [row["answer"] for row in found] == ["product"] * len(names) + ["no"]


def test_shares_are_told_by_what_was_bought_when_and_where_it_was_tried(
    tmp_path: Path,
) -> None:
    """Tea tried in one store and cups in the other, both bought online; and a receipt.

    Nine units of each hundred are the second line's.
    """
    world, day_us = World(), START_US + 40 * DAY_US
    tea, cups = ("p1", "tea", "Assam"), ("p9", "cups", "Kilim")
    for person, (good, store) in enumerate(((tea, "s1"), (tea, "s1"), (cups, "s2")), 1):
        world.add(
            person, day_us, "Product Scanned", "app", goods=[(*good, 0)], store=store
        )
        world.buy(person, day_us + DAY_US, 100, goods=[(*good, 100)])
    world.buy(4, day_us, 50, goods=[(*tea, 50)])
    world.add(5, day_us, "Product Viewed", goods=[(*tea, 0)])
    world.buy(5, day_us + 30 * DAY_US, 70, store="s2", goods=[(*tea, 61), (*cups, 9)])
    told = world.asked(tmp_path)

    rows = told.rows(ASKED, "SELECT * FROM ropo_all", goods_table())

    told.close()
    regions = {"by": [], "same": "", "window_days": 30}
    regions |= {"regions": {"s1": "north", "s2": "south"}}
    regions |= {"since": "2026-03-02", "until": "2027-03-01"}
    view = ropo_report(pa.Table.from_pylist(rows), regions)
    online, store = view["showrooming"], view["ropo"]
    assert [
        (one["store"], one["purchases"], one["share"], one["money"][0]["yes"])
        for one in online["tried_by_store"]
    ] == [("s1", 2, 0.5, "2.00"), ("s2", 1, 0.25, "1.00")]
    regions_tried = [one["region"] for one in online["tried_by_region"]]
    assert regions_tried == ["north", "south"]
    assert told_by(online, "product") == [("p1", 2, 1, 200), ("p9", 1, 0, 100)]
    assert told_by(online, "brand") == [("Assam", 2, 1, 200), ("Kilim", 1, 0, 100)]
    assert told_by(online, "category") == [("tea", 2, 1, 200), ("cups", 1, 0, 100)]
    assert told_by(online, "month") == [("2026-04", 3, 1, 300)]
    # Only the tea was looked at; the purchase is tied by it.
    assert told_by(store, "product") == [("p1", 1, 0, 61), ("p9", 0, 1, 0)]
    assert told_by(store, "month") == [("2026-05", 1, 0, 70)]
    assert told_by(store, "store") == [("s2", 1, 0, 70)]
    assert told_by(store, "region") == [("south", 1, 0, 70)]


TEA, CUPS = ("p1", "tea", "Assam"), ("p3", "cups", "Assam")


@pytest.mark.parametrize(
    ("trials", "told"),
    [
        # The tea in one store; later, and before it is bought, cups in another.
        ([(TEA, "s1"), (CUPS, "s2")], "s1"),
        # The latest tells of no store.
        ([(TEA, "s1"), (TEA, "s2"), (TEA, None)], "s2"),
    ],
)
def test_the_store_is_told_where_the_product_itself_was_tried_last(
    tmp_path: Path, trials: list[tuple[tuple[str, str, str], str | None]], told: str
) -> None:
    world, day_us = World(), START_US + 40 * DAY_US
    for after, (good, store) in enumerate(trials):
        at_us, goods = day_us + after * DAY_US, [(*good, 0)]
        world.add(1, at_us, "Product Scanned", "app", goods=goods, store=store)
    at_us = day_us + len(trials) * DAY_US
    key = world.buy(1, at_us, 100, goods=[(*TEA, 100)])
    asked = world.asked(tmp_path)

    rows = asked.rows(ASKED, "SELECT object, tried FROM tried_in", goods_table())

    asked.close()
    assert rows == [{"object": key, "tried": told}]


def told_by(view: dict[str, Any], name: str) -> list[tuple[str, int, int, int]]:
    return [
        (one[name], one["yes"], one["no"], one["money"][0]["yes_minor"])
        for one in view[f"by_{name}"]
    ]


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
