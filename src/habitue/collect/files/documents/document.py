"""A document as a table has it: what all its lines share, and each line."""

from collections.abc import Mapping as AnyMapping
from decimal import ROUND_HALF_EVEN, Decimal, DecimalException

from msgspec import Struct

from habitue.collect.files.nouns import FileKind

# What kinds of documents are called, whichever dialect they are written in.
INVOICE, CREDIT_NOTE, CORRECTION = "invoice", "credit_note", "correction"
_MICRO = Decimal("0.000001")
_DIGITS_MAX = 40

Cells = dict[str, str]


class Dialect(Struct, frozen=True):
    """A way to write documents: its name, and the field of each of its columns."""

    name: str
    columns: AnyMapping[str, str]


class Document(Struct, frozen=True):
    """One invoice, order or report: cells by column."""

    kind: FileKind
    head: Cells
    lines: list[Cells]


def filled(cells: AnyMapping[str, str | None]) -> Cells:
    """Leave out the cells that say nothing."""
    return {name: text for name, text in cells.items() if text}


def decimal_of(text: str | None) -> Decimal | None:
    """Read a number of a document; what is none is left for the line's fault."""
    if not text or len(text) > _DIGITS_MAX:
        return None
    try:
        number = Decimal(text)
    except DecimalException:
        return None
    return number if number.is_finite() else None


def price_of(text: str | None, units: str | None = None) -> str | None:
    """Give the price of one, in millionths at the finest; units: what it is for.

    >>> price_of("97.480000000"), price_of("1", "3"), price_of("much")
    ('97.48', '0.333333', 'much')
    """
    price, base = decimal_of(text), decimal_of(units)
    if price is None:
        return text
    each = price / base if base else price
    return plain(each.quantize(_MICRO, ROUND_HALF_EVEN))


def plain(number: Decimal) -> str:
    """Write a number without an exponent and without idle zeros.

    >>> plain(Decimal("100.00")), plain(Decimal("-0.50"))
    ('100', '-0.5')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def gtin_of(text: str | None) -> str | None:
    """Write a GTIN as tills do: one of 13 digits without the leading zero of 14.

    >>> gtin_of("05901234123457"), gtin_of("5901234123457")
    ('5901234123457', '5901234123457')
    """
    if text and len(text) == 14 and text.startswith("0") and text.isdigit():
        return text[1:]
    return text
