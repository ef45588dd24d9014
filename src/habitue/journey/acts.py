"""What a customer does, as far as a journey is made of it."""

from typing import NamedTuple

from msgspec import Struct

from habitue.base.clock import DAY_US, MINUTE_US

# Contacts on which rules for channels say how somebody came; others are channels.
ONLINE = ("web", "app")
# Contacts in which somebody is spoken to, and what tells of it elsewhere.
SPOKEN = ("call", "chat", "whatsapp")
SPOKEN_NAMES = ("Staff Assisted", "Case Opened", "Email Received")
# What is told of purchases; a return is none.
REPORTS = ("Order Completed", "Order Updated", "Order Cancelled", "Receipt Issued")
# What somebody is told to have done of these types is an act.
ACT_TYPES = ("track", "page", "screen")
# What the shop does, or a machine by itself: no act of a customer's.
OURS = (
    *("Order Updated", "Order Refunded", "Order Cancelled", "Order Shipped"),
    *("Order Ready for Pickup", "Order Delivered", "Delivery Failed"),
    *("Email Sent", "Email Delivered", "Email Bounced"),
    *("Push Notification Received", "Push Notification Bounced"),
    *("SMS Sent", "SMS Delivered", "SMS Failed"),
    *("WhatsApp Message Sent", "WhatsApp Message Delivered"),
    *("Offer Presented", "Offer Expired", "Recommendation Viewed"),
    *("Points Earned", "Points Expired", "Tier Changed", "Reward Issued"),
    *("Survey Sent", "Review Replied", "Case Updated", "Case Closed"),
    *("Segment Entered", "Segment Exited", "Segment Listed"),
    *("Prediction Changed", "RFM Changed"),
    *("Scenario Entered", "Scenario Step Taken", "Scenario Exited"),
    *("Queue Length Measured", "Footfall Counted", "Experiment Viewed"),
    *("Price Dropped", "Back in Stock", "Install Attributed"),
    *("Application Updated", "Application Backgrounded"),
    *("Application Uninstalled", "Application Crashed"),
)


class SessionRules(Struct, frozen=True):
    """When a session ends; an answer says by which rules it was made."""

    # A longer pause ends one.
    idle_us: int = 30 * MINUTE_US
    # So does coming by another channel or campaign.
    on_campaign: bool = True
    # So does midnight in the shop's zone.
    at_midnight: bool = False
    zone: str = "UTC"


class Act(NamedTuple):
    """One act of one person; texts are empty where nothing was told."""

    at_us: int
    offset: int
    # How people were in contact: web, app, store, pos, call..
    contact: str
    store: str = ""
    # Of an opened page, by the rules for channels: the channel and the campaign.
    way: str = ""
    campaign: str = ""
    device: str = ""
    name: str = ""


class Session(NamedTuple):
    """A time that one person spent in one place: a touchpoint of the journey."""

    since_us: int
    until_us: int
    # The offset of its first act.
    offset: int
    contact: str
    store: str
    channel: str
    campaign: str
    device: str
    acts: int
    # Somebody of the shop was spoken to.
    spoken: bool


class Purchase(NamedTuple):
    """An order or a receipt, once; amount in minor units."""

    object: str
    at_us: int
    # Where it was made: "store" or "online".
    place: str
    amount: int
    currency: str


class Way(NamedTuple):
    """How somebody came to a purchase: the touchpoints since the one before."""

    object: str
    at_us: int
    place: str
    amount: int
    currency: str
    # From the first touchpoint to the purchase, in microseconds.
    length_us: int
    touches: int
    # Days of the shop's zone with a touchpoint, and sorts of devices.
    days: int
    devices: int
    # Touchpoints before the first person of the shop was spoken to.
    alone: int
    # Channels in order.
    path: tuple[str, ...]


# At the till nobody is led anywhere any more.
TILL = "pos"
# How far before a purchase its way may begin.
WINDOW_US = 30 * DAY_US


def is_act(sort: str, name: str, contact: str) -> bool:
    """Say whether an event of a type and a name is an act of a customer's.

    A till's or a system's word of a purchase is none: it led to nothing.
    """
    if sort not in ACT_TYPES or name in OURS:
        return False
    return name not in REPORTS or contact in ONLINE


def place_of(contact: str, store: str) -> str:
    """Give where an act was done; a session is in one place.

    >>> place_of("web", "s1"), place_of("pos", "s1")
    ('web', 'pos/s1')
    """
    return contact if contact in ONLINE else f"{contact}/{store}"


def is_spoken(contact: str, name: str) -> bool:
    """Say whether an act is one in which somebody of the shop is spoken to."""
    return contact in SPOKEN or name in SPOKEN_NAMES
