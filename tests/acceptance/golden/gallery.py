"""The gallery's definitions by pandas, each from its words, and never from its file."""

from calendar import isleap
from collections.abc import Callable
from datetime import timedelta

import pandas as pd

from tests.acceptance.golden.tables import (
    Tables,
    differing,
    on_days,
    pairs,
    spent,
    unfollowed,
    who,
)

# The shop's own; what is in another one is in no amount of the gallery's.
CURRENCY = "GBP"
ONLINE, IN_STORE = ("web", "app"), ("pos", "store")
VIEWED, ADDED, WISHED = "Product Viewed", "Product Added", "Product Added to Wishlist"
ASKED = ("Call Started", "Live Chat Conversation Started", "Case Opened")
HOUR, DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)


def by(rows: pd.DataFrame, channels: tuple[str, ...]) -> pd.DataFrame:
    return rows[rows.channel.isin(channels)]


def once(of: Tables) -> set[str]:
    return who(of.bought) - who(of.bought, 2)


def new(of: Tables) -> set[str]:
    first = of.bought.groupby("who")["at"].min()
    return set(first[first > of.now - 30 * DAY].index)


def lapsed(of: Tables) -> set[str]:
    return who(of.bought) - who(of.lately(of.bought, 180))


def vip(of: Tables) -> set[str]:
    year = of.lately(of.bought, 365)
    lately = who(of.lately(of.bought, 90))
    return lately & who(year, 4) & spent(year, CURRENCY, 100_000)


def big_basket(of: Tables) -> set[str]:
    lately = of.lately(of.bought, 90)
    return who(lately[(lately.currency == CURRENCY) & (lately.minor >= 30_000)])


def both_channels(of: Tables) -> set[str]:
    year = of.lately(of.bought, 365)
    return who(by(year, ONLINE)) & who(by(year, IN_STORE))


def cart_left(of: Tables) -> set[str]:
    added = of.lately(of.did(ADDED), 3)
    last = unfollowed(added, of.did(ADDED), "who")
    return who(of.before(unfollowed(last, of.bought, "who"), HOUR))


def viewed_twice(of: Tables) -> set[str]:
    views = of.lately(of.did(VIEWED), 14)
    both = pairs(views, views, "who", "product")
    again = both[both.pause >= HOUR]
    again = again[["who", "product"]].assign(at=again.at_then)
    return who(of.before(unfollowed(again, of.lines, "who", "product"), DAY))


def not_bought_since(of: Tables, names: tuple[str, ...], days: float) -> set[str]:
    """Who did this in the last days and bought nothing since, for a day or longer."""
    rows = of.lately(of.did(*names), days)
    return who(of.before(unfollowed(rows, of.bought, "who"), DAY))


def wishing(of: Tables) -> set[str]:
    wished = of.lately(of.did(WISHED), 90)
    return who(of.before(unfollowed(wished, of.lines, "who", "product"), 7 * DAY))


def looking_again(of: Tables) -> set[str]:
    looked = on_days(of.lately(of.did(VIEWED), 14), 3)
    return looked - who(of.lately(of.did(ADDED), 14))


def searching(of: Tables) -> set[str]:
    looked = who(of.lately(of.did("Products Searched"), 7), 3)
    return looked - who(of.lately(of.bought, 7))


def soon_in_store(
    of: Tables, first: pd.DataFrame, then: pd.DataFrame, *by_: str
) -> set[str]:
    """Who did something online and bought in a store less than 14 days later."""
    online, store = by(of.lately(first, 90), ONLINE), by(of.lately(then, 90), IN_STORE)
    both = pairs(online, store, *by_)
    return who(both[both.pause < 14 * DAY])


def picked_up(of: Tables) -> set[str]:
    ordered = by(of.lately(of.bought, 30), ONLINE)
    return who(pairs(ordered, of.lately(of.did("Order Picked Up"), 30), "who"))


def unhappy(of: Tables) -> set[str]:
    reviews = of.lately(of.did("Product Reviewed"), 30)
    told = of.lately(of.did("Claim Filed", "Delivery Failed"), 30)
    return who(reviews[reviews.rating <= 2]) | who(told)


def silent(of: Tables) -> set[str]:
    lately = who(of.lately(of.done, 180)) | who(of.lately(of.bought, 180))
    return who(of.done) - lately


def birthdays(of: Tables) -> set[str]:
    days = {(of.now + timedelta(days=at)).strftime("%m-%d") for at in range(7)}
    if "02-28" in days and not isleap(of.now.year):
        days.add("02-29")
    return {one for one, born in of.born.items() if born.strftime("%m-%d") in days}


ORACLES: dict[str, Callable[[Tables], set[str]]] = {
    "active": lambda of: who(of.lately(of.bought, 90)),
    "asked-not-bought": lambda of: not_bought_since(of, ASKED, 7),
    "big-basket": big_basket,
    "big-spenders": lambda of: spent(of.lately(of.bought, 365), CURRENCY, 200_000),
    "birthday-7-days": birthdays,
    "both-channels": both_channels,
    "bought-once": once,
    "bring-back-often": lambda of: who(of.lately(of.returned, 180), 2),
    "broad": lambda of: differing(of.lately(of.lines, 365), "category", 5),
    "cart-left": cart_left,
    "cart-to-store": lambda of: soon_in_store(
        of, of.did(ADDED), of.lines, "who", "product"
    ),
    "coupon-users": lambda of: on_days(of.lately(of.did("Coupon Applied"), 180), 3),
    "fading": lambda of: who(of.lately(of.bought, 180)) - who(of.lately(of.bought, 90)),
    "frequent": lambda of: who(of.lately(of.bought, 365), 5),
    "lapsed": lapsed,
    "looking-again": looking_again,
    "never-bring-back": lambda of: who(of.bought, 3) - who(of.returned),
    "new": new,
    "online-to-store-pickup": picked_up,
    "reachable-by-email": lambda of: of.addressed & of.granted,
    "researched-online": lambda of: soon_in_store(of, of.did(VIEWED), of.bought, "who"),
    "searching": searching,
    "second-purchase-due": lambda of: (
        (once(of) & who(of.lately(of.bought, 60))) - who(of.lately(of.bought, 14))
    ),
    "silent": silent,
    "store-only": lambda of: who(by(of.bought, IN_STORE)) - who(by(of.bought, ONLINE)),
    "subscribed-not-bought": lambda of: of.granted - who(of.bought),
    "unhappy": unhappy,
    "viewed-not-bought": lambda of: not_bought_since(of, (VIEWED,), 14),
    "viewed-twice-not-bought": viewed_twice,
    "vip": vip,
    "win-back": lambda of: lapsed(of) & of.granted,
    "wishlist-waiting": wishing,
}
