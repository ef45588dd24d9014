"""One customer online and in stores, in five currencies: equal to pandas.

The data may not be copied; it is read where HABITUE_SHARED says (../shared).
"""

import os
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from habitue.collect.files import (
    Built,
    Mapping,
    look,
    stream,
)
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import plan

SHARED = Path(os.environ.get("HABITUE_SHARED", "../shared"))
DATA = SHARED / "data" / "global-electronics"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="global-electronics is not there: set HABITUE_SHARED"
)


def read(name, **options):
    return pd.read_csv(DATA / f"{name}.csv.gz", dtype=str, **options)


def money(text):
    return Decimal(text.replace("$", "").replace(",", "").strip())


@pytest.fixture(scope="module")
def sales():
    """The sales with the list price in each order's own currency, as text."""
    table = read("Sales").merge(read("Products"), on="ProductKey")
    rates = read("Exchange_Rates")
    table = table.merge(
        rates,
        left_on=["Order Date", "Currency Code"],
        right_on=["Date", "Currency"],
        how="left",
    )
    assert table.Exchange.notna().all()
    prices = [
        (money(usd) * Decimal(rate)).quantize(Decimal("0.01"))
        for usd, rate in zip(table["Unit Price USD"], table.Exchange, strict=True)
    ]
    table["Unit Price"] = [f"${price:,} " for price in prices]
    table["Exact"] = prices
    return table


@pytest.fixture(scope="module")
def items(sales, tmp_path_factory):
    path = tmp_path_factory.mktemp("global") / "sales.csv"
    columns = [*read("Sales", nrows=0).columns, "Product Name", "Brand", "Category"]
    # In the order of the products, so that an order's lines stand far apart.
    shuffled = sales.sort_values("ProductKey", kind="stable")
    shuffled[[*columns, "Unit Price"]].to_csv(path, index=False)
    outcomes = [one for batch in stream(look(path)) for one in batch.parsed]
    assert all(isinstance(one, Built) for one in outcomes)
    return [one.item for one in outcomes]


def test_each_order_is_one_event(items):
    assert len(items) == 26_326
    assert {item["event"] for item in items} == {"Order Completed"}


def test_revenue_by_customer_channel_and_currency_is_met(items, sales):
    told = defaultdict(Decimal)
    for item in items:
        properties = item["properties"]
        key = (
            item["identifiers"]["customer_id"],
            properties["channel"],
            properties["currency"],
        )
        told[key] += Decimal(str(properties["total"]))

    sales = sales.assign(
        Money=[
            price * int(quantity)
            for price, quantity in zip(sales.Exact, sales.Quantity, strict=True)
        ],
        Channel=sales.StoreKey.eq("0").map({True: "web", False: "store"}),
    )
    by = ["CustomerKey", "Channel", "Currency Code"]
    assert dict(told) == sales.groupby(by).Money.agg(sum).to_dict()


def test_a_bare_us_date_is_read_month_first(items, sales):
    told = {i["properties"]["order_id"]: i["timestamp"][:10] for i in items}
    day = pd.to_datetime(sales["Order Date"], format="%m/%d/%Y").dt.strftime("%Y-%m-%d")

    assert told == dict(zip(sales["Order Number"], day, strict=True))


def test_customers_with_names_beyond_ascii_arrive_whole(tmp_path):
    path = tmp_path / "customers.csv"
    table = read("Customers", encoding="windows-1252", keep_default_na=False)
    table.to_csv(path, index=False)

    rules = Mapping(columns={"Continent": ""})
    found = list(parse(plan(path, "contacts", rules)))

    names = {
        one.item["identifiers"]["customer_id"]: one.item["traits"]["name"]
        for one in found
    }
    assert names == dict(zip(table.CustomerKey, table.Name.str.strip(), strict=True))
