"""The rows of the analytic copy, column by column."""

from typing import NamedTuple


class EventRow(NamedTuple):
    """An event as it stands in the copy; times in microseconds since 1970, UTC.

    strand: whose it is, by way of `holding`; 0 of what names nobody, None of what
    counts for nothing (a robot's, staff's, retracted).
    """

    log_offset: int
    happened_at: int
    received_at: int
    strand: int | None
    type: str
    name: str
    source: str
    store: str | None
    channel: str
    historical: bool
    marked: str | None
    verified: bool
    # Of a report of an order, a receipt or a return: which one, and its status.
    object: str | None
    status: str | None
    # What it told of money, or what its lines add up to, in minor units.
    currency: str | None
    amount_minor: int | None
    # JSON without contact points, names and free text.
    properties: str


class LineRow(NamedTuple):
    """A product that an event tells of, how much of it, and what for."""

    log_offset: int
    line: int
    product: str
    name: str
    category: str
    brand: str
    price_minor: int | None
    quantity_milli: int
    amount_minor: int | None
    currency: str


class HoldingRow(NamedTuple):
    """A strand, since when and until when it is, and the person that holds it."""

    strand: int
    from_at: int | None
    until_at: int | None
    person_id: int
