"""Scores on a running server, beside pandas: C4, C5, C6."""

import gzip
import json
import os
import random
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from habitue.profile.scores.rfm import persona
from tests.acceptance.golden.rfm import computed_of
from tests.acceptance.shop import Shop, identify, track

ROOT = Path(__file__).parent.parent.parent
SHARED = Path(os.environ.get("HABITUE_SHARED", ROOT.parent / "shared"))
# The whole where there is time, else the tenth of its customers that was published.
WHOLE = bool(os.environ.get("HABITUE_TORTURE"))
CDNOW = SHARED / "data" / "cdnow" / f"CDNOW_{'master' if WHOLE else 'sample'}.txt.gz"
AT = "1998-07-01T00:00:00Z"

needs_cdnow = pytest.mark.skipif(
    not CDNOW.is_file(), reason="cdnow is not there: set HABITUE_SHARED"
)


def purchases():
    """Read the file: customer, day and dollars of each purchase."""
    with gzip.open(CDNOW, "rt") as file:
        rows = [line.split() for line in file]
    if WHOLE:
        # It begins with a header; the sample has two numbers of each customer.
        frame = pd.DataFrame(rows[1:], columns=["customer", "day", "cds", "dollars"])
    else:
        columns = ["master", "customer", "day", "cds", "dollars"]
        frame = pd.DataFrame(rows, columns=columns)
    frame["receipt"] = [f"r{number}" for number in range(len(frame))]
    frame["day"] = pd.to_datetime(frame.day, format="%Y%m%d")
    frame["minor"] = (frame.dollars.astype(float) * 100).round().astype(int)
    return frame


def taken_in(frame, folder):
    """Import purchases in their order; give the server."""
    file = folder / "cdnow.csv"
    pd.DataFrame(
        {
            "receipt_id": frame.receipt,
            "customer_id": frame.customer,
            "time": frame.day.dt.strftime("%Y-%m-%dT00:00:00Z"),
            "total": frame.dollars,
            "currency": "USD",
        }
    ).to_csv(file, index=False)
    shop = Shop(folder / "data").start()
    shop.command("import", str(file), "--json")
    shop.settle()
    return shop


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory):
    frame = purchases()
    shop = taken_in(frame, tmp_path_factory.mktemp("cdnow"))
    yield shop, frame
    assert shop.stop() == 0


@pytest.fixture
def otherwise(cdnow, tmp_path_factory, seed):
    """A second server, that took the same purchases in another order."""
    _, frame = cdnow
    mixed = frame.sample(frac=1, random_state=seed)
    shop = taken_in(mixed, tmp_path_factory.mktemp("otherwise"))
    yield shop
    assert shop.stop() == 0


def fifths(values):
    """Score values by fifths of their average rank: an independent computation."""
    places = (2 * values.rank(method="average") - 1) / 2 / len(values)
    return (places * 5 + 1e-9).astype(int) + 1


def measures(frame):
    """Give pandas' days since the last purchase, purchases and money by customer."""
    by = frame.groupby("customer")
    recency = (pd.Timestamp(AT).tz_localize(None) - by.day.max()).dt.days
    return recency, by.size(), by.minor.sum()


def cells(frame):
    """Give pandas' RFM cell of each customer, by fifths of all."""
    recency, counts, money = measures(frame)
    parts = (fifths(-recency), fifths(counts), fifths(money))
    return sum((one.astype(str) for one in parts[1:]), parts[0].astype(str))


def cut_into_fifths(shop, frame, later_days=0):
    """Put rules in force that part customers so, days as of so many days later."""
    recency, counts, money = measures(frame)
    cuts = [int(one + later_days) for one in edges(-recency, flip=True)]
    parts = {"purchases": edges(counts), "money": edges(money)}
    told = {"currency": "USD", "rfm": {"recency_days": cuts, **parts}}
    shop.api("PUT", "/api/v1/scores/rules", told)


def scored(shop):
    """Give what each customer measures and their cell, as of now."""
    return {
        who: (computed["rfm_measures"], computed["rfm"])
        for who, computed in computed_of(shop).items()
    }


@needs_cdnow
@pytest.mark.feature("C5")
@pytest.mark.proof("S01")
def test_rfm_by_fifths_equals_pandas_and_two_runs_are_one(cdnow):
    shop, frame = cdnow
    # The cuts are of today; the sample's last purchase is long ago for all alike.
    made = [shop.api("POST", "/api/v1/scores/cuts") for _ in range(2)]
    kept = json.loads(shop.command("scores", "cut", "--keep"))
    told = json.loads(shop.command("scores", "summary", "--at", AT, "--json"))

    assert made[0] == made[1]
    assert kept["version"] == 1
    assert told["people"] == frame.customer.nunique()
    cuts = kept["rules"]["rfm"]
    by = frame.groupby("customer")
    counts = by.size()
    expected = fifths(counts)
    got = counts.map(lambda n: 1 + sum(n >= cut for cut in cuts["purchases"]))
    assert (got == expected).all()
    money = by.minor.sum()
    got = money.map(lambda n: 1 + sum(n >= cut for cut in cuts["money"]))
    assert (got == fifths(money)).all()


@needs_cdnow
@pytest.mark.feature("C5")
@pytest.mark.proof("S01")
def test_rfm_of_all_people_equals_pandas_person_by_person(cdnow):
    shop, frame = cdnow
    recency, counts, money = measures(frame)
    days, later, found = 0, None, {}
    # A day may begin between two readings.
    while later != days:
        days = later or 0
        cut_into_fifths(shop, frame, days)
        found = scored(shop)
        (later,) = {
            one["recency_days"] - recency[who] for who, (one, _) in found.items()
        }

    assert later > 9_000
    assert {who: one["purchases"] for who, (one, _) in found.items()} == dict(counts)
    assert {who: one["money"] for who, (one, _) in found.items()} == dict(money)
    assert {who: cell for who, (_, cell) in found.items()} == dict(cells(frame))


def cut_and_scored(shop):
    """Put cuts of a shop's own people in force; give them, and everybody's scores."""
    kept = shop.api("POST", "/api/v1/scores/cuts?keep=true")
    return kept["rules"]["rfm"], scored(shop)


@needs_cdnow
@pytest.mark.feature("C5")
@pytest.mark.proof("S01")
def test_purchases_taken_in_in_another_order_give_everybody_the_same_scores(
    cdnow, otherwise, figure
):
    first, frame = cdnow
    figure("customers of CDNOW, taken in twice", frame.customer.nunique())
    for shop in (first, otherwise):
        shop.api("PUT", "/api/v1/scores/rules", {"currency": "USD"})

    # A day may begin between two readings.
    told, others, again = None, None, cut_and_scored(first)
    while told != again:
        told, others, again = again, cut_and_scored(otherwise), cut_and_scored(first)

    assert told == others
    assert len(told[1]) == frame.customer.nunique()
    summaries = [
        one.api("GET", f"/api/v1/scores/summary?at={AT}") for one in (first, otherwise)
    ]
    for name in ("rfm", "persona"):
        assert summaries[0][name] == summaries[1][name]


@needs_cdnow
@pytest.mark.feature("C5")
@pytest.mark.proof("S01")
def test_rfm_of_all_people_equals_pandas_cell_by_cell(cdnow):
    shop, frame = cdnow
    cut_into_fifths(shop, frame)

    told = shop.api("GET", f"/api/v1/scores/summary?at={AT}")

    assert told["rfm"] == cells(frame).value_counts().to_dict()


def personas(frame, day):
    """Name what kind of customer each is on a day, by cuts of them all."""
    recency, counts, money = measures(frame)
    at = pd.Timestamp(day)
    by = frame[frame.day <= at].groupby("customer")
    told = (
        (-(at - by.day.max()).dt.days, edges(-recency)),
        (by.size(), edges(counts)),
        (by.minor.sum(), edges(money)),
    )
    scores = [
        one.map(lambda value, of=of: 1 + sum(value >= cut for cut in of))
        for one, of in told
    ]
    return [persona(*each) for each in zip(*scores, strict=True)]


def edges(values, *, flip=False):
    """Give the least value of each of the fifths above the first."""
    scores = fifths(values)
    least = [int(values[scores >= part].min()) for part in (2, 3, 4, 5)]
    return [-each for each in reversed(least)] if flip else least


@needs_cdnow
@pytest.mark.feature("C5")
@pytest.mark.proof("S01")
def test_a_migration_counts_everybody_once_as_pandas_does(cdnow):
    shop, frame = cdnow
    cut_into_fifths(shop, frame)
    path = "/api/v1/scores/migration?from=1997-07-01T00:00:00Z&to=1998-07-01T00:00:00Z"

    moves = shop.api("GET", path)["moves"]

    assert sum(one["people"] for one in moves) == frame.customer.nunique()
    told = {(one["from"], one["to"]): one["people"] for one in moves}
    pairs = zip(
        personas(frame, "1997-07-01"), personas(frame, "1998-07-01"), strict=True
    )
    assert told == Counter(pairs)
    assert len({one["from"] for one in moves}) > 3
    again = shop.command(
        *("scores", "migration", "--json"),
        *("--from", "1997-07-01T00:00:00Z", "--to", "1998-07-01T00:00:00Z"),
    )
    assert json.loads(again)["moves"] == moves


@pytest.mark.feature("C4")
def test_engagement_stands_on_the_card_with_what_it_is_made_of(shop: Shop):
    shop.source("crm")
    shop.send("crm", identify(userId="u1"), track("Product Viewed", {}, userId="u1"))

    computed = shop.person("user_id:u1")["computed"]

    assert computed["engagement"] > 0
    assert computed["engagement_band"] == "cold"
    assert computed["engagement_because"]["visits"] == 200
    assert computed["disengagement"] == 0


@pytest.mark.feature("C6")
def test_a_refund_and_a_choice_change_stage_and_need(shop: Shop):
    shop.source("shop")
    bought = {"order_id": "o1", "total": 30, "currency": "EUR"}
    shop.send("shop", track("Order Completed", bought, userId="u1"))
    assert shop.person("user_id:u1")["computed"]["stage"] == "new"

    shop.send("shop", track("Order Refunded", bought, userId="u1"))
    assert shop.person("user_id:u1")["computed"]["stage"] == "prospect"

    shop.api("PUT", "/api/v1/scores/rules", {"stage": {"returns_undo": False}})
    assert shop.person("user_id:u1")["computed"]["stage"] == "new"

    shop.send("shop", identify(userId="u1", traits={"contact_need": "on_demand"}))
    computed = shop.person("user_id:u1")["computed"]
    assert computed["need_class"] == "on_demand"
    assert computed["need_because"] == "chosen"


@pytest.mark.feature("C5")
def test_rules_that_make_no_sense_are_refused_with_the_place(shop: Shop):
    told = shop.api(
        "PUT", "/api/v1/scores/rules", {"rfm": {"purchases": [3, 2, 1]}}, status=422
    )

    assert "rfm.purchases" in json.dumps(told)
    assert shop.api("GET", "/api/v1/scores/rules")["own"] is False


CATEGORIES, STORES = ("Tea", "Coffee", "Cups"), ("s1", "s2")


def receipts(chance):
    """Make up receipts of ten people over two years, a line each category or none."""
    told = []
    for number in range(150):
        lines = [
            (category, chance.randrange(1, 400) * 100)
            for category in CATEGORIES
            if chance.random() < 0.5
        ] or [("Cups", 500)]
        day = pd.Timestamp("2024-01-01") + pd.Timedelta(days=chance.randrange(700))
        who, store = f"u{min(chance.randrange(10), number)}", chance.choice(STORES)
        told += [(f"r{number}", who, store, day, *line) for line in lines]
    columns = ["receipt", "who", "store", "day", "category", "minor"]
    return pd.DataFrame(told, columns=columns)


def tell(shop, frame):
    shop.source("till")
    for number, of in frame.groupby("receipt"):
        first = of.iloc[0]
        goods = [
            {"product_id": line.category, "category": line.category,
             "price": line.minor / 100, "quantity": 1}
            for line in of.itertuples()
        ]  # fmt: skip
        told = {
            "receipt_id": number,
            "store_id": first.store,
            "total": of.minor.sum() / 100,
            "currency": "EUR",
            "products": goods,
        }
        when = first.day.strftime("%Y-%m-%dT12:00:00Z")
        item = track("Receipt Issued", told, userId=first.who, timestamp=when)
        shop.send("till", item)
    shop.settle()


def by_hand(frame, part, cuts=None):
    """Count cells of a part of the lines: by pandas, with the rules' cuts."""
    lines = frame
    for name, value in part.items():
        lines = lines[lines[name] == value]
    by = lines.groupby("who")
    at = pd.Timestamp("2026-01-01")
    # Bought at noon, so that a day begun is none.
    days = (at - by.day.max()).dt.days - 1
    measures = (-days, by.receipt.nunique(), by.minor.sum())
    if cuts is None:
        scores = [fifths(one) for one in measures]
    else:
        scores = [
            one.map(lambda value, of=of: 1 + sum(value >= cut for cut in of))
            for one, of in zip(measures, cuts, strict=True)
        ]
    cells = scores[0].astype(str) + scores[1].astype(str) + scores[2].astype(str)
    return cells.value_counts().to_dict()


DEFAULT = ((-365, -180, -90, -30), (2, 3, 5, 10), (5_000, 15_000, 40_000, 100_000))


@pytest.mark.feature("C5")
def test_rfm_of_a_category_or_a_store_is_that_of_pandas(shop: Shop):
    frame = receipts(random.Random(5))
    tell(shop, frame)
    asked = [{}, {"category": "Tea"}, {"store": "s2"}]
    asked += [{"category": "Coffee", "store": "s1"}]

    for part in asked:
        told = "&".join(f"{name}={value}" for name, value in part.items())
        path = f"/api/v1/scores/rfm?at=2026-01-01T00:00:00Z&{told}"
        assert shop.api("GET", path)["rfm"] == by_hand(frame, part, DEFAULT), part
        parted = shop.api("GET", f"{path}&fifths=true")
        assert parted["rfm"] == by_hand(frame, part), part
        assert sum(parted["persona"].values()) == parted["people"]

    nobody = shop.api("GET", "/api/v1/scores/rfm?category=Wine&fifths=true")
    assert (nobody["people"], nobody["rfm"], nobody["fifths"]) == (0, {}, False)
    shown = shop.command("scores", "rfm", "--category", "Tea", "--json")
    assert json.loads(shown)["people"] == frame[frame.category == "Tea"].who.nunique()


@pytest.mark.feature("C5")
def test_a_changed_persona_is_an_event_of_the_person_once_and_over_a_restart(
    shop: Shop,
):
    shop.source("shop")
    shop.api("PUT", "/api/v1/scores/rules", {"rfm": {"tell": True}})

    def buy(number):
        told = {"order_id": number, "total": 30, "currency": "EUR"}
        shop.send("shop", track("Order Completed", told, userId="u1"))

    def changes():
        events = reversed(shop.timeline("user_id:u1"))
        told = [one["properties"] for one in events if one["name"] == "RFM Changed"]
        return [(one.get("from"), one["to"]) for one in told]

    shop.until(lambda: shop.api("GET", "/healthz")["lag_records"] == 0)
    time.sleep(1)
    buy("o1")
    shop.until(lambda: changes() == [(None, "newcomer")])
    condition = {"type": "did", "event": "RFM Changed", "where": [
        {"property": "to", "op": "is", "value": "promising"}]}  # fmt: skip
    shop.api("PUT", "/api/v1/segments/risen", {"condition": condition})

    buy("o2")

    shop.until(lambda: len(changes()) == 2)
    assert changes()[1] == ("newcomer", "promising")
    person = shop.id("user_id:u1")
    shop.until(
        lambda: (
            [
                one["id"]
                for one in shop.api("GET", f"/api/v1/people/{person}/segments")[
                    "segments"
                ]
            ]
            == ["risen"]
        )
    )
    assert shop.stop() == 0
    shop.start()
    shop.settle()
    assert len(changes()) == 2
