"""Items that name nobody: taken out again one by one, since they have no strand."""

import pytest

from habitue.base.errors import ConflictError
from habitue.model.order import PurchaseKind
from tests.profile.shop import Shop, back, item, order, receipt, shop


def amounts(made):
    return [row.amount_minor for row in made.profiles.totals().rows]


def test_a_receipt_of_nobody_withdrawn_takes_its_money_along():
    paid = receipt("r1", "5.00", who=(), offset=1)
    other = receipt("r2", "7.00", who=(), offset=2)
    made = shop(paid, other, strand=0)

    made.withdraw(paid, [(paid, 0), (other, 0)])

    assert amounts(made) == [700]


def test_a_report_that_was_beaten_stands_again_once_the_better_one_is_withdrawn():
    first = receipt("r1", "10.00", who=(), offset=1)
    mended = receipt("r1", "25.00", who=(), at=1, offset=2)
    made = shop(first, mended, strand=0)

    made.withdraw(mended, [(first, 0), (mended, 0)])

    assert amounts(made) == [1000]


def test_a_refund_of_nobody_withdrawn_leaves_the_order_whole():
    bought = order("o1", "30.00")
    refund = back(order_id="o1", return_id="b1", total="30.00", who=())
    made = shop(bought).fold(refund, strand=0)
    refunded = made.value("revenue")["GBP"]["net"]

    made.withdraw(refund, [(refund, 0)])

    assert (refunded, made.value("revenue")["GBP"]["net"]) == (0, 3000)


def test_what_is_no_purchase_has_nothing_to_withdraw():
    view = item(who=())

    assert shop(view, strand=0).withdraw(view, [(view, 0)]) is None


def test_money_that_cannot_be_found_again_is_said_to_stay():
    paid = receipt("r1", "5.00", who=(), offset=1)

    with pytest.raises(ConflictError, match="receipt till/r1"):
        Shop().withdraw(paid, [])


def test_an_order_of_nobody_told_by_a_browser_counts_once_its_source_is_trusted():
    made = shop(order("o1", "30.00", source="web", who=()), strand=0)
    old = made.sources["web"]
    claimed = made.profiles.totals().objects(PurchaseKind.ORDER)

    made.sources["web"] = made.sources["app"]
    made.profiles.redefine(old)

    assert (claimed, made.profiles.totals().objects(PurchaseKind.ORDER)) == (0, 1)
