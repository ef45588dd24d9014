"""What was bought and brought back: orders, receipts, returns."""

from enum import StrEnum

from msgspec import Struct


class PurchaseKind(StrEnum):
    """The three objects that carry money."""

    ORDER = "order"
    RECEIPT = "receipt"
    RETURN = "return"


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A product on an order, a receipt or a return."""

    product: str
    name: str = ""
    category: str = ""
    brand: str = ""
    # Thousandths, so that half a kilo stays an exact integer.
    quantity_milli: int
    # Minor units for all of the line; None where the source gave no price.
    amount_minor: int | None = None


class Purchase(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An order, a receipt or a return as it stands after all reports of it."""

    # Kind, number space and id, parted by the control character 31.
    key: str
    kind: PurchaseKind
    at_us: int
    channel: str
    currency: str
    amount_minor: int
    status: str = ""
    store: str = ""
    till: str = ""
    cashier: str = ""
    # How it was paid: cash, card, voucher.
    tender: str = ""
    lines: tuple[Line, ...] = ()
    # Whether its money is in the totals, and if not why.
    counted: bool = True
    because: str = ""
    # Told only by a browser that is not trusted with orders.
    claimed: bool = False
    # Two reports of one version differ; both are kept.
    conflict: bool = False
    # More came back than was bought.
    over_returned: bool = False
    simulated: bool = False
    # The key of the order or receipt it belongs to.
    of: str = ""
    # The reports it rests on: source and offset.
    reports: tuple[tuple[str, int], ...] = ()
