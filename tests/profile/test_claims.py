"""Purchases told by browsers, and hostile ones: shown, bounded, not counted."""

import pytest

from habitue.profile.rows import CLAIMED_OBJECTS_MAX
from tests.profile.shop import (
    Shop,
    item,
    money,
    only,
    order,
    receipt,
    shop,
)


def test_a_receipt_counts_where_its_order_is_only_claimed():
    made = shop(order(source="web", total=99), receipt(order_id="o1"))

    assert money(made) == (2000, 0, 2000)


def test_a_browsers_order_is_shown_and_not_counted():
    made = shop(order(source="web"))

    purchase = only(made)

    assert money(made) is None
    assert (purchase.claimed, purchase.counted, purchase.amount_minor) == (
        True,
        False,
        3000,
    )
    assert made.value("claimed_purchases") == 1


def test_a_browsers_order_counts_where_the_source_is_trusted_with_orders():
    assert money(shop(order(source="app"))) == (3000, 0, 3000)


def test_a_verified_report_beats_a_later_claim():
    told = [order(total=30, source="erp"), order(total=1, source="app", at=9)]

    assert [money(shop(*arrival))[0] for arrival in (told, told[::-1])] == [3000, 3000]


def test_a_claim_of_anothers_order_takes_nothing_from_her():
    made = Shop().fold(order(source="erp"), strand=1)
    made.fold(order(source="web", at=9, who=("anonymous_id:d9",)), strand=2)

    assert money(made, 1) == (3000, 0, 3000)
    assert made.read(2).purchases == ()


def test_a_flood_of_claimed_orders_stays_bounded_in_any_order():
    flood = [order(f"o{n:04}", source="web", offset=n) for n in range(250)]

    forward, backward = shop(*flood), shop(*reversed(flood))

    assert forward.dump() == backward.dump()
    assert forward.value("claimed_purchases") == CLAIMED_OBJECTS_MAX
    assert [each.code for each in forward.read().warnings] == ["claims"]


def test_one_order_claimed_by_many_devices_stays_small():
    flood = [(order(source="web", offset=n), n) for n in range(1, 200)]
    made = Shop()
    for each, strand in flood:
        made.fold(each, strand=strand)

    (row,) = made.tables.rows["object"].values()

    assert len(row.parts) == 64


def test_an_absurd_amount_is_no_amount():
    made = shop(order(total="99999999999999"), order("o2"))

    assert money(made) == (3000, 0, 3000)


@pytest.mark.parametrize(
    "hostile",
    [
        {"order_id": {"a": 1}, "total": [], "products": "x"},
        {"order_id": "o1", "total": "1e999", "products": [None, 3, {}]},
        {"order_id": "o1", "total": float("inf"), "currency": 7},
        {"order_id": "o1", "products": [{"quantity": [], "price": {}, "name": []}]},
        {"order_id": "o1", "products": [{"quantity": "1e30", "price": "-1e30"}]},
        {"order_id": "o1", "total": True, "updated_at": -1, "status": {}},
        {"order_id": "o\x1f1", "total": 1, "updated_at": 1e300, "store_id": True},
    ],
)
def test_a_hostile_order_is_folded_without_an_error(hostile):
    made = shop(item("Order Completed", **hostile))

    assert made.value("events") == 1
    assert made.read().purchases[0].lines is not None
