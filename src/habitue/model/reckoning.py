"""How a shop reckons its days and its money."""

from msgspec import Struct


class Reckoning(Struct, frozen=True):
    """In which time zone the shop's days are, and in which currency it reports."""

    time_zone: str = "UTC"
    currency: str = "GBP"
