"""Online and store purchases of the same customers, as pandas and the manifest say.

The data (Global Electronics) may not be copied.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from habitue.app.insights.ways_report import ways_report
from habitue.journey.asking import Asked
from tests.journey.world import DAY_US, Told, World

SHARED = Path(os.environ.get("HABITUE_SHARED", "../shared"))
DATA = SHARED / "data" / "global-electronics"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="global-electronics is not there: set HABITUE_SHARED"
)
ASKED = Asked(
    since_us=int(pd.Timestamp("2016-01-01", tz="UTC").timestamp()) * 1_000_000,
    until_us=int(pd.Timestamp("2022-01-01", tz="UTC").timestamp()) * 1_000_000,
    more={
        "currency": "EUR",
        "paths_max": 20,
        "after_us": 3_650 * DAY_US,
        "now_us": int(pd.Timestamp("2022-01-01", tz="UTC").timestamp()) * 1_000_000,
    },
)


@pytest.fixture(scope="module")
def sales() -> pd.DataFrame:
    """Orders of six years: whose, when, online or in a store, of how many cents."""
    lines = pd.read_csv(DATA / "Sales.csv.gz", dtype=str)
    goods = pd.read_csv(DATA / "Products.csv.gz", dtype=str)
    lines = lines.merge(goods[["ProductKey", "Unit Price USD"]], on="ProductKey")
    price = lines["Unit Price USD"].str.replace(r"[$,\s]", "", regex=True)
    lines["cents"] = price.astype(float).mul(100).round().astype(
        int
    ) * lines.Quantity.astype(int)
    made = lines.groupby("Order Number").agg(
        who=("CustomerKey", "first"),
        day=("Order Date", "first"),
        store=("StoreKey", "first"),
        cents=("cents", "sum"),
    )
    made["day"] = pd.to_datetime(made.day, format="%m/%d/%Y")
    made["place"] = made.store.eq("0").map({True: "online", False: "store"})
    made = made.reset_index()
    made["number"] = made["Order Number"].astype(int)
    return made.sort_values(["who", "day", "number"])


@pytest.fixture(scope="module")
def told(
    sales: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """The same as a copy for analysis."""
    world = World()
    for one in sales.itertuples():
        # Orders have days, no times; of one day the lower number was the first.
        at_us = int(one.day.timestamp()) * 1_000_000 + one.number % (DAY_US // 1_000)
        online = one.place == "online"
        name = f"{'o' if online else 'r'}/shop/{one.number}"
        store = None if online else one.store
        world.buy(int(one.who), at_us, one.cents, store=store, name=name)
    told = world.asked(tmp_path_factory.mktemp("electronics"))
    yield told
    told.close()


@pytest.fixture(scope="module")
def rows(told: Told) -> list[dict[str, Any]]:
    """Journeys, a purchase a row."""
    return told.rows(ASKED, "SELECT * FROM journey ORDER BY person_id, at_us")


@pytest.fixture(scope="module")
def report(told: Told) -> dict[str, Any]:
    """What the product says of them: the next purchase is waited for ten years."""
    rows = told.rows(ASKED, "SELECT * FROM journey_all")
    about = {"currency": "EUR", "after_days": 3_650, "window_days": 30}
    about |= {"since": "2016-01-01", "until": "2021-12-31"}
    return ways_report(pa.Table.from_pylist(rows), about)


def test_purchases_of_each_side_are_those_of_the_manifest(
    rows: list[dict[str, Any]], sales: pd.DataFrame
) -> None:
    online = [row for row in rows if row["place"] == "online"]

    assert (len(rows), len(online)) == (26_326, 5_580)
    assert sum(row["amount"] for row in rows) == 5_575_547_959
    assert sum(row["amount"] for row in online) == 1_140_432_463
    assert {row["object"]: row["amount"] for row in rows} == {
        f"{'o' if one.place == 'online' else 'r'}/shop/{one.number}": one.cents
        for one in sales.itertuples()
    }


def test_how_customers_went_between_online_and_stores_is_what_pandas_says(
    rows: list[dict[str, Any]], report: dict[str, Any], sales: pd.DataFrame
) -> None:
    sides: dict[int, set[str]] = {}
    for row in rows:
        sides.setdefault(row["person_id"], set()).add(row["place"])
    moves = {
        (one["place"], then["place"]): then["purchases"]
        for one in report["after"]
        for then in one["next"]
    }

    after = sales.groupby("who").place.shift(-1)
    pairs = sales.place[after.notna()] + " " + after[after.notna()]
    assert moves == {tuple(name.split()): n for name, n in pairs.value_counts().items()}
    assert moves == {
        ("store", "store"): 9_063,
        ("store", "online"): 2_454,
        ("online", "store"): 2_226,
        ("online", "online"): 696,
    }
    # Who bought last, and so far nothing more.
    assert sum(one["open"] for one in report["after"]) == sales.who.nunique()
    assert Counter(tuple(sorted(one)) for one in sides.values()) == {
        ("online",): 1_230,
        ("store",): 7_340,
        ("online", "store"): 3_317,
    }


def test_days_between_purchases_are_what_pandas_says(
    report: dict[str, Any], sales: pd.DataFrame
) -> None:
    day = sales.day + pd.to_timedelta(sales.number % (DAY_US // 1_000), unit="us")
    times = sales.assign(at=day)
    people = times.groupby("who")
    apart, then = people["at"].shift(-1) - times["at"], people.place.shift(-1)
    medians = apart.groupby([sales.place, then]).quantile(0.5, interpolation="lower")

    for one in report["after"]:
        for after in one["next"]:
            meant = medians[one["place"], after["place"]] / pd.Timedelta(days=1)
            assert after["median_days"] == round(meant, 1)
    # Nobody's way is known: there are purchases alone.
    (first,) = report["first_contact"]
    assert (first["channel"], first["people"]) == ("", sales.who.nunique())
