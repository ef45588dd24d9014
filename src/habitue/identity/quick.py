"""The fast path: an item after which no tenure, name or decider is another's.

It looks first, and where it is not sure that this holds the item goes the long way
(habitue.identity.settling), with the same answers. An item in order, whose
identifiers and edges are known, costs a few look-ups however long their histories.
"""

from msgspec import Struct

from habitue.identity import rows
from habitue.identity.book import Item, moment_of, tenure_at
from habitue.identity.devices import Devices
from habitue.identity.drawing import Link, link, weight
from habitue.identity.history import ranked
from habitue.identity.holding import GUESTS
from habitue.identity.joining import Joining
from habitue.identity.rows import Anchor, Contact, Edge, Row
from habitue.identity.settling import Parts, flags_of
from habitue.identity.tenures import OTHERS_MAX, REFUSED_NAMES_SHARED
from habitue.model.evidence import Evidence
from habitue.model.identifier import Identifier, birth
from habitue.model.person import Grade
from habitue.model.strand import STRANDS_MAX

# Plain numbers: comparing with an enum costs more than all else of a look-up.
_VERIFIED, _CLAIM = int(Grade.VERIFIED), int(Grade.CLAIM)


class Seen(Struct):
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


class Quick:
    """Takes an item in if little depends on it."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.book = parts.book
        self.joining = Joining(parts.uniting)
        self.devices = Devices(parts.book, parts.turning)
        self.others = parts.holding.other

    def take(self, evidence: Evidence) -> int | None:
        """Take an item in and give its strand; None if it must go the long way.

        Then nothing was done but that new identifiers have rows.
        """
        seen = self._look(evidence)
        if seen is None:
            return None
        decider = _decider(seen)
        if not self._may(evidence, seen, decider):
            return None
        self._write(evidence, seen, decider)
        own = decider.node or decider.number * STRANDS_MAX
        for one in seen:
            if one.row.device is not None:
                placed = self.devices.take(evidence, one, decider)
                if one is decider:
                    own = placed
        self._join(evidence, seen)
        return own

    # Looking.

    def _look(self, evidence: Evidence) -> list[Seen] | None:
        """Find the rows; new identifiers get theirs."""
        book = self.book
        at_us = evidence.at_us
        seen: list[Seen] = []
        identifiers = evidence.identifiers
        if len(identifiers) > 1 and not self._is_ranked(identifiers):
            identifiers = tuple(ranked(identifiers, book.policy))
        for position, one in enumerate(identifiers):
            kind, value = one
            number = book.numbers.get(f"{kind}:{value}")
            if number is None:
                number = birth(evidence.offset, position)
                row = self._new(one, number)
                seen.append(Seen(number, row, book.rank[kind], True, True))
                continue
            row = book.edit(number)
            if not row.items:
                return None
            in_order = at_us > row.last_at or self._after(evidence, row)
            seen.append(Seen(number, row, book.rank[kind], False, in_order))
        return seen

    def _is_ranked(self, identifiers: tuple[Identifier, ...]) -> bool:
        """Say whether identifiers of different kinds come by rank, as events' do."""
        rank, last = self.book.rank, -1
        for kind, _ in identifiers:
            if rank[kind] <= last:
                return False
            last = rank[kind]
        return True

    def _new(self, identifier: Identifier, number: int) -> Row:
        row = self.book.new_row(identifier, number)
        self.book.numbers.put(f"{identifier.kind}:{identifier.value}", number)
        self.book.rows.put(number, row)
        return row

    def _after(self, evidence: Evidence, row: Row) -> bool:
        if evidence.at_us < row.last_at:
            return False
        return moment_of(evidence) > self.book.moment(row.last_at, row.last_offset)

    def _may(self, evidence: Evidence, seen: list[Seen], decider: Seen) -> bool:
        """Say whether the item moves nothing but itself."""
        verified = evidence.verified
        for one in seen:
            row = one.row
            if row.anchor is not None:
                one.node = one.number * STRANDS_MAX
                if (
                    verified
                    and one is not seen[0]
                    and not self._books(evidence, one, seen)
                ):
                    return False
            elif row.contact is not None:
                if not self._holds(evidence, one, row.contact, seen):
                    return False
            elif not self.devices.may(evidence, one, decider):
                return False
        return True

    def _books(self, evidence: Evidence, one: Seen, seen: list[Seen]) -> bool:
        """Say whether an anchor keeps its head, or has none that anybody saw."""
        apart = one.row.apart
        head = next((two for two in seen if two.row.anchor and two.number not in apart))
        anchor = one.row.anchor
        if anchor is None or head.rank >= one.rank:
            return True
        if anchor.head:
            return self._keeps(evidence, one.number, anchor, head)
        if one.fresh or self._is_lonely(one, anchor):
            self.parts.naming.set_head(one.number, head.number, evidence)
            return True
        return False

    def _keeps(
        self, evidence: Evidence, number: int, anchor: Anchor, head: Seen
    ) -> bool:
        held = self.book.rank[self.book.row(anchor.head).kind]
        if held != head.rank:
            return held < head.rank
        if evidence.at_us > anchor.head_at:
            return True
        told = self.book.moment(anchor.head_at, anchor.head_offset)
        if told < moment_of(evidence):
            return True
        if anchor.head == head.number:
            # Told earlier, but nothing else.
            self.parts.naming.set_head(number, head.number, evidence)
            return True
        return False

    def _is_lonely(self, one: Seen, anchor: Anchor) -> bool:
        """Say whether nobody asked for an anchor's name yet."""
        return (
            not anchor.component
            and not one.row.same
            and not self.book.links.span(one.number * 2, limit=1)
        )

    # Contacts.

    def _holds(
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
        naming, held = self.parts.naming, contact.tenures[-1].anchors
        told = naming.told(one.number, _item(evidence, seen))
        if not told or not held or naming.misfit(held, told) is None:
            return True
        if not one.in_order or self.parts.holding.moves[one.row.kind]:
            return False
        one.refuses = True
        names = {self.book.name(turned.anchor) for turned in contact.refused}
        names.add(self.book.name(seen[0].number))
        return len(names) < REFUSED_NAMES_SHARED

    # Writing.

    def _write(self, evidence: Evidence, seen: list[Seen], decider: Seen) -> None:
        """Enter the item at its identifiers."""
        offset, at_us = evidence.offset, evidence.at_us
        flags = flags_of(evidence)
        put = self.book.items.put
        for one in seen:
            row = one.row
            row.items += 1
            if one.in_order:
                row.last_at, row.last_offset = at_us, offset
            refused = rows.REFUSED if one.refuses else 0
            put(one.number * 2 + (one is decider), at_us, offset, flags | refused)
            if one.takes and row.contact is not None:
                item = _item(evidence, seen)
                self.parts.holding.take(one.number, row.contact, item)

    def _join(self, evidence: Evidence, seen: list[Seen]) -> None:
        """Draw the item's edges, and wake the nodes it verifies."""
        new = [one.node for one in seen if one.fresh and one.node]
        drawn = self._edges(evidence, seen) if len(seen) > 1 else {}
        woke = self._wake(seen) if evidence.verified else []
        if new or drawn or woke:
            self.joining.take(new, drawn, woke)

    def _edges(self, evidence: Evidence, seen: list[Seen]) -> dict[Link, Edge]:
        """Give the edges that are new, or lighter than those held."""
        nodes = [one for one in seen if one.node and not one.refuses]
        if len(nodes) < 2:
            return {}
        highest = nodes[0]
        component = self.book.components.get(_component(highest))
        drawn: dict[Link, Edge] = {}
        grade = _VERIFIED if evidence.verified else _CLAIM
        for one in nodes[1:]:
            pair = link(highest.node, one.node)
            held = None
            if component is not None:
                held = component.edges.get(pair[0], {}).get(pair[1])
            if held is None or not (
                held.grade <= grade and held.at_us < evidence.at_us
            ):
                edge = Edge(
                    grade, one.rank, evidence.at_us, *evidence.key, evidence.offset
                )
                if held is None or weight(edge) < weight(held):
                    drawn[pair] = edge
        return drawn

    def _wake(self, seen: list[Seen]) -> list[int]:
        """Count the item as verified; give the old nodes that were not yet."""
        woke = []
        for one in seen:
            if not one.node:
                continue
            row = one.row
            counted: Anchor | rows.Tenure
            if row.anchor is not None:
                counted = row.anchor
            elif row.contact is not None:
                counted = row.contact.tenures[one.node % STRANDS_MAX]
            else:
                continue
            if not counted.verified and not one.fresh and counted.component:
                if not row.same or not self.parts.drawing.verified(one.node):
                    woke.append(one.node)
            counted.verified += 1
        return woke


def _decider(seen: list[Seen]) -> Seen:
    for one in seen:
        contact = one.row.contact
        if contact is None or not contact.shared:
            return one
    return seen[0]


def _component(one: Seen) -> int:
    if one.row.anchor is not None:
        return one.row.anchor.component
    contact = one.row.contact
    return contact.tenures[one.node % STRANDS_MAX].component if contact else 0


def _stays_shared(evidence: Evidence, contact: Contact, seen: list[Seen]) -> bool:
    """Say whether a verified item comes too late to matter to a shared contact."""
    if contact.shared == GUESTS or seen[0].row.anchor is None:
        return True
    return contact.shared_at is not None and contact.shared_at < moment_of(evidence)


def _item(evidence: Evidence, seen: list[Seen]) -> Item:
    numbers = tuple(one.number for one in seen)
    return Item(evidence, moment_of(evidence), numbers)
