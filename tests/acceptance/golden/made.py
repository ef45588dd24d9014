"""A small shop that is made up, with all that the gallery asks for.

What is done lies a whole number of hours and a half before now, so nobody enters or
leaves by time alone while a test runs; between two things there are whole hours, which
meet the gallery's spans exactly.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd

from tests.acceptance.golden.aimed import BACK, ORDER, RECEIPT, Deed, lives
from tests.acceptance.golden.reach import COLUMNS, Reach
from tests.acceptance.golden.tables import (
    BOUGHT,
    DONE,
    LINES,
    RETURNED,
    Tables,
    table,
)
from tests.acceptance.shop import identify, track

PEOPLE, DAYS = 400, 390
# What people do, and by which channels; what is done most comes twice.
HABITS = (
    *((ORDER, ("web", "app")), (RECEIPT, ("pos", "store"))) * 2,
    *(("Product Viewed", ("web", "app", "store")), ("Product Added", ("web", "app")))
    * 2,
    ("Product Added to Wishlist", ("web",)),
    ("Products Searched", ("web", "app")),
    ("Coupon Applied", ("web", "pos")),
    ("Product Reviewed", ("web",)),
    ("Order Picked Up", ("store",)),
    (BACK, ("pos",)),
    ("Claim Filed", ("call",)),
    ("Delivery Failed", ("web",)),
    ("Call Started", ("call",)),
    ("Live Chat Conversation Started", ("chat",)),
    ("Case Opened", ("email",)),
)
# By product its category.
GOODS = {"p1": "Tea", "p2": "Coffee", "p3": "Cups", "p4": "Pots", "p5": "Books"}
GOODS |= {"p6": "Tea", "p7": "Cakes"}
# At the gallery's amounts, and a penny below.
TOTALS = (4_000, 24_999, 25_000, 29_999, 30_000, 100_000, 199_999, 200_000)
# The spans of the gallery, until now and between one thing and the next.
EDGES_DAYS = (1, 3, 7, 14, 30, 60, 90, 180, 365)
PAUSES_HOURS = (1, 24 * 14 - 1, 24 * 14)


class Made:
    """The shop as it is told, and as tables."""

    def __init__(self, now: datetime) -> None:
        self.now = pd.Timestamp(now)
        self.items: list[dict[str, Any]] = []
        self._chance = Random(32)
        self._rows: dict[tuple[str, ...], list[tuple[Any, ...]]] = {
            one: [] for one in (BOUGHT, LINES, RETURNED, DONE)
        }
        self._contacts: list[tuple[str, ...]] = []
        self._born: dict[str, date] = {}
        for number in range(1, PEOPLE + 1):
            self._live(str(number))
        for number, deeds in enumerate(lives(), PEOPLE + 1):
            self._introduce(str(number))
            for deed in deeds:
                self._do(str(number), deed, [deed.product])
        self.reach = Reach(set())
        self.reach.rows = pd.DataFrame(self._contacts, columns=COLUMNS)

    def tables(self) -> Tables:
        """Give it as tables."""
        rows = self.reach.rows
        made = {columns: table(rows, columns) for columns, rows in self._rows.items()}
        return Tables(
            now=self.now,
            people=set(rows.CustomerID),
            bought=made[BOUGHT],
            lines=made[LINES],
            returned=made[RETURNED],
            done=made[DONE],
            born=self._born,
            granted=set(rows[rows.EmailConsent == "yes"].CustomerID),
            addressed=set(rows[rows.Email != ""].CustomerID),
        )

    def _live(self, who: str) -> None:
        """Make somebody up: who they are, and what they do."""
        chance = self._chance
        self._introduce(who)
        # Some have done nothing for a while.
        rest = chance.choice((0, 0, 0, 0, 10, 100, 179, 180, 200))
        done: list[int] = []
        for name, channels in chance.sample(HABITS, chance.randrange(8)):
            span = min(chance.choice((1, 3, 7, 14, 60, 180, DAYS)), DAYS - rest)
            for _ in range(chance.choice((1, 1, 2, 3, 6))):
                hours = self._hours(24 * rest, 24 * (rest + span), done)
                done.append(hours)
                deed = Deed(
                    name,
                    hours,
                    chance.choice(channels),
                    chance.choice(TOTALS),
                    chance.randrange(1, 6),
                )
                goods = chance.sample(list(GOODS), chance.choice((1, 1, 2, 3)))
                self._do(who, deed, goods)

    def _hours(self, least: int, most: int, done: list[int]) -> int:
        """Choose when: at an edge of the gallery's spans, or after something else."""
        chance, sort = self._chance, self._chance.random()
        hours = chance.randrange(least, most)
        if sort < 0.3:
            hours = 24 * chance.choice(EDGES_DAYS) - chance.randrange(2)
        elif sort < 0.5 and done:
            hours = chance.choice(done) - chance.choice(PAUSES_HOURS)
        return hours if least <= hours < 24 * DAYS else least

    def _introduce(self, who: str) -> None:
        """Tell of somebody, of their birthday, and of what they said to marketing."""
        chance, hours = self._chance, 24 * (DAYS + 5)
        mail = f"c{who}@shop.example" if chance.random() < 0.6 else ""
        phone = f"+48600{int(who):06}" if chance.random() < 0.5 else ""
        # Somebody may say yes whose address is not known.
        said = [chance.choice(("yes", "no", "")) for _ in range(2)]
        self._contacts.append((who, mail, phone, *said))
        traits = {"email": mail, "phone": phone}
        # Neither today nor the last of the seven days: a day may begin meanwhile.
        if chance.random() < 0.8:
            ahead = chance.choice((1, 2, 3, 4, 5, *range(9, 300, 7)))
            self._born[who] = born = self._birthday(ahead)
            traits["birthday"] = born.isoformat()
        told = {name: value for name, value in traits.items() if value}
        self._tell(who, identify(told), hours)
        for channel, answer in zip(("email", "sms"), said, strict=True):
            if answer:
                # Whoever says no had said yes before.
                self._answer(who, "Consent Granted", channel, hours - 1)
            if answer == "no":
                self._answer(who, "Consent Withdrawn", channel, hours - 2)

    def _birthday(self, ahead: int) -> date:
        day = (self.now + timedelta(days=ahead)).date()
        # There was no 29 February in that year.
        leaps = (day.month, day.day) == (2, 29)
        return date(1990, 3, 1) if leaps else day.replace(year=1990)

    def _answer(self, who: str, name: str, channel: str, hours: int) -> None:
        self._tell(who, track(name, {"channel": channel}), hours)

    def _do(self, who: str, deed: Deed, goods: list[str]) -> None:
        """Tell of something done, about the first product or with all of them."""
        told: dict[str, Any] = {"channel": deed.channel}
        if deed.name in (ORDER, RECEIPT):
            told |= self._buy(who, deed, goods)
        elif deed.name == BACK:
            told |= self._bring_back(who, deed)
        elif deed.name.startswith("Product ") or deed.name == "Claim Filed":
            told["product_id"] = goods[0]
        if deed.name == "Product Reviewed":
            told["rating"] = deed.rating
        self._tell(who, track(deed.name, told), deed.hours)

    def _buy(self, who: str, deed: Deed, goods: list[str]) -> dict[str, Any]:
        at, channel = self._at(deed.hours), deed.channel
        # Of who was made up by chance some pay in another currency.
        foreign = int(who) <= PEOPLE and self._chance.random() < 0.25
        currency = "EUR" if foreign else "GBP"
        self._rows[BOUGHT].append((who, at, channel, currency, deed.minor))
        self._rows[LINES] += [(who, at, channel, one, GOODS[one]) for one in goods]
        return {
            "order_id" if deed.name == ORDER else "receipt_id": self._number(BOUGHT),
            "total": deed.minor / 100,
            "currency": currency,
            "products": [
                {"product_id": one, "category": GOODS[one], "price": 1, "quantity": 1}
                for one in goods
            ],
        }

    def _bring_back(self, who: str, deed: Deed) -> dict[str, Any]:
        minor = deed.minor // 10
        self._rows[RETURNED].append((who, self._at(deed.hours), "GBP", minor))
        number = self._number(RETURNED)
        return {"return_id": number, "total": minor / 100, "currency": "GBP"}

    def _number(self, columns: tuple[str, ...]) -> str:
        return f"n{len(self._rows[columns])}"

    def _tell(self, who: str, item: dict[str, Any], hours: int) -> None:
        at, of = self._at(hours), item.get("properties", {})
        words = (of.get(one) for one in ("channel", "product_id", "rating"))
        name = item.get("event", item["type"])
        self._rows[DONE].append((who, at, name, *words))
        told = at.isoformat().replace("+00:00", "Z")
        self.items.append({**item, "userId": who, "timestamp": told})

    def _at(self, hours: int) -> pd.Timestamp:
        return self.now - pd.Timedelta(hours=hours, minutes=30)

    def batches(self, size: int = 200) -> Iterator[list[dict[str, Any]]]:
        """Give what is told, so many items at a time."""
        for first in range(0, len(self.items), size):
            yield self.items[first : first + size]
