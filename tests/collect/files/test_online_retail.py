"""A year of a real shop, to the cent, beside an independent computation in pandas.

A line counts if it has a price and a quantity. Then:
- sales: invoices that are neither credit notes (C...) nor bad debts (A...), lines
  with quantity > 0 and price > 0;
- returns: invoices C..., all lines;
- known: lines with a customer number.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from habitue.collect.files import Mapping, look, stream
from habitue.demo.history import CHANNEL, LAST_DAY, STORE_ID

MOVED = timedelta(days=(date(2026, 11, 20) - LAST_DAY).days)
SALE, RETURN = "Receipt Issued", "Return Received"


@pytest.fixture(scope="module")
def lines(retail_lines):
    table = retail_lines.copy()
    credit = table.InvoiceNo.str.startswith("C")
    debt = table.InvoiceNo.str.startswith("A")
    priced = (table.Quantity > 0) & (table.UnitPrice > 0)
    table["Part"] = "nothing"
    table.loc[priced & ~credit & ~debt, "Part"] = SALE
    table.loc[credit, "Part"] = RETURN
    table.loc[debt, "Part"] = "Bad Debt Adjusted"
    return table


def minor(item):
    return round(item["properties"]["total"] * 100)


def totals(items):
    counted = Counter()
    for item in items:
        counted[item["event"]] += minor(item)
    return counted


def known(items):
    return [item for item in items if item["identifiers"]]


def pence(amount):
    return round(amount * 100)


def test_each_of_the_lines_is_in_exactly_one_event(retail_parsed):
    numbers = [number for one in retail_parsed for number in one.lines]

    assert sorted(numbers) == list(range(1, 541_910))


def test_each_invoice_is_one_event(retail_items, lines):
    told = [
        item["properties"].get("receipt_id") or item["properties"]["return_id"]
        for item in retail_items
    ]

    assert len(told) == 25_900
    assert set(told) == set(lines.InvoiceNo)


def test_the_sum_over_all_lines_is_met(retail_items, lines):
    total = totals(retail_items)
    over_all = (
        total[SALE] - total[RETURN] + total["Bad Debt Adjusted"]
        + total["No Sale Recorded"]
    )  # fmt: skip

    assert over_all == pence(lines.Money.sum()) == 974_774_793


def test_sales_are_met(retail_items, lines):
    sales = lines[lines.Part == SALE]

    assert Counter(item["event"] for item in retail_items)[SALE] == 19_959
    assert sales.InvoiceNo.nunique() == 19_959
    assert totals(retail_items)[SALE] == pence(sales.Money.sum()) == 1_065_562_248


def test_what_known_buyers_bought_and_returned_is_met(retail_items, lines):
    theirs = lines[lines.CustomerID.notna()]
    sales = theirs[theirs.Part == SALE]
    returns = theirs[theirs.Part == RETURN]
    total = totals(known(retail_items))
    buyers = {
        item["identifiers"]["customer_id"]
        for item in known(retail_items)
        if item["event"] == SALE
    }

    assert total[SALE] == pence(sales.Money.sum()) == 891_140_790
    assert -total[RETURN] == pence(returns.Money.sum()) == -61_134_209
    assert total[SALE] - total[RETURN] == 830_006_581
    assert len(buyers) == sales.CustomerID.nunique() == 4_338
    assert sum(item["event"] == SALE for item in known(retail_items)) == 18_532


def test_all_customers_are_there(retail_items):
    assert (
        len({item["identifiers"]["customer_id"] for item in known(retail_items)})
        == 4_372
    )


def test_each_customers_net_is_met(retail_items, lines):
    net = defaultdict(int)
    for item in known(retail_items):
        sign = {SALE: 1, RETURN: -1}.get(item["event"], 0)
        net[int(item["identifiers"]["customer_id"])] += sign * minor(item)

    theirs = lines[lines.CustomerID.notna() & lines.Part.isin([SALE, RETURN])]
    # A line of 0.001 is worth nothing in pence by itself: rounding is an invoice's.
    invoices = theirs.groupby(["CustomerID", "InvoiceNo"]).Money.sum()
    expected = (invoices * 100).round().astype(int).groupby("CustomerID").sum()
    assert {who: value for who, value in net.items() if who in expected.index} == (
        expected.to_dict()
    )


def test_bad_debts_are_in_no_sale_and_no_return(retail_items):
    debts = [item for item in retail_items if item["event"] == "Bad Debt Adjusted"]

    assert [item["properties"]["receipt_id"] for item in debts] == [
        "A563185", "A563186", "A563187",
    ]  # fmt: skip


def test_exact_duplicate_lines_are_kept(retail_items, lines):
    products = sum(len(item["properties"]["products"]) for item in retail_items)

    assert products == len(lines) == 541_909


def test_times_are_british(retail_items, lines):
    # Moved on the wall clock: the offset is that of the new date.
    first = lines.groupby("InvoiceNo").InvoiceDate.min() + MOVED
    expected = (
        first.dt.tz_localize("Europe/London")
        .dt.tz_convert("UTC")
        .dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    )
    told = {
        item["properties"].get("receipt_id") or item["properties"]["return_id"]: item[
            "timestamp"
        ]
        for item in retail_items
    }

    assert told == expected.to_dict()


def test_the_same_lines_as_csv_are_the_same_messages(retail_items, lines, tmp_path):
    path = tmp_path / "online-retail.csv"
    columns = ["InvoiceNo", "StockCode", "Description", "Quantity"]
    columns += ["InvoiceDate", "UnitPrice", "CustomerID", "Country"]
    part = lines[columns].head(60_000).astype({"CustomerID": "Int64"})
    part.to_csv(path, index=False)

    planned = look(
        path,
        mapping=Mapping(constants={"channel": CHANNEL, "store_id": STORE_ID}),
        moved_days=MOVED.days,
    )

    again = [item for batch in stream(planned) for item in batch.parsed]

    # The last invoice may be cut in two by the 60,000th line.
    ids = [item["messageId"] for item in retail_items]
    assert [one.item["messageId"] for one in again][:-1] == ids[: len(again) - 1]
