"""Conditions as a shop has them, as many as are wanted."""

from collections.abc import Iterator
from itertools import product

from habitue.app.bench.sessions import CATEGORIES
from habitue.segment.condition import (
    AllOf,
    Condition,
    Count,
    Did,
    DidNot,
    Step,
    Sum,
    Where,
    Window,
)
from habitue.segment.condition import (
    Sequence as Following,
)

# Some of these happen at every visit, some seldom, and some not in these sessions.
_NAMES = (
    "Product Viewed",
    "Order Completed",
    "Coupon Applied",
    "Product Added",
    "Email Opened",
    "Products Searched",
    "Review Submitted",
    "Store Visited",
    "Product Compared",
    "Wishlist Changed",
)
_DAYS = (1, 7, 30, 90, 365)


def conditions() -> Iterator[Condition]:
    """Give conditions as a shop has them: some of few leaves, under many windows."""
    bought = Did(event="Order Completed", within=Window(days=90))
    while True:
        for at, (days, name) in enumerate(product(_DAYS, _NAMES)):
            within = Window(days=days)
            where = (Where(property="$category", op="is", value=CATEGORIES[at % 7]),)
            yield Did(event=name, within=within, count=Count(op=">=", value=at % 4 + 1))
            yield AllOf(of=(Did(event=name, where=where, within=within), bought))
            yield AllOf(
                of=(Did(event=name, where=where), DidNot(event="Order Completed"))
            )
            yield Did(
                event=name, sum=Sum(of="price", op=">", value=100 * days), within=within
            )
            yield Following(
                steps=(Step(event="Products Searched"), Step(event=name)), within=within
            )
