"""What customers measure for RFM: as a server tells it, and by pandas."""

import json

import pandas as pd

from tests.acceptance.golden.running import pages

# The day by which a year of Online Retail is told of.
REFERENCE = pd.Timestamp("2011-12-10")


def computed_of(shop):
    """Give what is computed of each customer, as of now."""
    found = {}
    for raw in pages(shop, "/api/v1/export/people?limit=5000"):
        for row in map(json.loads, raw.splitlines()):
            (known,) = (
                one["value"]
                for one in row["identifiers"]
                if one["kind"] == "customer_id"
            )
            found[known] = row["computed"]
    return found


def told_of_year(shop):
    """Give by buyer the measures, and what was bought before anything came back."""
    rows = {
        who: {
            **computed["rfm_measures"],
            "gross": computed["revenue"]["GBP"]["gross"],
        }
        for who, computed in computed_of(shop).items()
        if "rfm_measures" in computed
    }
    told = pd.DataFrame.from_dict(rows, orient="index")
    names = {"recency_days": "days", "money": "net"}
    return told.rename(columns=names)[["days", "purchases", "gross", "net"]]


def year_by_pandas(lines):
    """Give the same of a year's lines, days as of the day by which it is told of.

    lines: with Money and the Sort of their invoice, receipt, return or none.
    """
    known = lines[lines.CustomerID.notna() & (lines.Sort != "")]
    known = known.assign(who=known.CustomerID.astype(int).astype(str))
    invoices = known.groupby(["Sort", "who", "InvoiceNo"]).agg(
        minor=("Money", lambda money: round(abs(money.sum()) * 100)),
        at=("InvoiceDate", "first"),
    )
    bought = invoices.loc["receipt"].groupby("who")
    gross = bought.minor.sum()
    back = invoices.loc["return"].groupby("who").minor.sum()
    return pd.DataFrame(
        {
            "days": (REFERENCE - bought["at"].max()).dt.days,
            "purchases": bought.size(),
            "gross": gross,
            "net": gross - back.reindex(gross.index, fill_value=0),
        }
    )


def in_short(values):
    """Give mean, median and the greatest, each rounded."""
    return round(values.mean()), round(values.median()), values.max()
