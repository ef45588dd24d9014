"""Real files and payloads through the running product, beside pandas.

global-electronics may not be copied and is read where HABITUE_SHARED says (../shared);
the payloads are in tests/data. The year of a real shop is in test_reconcile.
"""

import gzip
import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from tests.acceptance.golden.shops import electronics as electronics_shop
from tests.acceptance.shop import Shop

ROOT = Path(__file__).parent.parent.parent
SHARED = Path(os.environ.get("HABITUE_SHARED", ROOT.parent / "shared"))
GLOBAL = SHARED / "data" / "global-electronics"
PAYLOADS = ROOT / "tests" / "data" / "event-payloads" / "payloads.jsonl.gz"

needs_global = pytest.mark.skipif(
    not GLOBAL.is_dir(), reason="global-electronics is not there: set HABITUE_SHARED"
)


def run(folder):
    """Start a server for a module's tests; give it, and stop it at the end."""
    shop = Shop(folder).start()
    yield shop
    assert shop.stop() == 0


def imported(shop, file, *words):
    """Import a file through the command line; give what the command says of it."""
    told = shop.command(
        *("import", str(file), "--rejects", str(shop.folder.parent / "rejects.csv")),
        *(*words, "--json"),
    )
    shop.settle()
    return json.loads(told)


def customer(person):
    """Give the customer number that an exported person is known by."""
    told = {one["kind"]: one["value"] for one in json.loads(person["identifiers"])}
    return told.get("customer_id")


# -- one customer online and in stores, in five currencies -----------------------------


def table(name, **options):
    return pd.read_csv(GLOBAL / f"{name}.csv.gz", dtype=str, **options)


def dollars(text):
    return Decimal(text.replace("$", "").replace(",", "").strip())


def priced(sales):
    """Add each line's list price in its order's own currency."""
    sales = sales.merge(table("Products"), on="ProductKey").merge(
        table("Exchange_Rates"),
        left_on=["Order Date", "Currency Code"],
        right_on=["Date", "Currency"],
    )
    sales["Exact"] = [
        (dollars(usd) * Decimal(rate)).quantize(Decimal("0.01"))
        for usd, rate in zip(sales["Unit Price USD"], sales.Exchange, strict=True)
    ]
    sales["Unit Price"] = sales.Exact.map(str)
    return sales


@pytest.fixture(scope="module")
def electronics(tmp_path_factory):
    """The shop after its customers and sales were imported, and pandas' tables."""
    shop, of = electronics_shop(tmp_path_factory, "electronics", GLOBAL)
    yield SimpleNamespace(shop=shop, customers=of.customers, sales=of.sales)
    assert shop.stop() == 0


@needs_global
@pytest.mark.feature("C7")
def test_revenue_by_customer_channel_and_currency_is_that_of_pandas(
    electronics, tmp_path
):
    sales = electronics.sales.assign(
        Channel=electronics.sales.StoreKey.eq("0").map({True: "web", False: "store"}),
    )
    by = ["CustomerKey", "Channel", "Currency Code"]
    expected = sales.groupby(by).minor.sum().to_dict()

    asked = set(sales.CustomerKey.unique()[::10])
    told = {}
    for who in asked:
        computed = electronics.shop.person(f"customer_id:{who}")["computed"]
        for channel, sums in computed["revenue_by_channel"].items():
            for currency, amounts in sums.items():
                told[who, channel, currency] = amounts["net"]

    assert told == {key: sum_ for key, sum_ in expected.items() if key[0] in asked}
    assert {key[2] for key in told} == {"USD", "EUR", "GBP", "CAD", "AUD"}
    assert exported_revenue(electronics.shop, tmp_path) == expected


def exported_revenue(shop, folder):
    """Give every customer's revenue by channel and currency, from the CSV export."""
    shop.command("export", str(folder), "--form", "csv")
    people = pd.read_csv(folder / "people.csv", dtype=str).to_dict("records")
    customers = {one["person_id"]: customer(one) for one in people}
    told = Counter()
    for one in pd.read_csv(folder / "purchases.csv", dtype=str).to_dict("records"):
        who = customers[one["person_id"]]
        told[who, one["channel"], one["currency"]] += int(one["amount_minor"])
    return dict(told)


@needs_global
@pytest.mark.feature("B7")
def test_names_beyond_ascii_and_both_channels_stand_on_one_card(electronics):
    sales, customers = electronics.sales, electronics.customers
    online = set(sales[sales.StoreKey == "0"].CustomerKey)
    in_store = set(sales[sales.StoreKey != "0"].CustomerKey)
    both = customers[customers.CustomerKey.isin(online & in_store)]
    foreign = both[~both.Name.map(str.isascii)].head(20)

    assert len(foreign)
    for who, name in zip(foreign.CustomerKey, foreign.Name, strict=True):
        person = electronics.shop.person(f"customer_id:{who}")
        assert person["name"] == name.strip()
        assert set(person["computed"]["revenue_by_channel"]) == {"web", "store"}
        assert {one["source"] for one in person["freshness"]} == {"crm", "erp"}


# -- Segment's own payloads ------------------------------------------------------------

POSITIONS = {
    "identify": ("userId", "traits"),
    "track": ("event", "properties"),
    "page": ("category", "name", "properties"),
    "group": ("groupId", "traits"),
    "alias": ("userId", "previousId"),
}


def calls():
    """Give the payloads of Segment's documents, as analytics.js would send them."""
    with gzip.open(PAYLOADS, "rt") as file:
        rows = [json.loads(line) for line in file]
    told = [as_sent(row["payload"]) for row in rows if row["source"] == "segment-spec"]
    return [one for one in told if {"type", "action"} & one.keys()]


def as_sent(payload):
    told = dict(payload)
    arguments = told.pop("arguments", None)
    if arguments is None:
        return told
    names = POSITIONS[told["type"]]
    if told["type"] == "identify" and isinstance(arguments[0], dict):
        names = ("traits",)
    return {**told, **dict(zip(names, arguments, strict=False))}


@pytest.mark.feature("A1")
def test_segments_payloads_are_the_events_they_mean_on_the_timeline(tmp_path):
    for shop in run(tmp_path / "data"):
        shop.source("site")
        told = calls()
        # Each is somebody's own, so that its timeline tells of it alone.
        sent = [
            {**one, "messageId": f"p{at}", "identifiers": {"external_id": f"p{at}"}}
            for at, one in enumerate(told)
        ]

        results = shop.send("site", *sent)

        assert len(sent) == 73
        assert {one["outcome"] for one in results} == {"stored"}
        for at, one in enumerate(told):
            events = shop.timeline(f"external_id:p{at}")
            [event] = [event for event in events if event["message_id"] == f"p{at}"]
            kind = one.get("type") or one["action"]
            assert event["type"] == kind
            assert event["name"] == (one.get("event") or one.get("name") or kind)
            if kind != "group":
                assert event["properties"].items() >= one.get("properties", {}).items()
                assert event["traits"].items() >= one.get("traits", {}).items()
