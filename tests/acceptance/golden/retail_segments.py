"""Segments in words, as conditions, and by pandas: a year of a real shop."""

from datetime import datetime

import pandas as pd

from tests.acceptance.golden.asking import (
    BACK,
    BUY,
    Golden,
    all_of,
    asks,
    days,
    did,
    did_not,
)
from tests.acceptance.golden.retail import NOT_PRODUCTS, Retail


def pounds(op, value):
    return {"of": "$total", "op": op, "value": value, "currency": "GBP"}


HEART, CAKESTAND = "85123A", "22423"


def lapsed(of: Retail) -> set[str]:
    return of.buyers(of.bought) - of.buyers(of.since(of.bought, 180))


def first_at(of: Retail) -> pd.Series:
    return of.bought.groupby("who")["at"].min()


def new(of: Retail) -> set[str]:
    first = first_at(of)
    return set(first[first > of.now - pd.Timedelta(days=60)].index)


def once(of: Retail) -> set[str]:
    counts = of.bought.groupby("who").size()
    return set(counts[counts == 1].index)


def big_spenders(of: Retail) -> set[str]:
    spent = of.spent(of.bought)
    return set(spent[spent >= 500_000].index)


def small_spenders(of: Retail) -> set[str]:
    spent = of.spent(of.bought)
    return set(spent[spent < 10_000].index) & of.buyers(of.bought)


def many_pieces(of: Retail) -> set[str]:
    pieces = of.lines[of.lines.StockCode == CAKESTAND].groupby("who").Quantity.sum()
    return set(pieces[pieces >= 20].index)


def wide(of: Retail) -> set[str]:
    lately = of.lines[of.lines.InvoiceDate > of.now - pd.Timedelta(days=365)]
    products = lately[~lately.StockCode.isin(NOT_PRODUCTS)]
    kinds = products.groupby("who").StockCode.nunique()
    return set(kinds[kinds >= 100].index)


def pairs(first: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """Give each way in which one of a person's invoices comes after another."""
    both = first.merge(then, on="who", suffixes=("", "_then"))
    return both[both.at_then > both["at"]]


def back_soon(of: Retail) -> set[str]:
    both = pairs(of.bought, of.returned)
    return set(both[both.at_then - both["at"] < pd.Timedelta(days=14)].who)


def twice_in_a_week(of: Retail) -> set[str]:
    both = pairs(of.bought, of.bought)
    both = both[both.at_then - both["at"] < pd.Timedelta(days=7)]
    found = set()
    moments = of.returned.groupby("who")["at"].agg(list).to_dict()
    for row in both.itertuples():
        between = (row.at < at < row.at_then for at in moments.get(row.who, ()))
        if not any(between):
            found.add(row.who)
    return found


def day(now: datetime, text: str) -> pd.Timestamp:
    """Give the beginning of a day that text names in the data's own time."""
    return (pd.Timestamp(text, tz="UTC") + (now - MOVED_TO)).normalize()


MOVED_TO = pd.Timestamp("2011-12-12T02:00", tz="UTC")


def goods(of: Retail) -> pd.DataFrame:
    """Give what was bought: who, the product, and when its invoice was written."""
    told = of.lines[~of.lines.StockCode.isin(NOT_PRODUCTS)]
    told = told[["who", "StockCode", "InvoiceNo"]].drop_duplicates()
    return told.merge(of.bought[["who", "InvoiceNo", "at"]], on=["who", "InvoiceNo"])


def again(of: Retail) -> set[str]:
    """Who bought a product and the same one again, a week to a month later."""
    told = goods(of)
    both = told.merge(told, on=["who", "StockCode"], suffixes=("", "_then"))
    pause = both.at_then - both["at"]
    return set(both[(pause >= WEEK) & (pause < MONTH)].who)


def back_the_same(of: Retail) -> set[str]:
    """Who brought back what they had bought, and has not bought it since."""
    told, back = goods(of), of.credits[~of.credits.StockCode.isin(NOT_PRODUCTS)]
    both = told.merge(back, on=["who", "StockCode"], suffixes=("", "_back"))
    both = both[both.at_back > both["at"]]
    last = told.groupby(["who", "StockCode"])["at"].max().rename("last")
    both = both.merge(last, on=["who", "StockCode"])
    return set(both[both["last"] <= both.at_back].who)


WEEK, MONTH = pd.Timedelta(days=7), pd.Timedelta(days=30)


def spring_only(of: Retail) -> set[str]:
    spring = of.bought[of.bought["at"] < day(of.now, "2011-06-01")]
    rest = of.bought[of.bought["at"] >= day(of.now, "2011-06-01")]
    return of.buyers(spring) - of.buyers(rest)


def germans(of: Retail) -> set[str]:
    return of.buyers(of.bought[of.bought.country == "Germany"], 2)


def big_basket(of: Retail) -> set[str]:
    lately = of.since(of.bought, 180)
    return set(lately[lately.pence >= 100_000].who)


def last_of_christmas(of: Retail) -> set[str]:
    last = of.bought.groupby("who")["at"].transform("max")
    latest = of.bought[of.bought["at"] == last]
    named = of.lines[of.lines.Description.str.contains("CHRISTMAS", na=False)]
    return set(latest[latest.InvoiceNo.isin(set(named.InvoiceNo))].who)


def began_big(of: Retail) -> set[str]:
    first = of.bought.groupby("who")["at"].transform("min")
    opening = of.bought[of.bought["at"] == first]
    return set(opening[opening.pence >= 50_000].who)


def many_days(of: Retail) -> set[str]:
    lately = of.since(of.bought, 365)
    counts = lately["at"].dt.date.groupby(lately.who).nunique()
    return set(counts[counts >= 12].index)


def net(of: Retail) -> set[str]:
    worth = of.spent(of.bought) - of.spent(of.returned)
    return set(worth[worth >= 1_000_000].index)


def vip(of: Retail) -> set[str]:
    year = of.since(of.bought, 365)
    spent = of.spent(year)
    return (
        of.buyers(of.since(of.bought, 90))
        & of.buyers(year, 4)
        & set(spent[spent >= 100_000].index)
    )


def retail_segments(now: datetime) -> dict[str, Golden]:
    """Give the segments by id, of a year that was moved to now."""
    june = day(now, "2011-06-01").date().isoformat()
    before_june = (day(now, "2011-06-01") - pd.Timedelta(days=1)).date().isoformat()
    return {
        "active": Golden(
            "Bought in the last 90 days.",
            did(within=days(90)),
            lambda of: of.buyers(of.since(of.bought, 90)),
        ),
        "lapsed": Golden(
            "Bought at some time, and not in the last 180 days.",
            all_of(did(), did_not(within=days(180))),
            lapsed,
        ),
        "never": Golden(
            "Never bought anything that counts: credit notes alone.",
            did_not(),
            lambda of: of.people - of.buyers(of.bought),
        ),
        "new": Golden(
            "The first purchase ever was in the last 60 days.",
            did(which="first", within=days(60)),
            new,
        ),
        "once": Golden(
            "Exactly one purchase ever.", did(count={"op": "=", "value": 1}), once
        ),
        "frequent": Golden(
            "At least 10 purchases in the last 365 days.",
            did(count={"op": ">=", "value": 10}, within=days(365)),
            lambda of: of.buyers(of.since(of.bought, 365), 10),
        ),
        "big_spenders": Golden(
            "Purchases of 5,000.00 pounds or more in all.",
            did(sum=pounds(">=", 500_000)),
            big_spenders,
        ),
        "small_spenders": Golden(
            "Bought, and for less than 100.00 pounds in all.",
            all_of(did(), did(sum=pounds("<", 10_000))),
            small_spenders,
        ),
        "heart": Golden(
            "Bought the white hanging heart three times or more.",
            did(
                where=[asks("$product", "is", HEART)],
                count={"op": ">=", "value": 3},
            ),
            lambda of: of.buyers(of.having(HEART), 3),
        ),
        "cakestands": Golden(
            "Bought at least 20 pieces of the cakestand in all.",
            did(
                where=[asks("$product", "is", CAKESTAND)],
                sum={"of": "$quantity", "op": ">=", "value": 20},
            ),
            many_pieces,
        ),
        "wide": Golden(
            "At least 100 different products in the last 365 days; postage is none.",
            did(
                distinct={"of": "$product", "op": ">=", "value": 100},
                within=days(365),
            ),
            wide,
        ),
        "brought_back": Golden(
            "Brought something back, ever.",
            did(BACK),
            lambda of: of.buyers(of.returned),
        ),
        "back_soon": Golden(
            "Brought something back less than 14 days after a purchase.",
            {
                "type": "sequence",
                "steps": [
                    {"event": BUY},
                    {"event": BACK, "after": {"most": days(14)}},
                ],
            },
            back_soon,
        ),
        "twice_in_a_week": Golden(
            "Bought twice within 7 days and brought nothing back in between.",
            {
                "type": "sequence",
                "steps": [
                    {"event": BUY},
                    {
                        "event": BUY,
                        "after": {"most": days(7)},
                        "without": [{"event": BACK}],
                    },
                ],
            },
            twice_in_a_week,
        ),
        "again": Golden(
            "Bought one and the same product again, a week to 30 days later.",
            {
                "type": "sequence",
                "steps": [
                    {"event": BUY},
                    {
                        "event": BUY,
                        "alike": [{"property": "$product"}],
                        "after": {"least": days(7), "most": days(30)},
                    },
                ],
            },
            again,
        ),
        "back_the_same": Golden(
            "Bought a product, brought it back, and has not bought it since.",
            {
                "type": "sequence",
                "steps": [
                    {"event": BUY},
                    {"event": BACK, "alike": [{"property": "$product"}]},
                ],
                "then_not": {"event": BUY, "alike": [{"property": "$product"}]},
            },
            back_the_same,
        ),
        "spring_only": Golden(
            "Bought before June, and not since.",
            all_of(did(within={"until": before_june}), did_not(within={"since": june})),
            spring_only,
        ),
        "germans": Golden(
            "At least two purchases that were sent to Germany.",
            did(
                where=[asks("country", "is", "Germany")],
                count={"op": ">=", "value": 2},
                event="Receipt Issued",
            ),
            germans,
        ),
        "big_basket": Golden(
            "A single purchase of 1,000.00 pounds or more in the last 180 days.",
            did(
                where=[asks("$total", ">=", 100_000, currency="GBP")],
                within=days(180),
            ),
            big_basket,
        ),
        "christmas": Golden(
            "The last purchase had something of Christmas in it.",
            did(
                which="last",
                where=[asks("$product_name", "contains", "CHRISTMAS")],
            ),
            last_of_christmas,
        ),
        "began_big": Golden(
            "The first purchase was of 500.00 pounds or more.",
            did(
                which="first",
                where=[asks("$total", ">=", 50_000, currency="GBP")],
            ),
            began_big,
        ),
        "many_days": Golden(
            "Bought on at least 12 different days of the last 365.",
            did(distinct={"of": "$day", "op": ">=", "value": 12}, within=days(365)),
            many_days,
        ),
        "loyal": Golden(
            "At least 5 purchases, and never brought anything back.",
            all_of(did(count={"op": ">=", "value": 5}), did_not(BACK)),
            lambda of: of.buyers(of.bought, 5) - of.buyers(of.returned),
        ),
        "net": Golden(
            "Worth 10,000.00 pounds or more after returns.",
            {
                "type": "computed",
                "name": "revenue.GBP.net",
                "op": ">=",
                "value": 1_000_000,
            },
            net,
        ),
        "vip": Golden(
            "VIP by RFM: lately, four times a year, 1,000.00 pounds a year.",
            all_of(
                did(within=days(90)),
                did(count={"op": ">=", "value": 4}, within=days(365)),
                did(sum=pounds(">=", 100_000), within=days(365)),
            ),
            vip,
        ),
        "vip_not_lapsing": Golden(
            "VIP, bought in the last 30 days, and did not begin in the last 60.",
            all_of(
                {"type": "in_segment", "segment": "vip"},
                did(within=days(30)),
                {"type": "not", "of": {"type": "in_segment", "segment": "new"}},
            ),
            lambda of: (vip(of) & of.buyers(of.since(of.bought, 30))) - new(of),
        ),
    }
