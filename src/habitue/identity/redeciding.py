"""Persons of a wide component decided again: only as far as a change reaches.

What a person is follows from its own nodes and the edges between them: edges to others
were refused, and are as long as both are what they were (rules 16 and 17). So the
persons that a change touches are worked out anew. Where one comes out otherwise than it
was, those are worked out with it that an edge which could join them leads to; and so on
until nothing else changes. Thousands of claims around somebody are past the first so
many, lead nowhere, and are not looked at.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from habitue.base.steps import FEW, MANY, Steps, let_go, parts
from habitue.identity.deciding import Run, United
from habitue.identity.delta import Delta
from habitue.identity.drawing import Link, weight
from habitue.identity.merging import (
    Merging,
    Touched,
    add,
    drop,
    held_edge,
)
from habitue.identity.persons import Persons
from habitue.identity.reach import Reach
from habitue.identity.rows import Component
from habitue.model.strand import identifier_no

# The key of nodes that are in no person yet.
_NOBODYS = 0


class Redeciding:
    """Takes changes into wide components."""

    def __init__(self, persons: Persons, merging: Merging) -> None:
        self.persons = persons
        self.merging = merging
        self.book = persons.book

    def rerun(self, delta: Delta, ids: Iterable[int]) -> Steps[None]:
        """Decide again what a change reaches in these components, which become one.

        They stay one if the change parts them: that decides nothing.
        """
        # To be changed from here on: they stay in memory as they are, over all steps.
        held = {one: self._edit(one) for one in ids}
        change = _Change(self.persons, delta)
        for component in held.values():
            yield from change.leave(component)
        own, whole = yield from self.merging.gather(Touched(held, [], {}))
        loose = [one for one in delta.named() if one not in whole.nodes]
        self.merging.hang(own, whole, loose, _NOBODYS)
        change.enter(whole)
        yield from change.settle(whole)
        for node in (yield from change.lonely(whole, loose)):
            del whole.groups[whole.nodes.pop(node)]
            self.merging.drawing.set_component(node, 0)
        if own not in whole.nodes:
            yield from self._rename(own, whole)
        self.book.people.relist(change.before, change.after)

    def _edit(self, one: int) -> Component:
        component = self.book.components.edit(one)
        if component is None:
            raise KeyError(one)
        return component

    def _rename(self, own: int, whole: Component) -> Steps[None]:
        """Call a component by one of its nodes, as its node of that number is gone.

        That one may be in another component some day, which is called by it.
        """
        self.book.components.delete(own)
        if whole.nodes:
            other = min(whole.nodes)
            self.book.components.put(other, whole)
            yield from self.merging.rename(whole.nodes, other)


class _Change:
    """One change on its way through a component.

    dirty: persons, by key, that are to be worked out; other: those of them that are
    not what they were, even if they come out with the same nodes; first: of nodes
    whose claims change, those that were not one too many; before, after: who is listed.
    """

    def __init__(self, persons: Persons, delta: Delta) -> None:
        self.persons = persons
        self.delta = delta
        self.dirty: set[int] = set()
        self.other = {_NOBODYS}
        self.first: dict[int, frozenset[Link]] = {}
        self.ends: dict[int, None] = {}
        self.before = dict.fromkeys(map(persons.drawing.birth, delta.named()), 0)
        self.before.update(dict.fromkeys(delta.gone.values(), 0))
        self.after: dict[int, int] = {}

    # What goes and comes.

    def leave(self, component: Component) -> Steps[None]:
        """Take out what is gone: nodes with their edges, and edges alone."""
        reach = Reach(self.persons, component)
        gone = [node for node in self.delta.gone if node in component.nodes]
        yield from reach.look(gone)
        leaving = [pair for node in gone for pair in reach.edges(node)]
        leaving += [pair for pair in self.delta.cut if held_edge(component, pair)]
        yield from self._watch(component, reach, leaving)
        for pair in dict.fromkeys(leaving):
            self._touch_ends(component, pair)
            drop(component, pair)
            self.ends.update(dict.fromkeys(pair))
        keys = {component.nodes.pop(node) for node in gone}
        self.dirty |= keys
        self.other |= keys

    def _watch(
        self, component: Component, reach: Reach, leaving: Iterable[Link]
    ) -> Steps[None]:
        """Note the first claims of the nodes whose claims are about to change."""
        most = self.persons.book.policy.claim_edges_max - len(self.delta.drawn)
        nodes = {
            end
            for pair in (*leaving, *self.delta.drawn)
            for end in pair
            if component.claims.get(end, 0) > most
        }
        yield from reach.look(nodes)
        for node in nodes:
            self.first[node] = yield from reach.first(node)

    def enter(self, whole: Component) -> None:
        """Put in the edges that are drawn, and note what else the change touches."""
        for pair, edge in self.delta.drawn.items():
            held = held_edge(whole, pair)
            if held is None or weight(edge) < weight(held):
                self._touch_ends(whole, pair)
                add(whole, pair, edge)
        for node in self.delta.named():
            self._touch(whole, node)
        for node in self.delta.touched:
            if node in whole.nodes:
                self.other.add(whole.nodes[node])

    def _touch(self, component: Component, node: int) -> None:
        self.dirty.add(component.nodes[node])

    def _touch_ends(self, component: Component, pair: Link) -> None:
        """Note the persons of an edge; if it lies within one, that is another now."""
        left, right = (component.nodes[end] for end in pair)
        self.dirty |= {left, right}
        if left == right:
            self.other.add(left)

    def _turn(self, whole: Component, reach: Reach) -> Steps[None]:
        """Touch the ends of claims that are one too many now, or no longer are."""
        for node, first in self.first.items():
            if node in whole.nodes:
                now = yield from reach.first(node)
                for pair in first ^ now:
                    if held_edge(whole, pair):
                        self._touch_ends(whole, pair)

    # Working out.

    def settle(self, whole: Component) -> Steps[None]:
        """Find the persons that the change reaches, and write them."""
        reach = Reach(self.persons, whole)
        yield from self._turn(whole, reach)
        while True:
            nodes = yield from self._concerned(whole)
            own = set(nodes)
            edges = yield from reach.among(own)
            found = yield from Run(self.persons, nodes, edges).united()
            yield from let_go(edges)
            moved = yield from self._moved(whole, found)
            beyond = yield from reach.beyond(moved, own)
            if not beyond:
                break
            self.dirty |= {whole.nodes[node] for node in beyond}
        yield from reach.let_go()
        yield from self._write(whole, found)

    def _concerned(self, whole: Component) -> Steps[list[int]]:
        """Give the nodes of the persons that are to be worked out."""
        nodes: list[int] = []
        for some in parts(whole.nodes.items(), MANY):
            nodes += [node for node, key in some if key in self.dirty]
            yield
        return nodes

    def _moved(self, whole: Component, found: list[United]) -> Steps[set[int]]:
        """Give the nodes of the persons found that are not what they were."""
        size = Counter[int]()
        for some in parts(_nodes(found), MANY):
            size.update(whole.nodes[node] for node in some)
            yield
        moved: set[int] = set()
        for one in found:
            if not self._is_as_it_was(whole, one, size):
                moved.update(one.nodes)
            if len(one.nodes) >= FEW:
                yield
        return moved

    def _is_as_it_was(self, whole: Component, one: United, size: Counter[int]) -> bool:
        keys = {whole.nodes[node] for node in one.nodes}
        key = keys.pop()
        return not keys and key not in self.other and size[key] == len(one.nodes)

    def _write(self, whole: Component, found: list[United]) -> Steps[None]:
        for key in self.dirty - {_NOBODYS}:
            group = whole.groups.pop(key)
            self.before[group.birth] = group.oldest
        for one in found:
            key = min(one.nodes)
            whole.groups[key] = one.group
            self.after[one.group.birth] = one.group.oldest
            for some in parts(one.nodes, MANY):
                whole.nodes.update(dict.fromkeys(some, key))
                yield
        if (yield from self._are_judged(_nodes(found))):
            whole.judged = True
        elif whole.judged and self.delta.touched:
            # It may have been the last verdict here that went out of force.
            whole.judged = yield from self._are_judged(whole.nodes)

    def _are_judged(self, nodes: Iterable[int]) -> Steps[bool]:
        """Say whether any of these nodes is judged not the same as another."""
        row = self.persons.book.row
        for some in parts(nodes, MANY):
            if any(row(identifier_no(node)).apart for node in some):
                return True
            yield
        return False

    def lonely(self, whole: Component, loose: Iterable[int]) -> Steps[list[int]]:
        """Give the nodes that nothing leads to any more."""
        ends = [one for one in (*self.ends, *loose) if one in whole.nodes]
        reach = Reach(self.persons, whole)
        yield from reach.look(ends)
        return [node for node in dict.fromkeys(ends) if not any(reach.edges(node))]


def _nodes(found: Iterable[United]) -> Iterator[int]:
    return (node for one in found for node in one.nodes)
