"""The fate of an item at the door: every item has exactly one."""

from enum import StrEnum

from msgspec import Struct


class Fate(StrEnum):
    """The four things that can become of an item."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


class Outcome(Struct, frozen=True, omit_defaults=True, gc=False):
    """What became of one item: its fate, the reason, and where it lies.

    offset is the log offset of a stored item or of the one it duplicates;
    quarantine_id names the kept bytes of a quarantined one.
    """

    fate: Fate
    reason: str | None = None
    # A sentence that a marketer understands.
    detail: str | None = None
    offset: int | None = None
    quarantine_id: int | None = None
