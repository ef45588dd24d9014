"""The fast path: an item after which no tenure, name or decider is another's.

It looks first, and where it is not sure that this holds the item goes the long way
(habitue.identity.settling), with the same answers. An item in order, whose
identifiers and edges are known, costs a few look-ups however long their histories.
"""

from habitue.base.steps import Steps
from habitue.identity import rows
from habitue.identity.again import Again
from habitue.identity.book import moment_of
from habitue.identity.contacts import Contacts
from habitue.identity.devices import Devices
from habitue.identity.drawing import Link, link, weight
from habitue.identity.everyday import Everyday
from habitue.identity.history import ranked
from habitue.identity.joining import Joining
from habitue.identity.newborn import Newborn
from habitue.identity.parts import Parts, flags_of
from habitue.identity.placement import Placement, Placing
from habitue.identity.rows import Anchor, Edge, Row, Tenure
from habitue.identity.seen import Seen, item_of
from habitue.identity.visiting import Visiting
from habitue.model.evidence import Evidence
from habitue.model.identifier import Identifier, birth
from habitue.model.person import Grade
from habitue.model.strand import STRANDS_MAX

# Plain numbers: comparing with an enum costs more than all else of a look-up.
_VERIFIED, _CLAIM = int(Grade.VERIFIED), int(Grade.CLAIM)


class Quick:
    """Takes an item in if little depends on it."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.book = parts.book
        # What the hottest lines call.
        self._number = self.book.numbers.get
        self._edit = self.book.rows.edit
        self._put = self.book.items.put
        self._is_ranked = self.book.is_ranked
        self.everyday = Everyday(parts.book)
        self.joining = Joining(parts.uniting)
        self.devices = Devices(parts.book, parts.turning)
        self.contacts = Contacts(parts.holding)
        visiting = Visiting(parts.book, self.devices)
        self.newborn = Newborn(parts.book, visiting)
        self.again = Again(parts.book, visiting)

    def take(self, evidence: Evidence) -> Placing | None:
        """Take an item in and give its strand; None if it must go the long way.

        Then nothing was done but that new identifiers have rows. Where the item parts
        people or joins very many, what is left of that is given, as steps.
        """
        own = self.everyday.take(evidence, evidence.key, evidence.offset)
        if own is None:
            own = self._take_straight(evidence)
        if own is not None:
            return Placement(own)
        seen = self._look(evidence)
        if seen is None:
            return None
        decider = _decider(seen)
        if not self._may(evidence, seen, decider):
            return None
        self._write(evidence, seen, decider)
        own = decider.node or decider.number * STRANDS_MAX
        login = _login(decider)
        for one in seen:
            if one.row.device is not None:
                counts = decider.number not in one.row.apart
                placed = self.devices.take(evidence, one, login, counts=counts)
                if one is decider:
                    own = placed
        left = self._join(evidence, seen)
        return Placement(own) if left is None else _placed_after(left, own)

    def _take_straight(self, evidence: Evidence) -> int | None:
        """Take in an item of people all new or all known as they are told, if it is."""
        identifiers = evidence.identifiers
        if len(identifiers) > 1 and not self._is_ranked(identifiers):
            return None
        numbers = [self._number(f"{kind}:{value}") for kind, value in identifiers]
        way = self.newborn if numbers[0] is None else self.again
        return way.take(evidence, numbers)

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
            number = self._number(f"{kind}:{value}")
            if number is None:
                number = birth(evidence.offset, position)
                row = self._new(one, number)
                seen.append(Seen(number, row, book.rank[kind], True, True))
                continue
            known = self._edit(number)
            if known is None or not known.items:
                return None
            in_order = at_us > known.last_at or self._after(evidence, known)
            seen.append(Seen(number, known, book.rank[kind], False, in_order))
        return seen

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
                if not self.contacts.may(evidence, one, row.contact, seen):
                    return False
            elif not self._may_visit(evidence, one, decider):
                return False
        return True

    def _may_visit(self, evidence: Evidence, one: Seen, decider: Seen) -> bool:
        counts = decider.number not in one.row.apart
        return self.devices.may(evidence, one, _login(decider), counts=counts)

    def _books(self, evidence: Evidence, one: Seen, seen: list[Seen]) -> bool:
        """Say whether an anchor keeps its head, or has none that anybody saw."""
        apart = one.row.apart
        head = next(two for two in seen if two.row.anchor and two.number not in apart)
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

    # Writing.

    def _write(self, evidence: Evidence, seen: list[Seen], decider: Seen) -> None:
        """Enter the item at its identifiers."""
        offset, at_us = evidence.offset, evidence.at_us
        flags = flags_of(evidence)
        put = self._put
        for one in seen:
            row = one.row
            row.items += 1
            if row.device is not None and at_us <= row.last_at:
                self.book.order.enter(one.number, moment_of(evidence), offset)
            if one.in_order:
                row.last_at, row.last_offset = at_us, offset
            refused = rows.REFUSED if one.refuses else 0
            put(one.number * 2 + (one is decider), at_us, offset, flags | refused)
            if one.takes and row.contact is not None:
                item = item_of(evidence, seen)
                self.parts.holding.take(one.number, row.contact, item)

    def _join(self, evidence: Evidence, seen: list[Seen]) -> Steps[None] | None:
        """Draw the item's edges, and wake the nodes it verifies."""
        new = [one.node for one in seen if one.fresh and one.node]
        drawn = self._edges(evidence, seen) if len(seen) > 1 else {}
        woke = self._wake(seen) if evidence.verified else []
        if new or drawn or woke:
            return self.joining.take(new, drawn, woke)
        return None

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
            counted = _counted(one) if one.node else None
            if counted is None:
                continue
            if not counted.verified and counted.component and not self._told_same(one):
                woke.append(one.node)
            counted.verified += 1
        return woke

    def _told_same(self, one: Seen) -> bool:
        return bool(one.row.same) and self.parts.drawing.verified(one.node)


def _decider(seen: list[Seen]) -> Seen:
    for one in seen:
        contact = one.row.contact
        if contact is None or not contact.shared:
            return one
    return seen[0]


def _login(decider: Seen) -> int | None:
    """Give the strand that signs in by the item; None: a device decides it."""
    return None if decider.row.device is not None else decider.node


def _counted(one: Seen) -> Anchor | Tenure | None:
    """Give what counts the verified items of a node."""
    if one.row.anchor is not None:
        return one.row.anchor
    contact = one.row.contact
    return contact.tenures[one.node % STRANDS_MAX] if contact else None


def _component(one: Seen) -> int:
    counted = _counted(one)
    return counted.component if counted is not None else 0


def _placed_after(left: Steps[None], own: int) -> Steps[Placement]:
    yield from left
    return Placement(own)
