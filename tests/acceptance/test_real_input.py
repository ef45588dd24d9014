"""Real files and payloads through the running product, beside pandas.

The shop's year ships with the package; global-electronics may not be copied and is
read where HABITUE_SHARED says (../shared); the payloads are in tests/data.
"""

import gzip
import json
import os
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from habitue.demo.history import history_file
from tests.acceptance.shop import Shop

ROOT = Path(__file__).parent.parent.parent
SHARED = Path(os.environ.get("HABITUE_SHARED", ROOT.parent / "shared"))
GLOBAL = SHARED / "data" / "global-electronics"
PAYLOADS = ROOT / "tests" / "data" / "event-payloads" / "payloads.jsonl.gz"
ANNA = "13862"
# Every fourth customer will do, unless there is time.
STEP = 1 if os.environ.get("HABITUE_TORTURE") else 4

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


# -- a year of a real shop -----------------------------------------------------------


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


def customer(person):
    """Give the customer number that an exported person is known by."""
    told = {one["kind"]: one["value"] for one in json.loads(person["identifiers"])}
    return told.get("customer_id")


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


# -- one customer online and in stores, in five currencies -----------------------------


class Electronics:
    """The shop after its customers and sales were imported, and pandas' tables."""

    def __init__(self, shop, customers, sales):
        self.shop = shop
        self.customers = customers
        self.sales = sales


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
    folder = tmp_path_factory.mktemp("electronics")
    customers = table("Customers", encoding="windows-1252", keep_default_na=False)
    customers = customers.iloc[::STEP]
    sales = table("Sales")
    sales = priced(sales[sales.CustomerKey.isin(customers.CustomerKey)])
    columns = [*table("Sales", nrows=0).columns, "Product Name", "Brand", "Category"]
    sales[[*columns, "Unit Price"]].to_csv(folder / "sales.csv", index=False)
    customers.to_csv(folder / "customers.csv", index=False)
    (folder / "customers.toml").write_text('[columns]\n"Continent" = ""\n')
    for shop in run(folder / "data"):
        told = imported(
            shop,
            folder / "customers.csv",
            *("--what", "contacts", "--source", "crm"),
            *("--mapping", str(folder / "customers.toml")),
        )
        assert told["lines"] == {"stored": len(customers)}
        told = imported(shop, folder / "sales.csv", "--source", "erp")
        assert told["lines"] == {"stored": len(sales)}
        yield Electronics(shop, customers, sales)


@needs_global
@pytest.mark.feature("C7")
def test_revenue_by_customer_channel_and_currency_is_that_of_pandas(
    electronics, tmp_path
):
    sales = electronics.sales.assign(
        Minor=[
            int(price * 100) * int(quantity)
            for price, quantity in zip(
                electronics.sales.Exact, electronics.sales.Quantity, strict=True
            )
        ],
        Channel=electronics.sales.StoreKey.eq("0").map({True: "web", False: "store"}),
    )
    by = ["CustomerKey", "Channel", "Currency Code"]
    expected = sales.groupby(by).Minor.sum().to_dict()

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
