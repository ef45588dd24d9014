"""What counts as a document, in which month, and what is said of what differs."""

from zoneinfo import ZoneInfo

import pytest

from habitue.app.desks.reconciling import document_of
from habitue.base.clock import DAY_US, HOUR_US
from habitue.base.errors import InvalidError
from habitue.catalog.reconcile import Basis, Document, Figures, Reconciliation
from habitue.log.port import Entry
from tests.catalog.goods import Goods, told

WARSAW = ZoneInfo("Europe/Warsaw")


def sold(name: str, day: float = 0, **properties) -> Entry:
    money = {"total": 10, "currency": "EUR", **properties}
    return told(name, day, **money)


def counted(goods: Goods, step: int = 2) -> list[Document]:
    found, after = [], None
    while True:
        page, after = goods.fold.profiles.counted(after, step)
        found += [document_of(one, WARSAW) for one in page]
        if after is None:
            return found


def ours(number: str = "1", amount: int = 1000, **more) -> Document:
    fields = {"month": "2026-03", "currency": "EUR", **more}
    return Document(number=number, amount_minor=amount, **fields)


def figures(amount: int = 1000, **more) -> Figures:
    return Figures(
        **{"month": "2026-03", "currency": "EUR", **more}, amount_minor=amount
    )


def test_an_order_and_its_receipt_are_one_document(goods: Goods) -> None:
    goods.tell(
        sold("Order Completed", order_id="1"),
        sold("Receipt Issued", receipt_id="r1", order_id="1", store_id="K"),
        sold("Receipt Issued", receipt_id="r2", store_id="K", total=5),
    )

    found = {(one.number, one.amount_minor, one.store) for one in counted(goods)}
    assert found == {("1", 1000, "K"), ("r2", 500, "K")}


def test_what_is_cancelled_or_claimed_by_a_browser_is_none(goods: Goods) -> None:
    goods.tell(
        sold("Order Completed", order_id="1"),
        sold("Order Cancelled", 1, order_id="1"),
    )

    assert counted(goods) == []


def test_an_order_that_is_refunded_by_its_status_is_there_both_ways(
    goods: Goods,
) -> None:
    goods.tell(sold("Order Completed", order_id="1", status="refunded"))

    assert {(one.basis, one.amount_minor) for one in counted(goods)} == {
        (Basis.SALES, 1000),
        (Basis.RETURNS, 1000),
    }


def test_a_receipt_is_called_by_its_number_and_with_its_place(goods: Goods) -> None:
    till = {"store_id": "K", "till_id": "2", "business_date": "2026-03-01"}
    goods.tell(
        sold("Receipt Issued", number="7", **till),
        sold("Receipt Issued", fiscal_id="F1"),
    )

    found = {(one.number, one.name) for one in counted(goods)}
    assert found == {("7", "K/2/2026-03-01/7"), ("F1", "F1")}


def test_a_month_is_one_of_the_shops_own_zone(goods: Goods) -> None:
    # 31 March, 22:30 in Greenwich, is half past midnight in Warsaw.
    goods.tell(sold("Order Completed", 30 + (10.5 * HOUR_US) / DAY_US, order_id="1"))

    assert [one.month for one in counted(goods)] == ["2026-04"]


def test_equal_figures_are_equal_and_one_penny_is_a_difference() -> None:
    equal = Reconciliation([figures(1500, count=2)])
    other = Reconciliation([figures(1501, count=2)])
    for one in (equal, other):
        one.take(ours("1", 1000))
        one.take(ours("2", 500))
        one.take(ours("3", 99, month="2026-05"))

    assert equal.report().is_equal
    (month,) = other.report().months
    assert (month.our_minor - month.told_minor, month.our_count) == (-1, 2)
    assert not other.report().is_equal


def test_net_is_sales_less_returns() -> None:
    compared = Reconciliation([figures(700, basis=Basis.NET, count=2)])
    compared.take(ours("1", 1000))
    compared.take(ours("2", 300, basis=Basis.RETURNS))

    assert compared.report().is_equal


def test_a_store_that_is_not_told_of_differs() -> None:
    compared = Reconciliation([figures(1000, store="K")])
    compared.take(ours("1", 1000, store="K"))
    compared.take(ours("2", 400, store="G"))

    found = {one.store: one.is_equal for one in compared.report().months}
    assert found == {"K": True, "G": False}


def test_documents_are_missing_on_either_side_or_differ() -> None:
    told_of = [ours("1"), ours("2", 500), ours("3", store="K"), ours("9")]
    compared = Reconciliation([], told_of)
    for one in (ours("1"), ours("2", 501), ours("3", store="G"), ours("4")):
        compared.take(one)

    report = compared.report()
    assert [one.number for one in report.missing_here] == ["9"]
    assert [one.number for one in report.missing_there] == ["4"]
    assert [one.ours.number for one in report.differing] == ["2", "3"]
    assert report.documents == {
        "missing_here": 1,
        "missing_there": 1,
        "differing": 2,
    }


def test_one_number_in_two_stores_is_two_documents() -> None:
    told_of = [ours("1", 100, store="K"), ours("1", 200, store="G")]
    compared = Reconciliation([], told_of)
    compared.take(ours("1", 200, name="G/1", store="G"))
    compared.take(ours("1", 100, name="K/1", store="K"))

    assert compared.report().is_equal


def test_figures_that_cannot_be_compared_are_refused() -> None:
    for wrong in ([], [figures(store="K"), figures()], [figures(), figures(2)]):
        with pytest.raises(InvalidError):
            Reconciliation(wrong)
