"""What a shop told, as tables: all that the gallery's definitions ask for."""

from datetime import date
from typing import NamedTuple

import pandas as pd

TIME = "datetime64[us, UTC]"
BOUGHT = ("who", "at", "channel", "currency", "minor")
LINES = ("who", "at", "channel", "product", "category")
RETURNED = ("who", "at", "currency", "minor")
DONE = ("who", "at", "name", "channel", "product", "rating")


def table(rows: object, columns: tuple[str, ...]) -> pd.DataFrame:
    """Make a table with moments, of rows that may be none."""
    made = pd.DataFrame(rows, columns=list(columns))
    return made.astype({"at": TIME, "who": "object"})


class Tables(NamedTuple):
    """A shop's people, and what they did, bought and brought back; a row each."""

    now: pd.Timestamp
    people: set[str]
    bought: pd.DataFrame
    # Of what was bought, each product of it.
    lines: pd.DataFrame
    returned: pd.DataFrame
    # Whatever else was told of them, and the reports of what they bought.
    done: pd.DataFrame
    born: dict[str, date]
    # Who said yes to marketing by e-mail, and whose address is known.
    granted: set[str]
    addressed: set[str]

    def lately(self, rows: pd.DataFrame, days: float) -> pd.DataFrame:
        """Give the rows of the last days."""
        since = self.now - pd.Timedelta(days=days)
        return rows[(rows["at"] > since) & (rows["at"] <= self.now)]

    def before(self, rows: pd.DataFrame, span: pd.Timedelta) -> pd.DataFrame:
        """Give the rows that are so old, or older."""
        return rows[self.now - rows["at"] >= span]

    def did(self, *names: str) -> pd.DataFrame:
        """Give the events of these names."""
        return self.done[self.done.name.isin(names)]

    def money(self, people: set[str]) -> list[tuple[str, int, int, int, int]]:
        """Give by currency purchases, buyers, money bought and money brought back."""
        bought = self.bought[self.bought.who.isin(people)]
        back = self.returned[self.returned.who.isin(people)]
        found = []
        for currency in sorted({*bought.currency, *back.currency}):
            some = bought[bought.currency == currency]
            gross = int(some.minor.sum())
            returns = int(back[back.currency == currency].minor.sum())
            found.append((currency, len(some), some.who.nunique(), gross, returns))
        return found


def who(rows: pd.DataFrame, least: int = 1) -> set[str]:
    """Give who has so many rows, or more."""
    counts = rows.groupby("who").size()
    return set(counts[counts >= least].index)


def differing(rows: pd.DataFrame, column: str, least: int) -> set[str]:
    """Give who has so many different values in a column."""
    counts = rows.groupby("who")[column].nunique()
    return set(counts[counts >= least].index)


def on_days(rows: pd.DataFrame, least: int) -> set[str]:
    """Give who has rows of so many different days, of UTC."""
    return differing(rows.assign(day=rows["at"].dt.date), "day", least)


def spent(rows: pd.DataFrame, currency: str, least: int) -> set[str]:
    """Give whose rows in a currency come to so much together."""
    sums = rows[rows.currency == currency].groupby("who").minor.sum()
    return set(sums[sums >= least].index)


def pairs(first: pd.DataFrame, then: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Give each way in which a row follows another one, with the time between."""
    both = first.merge(then, on=list(by), suffixes=("", "_then"))
    both["pause"] = both.at_then - both["at"]
    return both[both.pause > pd.Timedelta(0)]


def unfollowed(rows: pd.DataFrame, barred: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Give the rows after which nothing barred has come."""
    last = barred.groupby(list(by))["at"].max().rename("last").reset_index()
    both = rows.merge(last, how="left", on=list(by))
    left = both["last"].isna() | (both["last"] <= both["at"])
    return both[left][list(rows.columns)]
