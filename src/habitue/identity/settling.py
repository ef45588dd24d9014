"""A change taken through heads, tenures, stretches and unions, on the long way.

Whatever came, went or was judged: what depends on it is folded anew from the index
and the log. It is right for every change; the fast path of habitue.identity.resolve
is taken where little depends on it.
"""

from typing import NamedTuple

from msgspec import Struct

from habitue.identity import rows
from habitue.identity.book import Item, tenure_at
from habitue.identity.drawing import Link
from habitue.identity.holding import moved
from habitue.identity.inserting import Shift, shift
from habitue.identity.judging import Ruled
from habitue.identity.parts import Parts, flags_of
from habitue.identity.rows import Contact, Edge
from habitue.identity.uniting import Delta
from habitue.model.strand import identifier_no, strand


class Placing(NamedTuple):
    """Where an item stands: its decider, strand and edges."""

    decider: int
    strand: int
    edges: dict[Link, Edge]


class Outcome(Struct):
    """What a change means for the events folded so far."""

    strand: int | None = None
    refold: dict[int, None] = {}
    gone: dict[int, None] = {}
    moved: dict[int, int] = {}
    anew: dict[int, None] = {}


class Settling:
    """One change on its way: an item that comes or goes, a judgement, or both."""

    def __init__(self, parts: Parts, item: Item | None, adds: bool) -> None:
        self.book = parts.book
        self.parts = parts
        self.item = item
        self.adds = adds
        self.outcome = Outcome()
        self.delta = Delta()
        self.was: dict[int, Placing] = {}
        self.dirty: dict[int, Item] = {}
        self.components: dict[int, None] = {}
        self.changed_names: dict[int, None] = {}
        self.listed: dict[int, int] = {}

    def settle(self, ruled: list[Ruled]) -> Outcome:
        """Take the change through all that depends on it."""
        if self.item is not None and not self.adds:
            self.was[self.item.offset] = self._placing(self.item)
        self._unsame(ruled)
        self._count()
        self.parts.judging.apply(ruled)
        self.changed_names = self.parts.renaming.rename(self.item, self.adds, ruled)
        self._hold(self._contacts(ruled))
        self._place()
        self._turn(ruled)
        self._unite(ruled)
        return self.outcome

    # The change itself.

    def _unsame(self, ruled: list[Ruled]) -> None:
        """Take out the edges of what is judged same so far on the pairs."""
        for left, right, _ in ruled:
            drawn = self.parts.drawing.same(left, right)
            if drawn is not None:
                self._cut(drawn[0], drawn[1])

    def _count(self) -> None:
        if self.item is None:
            return
        step = 1 if self.adds else -1
        flags = flags_of(self.item.evidence) if self.adds else rows.VOID
        for number in self.item.numbers:
            self.book.set_entry(number, self.item, flags, decides=False)
            row = self.book.edit(number)
            row.items += step
            if row.anchor is not None:
                row.anchor.verified += step * self.item.evidence.verified
                self._appear(number, strand(number, 0))
            elif row.contact is not None and not row.contact.shared:
                tenure = row.contact.tenures[tenure_at(row.contact, self.item.moment)]
                tenure.verified += step * self.item.evidence.verified

    def _appear(self, number: int, node: int) -> None:
        """Note an anchor that came into force by the item, or left it."""
        row = self.book.row(number)
        if self.adds and row.items == 1:
            self.delta.new[node] = None
        elif not row.items:
            self.components[self.parts.drawing.component(node)] = None
            self.delta.gone[node] = self.parts.drawing.birth(node)
            self.parts.drawing.set_component(node, 0)

    # Tenures.

    def _contacts(self, ruled: list[Ruled]) -> list[int]:
        """Give the contacts whose tenures may change."""
        naming = self.parts.naming
        found = dict.fromkeys(self._told())
        for name in self.changed_names:
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

    def _hold(self, contacts: list[int]) -> None:
        folded = {one: self.parts.holding.refold(one) for one in contacts}
        reset: dict[int, dict[int, str]] = {}
        for number, (contact, refused, items) in folded.items():
            if self._moved(number, contact, refused):
                reset[number] = refused
                self.dirty.update({item.offset: item for item in items})
        if self.item is not None:
            self.dirty.pop(self.item.offset, None)
        for offset, item in self.dirty.items():
            self.was[offset] = self._placing(item)
        for number, (contact, _, items) in folded.items():
            self._write(number, contact, in_force=bool(items))
        for number, refused in reset.items():
            self._mark(number, refused, folded[number][2])

    def _moved(self, number: int, contact: Contact, refused: dict[int, str]) -> bool:
        row = self.book.row(number)
        if row.contact is None or moved(row.contact, contact):
            return True
        marked = {
            offset
            for _, offset, flags in self.book.entries(number)
            if flags & rows.REFUSED
        }
        return marked != set(refused)

    def _write(self, number: int, contact: Contact, in_force: bool) -> None:
        """Write a contact's tenures; its nodes go and come if they are others."""
        row = self.book.edit(number)
        old = row.contact or Contact([])
        before = row.items - self._step(number)
        stays = before and in_force and not moved(old, contact)
        if stays:
            for tenure, held in zip(contact.tenures, old.tenures, strict=True):
                tenure.component = held.component
            row.contact = contact
            return
        if before:
            self._withdraw(number, old)
        row.contact = contact
        if in_force:
            self._bring(number, contact)
        for at in range(len(contact.tenures), len(old.tenures)):
            self.outcome.gone[strand(number, at)] = None

    def _step(self, number: int) -> int:
        if self.item is None or number not in self.item.numbers:
            return 0
        return 1 if self.adds else -1

    def _withdraw(self, number: int, contact: Contact) -> None:
        if contact.shared:
            self.book.people.delist(contact.tenures[0].birth)
            return
        for at, tenure in enumerate(contact.tenures):
            self.delta.gone[strand(number, at)] = tenure.birth
            self.components[tenure.component] = None

    def _bring(self, number: int, contact: Contact) -> None:
        if contact.shared:
            # Listed last: the node it was may have had this birth, and is gone.
            self.listed[contact.tenures[0].birth] = strand(number, 0)
            return
        for at in range(len(contact.tenures)):
            self.delta.new[strand(number, at)] = None

    def _mark(self, number: int, refused: dict[int, str], items: list[Item]) -> None:
        for item in items:
            flags = flags_of(item.evidence)
            if item.offset in refused:
                flags |= rows.REFUSED
            self.book.set_entry(number, item, flags, decides=False)

    # Items.

    def _placing(self, item: Item) -> Placing:
        decider = self.book.decider(item.numbers)
        edges = self.parts.drawing.edges(item, self.parts.refusing(item))
        return Placing(decider, self.book.place(decider, item.moment), edges)

    def _place(self) -> None:
        """Place the items anew whose contacts changed, and the one that came."""
        if self.item is not None and self.adds:
            self.dirty[self.item.offset] = self.item
        elif self.item is not None:
            self._lose(self.was[self.item.offset].edges, {}, self.item.offset)
            self.outcome.refold[self.was[self.item.offset].decider] = None
        for offset, item in self.dirty.items():
            now = self._placing(item)
            self._enter(item, now.decider)
            self.delta.draw(now.edges)
            was = self.was.get(offset)
            if was is None:
                self.outcome.strand = now.strand
            else:
                self._compare(offset, was, now)

    def _enter(self, item: Item, decider: int) -> None:
        for number in item.numbers:
            flags = self.book.flags(number, item.evidence.at_us, item.offset)
            self.book.set_entry(number, item, flags, decides=number == decider)

    def _compare(self, offset: int, was: Placing, now: Placing) -> None:
        if was[:2] != now[:2]:
            self.outcome.refold[was.decider] = None
            self.outcome.refold[now.decider] = None
        self._lose(was.edges, now.edges, offset)

    def _lose(self, was: dict[Link, Edge], now: dict[Link, Edge], offset: int) -> None:
        for pair in was:
            if pair not in now and not self._is_gone(pair):
                edge = self.parts.uniting.edge(pair)
                if edge is not None and edge.offset == offset:
                    self.delta.cut[pair] = None

    def _is_gone(self, pair: Link) -> bool:
        """Say whether an edge goes with one of its nodes."""
        return pair[0] in self.delta.gone or pair[1] in self.delta.gone

    def _cut(self, pair: Link, edge: Edge) -> None:
        held = self.parts.uniting.edge(pair)
        if held is not None and held.offset == edge.offset:
            self.delta.cut[pair] = None

    # Stretches.

    def _turn(self, ruled: list[Ruled]) -> None:
        numbers = dict.fromkeys(end for one in ruled for end in one[:2])
        for item in self.dirty.values():
            if item is not self.item:
                numbers.update(dict.fromkeys(item.numbers))
        for number in numbers:
            if self.book.is_device(number):
                self._turn_one(number, None)
        for number in self.item.numbers if self.item else ():
            if number not in numbers and self.book.is_device(number):
                self._turn_one(number, self.item if self.adds else None)

    def _turn_one(self, number: int, late: Item | None) -> None:
        """Turn a device anew; late: the one item that came, if nothing else did."""
        turning = self.parts.turning
        old = self.book.all_stretches(number)
        turned = late and self.parts.inserting.insert(number, late, old)
        device, new = turned or turning.refold(number)
        turning.relist(number, old, new)
        turning.keep(number, old, new)
        self.book.edit(number).device = device
        self._note(number, shift(old, new))
        own = self.outcome.strand
        if self.item is not None and own is not None and identifier_no(own) == number:
            self.outcome.strand = self.book.place(number, self.item.moment)

    def _note(self, number: int, moves: Shift) -> None:
        """Note which strands of a device move, and which are to be folded anew."""
        gone = (strand(number, at) for at in moves.gone)
        anew = (strand(number, at) for at in moves.anew)
        self.outcome.gone.update(dict.fromkeys(gone))
        self.outcome.anew.update(dict.fromkeys(anew))
        for at, to in moves.moved:
            self.outcome.moved[strand(number, at)] = strand(number, to)

    # Unions.

    def _unite(self, ruled: list[Ruled]) -> None:
        for pair in list(self.delta.cut):
            self._redraw(pair)
        for left, right, _ in ruled:
            self._draw_same(left, right)
            self._touch(left)
            self._touch(right)
        self._draw_sames()
        for number in self.changed_names:
            self._touch(number)
        self._touch_woken()
        self.components.pop(0, None)
        self.parts.uniting.rerun(self.delta, self.components)
        for birth, own in self.listed.items():
            self.book.people.enlist(birth, own)

    def _draw_sames(self) -> None:
        """Draw what judgements say of the nodes that came."""
        for node in self.delta.new:
            for other in self.book.row(identifier_no(node)).same:
                self._draw_same(identifier_no(node), other)

    def _touch_woken(self) -> None:
        """Note the nodes that the item made verified, or that it alone had."""
        if self.item is None or not self.item.evidence.verified:
            return
        for number in self.item.numbers:
            node = self.book.node(number, self.item.moment)
            if node is None or not self.book.row(number).items:
                continue
            if self.parts.drawing.told(node) == (1 if self.adds else 0):
                self.delta.touched[node] = None

    def _touch(self, number: int) -> None:
        for node in self.parts.nodes(number):
            self.delta.touched[node] = None

    def _redraw(self, pair: Link) -> None:
        """Find the lightest of the items that still draw an edge."""
        if self._is_gone(pair):
            return
        one, two = (identifier_no(node) for node in pair)
        if self.book.row(one).items > self.book.row(two).items:
            one, two = two, one
        for item in self.book.carried(one):
            if two in item.numbers:
                edges = self.parts.drawing.edges(item, self.parts.refusing(item))
                if pair in edges:
                    self.delta.draw({pair: edges[pair]})
        self._draw_same(one, two)

    def _draw_same(self, left: int, right: int) -> None:
        drawn = self.parts.drawing.same(left, right)
        if drawn is not None:
            self.delta.draw({drawn[0]: drawn[1]})
