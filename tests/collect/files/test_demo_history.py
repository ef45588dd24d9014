"""What the demo says of its history, each figure with the definition that gives it.

Sales lines: quantity > 0, price > 0, invoice neither C... nor A.... The figures of
the events are set against pandas over the file itself.
"""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from habitue.base.clock import to_us
from habitue.demo import history
from habitue.demo.narrator import speech
from habitue.demo.real import what_is_real

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
MOVED = timedelta(days=(date(2026, 11, 20) - history.LAST_DAY).days)
TEACUPS = {"22697", "22698", "22699"}
STAND = "22423"


@pytest.fixture
def items(retail_items):
    return retail_items


@pytest.fixture
def lines(retail_lines):
    return retail_lines


@pytest.fixture(scope="module")
def sales(retail_items):
    return [item for item in retail_items if item["event"] == "Receipt Issued"]


@pytest.fixture(scope="module")
def sold(retail_lines):
    lines = retail_lines
    other = lines.InvoiceNo.str.startswith(("C", "A"))
    return lines[(lines.Quantity > 0) & (lines.UnitPrice > 0) & ~other]


def minor(item):
    return round(item["properties"]["total"] * 100)


def day(item):
    """The day of the original, from the moved event."""
    moved = datetime.fromisoformat(item["timestamp"]).astimezone(history.ZONE)
    return (moved - MOVED).date()


def counted_skus(item):
    products = item["properties"]["products"]
    return {p["sku"] for p in products if p.get("counts", True)}


def annas(items):
    return [i for i in items if i["identifiers"].get("customer_id") == history.ANNA]


@pytest.mark.parametrize(
    ("today", "ends"),
    [
        ("2026-11-20", "2026-11-13"),
        ("2026-11-21", "2026-11-20"),
        ("2026-11-25", "2026-11-20"),
        ("2026-11-27", "2026-11-20"),
        ("2026-11-28", "2026-11-27"),
    ],
)
def test_the_history_ends_on_the_last_friday_before_today(today, ends):
    now_us = to_us(datetime.fromisoformat(f"{today}T12:00:00+00:00"))

    assert history.last_day(now_us).isoformat() == ends
    assert history.last_day(now_us).weekday() == 4


def test_the_last_purchase_is_of_the_last_day(items):
    last = max(datetime.fromisoformat(item["timestamp"]) for item in items)

    assert last == datetime(2026, 11, 20, 12, 50, tzinfo=UTC)


def test_nothing_was_sold_on_a_saturday(sales):
    days = {
        datetime.fromisoformat(item["timestamp"]).astimezone(history.ZONE).weekday()
        for item in sales
    }

    assert days == {0, 1, 2, 3, 4, 6}


def test_hours_on_the_clock_are_those_of_the_original(items, lines):
    first = lines.groupby("InvoiceNo").InvoiceDate.min().dt.strftime("%H:%M")
    told = {
        item["properties"].get("receipt_id")
        or item["properties"]["return_id"]: datetime.fromisoformat(item["timestamp"])
        .astimezone(history.ZONE)
        .strftime("%H:%M")
        for item in items
    }

    assert told == first.to_dict()


def test_asked_twice_in_a_week_it_is_the_same_plan():
    monday = to_us(datetime(2026, 11, 23, 9, tzinfo=UTC))

    assert history.history_plan(monday) == history.history_plan(to_us(NOW))


def test_the_history_never_acts(items):
    assert all(item["context"]["historical"] for item in items)


def test_the_share_without_a_known_buyer_is_met(sales, sold):
    unknown = sum(minor(item) for item in sales if not item["identifiers"])
    nameless = sold[sold.CustomerID.isna()]

    assert unknown == round(nameless.Money.sum() * 100) == 174_421_458
    assert round(100 * unknown / sum(map(minor, sales)), 1) == 16.4
    share = nameless.InvoiceNo.nunique() / sold.InvoiceNo.nunique()
    assert round(100 * share, 1) == 7.1


def test_in_the_first_december_the_share_was_larger(sales, sold):
    december = [item for item in sales if day(item) < date(2011, 1, 1)]
    unknown = sum(minor(item) for item in december if not item["identifiers"])

    first = sold[sold.InvoiceDate < "2011-01-01"]
    expected = first[first.CustomerID.isna()].Money.sum() / first.Money.sum()
    assert round(100 * unknown / sum(map(minor, december)), 1) == 30.5
    assert round(100 * expected, 1) == 30.5


def test_a_tenth_of_the_known_buyers_brings_most_of_their_sales(sales, sold):
    # A tenth of 4,338 rounded up; ranked and weighed by sales, returns not taken off.
    bought = Counter()
    for item in sales:
        if item["identifiers"]:
            bought[item["identifiers"]["customer_id"]] += minor(item)
    best = sum(value for _, value in bought.most_common(434))

    by_pandas = sold.groupby("CustomerID").Money.sum().sort_values(ascending=False)
    assert len(bought) == len(by_pandas) == 4_338
    assert round(100 * best / bought.total(), 1) == 61.4
    assert round(100 * by_pandas.head(434).sum() / by_pandas.sum(), 1) == 61.4


def test_so_many_bought_once(sales, sold):
    # One sales invoice, whatever was returned of it.
    orders = Counter(i["identifiers"].get("customer_id") for i in sales)
    del orders[None]

    by_pandas = sold.groupby("CustomerID").InvoiceNo.nunique()
    assert sum(n == 1 for n in orders.values()) == (by_pandas == 1).sum() == 1_493


def test_so_many_invoices_are_credit_notes(items, lines):
    credits = sum(item["event"] == "Return Received" for item in items)

    assert credits == lines[lines.InvoiceNo.str.startswith("C")].InvoiceNo.nunique()
    assert round(100 * credits / len(items), 1) == 14.8


def test_the_stand_goes_with_the_teacup(sales, sold):
    # Baskets: sales invoices, known buyer or not; lift over all 19,959 of them.
    baskets = [counted_skus(item) for item in sales]
    with_cup = [skus for skus in baskets if skus & TEACUPS]
    with_both = [skus for skus in with_cup if STAND in skus]
    with_stand = sum(STAND in skus for skus in baskets)
    lift = (len(with_both) / len(with_cup)) / (with_stand / len(baskets))

    cup = set(sold[sold.StockCode.isin(TEACUPS)].InvoiceNo)
    stand = set(sold[sold.StockCode == STAND].InvoiceNo)
    assert len(with_cup) == len(cup) == 1_387
    assert len(with_both) == len(cup & stand) == 645
    assert with_stand == len(stand) == 1_988
    assert round(lift, 2) == 4.67


def test_the_stand_is_the_most_often_credited_product(items):
    credited = Counter(
        product["sku"]
        for item in items
        if item["event"] == "Return Received"
        for product in item["properties"]["products"]
        if product.get("product", True)
    )

    assert credited.most_common(1) == [(STAND, 181)]


def test_anna_bought_eight_times_and_sent_back_twice(items, lines):
    orders = [i for i in annas(items) if i["event"] == "Receipt Issued"]
    returns = [i for i in annas(items) if i["event"] == "Return Received"]

    assert [day(i).isoformat() for i in orders] == [
        "2011-01-11", "2011-02-22", "2011-04-21", "2011-06-05",
        "2011-07-08", "2011-08-23", "2011-09-28", "2011-11-21",
    ]  # fmt: skip
    assert [(day(i).isoformat(), minor(i)) for i in returns] == [
        ("2011-01-14", 960),
        ("2011-06-07", 1_245),
    ]
    net = sum(map(minor, orders)) - sum(map(minor, returns))
    theirs = lines[lines.CustomerID == int(history.ANNA)]
    assert net == round(theirs.Money.sum() * 100) == 218_731


def test_anna_has_the_green_teacup_and_never_the_stand(items):
    days = defaultdict(list)
    for item in annas(items):
        for sku in counted_skus(item):
            days[sku].append(day(item).isoformat())

    assert days["22697"] == ["2011-09-28"]
    assert "22698" not in days
    assert "22699" not in days
    assert STAND not in days


def test_anna_sent_back_the_cookie_jar_and_bought_it_again(items):
    jar = [
        (item["event"], day(item).isoformat())
        for item in annas(items)
        for product in item["properties"]["products"]
        if product["sku"] == "23169"
    ]

    assert jar == [
        ("Receipt Issued", "2011-06-05"),
        ("Return Received", "2011-06-07"),
        ("Receipt Issued", "2011-07-08"),
        ("Receipt Issued", "2011-08-23"),
    ]


def test_what_is_real_says_by_how_much_it_was_moved():
    weeks = MOVED.days // 7

    assert f"forward by {weeks} whole weeks" in what_is_real(to_us(NOW), speech("en"))
