"""A real shop's year beside pandas: its totals, customers and months, to the penny.

The UCI year ships with the package; global-electronics may not be copied and is read
where HABITUE_SHARED says.
"""

import json
from collections import Counter, defaultdict
from decimal import Decimal

import pandas as pd
import pyarrow.parquet as pq
import pytest

from habitue.demo.history import history_file
from tests.acceptance.golden.rfm import in_short, told_of_year, year_by_pandas
from tests.acceptance.shop import Shop
from tests.acceptance.test_real_input import (
    customer,
    imported,
    needs_global,
    priced,
    run,
    table,
)

ANNA = "13862"
LONDON = ("--currency", "GBP")


# -- the year itself -----------------------------------------------------------------


class Retail:
    """The shop whose year was imported, and what the import said of it."""

    def __init__(self, shop, first):
        self.shop = shop
        self.first = first
        self._folder = shop.folder.parent / "exported"

    def exported(self, what):
        """Give the rows of an export, which is made once."""
        if not self._folder.exists():
            self.shop.command("export", str(self._folder))
        return pq.read_table(self._folder / f"{what}.parquet").to_pylist()


@pytest.fixture(scope="module")
def retail(tmp_path_factory):
    for shop in run(tmp_path_factory.mktemp("retail") / "data"):
        yield Retail(shop, imported(shop, history_file(), "--source", "year"))


@pytest.fixture(scope="module")
def lines():
    """The same file in pandas: money in pence, an invoice's sort, its buyer."""
    table = pd.read_parquet(history_file())
    table["Money"] = table.Quantity * table.UnitPrice
    credit = table.InvoiceNo.str.startswith("C")
    debt = table.InvoiceNo.str.startswith("A")
    priced = (table.Quantity > 0) & (table.UnitPrice > 0)
    table["Sort"] = ""
    table.loc[priced & ~credit & ~debt, "Sort"] = "receipt"
    table.loc[credit, "Sort"] = "return"
    return table


def pence(invoices):
    """Give pence by group; an invoice is rounded once, as one amount."""
    return (invoices * 100).round().astype(int)


def totals(shop):
    """Give {(kind, known buyer): (objects, pence)} of the shop's totals."""
    sums = defaultdict(lambda: (0, 0))
    for row in shop.api("GET", "/api/v1/totals")["rows"]:
        assert row["currency"] == "GBP"
        key = (row["kind"], row["known_buyer"])
        objects, amount = sums[key]
        sums[key] = (objects + row["objects"], amount + row["amount_minor"])
    return dict(sums)


@pytest.mark.feature("A7")
def test_each_of_541909_lines_has_an_outcome(retail):
    assert retail.first["lines_total"] == 541_909
    assert retail.first["lines"] == {"stored": 541_909}
    assert retail.first["items"] == {"stored": 25_900}
    assert retail.first["rejects"] is None


@pytest.mark.feature("A7")
def test_the_shops_totals_are_those_of_pandas(retail, lines):
    counted = lines[lines.Sort != ""]
    known = counted.CustomerID.notna().rename("Known")
    invoices = counted.groupby(["Sort", known, "InvoiceNo"]).Money.sum().abs()
    sums = pence(invoices).groupby(["Sort", "Known"]).agg(["count", "sum"])

    told = totals(retail.shop)

    assert told == {key: tuple(row) for key, row in sums.iterrows()}
    assert told["receipt", True] == (18_532, 891_140_790)
    assert told["return", True][1] == 61_134_209


@pytest.mark.feature("A7")
def test_the_net_of_every_customer_is_that_of_pandas(retail, lines):
    theirs = lines[lines.CustomerID.notna() & (lines.Sort != "")]
    invoices = theirs.groupby(["CustomerID", "InvoiceNo"]).Money.sum()
    expected = pence(invoices).groupby("CustomerID").sum()

    customers = {one["person_id"]: customer(one) for one in retail.exported("people")}
    net, buyers = Counter(), set()
    for one in retail.exported("purchases"):
        who = customers[one["person_id"]]
        sign = {"receipt": 1, "return": -1}[one["kind"]]
        if who is not None and one["counted"]:
            net[int(who)] += sign * one["amount_minor"]
            if one["kind"] == "receipt":
                buyers.add(who)

    assert dict(net) == {int(who): value for who, value in expected.items()}
    assert net.total() == 830_006_581
    assert len(buyers) == 4_338


def best_customers(lines, number):
    """Give the customers with the most net money, best first, by pandas."""
    theirs = lines[lines.CustomerID.notna() & (lines.Sort != "")]
    net = theirs.groupby("CustomerID").Money.sum().sort_values(ascending=False)
    return [str(int(who)) for who in net.head(number).index]


def by_pandas(lines, who):
    """Give what a customer's card has to say, by pandas."""
    theirs = lines[(lines.CustomerID == int(who)) & (lines.Sort != "")]
    sums = pence(theirs.groupby(["Sort", "InvoiceNo"]).Money.sum().abs())
    gross, back = sums.get("receipt"), sums.get("return")
    returned = 0 if back is None else int(back.sum())
    return {
        "receipts": len(gross),
        "returns": 0 if back is None else len(back),
        "revenue": {
            "GBP": {
                "gross": int(gross.sum()),
                "returns": returned,
                "net": int(gross.sum()) - returned,
            }
        },
    }


@pytest.mark.feature("A7")
def test_annas_card_and_the_three_best_customers_are_those_of_pandas(retail, lines):
    for who in (ANNA, *best_customers(lines, 3)):
        computed = retail.shop.person(f"customer_id:{who}")["computed"]
        expected = by_pandas(lines, who)
        assert {name: computed[name] for name in expected} == expected
        assert computed["identified"] is True
        # What came back to the till is taken off what the till sold.
        assert computed["revenue_by_channel"] == {"pos": expected["revenue"]}
    anna = by_pandas(lines, ANNA)
    assert (anna["receipts"], anna["returns"]) == (8, 2)
    assert anna["revenue"]["GBP"]["net"] == 218_731


@pytest.mark.feature("C5")
@pytest.mark.proof("S01")
def test_rfm_of_a_real_year_is_that_of_its_manifest_and_of_pandas(
    retail, lines, figure
):
    expected = year_by_pandas(lines)

    told = told_of_year(retail.shop)

    figure("buyers of a real year by RFM", len(told))
    # The card is of today: it is so many days later for all alike.
    (later,) = set(told.days - expected.days)
    told["days"] -= later
    assert told.to_dict("index") == expected.to_dict("index")
    assert later > 5_000
    # These are the MANIFEST's, of what was bought.
    assert len(told) == 4_338
    assert in_short(told.days * 100) == (92_06, 50_00, 373_00)
    assert in_short(told.purchases * 100) == (4_27, 2_00, 209_00)
    assert in_short(told.gross) == (2_054_27, 674_48, 280_206_02)
    # Money of RFM is less what came back, so that it is not the MANIFEST's.
    assert in_short(told.net) == (1_915_74, 655_34, 279_489_02)
    # Who only ever brought something back has no RFM: 10,411.24 of what came back.
    assert (told.gross.sum(), told.net.sum()) == (891_140_790, 831_047_705)


BEST = {
    "14646": (280_206_02, 73),
    "18102": (259_657_30, 60),
    "17450": (194_550_79, 46),
}


@pytest.mark.feature("C5")
@pytest.mark.proof("S01")
def test_the_three_best_buyers_are_those_of_the_manifest_at_its_own_day(retail, lines):
    expected = year_by_pandas(lines)
    best = told_of_year(retail.shop).gross.nlargest(3)

    assert list(best.items()) == [(who, gross) for who, (gross, _) in BEST.items()]
    for who, (_, purchases) in BEST.items():
        card = retail.shop.person(f"customer_id:{who}", at="2011-12-10T00:00:00Z")
        measures = card["computed"]["rfm_measures"]
        days, net = (int(expected.loc[who, name]) for name in ("days", "net"))
        assert measures["recency_days"] == days
        assert (measures["purchases"], measures["money"]) == (purchases, net)


@pytest.mark.feature("A14", partly="nothing exists yet that history could start")
def test_a_year_is_history_and_shown_when_it_happened(retail):
    events = retail.shop.timeline(f"customer_id:{ANNA}")

    assert {event["historical"] for event in events} == {True}
    assert events[-1]["at"].startswith("2011-01-11")
    assert events[0]["at"].startswith("2011-11-21")


@pytest.mark.feature("K4")
def test_an_export_holds_every_event_and_every_purchase_once(retail):
    ids = [one["message_id"] for one in retail.exported("events")]
    keys = [one["key"] for one in retail.exported("purchases")]

    assert len(ids) == len(set(ids)) == 25_900
    assert len(keys) == len(set(keys))


@pytest.mark.feature("A2")
def test_the_year_imported_again_is_all_duplicate_and_changes_nothing(retail):
    before = totals(retail.shop)

    again = imported(retail.shop, history_file(), "--source", "year")

    assert again["lines"] == {"duplicate": 541_909}
    assert totals(retail.shop) == before


# -- its months, told by pandas ------------------------------------------------------


def compared(shop: Shop, figures, *words: str, status: int = 0) -> dict:
    """Write figures to a file, and compare it by the command line."""
    file = shop.folder.parent / "figures.csv"
    figures.to_csv(file, index=False)
    told = shop.command("reconcile", str(file), *words, "--json", status=status)
    return json.loads(told)


@pytest.fixture(scope="module")
def year(retail):
    return retail.shop


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
