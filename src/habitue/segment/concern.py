"""Which events may change what conditions ask of a profile, beside things done."""

from collections.abc import Collection
from enum import Enum
from typing import NamedTuple

from habitue.model.event import Event
from habitue.profile.ledger import CONSENT_EVENTS
from habitue.profile.report import PURCHASE_EVENTS
from habitue.segment.live_rows import Cause
from habitue.segment.wants import Wants

# Computed traits that change with purchases alone; the others with any event.
OF_PURCHASES = frozenset(
    {
        "orders", "receipts", "purchases", "returns", "claimed_purchases", "revenue",
        "revenue_by_channel", "purchases_by_channel", "first_purchase_us",
        "last_purchase_us", "average_basket", "days_between_orders", "returned_share",
        "favourite_store", "stores", "products", "categories", "brands",
        "rfm", "rfm_measures", "rfm_persona",
    }
)  # fmt: skip


class Concern(Enum):
    """Whose profile an event may change, as far as it is asked for.

    A report of a purchase may move it from somebody else, or make theirs count.
    """

    NOTHING = 0
    OWN = 1
    PURCHASES = 2


class Moved(NamedTuple):
    """What a record changed beside what it tells: strands, and who people are."""

    strands: Collection[int] = ()
    people: Collection[int] = ()
    # Merge or un-merge, where it was one.
    cause: Cause | None = None


def concern_of(event: Event, wants: Wants) -> Concern:
    """Say whose profile an event may change in what is wanted of it."""
    if event.name in PURCHASE_EVENTS and (wants.objects or wants.computed):
        return Concern.PURCHASES
    return Concern.OWN if _is_own(event, wants) else Concern.NOTHING


def _is_own(event: Event, wants: Wants) -> bool:
    if wants.computed and not wants.computed <= OF_PURCHASES:
        return True
    context = event.context
    if wants.traits and (event.traits or "locale" in context or "timezone" in context):
        return True
    return wants.consents and (event.name in CONSENT_EVENTS or "consents" in context)
