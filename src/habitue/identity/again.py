"""An item that tells of known people what was told before.

Everybody named in it is known and was named together with the first before, by an
edge at least as light; no contact learns of an anchor, nothing is verified for the
first time. So only counters move, whatever the length of their histories. A device
may be new, or handed to whoever is named.
"""

from typing import NamedTuple

from habitue.identity.book import Book
from habitue.identity.parts import flags_of
from habitue.identity.rows import Anchor, Contact, Edge, Row, Tenure
from habitue.identity.visiting import Visiting
from habitue.model.evidence import Evidence
from habitue.model.kind import Role
from habitue.model.person import Grade
from habitue.model.strand import STRANDS_MAX

_VERIFIED, _CLAIM = int(Grade.VERIFIED), int(Grade.CLAIM)


class Known(NamedTuple):
    """An anchor or contact in force: its number, row and node.

    counted: what counts its verified items, and knows its component.
    """

    number: int
    row: Row
    node: int
    counted: Anchor | Tenure


class Again:
    """Takes an item in that shows nothing new of its anchors and contacts."""

    def __init__(self, book: Book, visiting: Visiting) -> None:
        self._book = book
        self._visiting = visiting
        self._edit = book.rows.edit
        self._put = book.items.put

    def take(self, evidence: Evidence, numbers: list[int | None]) -> int | None:
        """Take an item in and give its strand; None, and nothing done, if unsure.

        The identifiers come by rank and are of different kinds; numbers: theirs.
        """
        if evidence.ends:
            return None
        known = self._known(evidence, numbers)
        if known is None or not self._is_old(evidence, known):
            return None
        own = known[0].node if known else None
        found = self._visiting.look(evidence, numbers[len(known) :], own)
        if found is None:
            return None
        self._write(evidence, known)
        placed = self._visiting.take(evidence, found, own) if found else 0
        return placed if own is None else own

    # Looking.

    def _known(
        self, evidence: Evidence, numbers: list[int | None]
    ) -> list[Known] | None:
        """Find the anchors and contacts; None if one is to be looked at closer."""
        known: list[Known] = []
        for number in numbers:
            if number is None:
                # A new device may follow, which looking at devices will tell.
                return known if self._is_device(evidence, len(known)) else None
            row = self._edit(number)
            if row is None or row.device is not None:
                break
            if row.apart or not row.items or evidence.at_us <= row.last_at:
                return None
            anchor, contact = row.anchor, row.contact
            if anchor is not None:
                known.append(Known(number, row, number * STRANDS_MAX, anchor))
            elif contact is not None and not contact.shared:
                tenures = contact.tenures
                node = number * STRANDS_MAX + len(tenures) - 1
                known.append(Known(number, row, node, tenures[-1]))
            else:
                return None
        return known

    def _is_device(self, evidence: Evidence, at: int) -> bool:
        kind, _ = evidence.identifiers[at]
        return self._book.role[kind] is Role.DEVICE

    def _is_old(self, evidence: Evidence, known: list[Known]) -> bool:
        """Say whether the item shows nothing that was not known."""
        if evidence.verified:
            for one in known:
                if not one.counted.verified:
                    return False
            if len(known) > 1 and not self._is_theirs(known):
                return False
        return len(known) < 2 or self._is_drawn(evidence, known)

    def _is_theirs(self, known: list[Known]) -> bool:
        """Say whether each anchor keeps its head and each contact its anchors."""
        anchors: list[int] = []
        for number, row, _, _ in known:
            anchor, contact = row.anchor, row.contact
            if anchor is not None:
                # The head it has is the first, or is above the first as its head is.
                if anchors and anchor.head not in anchors[:2]:
                    return False
                anchors += (number, anchor.head or number)
            elif contact is not None and anchors:
                held = contact.tenures[-1].anchors
                for one in anchors:
                    if one not in held:
                        return False
            elif contact is not None and not self._saw(number, contact, known):
                return False
        return True

    def _saw(self, number: int, contact: Contact, known: list[Known]) -> bool:
        """Say whether a contact saw the other addresses of an item without anchors."""
        other = self._book.other
        return all(
            one.number == number
            or not other[one.row.kind]
            or one.number in contact.others
            for one in known
        )

    def _is_drawn(self, evidence: Evidence, known: list[Known]) -> bool:
        """Say whether no edge of the item is new, or lighter than the one held."""
        first, component = known[0].node, known[0].counted.component
        held = self._book.components.get(component) if component else None
        if held is None:
            return False
        grade, at_us = _VERIFIED if evidence.verified else _CLAIM, evidence.at_us
        own: dict[int, Edge] = held.edges.get(first, {})
        for one in known[1:]:
            edge = own.get(one.node)
            if edge is None and one.node < first:
                edge = held.edges.get(one.node, {}).get(first)
            if edge is None or edge.grade > grade or edge.at_us >= at_us:
                return False
        return True

    # Writing.

    def _write(self, evidence: Evidence, known: list[Known]) -> None:
        at_us, offset, flags = evidence.at_us, evidence.offset, flags_of(evidence)
        verified, decides, put = evidence.verified, 1, self._put
        for number, row, _, counted in known:
            row.items += 1
            row.last_at, row.last_offset = at_us, offset
            if verified:
                counted.verified += 1
            put(number * 2 + decides, at_us, offset, flags)
            decides = 0
