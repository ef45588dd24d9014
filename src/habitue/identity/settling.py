"""A change taken through heads, tenures, stretches and unions, on the long way.

Whatever came, went or was judged: what depends on it is folded anew from the index
and the log. It is right for every change; the fast path of habitue.identity.quick
is taken where little depends on it.
"""

from habitue.base.steps import FEW, Steps, parts
from habitue.identity import rows
from habitue.identity.book import Item, tenure_at
from habitue.identity.change import Change, Outcome, Placing, placing
from habitue.identity.inserting import Turned
from habitue.identity.judging import Ruled
from habitue.identity.parts import Parts, flags_of
from habitue.identity.redrawing import Redrawing
from habitue.identity.reholding import Reholding
from habitue.model.strand import strand


class Settling:
    """One change on its way: an item that comes or goes, a judgement, or both."""

    def __init__(self, parts: Parts, item: Item | None, adds: bool) -> None:
        self.book = parts.book
        self.parts = parts
        self.item = item
        self.adds = adds
        self.change = change = Change(item, adds)
        self.outcome = change.outcome
        self.delta = change.delta
        self.reholding = Reholding(parts, change)
        self.redrawing = Redrawing(parts, change)

    def settle(self, ruled: list[Ruled]) -> Steps[Outcome]:
        """Take the change through all that depends on it."""
        if self.item is not None and not self.adds:
            self.change.was[self.item.offset] = placing(self.parts, self.item)
        self.redrawing.unsame(ruled)
        self._count()
        self.parts.judging.apply(ruled)
        self.change.changed_names = yield from self.parts.renaming.rename(
            self.item, self.adds, ruled
        )
        yield from self.reholding.hold(self.reholding.contacts(ruled))
        yield from self._place()
        yield from self._turn(ruled)
        yield from self.redrawing.unite(ruled)
        return self.outcome

    # The change itself.

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
            self.change.components[self.parts.drawing.component(node)] = None
            self.delta.gone[node] = self.parts.drawing.birth(node)
            self.parts.drawing.set_component(node, 0)

    # Items.

    def _place(self) -> Steps[None]:
        """Place the items anew whose contacts changed, and the one that came."""
        if self.item is not None and self.adds:
            self.change.dirty[self.item.offset] = self.item
        elif self.item is not None:
            self.redrawing.lose(
                self.change.was[self.item.offset].edges,
                {},
                self.item.offset,
            )
            self.outcome.refold[self.change.was[self.item.offset].decider] = None
        for some in parts(self.change.dirty.values(), FEW):
            for item in some:
                self._place_one(item)
            yield

    def _place_one(self, item: Item) -> None:
        now = placing(self.parts, item)
        self._enter(item, now.decider)
        self.delta.draw(now.edges)
        was = self.change.was.get(item.offset)
        if was is None:
            self.outcome.strand, self.outcome.decider = now.strand, now.decider
        else:
            self._compare(item.offset, was, now)

    def _enter(self, item: Item, decider: int) -> None:
        for number in item.numbers:
            flags = self.book.flags(number, item.evidence.at_us, item.offset)
            self.book.set_entry(number, item, flags, decides=number == decider)

    def _compare(self, offset: int, was: Placing, now: Placing) -> None:
        if was[:2] != now[:2]:
            self.outcome.refold[was.decider] = None
            self.outcome.refold[now.decider] = None
        self.redrawing.lose(was.edges, now.edges, offset)

    # Stretches.

    def _turn(self, ruled: list[Ruled]) -> Steps[None]:
        numbers = dict.fromkeys(end for one in ruled for end in one[:2])
        for item in self.change.dirty.values():
            if item is not self.item:
                numbers.update(dict.fromkeys(item.numbers))
        for number in numbers:
            if self.book.is_device(number):
                yield from self._turn_one(number, None)
        for number in self.item.numbers if self.item else ():
            if number not in numbers and self.book.is_device(number):
                yield from self._turn_one(number, self.item if self.adds else None)

    def _turn_one(self, number: int, late: Item | None) -> Steps[None]:
        """Turn a device anew; late: the one item that came, if nothing else did."""
        turning = self.parts.turning
        turned = None
        if late is not None:
            turned = yield from self.parts.inserting.insert(number, late)
        if turned is None:
            device, new = yield from turning.refold(number)
            old = yield from self.book.all_stretches(number)
            turned = Turned(device, old, new)
        yield from turning.relist(turned.old, turned.new)
        yield from self.book.past.keep(number, turned.old, turned.new)
        self.book.edit(number).device = turned.device
        self._note(number, turned)
        if self.item is not None and self.outcome.decider == number:
            self.outcome.strand = self.book.place(number, self.item.moment)

    def _note(self, number: int, turned: Turned) -> None:
        """Note which strands of a device span another time than they did."""
        before = {(one.since, one.until) for one in turned.old}
        now = {(one.since, one.until) for one in turned.new}
        for one in turned.old:
            if one.birth and (one.since, one.until) not in now:
                self.outcome.gone[strand(one.birth, 0)] = None
        for one in turned.new:
            if one.birth and (one.since, one.until) not in before:
                self.outcome.anew[strand(one.birth, 0)] = number
