"""From events and purchases to what was done: lines, money, the catalogue."""

import random
from operator import attrgetter
from typing import Any

import pytest
from msgspec import structs

from habitue.model.event import Event
from habitue.model.order import Line as BoughtLine
from habitue.model.order import Purchase, PurchaseKind
from habitue.segment.condition import Where
from habitue.segment.facts import PURCHASE, RETURN, Look
from habitue.segment.leaf import Latest, Leaf
from habitue.segment.noting import Wanted, plan_of
from habitue.segment.reading import LINE_WORDS
from habitue.segment.telling import (
    NoGoods,
    done_at_once,
    done_of,
    done_of_purchase,
)


class Shelf(NoGoods):
    """A catalogue of one product and one store."""

    def product(self, product, source):
        return {"category": "Tea", "brand": "Acme"} if product == "p1" else {}

    def region(self, store, source):
        return "north" if store == "s1" else ""


def told(name: str = "Order Completed", **properties: Any):
    event = Event(type="track", name=name, at_us=5, properties=properties)
    return done_of(event, "shop", 7, Shelf())


def test_an_events_lines_are_its_products():
    done = told(
        currency="PLN",
        products=[
            {"product_id": "p2", "price": "19.99", "quantity": 2, "colour": "red"},
            {"product_id": "p3"},
            "no product",
        ],
    )

    first, second = done.lines
    assert (first.product, first.price_minor, first.amount_minor) == ("p2", 1999, 3998)
    assert first.quantity_milli == 2000
    assert first.told["colour"] == "red"
    assert (second.product, second.amount_minor) == ("p3", None)


def test_an_event_about_one_product_has_that_one_line():
    done = told("Product Viewed", product_id="p2", category="Coffee", price=5)

    assert [one.category for one in done.lines] == ["Coffee"]


def test_an_event_about_nothing_sold_has_no_line():
    assert told("Signed In").lines == ()


def test_category_and_brand_are_the_catalogues_where_none_is_told():
    done = told(products=[{"product_id": "p1", "category": "Herbs"},
                          {"product_id": "p1"}, {"product_id": "p9"}])  # fmt: skip

    assert [(one.category, one.brand) for one in done.lines] == [
        ("Herbs", "Acme"),
        ("Tea", "Acme"),
        ("", ""),
    ]


def test_a_stores_region_is_the_catalogues():
    assert told(store_id="s1").region == "north"
    assert told(store_id="s2").region == ""


def test_the_total_is_the_one_told_or_else_that_of_the_lines():
    lines = [{"product_id": "p1", "price": 2, "quantity": 3}]

    assert told(currency="PLN", total="10.50").total_minor == 1050
    assert told(currency="PLN", products=lines).total_minor == 600
    assert told(currency="PLN").total_minor is None


def test_an_event_without_a_name_is_called_by_its_type():
    page = done_of(Event(type="page", name="", at_us=0), "web", 1, NoGoods())

    assert (page.name, page.channel) == ("page", "web")


def purchase(kind: PurchaseKind, **more: Any) -> Purchase:
    return Purchase(
        key=f"{kind.value[0]}\x1fshop\x1f17",
        kind=kind,
        at_us=5,
        channel="pos",
        currency="PLN",
        amount_minor=1050,
        **more,
    )


def test_orders_and_receipts_are_purchases_and_returns_are_returns():
    names = {
        kind: done_of_purchase(purchase(kind), NoGoods()).name for kind in PurchaseKind
    }

    assert names == {
        PurchaseKind.ORDER: PURCHASE,
        PurchaseKind.RECEIPT: PURCHASE,
        PurchaseKind.RETURN: RETURN,
    }


def test_a_purchase_tells_its_number_store_and_lines():
    done = done_of_purchase(
        purchase(
            PurchaseKind.RECEIPT,
            store="s1",
            tender="card",
            lines=(BoughtLine(product="p1", quantity_milli=3000, amount_minor=1000),),
            reports=(("till", 9), ("erp", 4)),
        ),
        Shelf(),
    )

    assert done.properties["number"] == "17"
    assert (done.region, done.offsets, done.type) == ("north", (4, 9), "receipt")
    assert (done.lines[0].category, done.lines[0].price_minor) == ("Tea", 333)


class Asked(Shelf):
    """Keeps what it was asked for."""

    def __init__(self):
        self.asked = []

    def product(self, product, source):
        self.asked.append(product)
        return super().product(product, source)


TELLS = {
    "product_id": (None, "", " p1 ", "p2", 17, 17.0, True, "undefined", ["p1"]),
    "sku": (None, "p1", "x" * 200),
    "name": (None, "Tea\x1fbags", "undefined"),
    "category": (None, "", "Herbs ", 5, "x" * 200),
    "brand": (None, "Acme", ["Acme"]),
    "counts": (True, False),
    "product": (True, False),
    "products": (None, [{"product_id": "p1"}]),
}


def test_a_line_whose_words_alone_are_looked_at_has_the_same_words():
    chance = random.Random(3)
    words = Look(amounts=False, total=False, money=False, prices=False)
    for _ in range(2_000):
        names = [name for name in TELLS if chance.random() < 0.5]
        event = Event(
            type="track",
            name="Product Viewed",
            at_us=5,
            properties={name: chance.choice(TELLS[name]) for name in names},
        )
        shelves = Asked(), Asked()

        whole = done_of(event, "shop", 7, shelves[0]).lines
        found = done_of(event, "shop", 7, shelves[1], words).lines

        texts = attrgetter("product", "name", "category", "brand")
        assert [*map(texts, found)] == [*map(texts, whole)], event
        # What the catalogue was asked for is noted anew once it says otherwise.
        assert shelves[0].asked == shelves[1].asked, event


@pytest.mark.parametrize("asked", ["$category", "$product_name", "colour"])
def test_what_is_looked_at_little_is_told_at_once_as_it_is_anyway(asked):
    where = (Where(property=asked, op="is", value="Herbs"),)
    leaf = Leaf(names=("Product Viewed",), where=where, keep=Latest(most=1))
    plan = plan_of([Wanted(1, leaf)])
    words = ("category", "brand") if asked == "$category" else ("product", "name")
    chance, found = random.Random(4), 0
    for _ in range(4_000):
        often = ("product_id", "category", "brand")
        names = [
            one for one in TELLS if chance.random() < (0.8 if one in often else 0.1)
        ]
        properties = {name: chance.choice(TELLS[name]) for name in names}
        event = Event(
            type="track", name="Product Viewed", at_us=5, properties=properties
        )
        done = done_at_once(event, "shop", plan)
        if done is None:
            continue
        found += len(done.lines) if asked in LINE_WORDS else 1

        shelf = Asked()
        anyway = done_of(event, "shop", 7, shelf, plan.look)

        texts = attrgetter(*words)
        assert [*map(texts, done.lines)] == [*map(texts, anyway.lines)], event
        bare = structs.replace(anyway, lines=(), offsets=())
        assert structs.replace(done, lines=()) in (bare, plainly(bare)), event
        assert not shelf.asked, event
    assert found > 20


def plainly(done):
    """Leave out what nobody looks at who looks at plain properties."""
    return structs.replace(done, type="track", source="")
