"""What sessions were for: the query says what is meant; what was planted returns."""

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import structs

from habitue.collect.vocabulary.catalogue import CATALOGUE
from habitue.journey.acts import OURS, SessionRules
from habitue.journey.asking import Asked
from habitue.journey.intent import (
    INTENTS,
    Intent,
    Move,
    Step,
    Told,
    meant_by,
    moves_of,
    side_of,
    signs,
)
from habitue.journey.intent_learned import Bag, agreement_of
from tests.journey.test_sessions import asked
from tests.journey.world import DAY_US, END_US, HOUR_US, MINUTE_US, START_US, World

RULES = SessionRules()
# What people who have it in mind mostly do, and how often beside what else they do.
DONE = {
    Intent.SEARCH: ("Products Searched", "Product List Viewed", "Product Viewed"),
    Intent.COMPARE: ("Product Compared", "Stock Checked", "Product Viewed"),
    Intent.RECOMMEND: ("Recommendation Clicked", "Promotion Clicked", "Product Shared"),
    Intent.BUY: ("Product Added", "Cart Viewed", "Checkout Started"),
    Intent.USE: ("Product Used", "Service Booked", "Survey Answered"),
}
NOISE = 0.15
ANYTHING = (*(name for names in DONE.values() for name in names), "Signed In", "Form")


def question(more: dict[str, Any] | None = None) -> Asked:
    return structs.replace(asked(RULES), more={"bags_max": 20_000, **(more or {})})


def labelled(seed: int, sessions: int = 1_500) -> tuple[World, dict[int, Intent]]:
    """Plant sessions with an intention each, a person each, with noise among them."""
    chance, world, planted = Random(seed), World(), {}
    for person in range(1, sessions + 1):
        intent = chance.choice(INTENTS)
        planted[person] = intent
        at_us = START_US + chance.randrange(300) * DAY_US
        for step in range(chance.randrange(3, 9)):
            noisy = chance.random() < NOISE
            name = chance.choice(ANYTHING if noisy else DONE[intent])
            product = f"p{chance.randrange(3)}"
            world.add(
                person,
                at_us + step * MINUTE_US,
                name,
                goods=[(product, "", "", 100)] if name == "Product Viewed" else [],
            )
    return world, planted


@pytest.mark.parametrize("sort", ["rules", "learned"])
def test_nine_of_ten_labelled_sessions_are_told_right(
    tmp_path: Path, seed: int, sort: str
) -> None:
    world, planted = labelled(seed)
    told = world.asked(tmp_path)
    rows = told.rows(question(), "SELECT * FROM meant")
    told.close()
    bags = {row["person_id"]: bag_of(row) for row in rows}

    if sort == "rules":
        said = {person: bag.intent for person, bag in bags.items()}
    else:
        said = learned(bags)

    right = sum(said[person] is intent for person, intent in planted.items())
    assert right / len(planted) >= 0.9
    agreed = agreement_of(bags.values()).share
    assert agreed is not None
    assert agreed >= 0.9


def bag_of(row: dict[str, Any]) -> Bag:
    intent = Intent(row["intent"]) if row["intent"] else None
    fold = row["person_id"] % 5
    return Bag(tuple(row["names"]), row["contact"], intent, row["is_sure"], fold)


def learned(bags: dict[int, Bag]) -> dict[int, Intent | None]:
    from habitue.journey.intent_learned import Bayes

    taught = [
        Bayes(bag for bag in bags.values() if bag.fold != fold) for fold in range(5)
    ]
    return {person: taught[bag.fold].says(bag) for person, bag in bags.items()}


def test_what_no_rule_knows_is_learned_from_what_stands_beside_it(
    tmp_path: Path,
) -> None:
    world, comparing = World(), 400
    for person in range(1, comparing + 1):
        at_us = START_US + person * HOUR_US
        name = "Product Compared" if person % 2 else "Product Used"
        own = "Configurator Opened" if person % 2 else "Manual Opened"
        world.add(person, at_us, name)
        world.add(person, at_us + 1, own)
    world.add(comparing + 1, START_US, "Configurator Opened")
    told = world.asked(tmp_path)
    rows = told.rows(question(), "SELECT * FROM meant")
    told.close()

    pairs = agreement_of(map(bag_of, rows)).pairs

    assert pairs[None, Intent.COMPARE] == 1
    assert pairs[Intent.COMPARE, Intent.COMPARE] == comparing // 2


def wandering(seed: int, people: int = 60) -> World:
    """Make people who do anything anywhere, and buy in sessions and outside them."""
    chance, world = Random(seed), World()
    names = (*ANYTHING, "Staff Assisted", "Card Scanned", "Product Clicked", "Odd")
    for person in range(1, people + 1):
        at_us = START_US + chance.randrange(30) * DAY_US
        for _ in range(chance.randrange(1, 25)):
            at_us += chance.choice((MINUTE_US, MINUTE_US, HOUR_US, DAY_US, 40 * DAY_US))
            contact = chance.choice(("web", "web", "app", "store", "pos", "chat"))
            store = chance.choice(("s1", "s2")) if contact in {"store", "pos"} else None
            if chance.random() < 0.1:
                world.buy(person, at_us, 100, store=chance.choice((None, "s1")))
                continue
            name = chance.choice(names)
            goods = [(f"p{chance.randrange(9)}", "", "", 1)]
            looks = name in {"Product Viewed", "Product Clicked"}
            told = goods if looks and chance.random() < 0.9 else []
            world.add(person, at_us, name, contact, store=store, goods=told)
    return world


def test_the_query_says_of_each_session_what_it_means(
    tmp_path: Path, seed: int
) -> None:
    world = wandering(seed)
    told = world.asked(tmp_path)
    rows = told.rows(
        question(),
        "SELECT n.person_id, n.place, n.number, list(n.log_offset) AS offsets,"
        " any_value(m.intent) AS intent, any_value(m.is_sure) AS sure"
        " FROM numbered AS n"
        " JOIN (SELECT person_id, place, number, log_offset AS own FROM numbered"
        " WHERE is_cut) AS f USING (person_id, place, number)"
        " JOIN meant AS m ON m.log_offset = f.own GROUP BY ALL",
    )
    bought = told.rows(
        question(), "SELECT made_in FROM purchase_in WHERE made_in IS NOT NULL"
    )
    told.close()

    sessions = {row["made_in"] for row in bought}
    assert len(rows) > 100
    assert {row["intent"] for row in rows} >= {*INTENTS, ""}
    for row in rows:
        meant = meant_by(told_by(world, row["offsets"], sessions))
        assert row["intent"] == (meant.intent or ""), row
        assert row["sure"] == meant.is_sure, row


def told_by(world: World, offsets: list[int], sessions: set[int]) -> Told:
    acts = [world.events[offset - 1] for offset in offsets]
    products = [
        (world.events[line.log_offset - 1].name, line.product)
        for line in world.lines
        if line.log_offset in offsets and line.line == 0
    ]
    times = Counter(act.name for act in acts)
    return Told(times, products, bought=bool(sessions & set(offsets)))


def test_the_query_says_where_people_went_from_each_step(
    tmp_path: Path, seed: int
) -> None:
    world = wandering(seed + 1)
    told = world.asked(tmp_path)
    steps = told.rows(question(), "SELECT * FROM intent_step")
    moves = told.rows(question(), "SELECT * FROM intent_moves")
    told.close()

    people: dict[int, list[Step]] = {}
    for row in steps:
        step = Step(row["at_us"], row["log_offset"], row["side"], Intent(row["intent"]))
        people.setdefault(row["person_id"], []).append(step)
    window_us = question().window_us
    meant = Counter(
        move for held in people.values() for move in moves_of(held, window_us, END_US)
    )
    found = {
        Move(
            Intent(row["intent"]),
            row["side"],
            row["next"] and Intent(row["next"]),
            row["next_side"],
            row["is_open"],
        ): row["count"]
        for row in moves
    }
    assert found == meant
    assert any(move.intent is move.next for move in found)


def test_a_purchase_is_the_sessions_in_which_it_was_made(tmp_path: Path) -> None:
    world = World()
    world.add(1, START_US, "Product Compared")
    world.buy(1, START_US + 20 * MINUTE_US, 100)
    world.add(2, START_US, "Product Compared")
    world.buy(2, START_US + 31 * MINUTE_US, 100)
    told = world.asked(tmp_path)

    steps = told.rows(
        question(), "SELECT person_id, intent FROM intent_step ORDER BY 1, at_us"
    )

    told.close()
    assert [tuple(row.values()) for row in steps] == [
        (1, "buy"),
        (2, "compare"),
        (2, "buy"),
    ]


def test_a_receipt_issued_online_was_bought_online_and_counts_once(
    tmp_path: Path,
) -> None:
    world = World()
    for at, channel in enumerate(("web", "pos")):
        world.add(
            1,
            START_US + at * DAY_US,
            "Receipt Issued",
            channel,
            object=f"r/shop/{at}",
            amount_minor=100,
            currency="EUR",
        )
    told = world.asked(tmp_path)

    steps = told.rows(question(), "SELECT side, intent FROM intent_step ORDER BY at_us")

    told.close()
    assert [tuple(row.values()) for row in steps] == [
        ("online", "buy"),
        ("store", "buy"),
    ]


def goods() -> Any:
    from habitue.app.lake.arrow import goods_table

    return goods_table([])


def test_signs_are_words_of_the_catalogue_with_its_stage_or_a_reason() -> None:
    known = {one.name: one for one in CATALOGUE}
    for sign in signs():
        for name in sign.events:
            assert name in known, name
            assert name not in OURS, name
            as_told = known[name].stage == sign.intent
            assert as_told or sign.different or "catalogue" in sign.because, name


def test_a_purchase_outweighs_all_else_that_can_be_done_in_a_session() -> None:
    everything = {name: 99 for sign in signs() for name in sign.events}
    products = [("Product Viewed", f"p{at}") for at in range(9)]

    assert meant_by(Told(everything, products)).intent is Intent.BUY
    assert meant_by(Told({"Case Opened": 9}, bought=True)).intent is Intent.BUY
    assert meant_by(Told({})).intent is None


def test_whoever_is_in_a_store_or_at_its_till_is_on_one_side() -> None:
    assert {side_of(one) for one in ("store", "pos")} == {"store"}
