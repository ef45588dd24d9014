"""The fast path of a contact: an item that leaves its tenures as they are."""

from habitue.identity.book import moment_of, tenure_at
from habitue.identity.holding import GUESTS, Holding
from habitue.identity.rows import Contact
from habitue.identity.seen import Seen, item_of
from habitue.identity.tenures import OTHERS_MAX, REFUSED_NAMES_SHARED
from habitue.model.evidence import Evidence
from habitue.model.strand import STRANDS_MAX


class Contacts:
    """Says whether a contact takes an item in, or refuses it, without moving."""

    def __init__(self, holding: Holding) -> None:
        self.book = holding.book
        self.naming = holding.naming
        self.holding = holding
        self.others = holding.other

    def may(
        self, evidence: Evidence, one: Seen, contact: Contact, seen: list[Seen]
    ) -> bool:
        if contact.shared:
            return not evidence.verified or _stays_shared(evidence, contact, seen)
        many = len(contact.tenures) > 1
        at = tenure_at(contact, moment_of(evidence)) if many else 0
        one.node = one.number * STRANDS_MAX + at
        if not evidence.verified or len(seen) == 1:
            return True
        if seen[0].row.anchor is None:
            return self._counts(one, contact, seen)
        if not one.in_order and (many or contact.refused):
            return False
        held = contact.tenures[-1].anchors
        for two in seen:
            if two.row.anchor is None:
                return True
            if (
                two.number not in held
                or (two.row.anchor.head or two.number) not in held
            ):
                break
        return self._fits(evidence, one, contact, seen)

    def _counts(self, one: Seen, contact: Contact, seen: list[Seen]) -> bool:
        """Look at a verified item without anchors."""
        others = [
            two.number
            for two in seen
            if two is not one
            and two.number not in contact.others
            and self.others[two.row.kind]
        ]
        one.takes = bool(others)
        return len(contact.others) + len(others) <= OTHERS_MAX

    def _fits(
        self, evidence: Evidence, one: Seen, contact: Contact, seen: list[Seen]
    ) -> bool:
        """Look at a verified item that names an anchor the tenure has not."""
        one.takes = True
        naming, held = self.naming, contact.tenures[-1].anchors
        told = naming.told(one.number, item_of(evidence, seen))
        if not told or not held or naming.misfit(held, told) is None:
            return True
        if not one.in_order or self.holding.moves[one.row.kind]:
            return False
        one.refuses = True
        names = {self.book.name(turned.anchor) for turned in contact.refused}
        names.add(self.book.name(seen[0].number))
        return len(names) < REFUSED_NAMES_SHARED


def _stays_shared(evidence: Evidence, contact: Contact, seen: list[Seen]) -> bool:
    """Say whether a verified item comes too late to matter to a shared contact."""
    if contact.shared == GUESTS or seen[0].row.anchor is None:
        return True
    return contact.shared_at is not None and contact.shared_at < moment_of(evidence)
