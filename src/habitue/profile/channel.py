"""Through which channel an event came."""

from functools import lru_cache

from habitue.model.event import Event
from habitue.profile.parse import text

UNKNOWN = "unknown"
# What a tracking library calls its own side is not where the customer was.
_NO_CHANNELS = frozenset({"", "server", "http", "api"})
_LIBRARY_WORDS = {"browser": "web", "client": "web", "mobile": "app"}
_BY_PREFIX = (
    ("Receipt ", "pos"),
    ("Store Visit", "store"),
    ("Beacon ", "store"),
    ("Zone ", "store"),
    ("Fitting Room", "store"),
    ("Staff Assisted", "store"),
    ("Card Scanned", "store"),
    # By the same till as the receipt: one channel, or its net would be wrong.
    ("Return Received", "pos"),
    ("Application ", "app"),
    ("Geofence ", "app"),
    ("Wallet Pass", "app"),
    ("Deep Link", "app"),
    ("Push ", "push"),
    ("Email ", "email"),
    ("SMS ", "sms"),
    ("WhatsApp ", "whatsapp"),
    ("Call ", "call"),
    ("Callback ", "call"),
    ("Live Chat", "chat"),
    ("Social ", "social"),
    ("Forum ", "social"),
)

# All that an event is given by itself; what its source names is as the source has it.
GIVEN = frozenset(
    {*(channel for _, channel in _BY_PREFIX), *_LIBRARY_WORDS.values(), UNKNOWN}
)


@lru_cache(maxsize=4096)
def _by_name(name: str) -> str | None:
    for prefix, channel in _BY_PREFIX:
        if name.startswith(prefix):
            return channel
    return None


@lru_cache(maxsize=4096)
def _clean(value: str) -> str:
    return text(value, 32).lower()


def told_channel(event: Event) -> str | None:
    """Give the channel that an event's properties name; None if they don't."""
    told = event.properties.get("channel")
    if isinstance(told, str):
        channel = _clean(told)
        if channel not in _NO_CHANNELS:
            return channel
    return None


def _said_channel(said: object) -> str | None:
    if not isinstance(said, str) or _clean(said) in _NO_CHANNELS:
        return None
    return _LIBRARY_WORDS.get(_clean(said), _clean(said))


def channel_of(event: Event) -> str:
    """Give the channel an event came through, from its words or its surroundings."""
    context = event.context
    if "channel" in event.properties or "channel" in context:
        told = told_channel(event) or _said_channel(context.get("channel"))
        if told is not None:
            return told
    found = _by_name(event.name)
    if found is not None:
        return found
    if event.type == "page" or "page" in context:
        return "web"
    if event.type == "screen" or "app" in context or "device" in context:
        return "app"
    return UNKNOWN
