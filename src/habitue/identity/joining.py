"""The fast path of the union: unite, where nothing can be refused (rule 23).

Exact because limits are hereditary: what fits as a whole fits at every step. And a
component of which no edge is refused holds at most one part that verified edges
join and that is verified; so where at most one of the components touched holds a
verified node, no claim can meet two of them.
"""

from collections.abc import Iterable, Sequence

from habitue.identity.components import FLOOD
from habitue.identity.drawing import Link, weight
from habitue.identity.persons import absorb, too_many
from habitue.identity.rows import Component, Edge, Group, Refused
from habitue.identity.uniting import Delta, Uniting
from habitue.model.person import Grade
from habitue.model.strand import identifier_no


class Joining:
    """Takes new nodes and edges into the components, the short way if it can."""

    def __init__(self, uniting: Uniting) -> None:
        self.uniting = uniting
        self.drawing = uniting.drawing
        self.book = uniting.book

    def take(
        self, new: Sequence[int], drawn: dict[Link, Edge], woke: Sequence[int]
    ) -> None:
        """Add nodes and edges; woke: old nodes that became verified."""
        if not drawn and not woke:
            for node in new:
                self.book.people.enlist(self.drawing.birth(node), node)
            return
        if not self._unite(new, drawn, woke) and not self._hang(new, drawn, woke):
            delta = Delta(
                new=dict.fromkeys(new), drawn=drawn, touched=dict.fromkeys(woke)
            )
            self.uniting.rerun(delta, ())

    def _unite(
        self, new: Sequence[int], drawn: dict[Link, Edge], woke: Sequence[int]
    ) -> bool:
        ends = dict.fromkeys(end for pair in drawn for end in pair)
        ends.update(dict.fromkeys((*new, *woke)))
        at = {node: self.drawing.component(node) for node in ends}
        ids = dict.fromkeys(one for one in at.values() if one)
        held = {
            one: component
            for one in ids
            if (component := self.book.components.get(one)) is not None
        }
        loose = [node for node in ends if not at[node]]
        if not self._plain(held, woke):
            return False
        if not drawn:
            self._wake(held)
            return True
        groups = [group for one in held.values() for group in one.groups.values()]
        groups += [self.uniting.persons.group(node) for node in loose]
        if not self._harmless(held, loose, drawn, groups):
            return False
        together = self._together(groups)
        if together is None:
            return False
        self._write(held, loose, drawn, together)
        self._list(groups, together, set(new))
        return True

    def _plain(self, held: dict[int, Component], woke: Sequence[int]) -> bool:
        """Say whether nothing was refused, and no claim could be now."""
        return not any(
            component.refused or (woke and component.claims)
            for component in held.values()
        )

    def _harmless(
        self,
        held: dict[int, Component],
        loose: Iterable[int],
        drawn: dict[Link, Edge],
        groups: list[Group],
    ) -> bool:
        if any(component.judged for component in held.values()):
            return False
        if any(self.book.row(identifier_no(node)).apart for node in loose):
            return False
        if all(edge.grade != Grade.CLAIM for edge in drawn.values()):
            return True
        if self._may_flood(held, drawn):
            return False
        return sum(group.verified for group in groups) <= 1

    def _may_flood(self, held: dict[int, Component], drawn: dict[Link, Edge]) -> bool:
        """Say whether a node may have more claims than are taken."""
        most = self.book.policy.claim_edges_max - len(drawn)
        return any(
            component.claims.get(node, 0) > most
            for pair in drawn
            for node in pair
            for component in held.values()
        )

    def _hang(
        self, new: Sequence[int], drawn: dict[Link, Edge], woke: Sequence[int]
    ) -> bool:
        """Hang a new node on a component by a claim that weighs more than all in it.

        So a flood of claims costs little each, though edges were refused: what
        weighs less is decided as before, and nothing weighs more.
        """
        if len(new) != 1 or len(drawn) != 1 or woke:
            return False
        (pair, edge), leaf = next(iter(drawn.items())), new[0]
        old = pair[0] if pair[1] == leaf else pair[1]
        own = self.drawing.component(old)
        component = self.book.components.get(own) if leaf in pair else None
        if component is None or edge.grade != Grade.CLAIM or component.judged:
            return False
        if weight(edge) <= component.heaviest or self._judged(leaf):
            return False
        edited = self.book.components.edit(own)
        if edited is not None:
            self._decide(edited, pair, leaf, edge)
        self.drawing.set_component(leaf, own)
        return True

    def _judged(self, node: int) -> bool:
        return bool(self.book.row(identifier_no(node)).apart)

    def _decide(self, component: Component, pair: Link, leaf: int, edge: Edge) -> None:
        """Let a claim join its new node, or refuse it."""
        old = pair[0] if pair[1] == leaf else pair[1]
        key, own = component.nodes[old], self.uniting.persons.group(leaf)
        over = too_many(own, component.groups[key], self.book.limits)
        flood = component.claims.get(old, 0) >= self.book.policy.claim_edges_max
        _add(component, pair, edge)
        if over is None and not flood:
            component.nodes[leaf] = key
            absorb(component.groups[key], own)
            return
        why = FLOOD
        if over is not None:
            why = f"limit {self.book.policy.kinds[over].name}"
        component.nodes[leaf] = leaf
        component.groups[leaf] = own
        component.refused.append(Refused(*pair, why))
        self.book.people.enlist(own.birth, leaf)

    def _together(self, groups: list[Group]) -> Group | None:
        """Add up the persons; None if they do not fit."""
        whole = Group(groups[0].birth, groups[0].oldest, False, {})
        for group in groups:
            if too_many(group, whole, self.book.limits) is not None:
                return None
            absorb(whole, group)
        return whole

    def _wake(self, held: dict[int, Component]) -> None:
        for one in held:
            component = self.book.components.edit(one)
            for group in component.groups.values() if component else ():
                group.verified = True

    def _write(
        self,
        held: dict[int, Component],
        loose: list[int],
        drawn: dict[Link, Edge],
        whole: Group,
    ) -> None:
        """Put the smaller ones into the largest."""
        own, component = self._largest(held, loose)
        key = next(iter(component.groups), min(loose, default=0))
        for one, other in held.items():
            if one == own:
                continue
            for node in other.nodes:
                component.nodes[node] = key
                self.drawing.set_component(node, own)
            for left, edges in other.edges.items():
                component.edges.setdefault(left, {}).update(edges)
            component.claims.update(other.claims)
            component.heaviest = max(component.heaviest, other.heaviest)
            self.book.components.delete(one)
        for node in loose:
            component.nodes[node] = key
            self.drawing.set_component(node, own)
        component.groups = {key: whole}
        for pair, edge in drawn.items():
            _add(component, pair, edge)

    def _largest(
        self, held: dict[int, Component], loose: list[int]
    ) -> tuple[int, Component]:
        if held:
            own = min(held, key=lambda one: (-len(held[one].nodes), one))
            component = self.book.components.edit(own)
            if component is not None:
                return own, component
        component = Component({}, {}, {})
        own = min(loose)
        self.book.components.put(own, component)
        return own, component

    def _list(self, groups: list[Group], whole: Group, new: set[int]) -> None:
        """Keep the list of people: the oldest stays, the others are one with it."""
        listed = False
        for group in groups:
            if group.oldest == whole.oldest:
                listed = group.oldest not in new
            elif group.oldest not in new:
                self.book.people.delist(group.birth)
        if not listed:
            self.book.people.enlist(whole.birth, whole.oldest)


def _add(component: Component, pair: Link, edge: Edge) -> None:
    """Add an edge to a component, in place of a heavier one."""
    edges = component.edges.setdefault(pair[0], {})
    held = edges.get(pair[1])
    if held is not None and weight(held) <= weight(edge):
        return
    edges[pair[1]] = edge
    component.heaviest = max(component.heaviest, weight(edge))
    if held is not None and held.grade == Grade.CLAIM:
        _count(component, pair, -1)
    if edge.grade == Grade.CLAIM:
        _count(component, pair, 1)


def _count(component: Component, pair: Link, step: int) -> None:
    for node in pair:
        count = component.claims.pop(node, 0) + step
        if count:
            component.claims[node] = count
