"""Whose a contact is: its tenures, item by item, in a row (rules 6 to 9)."""

from habitue.base.steps import FEW, MANY, Steps, parts
from habitue.identity import rows
from habitue.identity.book import Book, Item, tenure_at
from habitue.identity.naming import Naming
from habitue.identity.rows import Contact, Tenure, Turned
from habitue.identity.tenures import (
    OTHERS_MAX,
    REFUSED_NAMES_SHARED,
    TENURES_SHARED,
)

GUESTS = "guests"


class Holding:
    """Takes a contact's verified items, in order, into its tenures."""

    def __init__(self, book: Book, naming: Naming) -> None:
        self.book = book
        self.naming = naming
        self.moves = book.moves
        self.other = book.other

    def take(self, number: int, contact: Contact, item: Item) -> str | None:
        """Take the contact's next verified item; say why if it is refused."""
        if contact.shared:
            return None
        if not any(self.book.is_anchor(one) for one in item.numbers):
            self._take_others(number, contact, item)
            return None
        told = self.naming.told(number, item)
        self._saw(number, contact, item, told)
        if not told:
            return None
        held = contact.tenures[-1]
        if not held.anchors:
            held.anchors = told
            return None
        misfit = self.naming.misfit(held.anchors, told)
        if misfit is None:
            held.anchors += [one for one in told if one not in held.anchors]
        elif self.moves[self.book.row(number).kind]:
            self._open(contact, item, told)
        else:
            self._refuse(contact, item, misfit)
            return misfit
        return None

    def refold(self, number: int) -> Steps[tuple[Contact, dict[int, str]]]:
        """Fold a contact's tenures anew from all its verified items in force.

        Gives the tenures, and the refused items by offset with the reason. Claims
        have no say in it, so that none of them is read, however many there are.
        """
        contact = Contact([Tenure()])
        refused: dict[int, str] = {}
        items = yield from self.book.carried(number, rows.VERIFIED)
        for some in parts(items, FEW):
            for item in some:
                why = self.take(number, contact, item)
                if why is not None:
                    refused[item.offset] = why
            yield
        if contact.shared:
            refused = {}
        else:
            yield from _count(contact, items)
        yield from self._bear(number, contact)
        return contact, refused

    def matters(self, number: int, item: Item, adds: bool) -> bool:
        """Say whether a contact must be folded anew because an item came or went.

        The names of its anchors apart: those who saw them are asked for it anyway.
        """
        row = self.book.row(number)
        contact = row.contact
        if contact is None:
            return False
        if row.items < 2:
            # It comes into force, or leaves it.
            return True
        if not item.evidence.verified:
            return False
        anchors = [one for one in item.numbers if self.book.is_anchor(one)]
        if contact.shared:
            settled = contact.shared_at is not None and contact.shared_at < item.moment
            return not settled and (not adds or contact.shared != GUESTS)
        if not adds:
            return True
        if not anchors:
            return any(
                other != number and other not in contact.others
                for other in item.numbers
            )
        in_order = row.last_offset == item.offset
        if not in_order and (len(contact.tenures) > 1 or contact.refused):
            return True
        held = contact.tenures[-1].anchors
        told = {*anchors, *(self.naming.head(one) for one in anchors)}
        return not told.issubset(held)

    def _bear(self, number: int, contact: Contact) -> Steps[None]:
        since = [one.since for one in contact.tenures if one.since is not None]
        if not since:
            # Some record mentions it, and the first such numbered it.
            contact.tenures[0].birth = number
            return
        births = yield from self.book.births.of_spans(number, since)
        for tenure, birth in zip(contact.tenures, births, strict=True):
            tenure.birth = birth

    def _take_others(self, number: int, contact: Contact, item: Item) -> None:
        for other in item.numbers:
            row = self.book.row(other)
            if other != number and self.other[row.kind] and other not in contact.others:
                contact.others.append(other)
        if len(contact.others) > OTHERS_MAX:
            self._share(contact, GUESTS, None)

    def _saw(self, number: int, contact: Contact, item: Item, told: list[int]) -> None:
        known = contact.tenures[-1].anchors
        anchors = [one for one in item.numbers if self.book.is_anchor(one)]
        # Heads that were not taken, too: a verdict may be all that speaks against one.
        heads = map(self.naming.head, anchors)
        for one in dict.fromkeys((*anchors, *heads, *told)):
            if one not in known:
                self.naming.saw(number, one)

    def _open(self, contact: Contact, item: Item, told: list[int]) -> None:
        names = {self.book.name(one) for one in told}
        earlier = [one for tenure in contact.tenures for one in tenure.anchors]
        if any(self.book.name(one) in names for one in earlier):
            self._share(contact, "came back", item)
        elif len(contact.tenures) + 1 >= TENURES_SHARED:
            self._share(contact, "many tenures", item)
        else:
            contact.tenures.append(Tenure(since=item.moment, anchors=told))

    def _refuse(self, contact: Contact, item: Item, why: str) -> None:
        highest = next(one for one in item.numbers if self.book.is_anchor(one))
        if all(turned.anchor != highest for turned in contact.refused):
            at_us, source, message_id, _ = item.moment
            contact.refused.append(
                Turned(highest, at_us, source, message_id, item.offset, why)
            )
        names = {self.book.name(turned.anchor) for turned in contact.refused}
        if len(names) >= REFUSED_NAMES_SHARED:
            self._share(contact, "many refused", item)

    def _share(self, contact: Contact, why: str, item: Item | None) -> None:
        contact.shared = why
        contact.shared_at = item.moment if item is not None else None
        contact.tenures = [Tenure()]
        contact.refused = []
        contact.others = []


def _count(contact: Contact, items: list[Item]) -> Steps[None]:
    """Count the verified items in each tenure."""
    for some in parts(items, MANY):
        for item in some:
            contact.tenures[tenure_at(contact, item.moment)].verified += 1
        yield


def moved(old: Contact, new: Contact) -> bool:
    """Say whether nodes of a contact are others than they were."""
    return bool(old.shared) != bool(new.shared) or [
        one.since for one in old.tenures
    ] != [one.since for one in new.tenures]
