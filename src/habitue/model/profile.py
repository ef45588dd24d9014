"""The person as known now."""

from typing import Any

from msgspec import Struct

from habitue.model.consent import Consent, ConsentEntry
from habitue.model.order import Purchase
from habitue.model.trait import Computed, Trait


class Freshness(Struct, frozen=True, kw_only=True):
    """How recently a source told something of a person."""

    source: str
    events: int
    last_at_us: int
    last_received_us: int
    simulated: bool = False


class Warned(Struct, frozen=True, kw_only=True):
    """Something an operator should know about a profile."""

    code: str
    detail: str


class Permission(Struct, frozen=True, kw_only=True):
    """The answer for one purpose and channel that the ledger speaks of."""

    purpose: str
    channel: str
    state: Consent
    reason: str


class Profile(Struct, frozen=True, kw_only=True):
    """The person as known at a moment: the combination of the strands' states."""

    as_of_us: int
    traits: dict[str, Trait]
    computed: dict[str, Computed]
    consents: tuple[Permission, ...]
    # Every entry that still decides something, newest first.
    ledger: tuple[ConsentEntry, ...]
    freshness: tuple[Freshness, ...]
    # The latest orders, receipts and returns, newest first.
    purchases: tuple[Purchase, ...]
    warnings: tuple[Warned, ...]

    def value(self, name: str) -> Any:
        """Give the value of a trait, told or computed; None if there is none."""
        told = self.traits.get(name)
        if told is not None:
            return told.told.value
        counted = self.computed.get(name)
        return None if counted is None else counted.value
