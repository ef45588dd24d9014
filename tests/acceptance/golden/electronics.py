"""The same customers online and in stores, in five currencies, and pandas' answers.

The data (Global Electronics) may not be copied. Orders have days, no times.
"""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd

from tests.acceptance.golden.asking import BUY, STEP, Golden, all_of, asks, did, did_not

ONLINE, STORE = asks("$channel", "is", "web"), asks("$channel", "is", "store")


class Electronics:
    """Sales with their list prices in each order's own currency, and customers."""

    def __init__(self, folder: Path, today: date) -> None:
        self.today = today
        self.customers = pd.read_csv(
            folder / "Customers.csv.gz",
            dtype=str,
            encoding="windows-1252",
            keep_default_na=False,
        ).iloc[::STEP]
        self.people = set(self.customers.CustomerKey)
        sales = pd.read_csv(folder / "Sales.csv.gz", dtype=str)
        sales = sales[sales.CustomerKey.isin(self.people)]
        self.sales = _priced(sales, folder)

    def write(self, folder: Path) -> tuple[Path, Path, Path]:
        """Write sales, customers, and how these are mapped, as files to import."""
        sales, customers = folder / "sales.csv", folder / "customers.csv"
        mapping = folder / "customers.toml"
        columns = ["Order Number", "Line Item", "Order Date", "Delivery Date"]
        columns += ["CustomerKey", "StoreKey", "ProductKey", "Quantity"]
        columns += ["Currency Code", "Product Name", "Brand", "Category", "Unit Price"]
        self.sales[columns].to_csv(sales, index=False)
        self.customers.to_csv(customers, index=False)
        mapping.write_text('[columns]\n"Continent" = ""\n')
        return sales, customers, mapping

    def orders(self, *, online: bool) -> pd.DataFrame:
        """Give a row for each order of one channel."""
        found = self.sales[(self.sales.StoreKey == "0") == online]
        return found.drop_duplicates("Order Number")


def _priced(sales: pd.DataFrame, folder: Path) -> pd.DataFrame:
    goods = pd.read_csv(folder / "Products.csv.gz", dtype=str)
    rates = pd.read_csv(folder / "Exchange_Rates.csv.gz", dtype=str)
    found = sales.merge(goods, on="ProductKey").merge(
        rates,
        left_on=["Order Date", "Currency Code"],
        right_on=["Date", "Currency"],
    )
    exact = [
        (_dollars(usd) * Decimal(rate)).quantize(Decimal("0.01"))
        for usd, rate in zip(found["Unit Price USD"], found.Exchange, strict=True)
    ]
    found["Unit Price"] = [str(one) for one in exact]
    found["minor"] = [
        int(price * 100) * int(number)
        for price, number in zip(exact, found.Quantity, strict=True)
    ]
    found["who"] = found.CustomerKey
    found["day"] = pd.to_datetime(found["Order Date"], format="%m/%d/%Y")
    return found


def _dollars(text: str) -> Decimal:
    return Decimal(text.replace("$", "").replace(",", "").strip())


def online_only(of: Electronics) -> set[str]:
    return set(of.orders(online=True).who) - set(of.orders(online=False).who)


def to_the_site(of: Electronics) -> set[str]:
    """Who bought in a store and, on a later day of the next 180, online."""
    first, then = of.orders(online=False), of.orders(online=True)
    both = first[["who", "day"]].merge(
        then[["who", "day"]], on="who", suffixes=("", "_then")
    )
    pause = both.day_then - both.day
    return set(both[(pause > pd.Timedelta(0)) & (pause < pd.Timedelta(days=180))].who)


def in_euro(of: Electronics) -> set[str]:
    spent = of.sales[of.sales["Currency Code"] == "EUR"].groupby("who").minor.sum()
    return set(spent[spent >= 300_000].index)


def birthdays(of: Electronics) -> set[str]:
    coming = {(of.today + timedelta(days=at)).strftime("%m-%d") for at in range(30)}
    born = pd.to_datetime(of.customers.Birthday, format="%m/%d/%Y")
    return set(of.customers[born.dt.strftime("%m-%d").isin(coming)].CustomerKey)


def never_and_german(of: Electronics) -> set[str]:
    german = of.customers[of.customers.Country == "Germany"]
    return set(german.CustomerKey) - set(of.sales.who)


def phones_in_2019(of: Electronics) -> set[str]:
    phones = of.sales[
        (of.sales.Category == "Cell phones") & (of.sales.day.dt.year == 2019)
    ]
    return set(phones[phones.Brand != "Contoso"].who)


ELECTRONICS = {
    "online_only": Golden(
        "Bought online, and never in a store.",
        all_of(did(where=[ONLINE]), did_not(where=[STORE])),
        online_only,
    ),
    "to_the_site": Golden(
        "Bought in a store and online less than 180 days after.",
        {
            "type": "sequence",
            "steps": [
                {"event": BUY, "where": [STORE]},
                {"event": BUY, "where": [ONLINE], "after": {"most": {"days": 180}}},
            ],
        },
        to_the_site,
    ),
    "in_euro": Golden(
        "Orders in euro for 3,000.00 or more; other currencies don't count.",
        did(sum={"of": "$total", "op": ">=", "value": 300_000, "currency": "EUR"}),
        in_euro,
    ),
    "birthdays": Golden(
        "The birthday is today or on one of the 29 days after.",
        {"type": "trait", "name": "birthday", "op": "anniversary", "value": 30},
        birthdays,
    ),
    "never_and_german": Golden(
        "Of Germany, and has never bought.",
        all_of(
            {"type": "trait", "name": "country", "op": "is", "value": "Germany"},
            did_not(),
        ),
        never_and_german,
    ),
    "phones_in_2019": Golden(
        "A telephone in 2019 that is not of Contoso.",
        did(
            where=[
                asks("$category", "is", "Cell phones"),
                asks("$brand", "is_not", "Contoso"),
            ],
            within={"since": "2019-01-01", "until": "2019-12-31"},
        ),
        phones_in_2019,
    ),
}
