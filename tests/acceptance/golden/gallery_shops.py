"""Shops of real data as tables, and the one that is made up, each on a server."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tests.acceptance.golden.electronics import Electronics
from tests.acceptance.golden.made import Made
from tests.acceptance.golden.reach import Reach
from tests.acceptance.golden.retail import Retail
from tests.acceptance.golden.shops import now, retail_year, taken_in
from tests.acceptance.golden.tables import (
    BOUGHT,
    DONE,
    LINES,
    RETURNED,
    Tables,
    table,
)
from tests.acceptance.shop import Shop

# Whose data end so many days before today.
REST_DAYS = 2


def retail(folders: pytest.TempPathFactory, name: str) -> tuple[Shop, Tables, Reach]:
    """Give a server over a year of a real shop: purchases, returns and answers."""
    shop, of = retail_year(folders, name)
    reach = Reach(of.people)
    contacts = reach.write(shop.folder.parent / "contacts.csv")
    taken_in(shop, contacts, "--what", "contacts", "--source", "crm")
    return shop, retail_tables(of, reach), reach


def retail_tables(of: Retail, reach: Reach) -> Tables:
    bought = of.bought.assign(channel="pos", currency="GBP", minor=of.bought.pence)
    back = of.returned.assign(currency="GBP", minor=of.returned.pence)
    rows = reach.rows
    return Tables(
        now=of.now,
        people=of.people,
        bought=table(bought, BOUGHT),
        # Of no category, and nobody looked at anything before.
        lines=table((), LINES),
        returned=table(back, RETURNED),
        done=imported_now(of.now, of.people),
        born={},
        granted=set(rows[rows.EmailConsent == "yes"].CustomerID),
        addressed=set(rows[rows.Email != ""].CustomerID),
    )


def imported_now(at: pd.Timestamp, people: set[str]) -> pd.DataFrame:
    """Give what a file of contacts without dates tells: it counts from now."""
    told = [(one, at, "identify", "", None, None) for one in sorted(people)]
    return table(told, DONE)


class Moved(Electronics):
    """Sales online and in stores, moved to end two days ago."""

    def __init__(self, folder: Path, today: date) -> None:
        super().__init__(folder, today)
        last = self.sales.day.max()
        self.sales["day"] += pd.Timestamp(today) - pd.Timedelta(days=REST_DAYS) - last
        self.sales["Order Date"] = self.sales.day.dt.strftime("%m/%d/%Y")


def electronics(
    folders: pytest.TempPathFactory, name: str, data: Path
) -> tuple[Shop, Tables, Reach]:
    """Give a server over customers and their moved sales: channels and categories."""
    at, folder = now(), folders.mktemp(name)
    of = Moved(data, at.date())
    sales, customers, mapping = of.write(folder)
    shop = Shop(folder / "data").start()
    words = ("--what", "contacts", "--source", "crm", "--mapping", str(mapping))
    taken_in(shop, customers, *words)
    taken_in(shop, sales, "--source", "erp")
    return shop, electronics_tables(of, pd.Timestamp(at)), Reach(set())


def electronics_tables(of: Moved, at: pd.Timestamp) -> Tables:
    lines = of.sales.assign(
        channel=of.sales.StoreKey.eq("0").map({True: "web", False: "store"}),
        currency=of.sales["Currency Code"],
        product=of.sales.ProductKey,
        category=of.sales.Category,
        # Days begin at midnight of the shop's zone.
        at=of.sales.day.dt.tz_localize("UTC"),
    )
    orders = lines.groupby("Order Number").agg(
        {"who": "first", "at": "first", "channel": "first", "currency": "first"}
        | {"minor": "sum"}
    )
    born = pd.to_datetime(of.customers.Birthday, format="%m/%d/%Y").dt.date
    return Tables(
        now=at,
        people=of.people,
        bought=table(orders, BOUGHT),
        lines=table(lines, LINES),
        returned=table((), RETURNED),
        done=imported_now(at, of.people),
        born=dict(zip(of.customers.CustomerKey, born, strict=True)),
        granted=set(),
        addressed=set(),
    )


def made(folders: pytest.TempPathFactory, name: str) -> tuple[Shop, Tables, Reach]:
    """Give a server over a small shop that was told all that the gallery asks for."""
    of = Made(now())
    shop = Shop(folders.mktemp(name) / "data").start()
    shop.source("shop")
    for batch in of.batches():
        outcomes = {one["outcome"] for one in shop.send("shop", *batch, wait=False)}
        assert outcomes == {"stored"}
    shop.settle()
    return shop, of.tables(), of.reach
