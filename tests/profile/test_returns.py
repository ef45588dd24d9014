"""Returns and refunds: what they take off, and from which purchase."""

import itertools

from tests.profile.shop import (
    back,
    item,
    line,
    money,
    order,
    receipt,
    shop,
)


def test_an_order_cancelled_and_refunded_leaves_nothing():
    told = [
        order(),
        item("Order Cancelled", at=1, order_id="o1", offset=2),
        item("Order Refunded", at=2, order_id="o1", total="30.00", offset=3),
    ]
    for arrival in itertools.permutations(told):
        assert shop(*arrival).value("revenue") is None


def test_one_receipt_less_a_partial_return_whatever_is_sent_again():
    """A receipt, a return, the till file thrice, the webhook with a new status."""
    sold = [line("cup", 2, "5.00"), line("tea", 1, "10.00")]
    till_file = [
        receipt(products=sold, message_id="line 1", offset=1),
        back(
            return_id="b1",
            original_receipt_id="r1",
            products=[line("cup", 1, "5.00")],
            currency="GBP",
            message_id="line 2",
        ),
    ]
    again = [
        each._replace(message_id=f"{each.message_id}, file {n}", offset=10 * n + place)
        for n in (2, 3)
        for place, each in enumerate(till_file)
    ]
    webhooks = [
        order(total=20, order_id="w1", at=2, message_id="h1", offset=50),
        order(total=20, order_id="w1", at=2, status="paid", message_id="h2", offset=51),
    ]

    made = shop(*till_file, *again, *webhooks)

    assert money(made) == (4000, 500, 3500)
    assert (made.value("receipts"), made.value("returns")) == (1, 1)
    assert made.dump() == shop(*webhooks, *again[::-1], *till_file).dump()


def test_a_return_without_prices_takes_those_of_the_purchase():
    told = [
        order(total=25, products=[line("cup", 4, "5.00"), line("tea", 1, "5.00")]),
        back(order_id="o1", products=[{"product_id": "cup", "quantity": 3}]),
    ]
    for arrival in itertools.permutations(told):
        assert money(shop(*arrival)) == (2500, 1500, 1000)


def test_a_refund_without_an_amount_is_of_all_that_is_left():
    told = [
        order(total=30),
        back(order_id="o1", return_id="b1", total=10, currency="GBP"),
        item("Order Refunded", at=6, order_id="o1", offset=3),
    ]
    for arrival in itertools.permutations(told):
        assert money(shop(*arrival)) == (3000, 3000, 0)


def test_a_full_refund_told_by_two_sources_happens_once():
    made = shop(
        order(),
        item("Order Refunded", at=6, order_id="o1", source="erp", offset=3),
        item("Order Refunded", at=7, order_id="o1", source="crm", offset=4),
    )

    assert money(made) == (3000, 3000, 0)
    assert made.value("returns") == 1


def test_an_order_refunded_by_its_status_is_returned_but_not_twice():
    refunded = item("Order Updated", at=2, order_id="o1", status="refunded", offset=2)
    partly = back(order_id="o1", return_id="b1", total=10, currency="GBP")

    assert money(shop(order(), refunded)) == (3000, 3000, 0)
    assert money(shop(partly, refunded, order())) == (3000, 3000, 0)


def test_a_return_of_something_never_seen_counts_by_itself():
    made = shop(back(return_id="b1", order_id="old", total=10, currency="GBP"))

    assert money(made) == (0, 1000, -1000)


def test_returning_more_than_was_bought_is_shown_and_not_refused():
    made = shop(
        order(total=10, products=[line("cup", 1)]),
        back(order_id="o1", products=[line("cup", 2)], currency="GBP"),
    )

    profile = made.read()

    assert money(made) == (1000, 2000, -1000)
    assert [each.code for each in profile.warnings] == ["over_returned"]


def test_a_receipt_below_nothing_is_a_return():
    credit = receipt("c1", "-4.00", products=[line("cup", -1, "4.00")], at=3)

    made = shop(receipt(products=[line("cup", 5, "4.00")]), credit)

    assert money(made) == (2000, 400, 1600)
    assert (made.value("receipts"), made.value("returns")) == (1, 1)
    assert made.value("products")[0]["back_milli"] == 1000


def test_a_return_without_a_currency_takes_that_of_the_purchase():
    told = [order(total=1500, currency="JPY"), back(order_id="o1", total=500)]
    for arrival in itertools.permutations(told):
        assert money(shop(*arrival), currency="JPY") == (1500, 500, 1000)


def test_an_exchange_gives_back_what_it_names():
    made = shop(
        order("o1", products=[line("cup", 3)]),
        order("o2", total=12, at=2),
        item(
            "Exchange Completed",
            at=2,
            order_id="o1",
            new_order_id="o2",
            products=[line("cup", 1)],
            currency="GBP",
        ),
    )

    assert money(made) == (4200, 1000, 3200)
