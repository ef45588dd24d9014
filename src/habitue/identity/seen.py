"""An item as the fast path looks at it."""

from msgspec import Struct

from habitue.identity.book import Item, moment_of
from habitue.identity.rows import Row
from habitue.model.evidence import Evidence


class Seen(Struct, gc=False):
    """An identifier of an item: its row, and what the item changes there."""

    number: int
    row: Row
    rank: int
    fresh: bool
    # The item comes after all that mentions the identifier so far.
    in_order: bool
    node: int = 0
    # The item adds to a contact's tenure, or is refused by it.
    takes: bool = False
    refuses: bool = False


def item_of(evidence: Evidence, seen: list[Seen]) -> Item:
    """Give the item as the long way takes it."""
    numbers = tuple(one.number for one in seen)
    return Item(evidence, moment_of(evidence), numbers)
