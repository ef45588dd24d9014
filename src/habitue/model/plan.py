"""The tracking plan of a source: which events it sends, and what each has to hold."""

from typing import Any, Literal

from msgspec import Struct

# What becomes of an event that breaks the plan, or that it does not name.
Breach = Literal["quarantine", "mark"]
Unplanned = Literal["take", "mark", "quarantine"]


class TrackingPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan: by the name of an event, the JSON Schema of its properties.

    An event without a name of its own goes by its type: identify, by its traits,
    page, screen, group and alias by their properties.
    """

    events: dict[str, Any] = {}
    breach: Breach = "quarantine"
    unplanned: Unplanned = "take"
