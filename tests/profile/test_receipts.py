"""Receipts: named by their till, counted once, with their order or alone."""

import itertools

from tests.profile.shop import (
    money,
    only,
    order,
    receipt,
    shop,
)


def test_a_receipt_of_an_order_counts_no_second_time():
    told = [order(total=20, channel="pos"), receipt(order_id="o1", at=1)]
    for arrival in itertools.permutations(told):
        made = shop(*arrival)

        assert money(made) == (2000, 0, 2000)
        assert made.value("purchases") == 1
        assert made.value("favourite_store") == "harbour"


def test_a_receipt_is_called_by_fiscal_id_before_all_else():
    made = shop(
        receipt("r1", fiscal_id="F1"), receipt("r2", fiscal_id="F1", offset=2, at=1)
    )

    assert made.value("receipts") == 1


def test_a_receipt_is_called_by_store_till_day_and_number():
    told = {"till_id": 4, "business_date": "2025-03-01", "number": 17}

    made = shop(
        receipt("a", **told),
        receipt("b", **told, message_id="again"),
        receipt("c", **{**told, "till_id": 5}),
    )

    assert made.value("receipts") == 2


def test_a_receipt_keeps_till_cashier_and_tender():
    paid = [{"type": "cash", "amount": 5}, {"type": "card"}]
    told = {"till_id": "t2", "cashier_id": 7, "tender": paid}

    one = only(shop(receipt(**told)))

    assert (one.till, one.cashier, one.tender) == ("t2", "7", "cash, card")


def test_a_till_day_ends_at_the_shops_midnight_on_a_clock_change_night():
    """Without a business date, receipt 17 of each local day is a receipt of its own."""

    def number_17(at, offset):
        told = {"receipt_number": 17, "till_id": 1}
        return receipt(None, at=at, offset=offset, **told)

    # 29 March 2025 23:30 in London, and 00:30 on the 31st: the 30th had 23 hours.
    before, after = 28 * 24 + 11.5, 29 * 24 + 11.5
    made = shop(number_17(before, 1), number_17(after, 2), number_17(after + 1, 3))

    days = sorted(each.key.split("\x1f")[4] for each in made.read().purchases)
    assert days == ["2025-03-29", "2025-03-31"]
