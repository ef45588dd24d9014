"""Tenures that a change moves: folded anew, written, their items marked (rule 22)."""

from habitue.base.steps import FEW, Steps, parts
from habitue.identity import rows
from habitue.identity.book import Item
from habitue.identity.change import Change, placing
from habitue.identity.holding import moved
from habitue.identity.judging import Ruled
from habitue.identity.parts import Parts, flags_of
from habitue.identity.people import Who
from habitue.identity.rows import Contact
from habitue.model.strand import strand


class Reholding:
    """Folds the contacts of a change anew."""

    def __init__(self, parts: Parts, change: Change) -> None:
        self.book = parts.book
        self.parts = parts
        self.change = change
        self.item = change.item
        self.adds = change.adds
        self.outcome = change.outcome
        self.delta = change.delta

    def contacts(self, ruled: list[Ruled]) -> list[int]:
        """Give the contacts whose tenures may change."""
        naming = self.parts.naming
        found = dict.fromkeys(self._told())
        for name in self.change.changed_names:
            found.update(dict.fromkeys(naming.witnesses(name)))
        for left, right, _ in ruled:
            found[left] = found[right] = None
            other = set(naming.witnesses(right))
            found.update(
                dict.fromkeys(one for one in naming.witnesses(left) if one in other)
            )
        return [one for one in found if self.book.row(one).contact is not None]

    def _told(self) -> list[int]:
        """Give the contacts of the item whose tenures may change by it."""
        if self.item is None:
            return []
        matters = self.parts.holding.matters
        return [one for one in self.item.numbers if matters(one, self.item, self.adds)]

    def hold(self, contacts: list[int]) -> Steps[None]:
        folded: dict[int, tuple[Contact, dict[int, str]]] = {}
        for one in contacts:
            folded[one] = yield from self.parts.holding.refold(one)
        reset: dict[int, list[Item]] = {}
        for number, (contact, refused) in folded.items():
            if self._moved(number, contact, refused):
                items = reset[number] = yield from self.book.carried(number)
                self.change.dirty.update({item.offset: item for item in items})
        if self.item is not None:
            self.change.dirty.pop(self.item.offset, None)
        yield from self._note_places()
        for number, (contact, _) in folded.items():
            self._write(number, contact)
            yield
        for number, items in reset.items():
            yield from self._mark(number, folded[number][1], items)

    def _note_places(self) -> Steps[None]:
        """Note where the items stand that may stand elsewhere afterwards."""
        for some in parts(self.change.dirty.items(), FEW):
            for offset, item in some:
                self.change.was[offset] = placing(self.parts, item)
            yield

    def _moved(self, number: int, contact: Contact, refused: dict[int, str]) -> bool:
        row = self.book.row(number)
        if row.contact is None or moved(row.contact, contact):
            return True
        if not refused and not row.contact.refused:
            return False
        marked = {
            offset
            for _, offset, flags in self.book.entries(number)
            if flags & rows.REFUSED
        }
        return marked != set(refused)

    def _write(self, number: int, contact: Contact) -> None:
        """Write a contact's tenures; its nodes go and come if they are others."""
        row = self.book.edit(number)
        old = row.contact or Contact([])
        before = row.items - self._step(number)
        stays = before and row.items and not moved(old, contact)
        if stays:
            for tenure, held in zip(contact.tenures, old.tenures, strict=True):
                tenure.component = held.component
            row.contact = contact
            return
        if before:
            self._withdraw(number, old)
        row.contact = contact
        if row.items:
            self._bring(number, contact)
        for at in range(len(contact.tenures), len(old.tenures)):
            self.outcome.gone[strand(number, at)] = None

    def _step(self, number: int) -> int:
        if self.item is None or number not in self.item.numbers:
            return 0
        return 1 if self.adds else -1

    def _withdraw(self, number: int, contact: Contact) -> None:
        if contact.shared:
            self.book.people.delist(contact.tenures[0].birth, Who.SHARED)
            return
        for at, tenure in enumerate(contact.tenures):
            self.delta.gone[strand(number, at)] = tenure.birth
            self.change.components[tenure.component] = None

    def _bring(self, number: int, contact: Contact) -> None:
        if contact.shared:
            # Listed last: the node it was may have had this birth, and is gone.
            self.change.listed[contact.tenures[0].birth] = strand(number, 0)
            return
        for at in range(len(contact.tenures)):
            self.delta.new[strand(number, at)] = None

    def _mark(
        self, number: int, refused: dict[int, str], items: list[Item]
    ) -> Steps[None]:
        for some in parts(items, FEW):
            for item in some:
                flags = flags_of(item.evidence)
                if item.offset in refused:
                    flags |= rows.REFUSED
                self.book.set_entry(number, item, flags, decides=False)
            yield
