"""What the shop sells: products, what they cost and when, and how many there are."""

from typing import Any

from msgspec import Struct

# In place of a quantity: there is some, and the shop doesn't count it. It is more than
# can be told of any that is counted.
UNCOUNTED = 2**62


class Price(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a product costs from one moment on, in one store and currency."""

    # Empty where the price holds in every store.
    store: str = ""
    currency: str
    amount_minor: int
    since_us: int


class PriceFall(Struct, frozen=True, kw_only=True):
    """A price that is lower than the one before, and what it is to be shown beside."""

    at_us: int
    before_minor: int
    # The lowest of the 30 days before the fall.
    lowest_minor: int
    # Whether prices of all the 30 days are known.
    whole: bool


class PriceNow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The price in force at a moment, and the fall that brought it, if one did."""

    price: Price
    # The lowest of the 30 days before the moment, and whether all of them are known.
    lowest_minor: int
    whole: bool
    fall: PriceFall | None = None


class Stock(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much of a product there is from one moment on, in one store."""

    # Empty where the source keeps one stock for all.
    store: str = ""
    # Thousandths, so that half a kilo stays an exact integer; or UNCOUNTED.
    quantity_milli: int
    since_us: int


class Product(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A product as one source tells it: its fields, its prices and its stock."""

    source: str
    product_id: str
    # Name, category, brand and whatever else is told; each as last told.
    fields: dict[str, Any] = {}
    deleted: bool = False
    updated_us: int
    prices: tuple[PriceNow, ...] = ()
    stock: tuple[Stock, ...] = ()
    # The offsets of the reports that its fields rest on.
    reports: tuple[int, ...] = ()


def pieces(quantity_milli: int) -> int | float:
    """Give thousandths in pieces, or in the unit of a product.

    >>> pieces(3000), pieces(2500)
    (3, 2.5)
    """
    whole, rest = divmod(quantity_milli, 1000)
    return quantity_milli / 1000 if rest else whole
