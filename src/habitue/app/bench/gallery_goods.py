"""What is done in the shop that the gallery is measured on, and with what goods."""

from typing import Any, NamedTuple

from habitue.app.bench.columns import picked

GOODS, CATEGORIES, BRANDS = 5_000, 31, 17
CURRENCY = "EUR"


class Deed(NamedTuple):
    """What is done, its share in a thousand, and what it tells of."""

    name: str
    share: int
    # "" where people are: on the site or in the app.
    channel: str = ""
    # At least and at most so many lines.
    lines: tuple[int, int] = (0, 0)
    type: str = "track"


DEEDS = (
    Deed("Home", 300, type="page"),
    Deed("Product Viewed", 340, lines=(1, 1)),
    Deed("Product Added", 80, lines=(1, 1)),
    Deed("Product Added to Wishlist", 20, lines=(1, 1)),
    Deed("Products Searched", 70),
    Deed("Email Opened", 60, "email"),
    Deed("Coupon Applied", 12),
    Deed("Product Reviewed", 10),
    Deed("Order Completed", 40, lines=(1, 3)),
    Deed("Receipt Issued", 45, "pos", lines=(1, 3)),
    Deed("Return Received", 6, "pos", lines=(1, 1)),
    Deed("Order Picked Up", 10, "store"),
    Deed("Call Started", 3, "call"),
    Deed("Live Chat Conversation Started", 2, "chat"),
    Deed("Claim Filed", 1),
    Deed("Delivery Failed", 1),
)
NAMES = [one.name for one in DEEDS]
HOME, ORDER, RECEIPT, RETURN = map(
    NAMES.index, ("Home", "Order Completed", "Receipt Issued", "Return Received")
)
# What reports an object: its letter in keys, its kind, its source and its status.
OBJECTS = {
    ORDER: ("o", "order", "shop", "completed"),
    RECEIPT: ("r", "receipt", "till", "issued"),
    RETURN: ("t", "return", "till", "received"),
}


def price_of(product: Any) -> Any:
    """Say what a product costs, in minor units."""
    return (1 + product % 97) * 100


def is_told(product: int) -> bool:
    """Say whether events tell category and brand; of some the catalogue alone does."""
    return product % 5 != 0


def category_of(product: int) -> str:
    """Give the category that is told of a product."""
    return f"c{product % CATEGORIES}" if is_told(product) else ""


def brand_of(product: int) -> str:
    """Give the brand that is told of a product."""
    return f"b{product % BRANDS}" if is_told(product) else ""


def known_of(product: str) -> dict[str, str]:
    """Give what the catalogue says of any product."""
    number = int(product.removeprefix("p"))
    return {"category": f"c{number % CATEGORIES}", "brand": f"b{number % BRANDS}"}


def told_of(product: int) -> str:
    kind = f'"category":"{category_of(product)}","brand":"{brand_of(product)}",'
    cost = f'"price":{price_of(product) // 100},"currency":"{CURRENCY}"'
    return f'{{"product_id":"p{product}",{kind if is_told(product) else ""}{cost}}}'


TOLD = [told_of(at) for at in range(GOODS)]


class Lines(NamedTuple):
    """Lines of events as columns: of which event, at which place, of what, how many."""

    of: Any
    line: Any
    product: Any
    pieces: Any

    @property
    def amount(self) -> Any:
        return price_of(self.product) * self.pieces

    def columns(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "product": picked([f"p{at}" for at in range(GOODS)], self.product),
            "category": picked([category_of(at) for at in range(GOODS)], self.product),
            "brand": picked([brand_of(at) for at in range(GOODS)], self.product),
            "price_minor": price_of(self.product),
            "quantity_milli": self.pieces * 1000,
            "amount_minor": self.amount,
        }
