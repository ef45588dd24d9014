"""The rules by which a visit gets its channel, and what channels cost."""

from msgspec import Struct


class ChannelRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What has to hold of a visit's beginning for it to get a channel.

    All that is named has to hold; of several values one is enough. A * stands for
    anything, at the beginning or the end of a value.
    """

    channel: str
    # Hosts of the page before, subdomains included; google.* in any country.
    referrer: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    medium: tuple[str, ...] = ()
    campaign: tuple[str, ...] = ()
    # Names of parameters of the address, such as gclid or the code of a poster.
    query: tuple[str, ...] = ()
    # Beginnings of the path that was landed on.
    path: tuple[str, ...] = ()


class ChannelRules(Struct, frozen=True):
    """All rules in their order; the first that holds gives the channel."""

    rules: tuple[ChannelRule, ...] = ()


class ChannelCost(Struct, frozen=True, order=True):
    """What a channel cost on a day, in minor units of a currency."""

    # As 2026-03-01.
    day: str
    channel: str
    currency: str
    minor: int


class ChannelRate(Struct, frozen=True, order=True):
    """What each touchpoint of a channel costs from a day on, until another is told."""

    channel: str
    currency: str
    # As 2026-03-01.
    since: str
    minor: int


class ChannelRates(Struct, frozen=True):
    """All that single touchpoints cost, as of a call or a visit."""

    rows: tuple[ChannelRate, ...] = ()


class ChannelCosts(Struct, frozen=True):
    """All that channels cost in a month."""

    rows: tuple[ChannelCost, ...] = ()
