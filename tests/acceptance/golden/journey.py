"""A panel of a grocer's households (Complete Journey), with pandas' answers on it.

Its days are of 2017, so its segments are of dates. The data may not be copied.
"""

from pathlib import Path

import pandas as pd

from tests.acceptance.golden.asking import BUY, STEP, Golden, all_of, asks, did, did_not

YEAR = {"since": "2017-01-01", "until": "2018-01-31"}
SPRING = {"since": "2017-03-01", "until": "2017-05-31"}


class Journey:
    """Baskets of households, and what is known of some of these."""

    def __init__(self, folder: Path) -> None:
        lines = pd.read_parquet(folder / "transactions_sample.parquet")
        lines = lines[(lines.quantity > 0) & (lines.sales_value > 0)]
        lines = lines[lines.household_id.astype(int) % STEP == 0]
        goods = pd.read_parquet(folder / "products.parquet")
        columns = ["product_id", "brand", "product_category"]
        lines = lines.merge(goods[columns], on="product_id", how="left")
        first = lines.groupby("basket_id").transaction_timestamp.transform("min")
        lines["at"] = first.dt.tz_convert("UTC")
        lines["cents"] = (lines.sales_value * 100).round().astype("int64")
        self.lines = lines.rename(columns={"household_id": "who"})
        self.people = set(self.lines.who)
        told = pd.read_parquet(folder / "demographics.parquet")
        self.told = told[told.household_id.isin(self.people)]
        self.baskets = self.lines.drop_duplicates("basket_id")

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write baskets and households as files to import."""
        table = pd.DataFrame(
            {
                "receipt_id": self.lines.basket_id,
                "customer_id": self.lines.who,
                "store_id": self.lines.store_id,
                "product_id": self.lines.product_id,
                "category": self.lines.product_category.fillna(""),
                "brand": self.lines.brand.fillna(""),
                "quantity": self.lines.quantity,
                "line_total": self.lines.sales_value,
                "date": self.lines["at"].map(lambda at: at.isoformat()),
                "currency": "USD",
            }
        )
        receipts, households = folder / "baskets.csv", folder / "households.csv"
        table.to_csv(receipts, index=False)
        told = pd.DataFrame(
            {
                "customer_id": self.told.household_id,
                "state": self.told.age.astype(str),
                "tags": self.told.marital_status.astype(str),
            }
        )
        told.to_csv(households, index=False)
        return receipts, households

    def of(self, category: str) -> pd.DataFrame:
        """Give the lines of a category."""
        return self.lines[self.lines.product_category == category]


def within(table: pd.DataFrame, window: dict[str, str]) -> pd.DataFrame:
    """Give the rows of the days from one through another, in UTC."""
    day = table["at"].dt.strftime("%Y-%m-%d")
    return table[(day >= window["since"]) & (day <= window["until"])]


def in_category(category: str) -> dict:
    return asks("$category", "is", category)


def soft_drinkers(of: Journey) -> set[str]:
    baskets = within(of.of("SOFT DRINKS"), SPRING).groupby("who").basket_id.nunique()
    return set(baskets[baskets >= 2].index)


def beef(of: Journey) -> set[str]:
    spent = within(of.of("BEEF"), YEAR).groupby("who").cents.sum()
    return set(spent[spent >= 2_000].index)


def private_only(of: Journey) -> set[str]:
    brands = of.lines.groupby("who").brand.agg(set)
    return {
        who
        for who, told in brands.items()
        if "Private" in told and "National" not in told
    }


def travellers(of: Journey) -> set[str]:
    stores = of.baskets.groupby("who").store_id.nunique()
    return set(stores[stores >= 4].index)


def broad(of: Journey) -> set[str]:
    kinds = of.lines.groupby("who").product_category.nunique()
    return set(kinds[kinds >= 25].index)


def old_and_eating(of: Journey) -> set[str]:
    old = set(of.told[of.told.age == "65+"].household_id)
    return old & set(of.of("FLUID MILK PRODUCTS").who)


def dear_cheese(of: Journey) -> set[str]:
    """Who bought a line of cheese for 5.00 or more: of one line, not of two."""
    cheese = of.of("CHEESE")
    return set(cheese[cheese.cents >= 500].who)


def drinks_after_snacks(of: Journey) -> set[str]:
    snacks = of.of("BAG SNACKS")[["who", "at"]].drop_duplicates()
    drinks = of.of("SOFT DRINKS")[["who", "at"]].drop_duplicates()
    both = snacks.merge(drinks, on="who", suffixes=("", "_then"))
    pause = both.at_then - both["at"]
    soon = (pause > pd.Timedelta(0)) & (pause < pd.Timedelta(days=14))
    return set(both[soon].who)


JOURNEY = {
    "soft_drinkers": Golden(
        "At least two baskets with soft drinks from March through May.",
        did(
            where=[in_category("SOFT DRINKS")],
            count={"op": ">=", "value": 2},
            within=SPRING,
        ),
        soft_drinkers,
    ),
    "beef": Golden(
        "Beef for 20.00 dollars or more in the year.",
        did(
            where=[in_category("BEEF")],
            sum={"of": "$amount", "op": ">=", "value": 2_000, "currency": "USD"},
            within=YEAR,
        ),
        beef,
    ),
    "private_only": Golden(
        "Bought the grocer's own brand, and never a national one.",
        all_of(
            did(where=[asks("$brand", "is", "Private")]),
            did_not(where=[asks("$brand", "is", "National")]),
        ),
        private_only,
    ),
    "travellers": Golden(
        "Bought in at least four stores.",
        did(distinct={"of": "$store", "op": ">=", "value": 4}),
        travellers,
    ),
    "broad": Golden(
        "Bought out of at least 25 categories.",
        did(distinct={"of": "$category", "op": ">=", "value": 25}),
        broad,
    ),
    "old_and_milk": Golden(
        "Of the age 65+, and has bought milk.",
        all_of(
            {"type": "trait", "name": "state", "op": "is", "value": "65+"},
            did(where=[in_category("FLUID MILK PRODUCTS")]),
        ),
        old_and_eating,
    ),
    "dear_cheese": Golden(
        "Bought a single line of cheese for 5.00 dollars or more.",
        did(
            where=[
                in_category("CHEESE"),
                asks("$amount", ">=", 500, currency="USD"),
            ]
        ),
        dear_cheese,
    ),
    "drinks_after_snacks": Golden(
        "Soft drinks less than 14 days after snacks, in a later basket.",
        {
            "type": "sequence",
            "steps": [
                {"event": BUY, "where": [in_category("BAG SNACKS")]},
                {
                    "event": BUY,
                    "where": [in_category("SOFT DRINKS")],
                    "after": {"most": {"days": 14}},
                },
            ],
        },
        drinks_after_snacks,
    ),
}
