"""People of the made shop at the edges of the gallery's spans, one thing apart.

Each is told twice: with a thing that is half an hour younger than a span, and with one
that is half an hour older.
"""

from collections.abc import Iterator
from typing import NamedTuple

ORDER, RECEIPT, BACK = "Order Completed", "Receipt Issued", "Return Received"
VIEWED, ADDED, WISHED = "Product Viewed", "Product Added", "Product Added to Wishlist"
SEARCHED, COUPON = "Products Searched", "Coupon Applied"


class Deed(NamedTuple):
    """Something done so many hours and a half ago, about one product."""

    name: str
    hours: int
    channel: str = "web"
    minor: int = 25_000
    rating: int = 2
    product: str = "p1"


def ago(name: str, *days: int, channel: str = "web", minor: int = 25_000) -> list[Deed]:
    return [Deed(name, 24 * each, channel, minor) for each in days]


def lives() -> Iterator[list[Deed]]:
    """Give what each of them did."""
    for late in (0, 1):
        yield from _bought(late)
        yield from _looked(late)
        yield from _on_two_sides(late)
    # Not one of four purchases is missing, but a penny is.
    for minor in (24_999, 25_000):
        yield [*ago(ORDER, 1, 50, 99), *ago(ORDER, 150, minor=minor)]
    # Twice within exactly one hour.
    yield [Deed(VIEWED, 121), Deed(VIEWED, 120)]


def _bought(late: int) -> Iterator[list[Deed]]:
    for days in (14, 30, 60, 90, 180):
        yield [Deed(ORDER, 24 * days - late, minor=30_000)]
    year = 24 * 365 - late
    yield [Deed(ORDER, year, minor=200_000)]
    yield [*ago(ORDER, 1, 50, 200), Deed(ORDER, year)]
    yield [*ago(ORDER, 1, 50, 99, 200), Deed(ORDER, year)]
    yield [*ago(ORDER, 1, 50, 99, 200, minor=20_000), Deed(ORDER, year, minor=20_000)]
    goods = [Deed(ORDER, 24, product=one) for one in ("p1", "p2", "p3", "p4")]
    yield [*goods, Deed(ORDER, year, product="p5")]
    yield [*ago(ORDER, 100, 200, 300), Deed(ORDER, 24 * 90 - late)]
    yield [*ago(ORDER, 180), Deed(ORDER, 24 * 90 - late)]
    yield [*ago(BACK, 1), Deed(BACK, 24 * 180 - late, "pos")]
    yield [*ago(COUPON, 1, 5), Deed(COUPON, 24 * 180 - late)]
    for name in ("Product Reviewed", "Claim Filed", "Delivery Failed"):
        yield [Deed(name, 24 * 30 - late)]


def _looked(late: int) -> Iterator[list[Deed]]:
    yield [*ago(SEARCHED, 1, 2), Deed(SEARCHED, 24 * 7 - late)]
    yield [*ago(SEARCHED, 1, 2, 3), Deed(ORDER, 24 * 7 - late)]
    yield [*ago(VIEWED, 1, 5), Deed(VIEWED, 24 * 14 - late)]
    yield [*ago(VIEWED, 1, 5, 9), Deed(ADDED, 24 * 14 - late)]
    yield [Deed(VIEWED, 24 * 14 - late), *ago(VIEWED, 10)]
    yield [Deed(WISHED, 24 * 90 - late)]
    yield [Deed(ADDED, 24 * 3 - late)]
    yield [Deed(ADDED, 1 - late)]
    yield [Deed(VIEWED, 24 * 14 - late)]
    yield [Deed(WISHED, 24 * 7 - late)]
    yield [Deed("Call Started", 24 * 7 - late, "call")]


def _on_two_sides(late: int) -> Iterator[list[Deed]]:
    for till in ("pos", "store"):
        bought = ago(RECEIPT, 1, channel=till)
        yield bought
        yield [*bought, Deed(ORDER, 24 * 365 - late)]
        yield [*ago(ORDER, 1), Deed(RECEIPT, 24 * 365 - late, till)]
        for name in (VIEWED, ADDED):
            yield [Deed(name, 24 * 90 - late), *ago(RECEIPT, 89, channel=till)]
            yield [Deed(name, 24 * 15 - late), *ago(RECEIPT, 1, channel=till)]
    yield [Deed(ORDER, 24 * 30 - late), *ago("Order Picked Up", 20, channel="store")]
