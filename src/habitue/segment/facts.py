"""What a person is for a condition: what was done, when, and what is known.

These are plain values, made by habitue.segment.telling and, of people, by the app. Two
makers that give equal facts give equal segments, whatever they keep them in.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from habitue.model.consent import ConsentEntry
from habitue.model.kind import DEVICE_KINDS

# Orders and receipts that count, and returns that do, as they stand.
PURCHASE, RETURN = "$purchase", "$return"
OBJECTS = frozenset({PURCHASE, RETURN})
# Any event; not the objects, which events tell of.
ANY_EVENT = "*"


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A product in what was done: a line of an order, or the product that was viewed.

    category and brand are as told or, where nothing was told, the catalogue's.
    """

    product: str = ""
    name: str = ""
    category: str = ""
    brand: str = ""
    price_minor: int | None = None
    # What the catalogue asks for it now, in minor units by currency.
    listed: Mapping[str, int] = {}
    # Thousandths.
    quantity_milli: int = 1000
    amount_minor: int | None = None
    # All that was told of it.
    told: dict[str, Any] = {}


class Done(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Something a person did: an event, or an order, receipt or return as it stands."""

    at_us: int
    # The event's name, or its type where it has none; PURCHASE or RETURN.
    name: str
    type: str = "track"
    source: str = ""
    channel: str = ""
    store: str = ""
    # The store's, as the catalogue has it.
    region: str = ""
    currency: str = ""
    total_minor: int | None = None
    properties: dict[str, Any] = {}
    lines: tuple[Line, ...] = ()
    # The records of the log it rests on.
    offsets: tuple[int, ...] = ()


class Facts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that conditions may ask of one person."""

    # In any order; what happened later than now is not asked for yet.
    done: tuple[Done, ...] = ()
    # The values that stand, by name.
    traits: Mapping[str, Any] = {}
    computed: Mapping[str, Any] = {}
    # The ledger of consents, and which kinds of identifiers are devices.
    consents: tuple[ConsentEntry, ...] = ()
    devices: Collection[str] = DEVICE_KINDS
    # The kinds of which an identifier is known.
    identifiers: frozenset[str] = frozenset()
    # The segments that have no condition of their own, or are not looked into.
    memberships: frozenset[str] = frozenset()
    # Where the person's day begins and ends, and the shop's.
    time_zone: str = "UTC"
    shop_zone: str = "UTC"
    # The record of the log that each trait rests on.
    trait_offsets: Mapping[str, int] = {}


class Look(NamedTuple):
    """What of something done is looked at beside its properties.

    amounts: prices, quantities and amounts of its lines; money: in which currency;
    store: which one, and its region; prices: those of the catalogue.
    """

    lines: bool = True
    amounts: bool = True
    total: bool = True
    channel: bool = True
    money: bool = True
    store: bool = True
    prices: bool = True


EVERYTHING = Look()
# Of lines what goods are called, and nothing else.
WORDS = Look(
    amounts=False, total=False, channel=False, money=False, store=False, prices=False
)


def is_named(done: Done, names: tuple[str, ...]) -> bool:
    """Say whether something done is called by one of these names.

    >>> is_named(Done(at_us=0, name="page"), ("*",))
    True
    >>> is_named(Done(at_us=0, name="$purchase"), ("*",))
    False
    """
    return done.name in names or (ANY_EVENT in names and done.name not in OBJECTS)
