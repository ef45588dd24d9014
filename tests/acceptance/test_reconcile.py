"""A real shop's months, told by pandas, are ours to the penny; what differs is listed.

The UCI year ships with the package; global-electronics may not be copied and is read
where HABITUE_SHARED says.
"""

import json
from decimal import Decimal

import pandas as pd
import pytest

from habitue.demo.history import history_file
from tests.acceptance.shop import Shop
from tests.acceptance.test_real_input import needs_global, priced, table

LONDON = ("--currency", "GBP")


def imported(shop: Shop, file, *words: str) -> None:
    rejects = shop.folder.parent / "rejects.csv"
    shop.command("import", str(file), "--rejects", str(rejects), *words, "--json")
    shop.settle()


def compared(shop: Shop, figures, *words: str, status: int = 0) -> dict:
    """Write figures to a file, and compare it by the command line."""
    file = shop.folder.parent / "figures.csv"
    figures.to_csv(file, index=False)
    told = shop.command("reconcile", str(file), *words, "--json", status=status)
    return json.loads(told)


def exact(invoices, column) -> str:
    """Give the sum of amounts, each rounded to pence once, as a text."""
    return str(sum((one.quantize(Decimal("0.01")) for one in invoices[column]), 0))


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    folder = tmp_path_factory.mktemp("year") / "data"
    shop = Shop(folder).start()
    imported(shop, history_file(), "--source", "year")
    yield shop
    assert shop.stop() == 0


@pytest.fixture(scope="module")
def invoices() -> pd.DataFrame:
    """Every invoice of the year that is a sale or a credit: exact, by month."""
    lines = pd.read_parquet(history_file())
    lines["Money"] = [
        Decimal(str(price)) * int(count)
        for price, count in zip(lines.UnitPrice, lines.Quantity, strict=True)
    ]
    lines = lines[(lines.Quantity != 0) & (lines.UnitPrice != 0)]
    lines = lines[~lines.InvoiceNo.str.startswith("A")]
    found = lines.groupby("InvoiceNo").agg(
        revenue=("Money", "sum"), date=("InvoiceDate", "min")
    )
    found = found.reset_index(names="number")
    found["revenue"] = [one.quantize(Decimal("0.01")) for one in found.revenue]
    credit = found.number.str.startswith("C")
    found["kind"] = credit.map({True: "returns", False: "sales"})
    found["month"] = found.date.dt.strftime("%Y-%m")
    return found


def months(invoices: pd.DataFrame, *by: str) -> pd.DataFrame:
    return (
        invoices.groupby(list(by))
        .agg(count=("revenue", "size"), revenue=("revenue", "sum"))
        .reset_index()
    )


@pytest.mark.feature("A8")
def test_the_months_of_a_real_year_are_those_of_pandas(year, invoices):
    figures = months(invoices, "month", "kind")
    figures["revenue"] = figures.revenue.abs()

    told = compared(year, figures, *LONDON)

    assert told["equal"] is True
    assert len(told["months"]) == 26
    first = next(one for one in told["months"] if one["basis"] == "sales")
    assert first["ours"] == first["told"]


@pytest.mark.feature("A8")
def test_planted_differences_are_listed_with_the_documents_behind_them(year, invoices):
    told = invoices.drop(columns="month").copy()
    sales = told[told.kind == "sales"].sort_values("number")
    gone, changed = sales.iloc[100], sales.iloc[2_000]
    told = told[told.number != gone.number]
    told.loc[told.number == changed.number, "revenue"] += Decimal("1.00")
    extra = {**sales.iloc[0].to_dict(), "number": "X1", "revenue": Decimal("9.99")}
    told = pd.concat([told, pd.DataFrame([extra])])

    found = compared(year, told, *LONDON, status=1)

    assert found["equal"] is False
    documents = found["documents"]
    assert documents["counts"] == {
        "missing_here": 1,
        "missing_there": 1,
        "differing": 1,
    }
    assert [one["number"] for one in documents["missing_here"]] == ["X1"]
    assert [one["number"] for one in documents["missing_there"]] == [gone.number]
    (differing,) = documents["differing"]
    assert differing["ours"]["number"] == changed.number
    difference = Decimal(differing["told"]["amount"]) - Decimal(
        differing["ours"]["amount"]
    )
    assert difference == 1
    planted = {one.date.strftime("%Y-%m") for one in (gone, changed, sales.iloc[0])}
    assert {one["month"] for one in found["differences"]} == planted


def test_what_differs_is_shown_and_a_line_that_cannot_be_read_is_named(
    year, invoices, tmp_path
):
    figures = months(invoices[invoices.kind == "sales"], "month").astype(str)
    figures.loc[0, "revenue"] = "1.00"
    figures.loc[1, "month"] = "Januar"
    file = tmp_path / "months.csv"
    figures.to_csv(file, index=False)

    told = year.command("reconcile", str(file), *LONDON, status=1)

    assert "11 of 13 figures are equal, in UTC." in told
    assert "Line 3 could not be used: 'Januar' is no month" in told
    assert "1.00 GBP" in told


def test_the_api_compares_as_the_command_does(year, invoices):
    figures = months(invoices[invoices.kind == "sales"], "month")
    totals = [
        {"month": one.month, "currency": "GBP", "count": one.count_,
         "revenue": str(one.revenue)}
        for one in figures.rename(columns={"count": "count_"}).itertuples()
    ]  # fmt: skip
    path = "/api/v1/reconciliation"

    told = year.api("POST", path, {"totals": totals, "source": "year"})
    assert told["equal"] is True

    totals[0]["count"] += 1
    told = year.api("POST", path, {"totals": totals})
    assert [one["month"] for one in told["differences"]] == ["2010-12"]
    assert told["differences"][0]["difference"] == {"count": -1, "revenue": "0.00"}

    nobodys = year.api("POST", path, {"totals": totals, "source": "other"})
    assert {one["ours"]["count"] for one in nobodys["months"]} == {0}
    twice = year.api("POST", path, {"totals": [totals[0]] * 2}, status=422)
    assert "told twice" in twice["detail"]


@needs_global
@pytest.mark.feature("A8")
def test_six_years_by_store_and_currency_are_those_of_pandas(tmp_path):
    sales = priced(table("Sales"))
    sales["Money"] = [
        price * int(count)
        for price, count in zip(sales.Exact, sales.Quantity, strict=True)
    ]
    columns = [
        *("Order Number", "Line Item", "Order Date", "Delivery Date", "CustomerKey"),
        *("StoreKey", "ProductKey", "Quantity", "Currency Code", "Unit Price"),
    ]
    file = tmp_path / "sales.csv"
    sales[columns].to_csv(file, index=False)
    orders = sales.groupby("Order Number").agg(
        revenue=("Money", "sum"), date=("Order Date", "first"),
        store=("StoreKey", "first"), currency=("Currency Code", "first"),
    )  # fmt: skip
    orders["month"] = pd.to_datetime(orders.date).dt.strftime("%Y-%m")
    figures = months(orders, "month", "store", "currency")
    shop = Shop(tmp_path / "data").start()
    try:
        imported(shop, file, "--source", "chain")

        told = compared(shop, figures, "--source", "chain")
        assert told["equal"] is True
        assert len(told["months"]) == len(figures) > 2_000

        figures.loc[0, "revenue"] += 1
        told = compared(shop, figures, "--source", "chain", status=1)
        (one,) = told["differences"]
        assert (one["store_id"], one["difference"]["revenue"]) == (
            figures.loc[0, "store"],
            "-1.00",
        )
    finally:
        assert shop.stop() == 0
