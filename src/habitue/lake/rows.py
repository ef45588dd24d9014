"""The rows of the analytic copy, column by column."""

from decimal import Decimal
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
    # Of an opened page: the way to it as JSON, by which channel rules judge.
    came: str | None = None
    # mobile, tablet, desktop or tv, where it was told.
    device: str | None = None


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
    """A strand, since when and until when it is, and the person that holds it.

    identifier_kind: of the identifier whose strand it is.
    """

    strand: int
    from_at: int | None
    until_at: int | None
    person_id: int
    identifier_kind: str = ""


class FactRow(NamedTuple):
    """A value of a trait, or of a computed one, as conditions compare it.

    name: "trait." or "computed." and the path; a list has a row a value. number is in
    millionths, moment in microseconds since 1970, day of the year as 05-12.
    """

    person_id: int
    name: str
    text: str | None = None
    number: Decimal | None = None
    truth: bool | None = None
    moment_us: int | None = None
    day: str | None = None
    # 1: its text is not copied; 2: nothing of it is, but the day of the year.
    masked: int = 0


class AllowedRow(NamedTuple):
    """What the ledger says of one contact point, purpose and channel, the latest each.

    contact: a number that tells a person's contact points apart, and no address.
    """

    person_id: int
    contact: int
    kind: str
    purpose: str
    channel: str
    granted_us: int | None
    withdrawn_us: int | None
    # A browser's no.
    refused_us: int | None
    pending: bool


class LeftRow(NamedTuple):
    """What an event that expired tells from now on, in place of all it told."""

    log_offset: int
    properties: str
    came: str | None = None
    device: str | None = None


class PurchaseRow(NamedTuple):
    """An order, a receipt or a return as it stands, for the strand that it counts for.

    purchase_id: the first record of the log that it rests on.
    """

    purchase_id: int
    # Its key as state has it, parted by the control character 31.
    key: str
    happened_at: int
    strand: int
    kind: str
    source: str
    store: str | None
    channel: str
    status: str
    currency: str
    amount_minor: int
    # Of an order refunded by its status: what no return tells of.
    returned_minor: int
    counted: bool
    claimed: bool
    simulated: bool
    properties: str


class BoughtRow(NamedTuple):
    """A line of an order, a receipt or a return."""

    purchase_id: int
    line: int
    product: str
    name: str
    category: str
    brand: str
    price_minor: int | None
    quantity_milli: int
    amount_minor: int | None
    currency: str
