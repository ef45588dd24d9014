"""A year of a real shop (UCI Online Retail), moved to now, and pandas' answers on it.

All moments move by the same span, so that now is 02:00 two days after the last sale: at
such an hour nobody bought, so nobody enters or leaves by time alone while a test runs.
"""

from datetime import datetime
from pathlib import Path

import pandas as pd

from habitue.demo.history import history_file
from tests.acceptance.golden.asking import STEP

NOW = pd.Timestamp("2011-12-12T02:00", tz="UTC")
NOT_PRODUCTS = (
    *("POST", "DOT", "M", "m", "D", "S", "B", "C2", "CRUK"),
    *("BANK CHARGES", "AMAZONFEE", "gift_0001_10", "gift_0001_20"),
    *("gift_0001_30", "gift_0001_40", "gift_0001_50"),
)


class Retail:
    """The year's lines as they are imported, and what pandas makes of them."""

    def __init__(self, now: datetime) -> None:
        self.now = pd.Timestamp(now)
        table = pd.read_parquet(history_file())
        # Of the invoices of nobody known every fourth, too.
        numbers = table.InvoiceNo.str.extract(r"(\d+)", expand=False).astype(float)
        table = table[table.CustomerID.fillna(numbers) % STEP == 0]
        at = table.InvoiceDate.dt.tz_localize("UTC") + (self.now - NOW)
        self.table = table.assign(InvoiceDate=at.dt.floor("s"))
        known = self.table[self.table.CustomerID.notna()].copy()
        known["who"] = known.CustomerID.astype(int).astype(str)
        # Pence, exactly: prices have up to three decimals.
        exact = known.UnitPrice.mul(1000).round().astype("int64") * known.Quantity
        known["mills"] = exact
        self.people = set(known.who)
        credit = known.InvoiceNo.str.startswith("C")
        debt = known.InvoiceNo.str.startswith("A")
        priced = (known.Quantity > 0) & (known.UnitPrice > 0)
        self.lines = known[priced & ~credit & ~debt]
        self.bought = _invoices(self.lines)
        self.returned = _invoices(known[credit])
        # What came back, line by line.
        told = known[credit][["who", "StockCode", "InvoiceNo"]]
        at = self.returned[["who", "InvoiceNo", "at"]]
        self.credits = told.merge(at, on=["who", "InvoiceNo"])

    def write(self, path: Path) -> None:
        """Write the lines as a file to import."""
        self.table.to_parquet(path)

    # -- sums that the segments are made of ---------------------------------------

    def since(self, table: pd.DataFrame, days: float) -> pd.DataFrame:
        """Give the rows of the last days."""
        return table[table["at"] > self.now - pd.Timedelta(days=days)]

    def buyers(self, table: pd.DataFrame, least: int = 1) -> set[str]:
        """Give who has at least so many rows in a table of invoices."""
        counts = table.groupby("who").size()
        return set(counts[counts >= least].index)

    def spent(self, table: pd.DataFrame) -> pd.Series:
        """Give pence by customer; who has no row has 0."""
        sums = table.groupby("who").pence.sum()
        return sums.reindex(sorted(self.people), fill_value=0)

    def having(self, product: str) -> pd.DataFrame:
        """Give the invoices with a product."""
        numbers = set(self.lines[self.lines.StockCode == product].InvoiceNo)
        return self.bought[self.bought.InvoiceNo.isin(numbers)]


def _invoices(lines: pd.DataFrame) -> pd.DataFrame:
    groups = lines.groupby(["who", "InvoiceNo"], sort=False)
    found = groups.agg(
        at=("InvoiceDate", "first"),
        mills=("mills", "sum"),
        country=("Country", "first"),
    ).reset_index()
    # Of an amount with half a penny the even one is taken.
    found["pence"] = (found.mills / 10).round().astype("int64").abs()
    return found
