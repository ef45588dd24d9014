"""One fact of a person, with where it comes from."""

from typing import Any

from msgspec import Struct


class Told(Struct, frozen=True, kw_only=True):
    """A value of a trait as one source last told it."""

    value: Any
    source: str
    at_us: int
    # Told by the shop's own systems; False for a browser's claim.
    verified: bool
    message_id: str
    offset: int


class Trait(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact of a person: the value that stands, the rule it stands by, the others."""

    name: str
    told: Told
    # Why this value stands: only, verified, priority, recency or tie.
    rule: str
    others: tuple[Told, ...] = ()
    # A contact point that mail or messages came back from.
    undeliverable: bool = False


class Computed(Struct, frozen=True, kw_only=True):
    """A trait that is counted from events: its value, its unit and what it means."""

    name: str
    value: Any
    unit: str
    description: str


class Change(Struct, frozen=True, kw_only=True):
    """A moment at which a trait took another value; None where it went away."""

    at_us: int
    told: Told | None
