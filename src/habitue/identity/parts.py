"""The parts that a change of identity goes through."""

from habitue.identity import rows
from habitue.identity.book import Book, Item
from habitue.identity.drawing import Drawing
from habitue.identity.holding import Holding
from habitue.identity.inserting import Inserting
from habitue.identity.judging import Judging
from habitue.identity.naming import Naming
from habitue.identity.renaming import Renaming
from habitue.identity.turning import Turning
from habitue.identity.uniting import Uniting
from habitue.model.evidence import Evidence
from habitue.model.strand import strand


class Parts:
    """The parts that a change goes through, over one book."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.naming = Naming(book)
        self.holding = Holding(book, self.naming)
        self.turning = Turning(book)
        self.inserting = Inserting(self.turning)
        self.drawing = Drawing(book)
        self.uniting = Uniting(self.drawing, self.naming)
        self.judging = Judging(self.drawing)
        self.renaming = Renaming(self.naming)

    def nodes(self, number: int) -> list[int]:
        """Give the nodes of an identifier in force."""
        row = self.book.row(number)
        if not row.items or row.device is not None:
            return []
        if row.contact is None:
            return [strand(number, 0)]
        if row.contact.shared:
            return []
        return [strand(number, at) for at in range(len(row.contact.tenures))]

    def refusing(self, item: Item) -> list[int]:
        """Give the contacts that refused an item."""
        return [
            number
            for number in item.numbers
            if (contact := self.book.row(number).contact) is not None
            and contact.refused
            and self.book.flags(number, item.evidence.at_us, item.offset) & rows.REFUSED
        ]


def flags_of(evidence: Evidence) -> int:
    """Give the flags of an item in force."""
    flags = rows.VERIFIED if evidence.verified else 0
    if evidence.ends:
        flags |= rows.ENDS
    if evidence.shared_device:
        flags |= rows.MARKED
    return flags
