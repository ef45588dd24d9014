"""One change on its way through identity: what it is, and what it did so far."""

from typing import NamedTuple

from msgspec import Struct, field

from habitue.identity.book import Item
from habitue.identity.delta import Delta
from habitue.identity.drawing import Link
from habitue.identity.parts import Parts
from habitue.identity.rows import Edge


class Placing(NamedTuple):
    """Where an item stands: its decider, strand and edges."""

    decider: int
    strand: int
    edges: dict[Link, Edge]


class Outcome(Struct):
    """What a change means for the events folded so far."""

    # Of the item that came, and the identifier that decides it.
    strand: int | None = None
    decider: int | None = None
    refold: dict[int, None] = {}
    gone: dict[int, None] = {}
    # Strands of stretches, with their devices.
    anew: dict[int, int] = {}


class Change(Struct):
    """An item that comes or goes, a judgement, or both; and what it changed so far.

    was: how the items stood that may stand otherwise now; dirty: these items;
    components: those that nodes went from; listed: shared contacts to list at last.
    """

    item: Item | None
    adds: bool
    outcome: Outcome = field(default_factory=Outcome)
    delta: Delta = field(default_factory=Delta)
    was: dict[int, Placing] = {}
    dirty: dict[int, Item] = {}
    components: dict[int, None] = {}
    changed_names: dict[int, None] = {}
    listed: dict[int, int] = {}


def placing(parts: Parts, item: Item) -> Placing:
    """Say where an item stands now."""
    decider = parts.book.decider(item.numbers)
    edges = parts.drawing.edges(item, parts.refusing(item))
    return Placing(decider, parts.book.place(decider, item.moment), edges)
