"""Edges and persons that a change moves: cut, drawn again, worked out anew."""

from habitue.base.steps import FEW, Steps, parts
from habitue.identity.change import Change
from habitue.identity.drawing import Link
from habitue.identity.judging import Ruled
from habitue.identity.parts import Parts
from habitue.identity.people import Who
from habitue.identity.rows import Edge
from habitue.model.strand import identifier_no


class Redrawing:
    """Takes the edges of a change to the components."""

    def __init__(self, parts: Parts, change: Change) -> None:
        self.book = parts.book
        self.parts = parts
        self.change = change
        self.item = change.item
        self.adds = change.adds
        self.delta = change.delta

    def unsame(self, ruled: list[Ruled]) -> None:
        """Take out the edges of what is judged same so far on the pairs."""
        for left, right, _ in ruled:
            drawn = self.parts.drawing.same(left, right)
            if drawn is not None:
                self._cut(drawn[0], drawn[1])

    def lose(self, was: dict[Link, Edge], now: dict[Link, Edge], offset: int) -> None:
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

    def unite(self, ruled: list[Ruled]) -> Steps[None]:
        for pair in list(self.delta.cut):
            yield from self._redraw(pair)
        for left, right, _ in ruled:
            self._draw_same(left, right)
            self._touch(left)
            self._touch(right)
        self._draw_sames()
        for number in self.change.changed_names:
            self._touch(number)
        self._touch_woken()
        self.change.components.pop(0, None)
        yield from self.parts.uniting.rerun(self.delta, self.change.components)
        for birth, own in self.change.listed.items():
            self.book.people.enlist(birth, own, Who.SHARED)

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

    def _redraw(self, pair: Link) -> Steps[None]:
        """Find the lightest of the items that still draw an edge."""
        if self._is_gone(pair):
            return
        one, two = (identifier_no(node) for node in pair)
        if self.book.row(one).items > self.book.row(two).items:
            one, two = two, one
        items = yield from self.book.carried(one)
        both = (item for item in items if two in item.numbers)
        for some in parts(both, FEW):
            for item in some:
                edges = self.parts.drawing.edges(item, self.parts.refusing(item))
                if pair in edges:
                    self.delta.draw({pair: edges[pair]})
            yield
        self._draw_same(one, two)

    def _draw_same(self, left: int, right: int) -> None:
        drawn = self.parts.drawing.same(left, right)
        if drawn is not None:
            self.delta.draw({drawn[0]: drawn[1]})
