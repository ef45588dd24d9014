"""Where events come from, and who may say what."""

from enum import StrEnum

from msgspec import Struct


class Writer(StrEnum):
    """The class of who wrote an item: what it may claim depends on it."""

    PUBLIC = "public"
    SIGNED = "signed"
    SERVER = "server"
    OPERATOR = "operator"


# In this order; who may tell something may tell what those before it may.
WRITERS = tuple(Writer)


class Mode(StrEnum):
    """What a browser's word about identity is worth at a public source."""

    JOINS = "joins"
    SIGNED = "signed"
    TRUSTED = "trusted"


class Source(Struct, frozen=True, kw_only=True):
    """A place events come from: a site, an app, a till system, a file."""

    name: str
    kind: Writer = Writer.SERVER
    mode: Mode = Mode.JOINS
    # Its rank when two sources tell a trait or an order at one time; lower wins.
    priority: int = 100
    # The number space its order ids belong to, so that web and ERP name one order.
    orders: str = "shop"
    trust_orders: bool = False
    shared_device: bool = False
    historical: bool = False
    simulated: bool = False
    # The region whose phone numbers come without a country code.
    country: str = "GB"
    time_zone: str = "UTC"
    origins: tuple[str, ...] = ()
    # Whether its visitors may be given a cookie of ours to be known again by: only
    # where no consent is needed for that.
    network_cookie: bool = False
    events_per_s_max: int = 0
    # Nothing from it for so long is worth a look; 0 where silence is as it should be.
    silent_after_s: int = 86_400
