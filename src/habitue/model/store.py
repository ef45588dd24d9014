"""Where the shop sells: its stores."""

from typing import Any

from msgspec import Struct


class Store(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A store as one source tells it, with its region and its time zone."""

    source: str
    store_id: str
    name: str = ""
    region: str = ""
    country: str = ""
    # The zone of its source where the store names none.
    time_zone: str = "UTC"
    # As told: opening hours, address, size and whatever else.
    fields: dict[str, Any] = {}
    closed: bool = False
    updated_us: int
    reports: tuple[int, ...] = ()
