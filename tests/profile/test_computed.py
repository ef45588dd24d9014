"""Computed traits against values counted by hand, and against pandas."""

import random

import pandas as pd
import pytest

from habitue.base.clock import HOUR_US
from habitue.profile.computed import DECLARED
from tests.profile.shop import NOON_US, Shop, item, line, order, receipt, shop


def test_every_declared_trait_says_what_it_means_and_its_unit():
    assert len({each.name for each in DECLARED}) == len(DECLARED)
    assert all(each.description.endswith(".") and each.unit for each in DECLARED)


def test_first_and_last_are_kept_by_channel():
    made = shop(
        item(at=9, context={"page": {}}),
        item(at=2, context={"page": {}}),
        item("Application Opened", at=5),
    )

    channels = made.value("channels")

    assert channels["web"] == {
        "events": 2,
        "first_us": NOON_US + 2 * HOUR_US,
        "last_us": NOON_US + 9 * HOUR_US,
    }
    assert channels["app"]["events"] == 1


def test_purchases_have_first_and_last_by_channel():
    made = shop(receipt("a", at=50), receipt("b", at=1), order("c", channel="Web"))

    by_channel = made.value("purchases_by_channel")

    assert by_channel["pos"] == {
        "purchases": 2,
        "first_us": NOON_US + HOUR_US,
        "last_us": NOON_US + 50 * HOUR_US,
    }
    assert by_channel["web"]["purchases"] == 1


def test_the_store_most_bought_in_is_the_favourite():
    made = shop(
        receipt("a", store_id="station"),
        receipt("b", store_id="harbour", total=999),
        receipt("c", store_id="station"),
    )

    assert made.value("favourite_store") == "station"


def test_the_average_basket_is_rounded_once():
    made = shop(*(receipt(f"r{n}", total) for n, total in enumerate((10, 10, "10.01"))))

    assert made.value("average_basket") == {"GBP": 1000}


def test_days_between_orders_is_a_mean_in_hundredths():
    made = shop(order("a"), order("b", at=24), order("c", at=24 + 60))

    assert made.value("days_between_orders") == 175


def test_one_purchase_has_no_days_between():
    assert shop(order()).value("days_between_orders") is None


def test_the_share_that_came_back_is_in_hundredths_of_a_percent():
    made = shop(
        order(total=30),
        item("Order Refunded", at=1, order_id="o1", total=10, currency="GBP"),
    )

    assert made.value("returned_share") == {"GBP": 3333}


def test_products_are_ranked_by_how_often_they_were_bought():
    made = shop(
        receipt("a", products=[line("cup", 1, name="Green teacup")]),
        receipt("b", products=[line("cup", 1, name="Green teacup"), line("tea", 9)]),
    )

    products = made.value("products")

    assert [(each["product"], each["times"]) for each in products] == [
        ("cup", 2),
        ("tea", 1),
    ]
    assert products[0]["name"] == "Green teacup"


def test_affinity_counts_lines_and_money_by_category_and_brand():
    made = shop(
        receipt(
            products=[
                line("cup", 2, "4.00", category="Kitchen", brand="M"),
                line("pot", 1, "9.00", category="Kitchen", brand="N"),
            ]
        )
    )

    (kitchen,) = made.value("categories")

    assert (kitchen["times"], kitchen["milli"], kitchen["amount"]) == (2, 3000, 1700)
    assert [each["brand"] for each in made.value("brands")] == ["N", "M"]


def test_a_cancelled_order_leaves_no_affinity():
    bought = order(products=[line("cup", 1, category="Kitchen")])
    gone = item("Order Cancelled", at=1, order_id="o1", offset=2)

    assert shop(bought, gone).value("categories") is None


def test_half_a_kilo_is_exact():
    made = shop(receipt(total=None, products=[line("cheese", 0.532, "12.40")]))

    assert made.value("revenue")["GBP"]["gross"] == 660
    assert made.value("products")[0]["milli"] == 532


def test_identified_needs_the_shops_own_word():
    claim = shop(item(source="web", who=("user_id:u1", "anonymous_id:d")))

    assert claim.value("identified") is False
    assert claim.fold(item(who=("user_id:u1",))).value("identified") is True


def test_events_are_counted_by_name_and_by_day():
    made = shop(item(), item(at=1), item("Cart Viewed", at=30))

    assert made.value("events_by_name") == {"Cart Viewed": 1, "Product Viewed": 2}
    assert made.value("days_active") == 2


@pytest.mark.parametrize("seed", [1])
def test_two_thousand_random_purchases_equal_pandas_to_the_minor_unit(seed):
    chance = random.Random(seed)
    lines, made = _random_history(chance)

    frame = pd.DataFrame(lines)
    frame["net"] = frame["minor"].where(frame["kind"] != "return", -frame["minor"])
    for customer, own in frame.groupby("customer"):
        _check_customer(made, int(customer), own)
    totals = made.profiles.totals()
    for currency, own in frame.groupby("currency"):
        bought = totals.amount(currency, "order", "receipt")
        assert bought == own.loc[own["kind"] != "return", "minor"].sum()
        assert (
            totals.amount(currency, "return")
            == -own.loc[own["kind"] == "return", "net"].sum()
        )


def _check_customer(made, customer, own):
    bought = own[own["kind"] != "return"]
    net = own.groupby("currency")["net"].sum().to_dict()
    assert {k: v["net"] for k, v in made.value("revenue", customer).items()} == net
    by_channel = {
        (channel, currency): sums["net"]
        for channel, money in made.value("revenue_by_channel", customer).items()
        for currency, sums in money.items()
    }
    assert by_channel == own.groupby(["channel", "currency"])["net"].sum().to_dict()
    objects = bought.drop_duplicates("object")
    assert made.value("purchases", customer) == len(objects)
    assert (
        made.value("returns", customer)
        == own.loc[own["kind"] == "return", "object"].nunique()
    )
    assert made.value("first_purchase_us", customer) == objects["at_us"].min()
    assert made.value("last_purchase_us", customer) == objects["at_us"].max()
    pieces = bought.groupby(["category", "currency"])["quantity"].sum()
    shown = {
        (each["category"], each["currency"]): each["milli"]
        for each in made.value("categories", customer)
        if each["milli"]
    }
    assert shown == (pieces * 1000).to_dict()


def _random_history(chance):
    """Make 2,000 purchases and returns of 40 people, told late, twice, shuffled."""
    told, lines = [], []
    for number in range(1_500):
        customer, hour = chance.randint(1, 40), chance.randint(0, 9000)
        currency = chance.choice(("GBP", "EUR", "JPY"))
        web = chance.random() < 0.4
        channel = "web" if web else "pos"
        bought = _basket(chance, currency)
        more = {
            "at": hour,
            "total": None,
            "currency": currency,
            "channel": channel,
            "offset": number,
            "products": [one for one, _ in bought],
        }
        name = f"x{number}"
        told.append((order(name, **more) if web else receipt(name, **more), customer))
        kind = "order" if web else "receipt"
        lines += _rows(bought, (customer, kind, channel, currency, name, hour))
        if number % 3 == 0:
            part = bought[: chance.randint(1, len(bought))]
            target = {"order_id": name} if web else {"original_receipt_id": name}
            back = item(
                "Return Received",
                source="till",
                return_id=f"b{number}",
                **{**more, **target, "at": hour + 5},
            )
            part_told = [one for one, _ in part]
            back.event.properties["products"] = part_told
            told.append((back, customer))
            where = (customer, "return", channel, currency, f"b{number}", hour + 5)
            lines += _rows(part, where)
    again = [
        (each._replace(message_id=f"again {each.message_id} {place}"), customer)
        for place, (each, customer) in enumerate(chance.sample(told, 400))
    ]
    told += again
    chance.shuffle(told)
    made = Shop()
    for each, customer in told:
        made.fold(each, strand=customer)
    return lines, made


def _basket(chance, currency):
    """Give (line, minor units), the units counted without the product's code."""
    found = []
    for _ in range(chance.randint(1, 6)):
        quantity, minor = chance.randint(1, 9), chance.randint(1, 9999)
        price = str(minor) if currency == "JPY" else f"{minor / 100:.2f}"
        category = chance.choice(("kitchen", "garden", "toys"))
        one = line(f"p{minor % 50}", quantity, price, category=category)
        found.append((one, quantity * minor))
    return found


def _rows(bought, where):
    customer, kind, channel, currency, name, hour = where
    return [
        {
            "customer": customer,
            "kind": kind,
            "channel": channel,
            "currency": currency,
            "object": name,
            "at_us": NOON_US + hour * HOUR_US,
            "minor": minor,
            "quantity": one["quantity"],
            "category": one["category"],
        }
        for one, minor in bought
    ]
