"""The fast path of the union: unite, where nothing can be refused (rule 23).

Exact because limits are hereditary: what fits as a whole fits at every step. And a
component of which no edge is refused holds at most one part that verified edges
join and that is verified; so where at most one of the components touched holds a
verified node, no claim can meet two of them.
"""

from collections.abc import Iterable, Sequence

from habitue.identity.drawing import Link, weight
from habitue.identity.persons import absorb, too_many
from habitue.identity.rows import Component, Edge, Group
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
        if not self._unite(new, drawn, woke):
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
        if sum(len(component.nodes) for component in held.values()) <= most:
            return False
        return any(
            sum(_claims(component, node) for component in held.values()) > most
            for node in dict.fromkeys(end for pair in drawn for end in pair)
        )

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
            component.claims = component.claims or other.claims
            self.book.components.delete(one)
        for node in loose:
            component.nodes[node] = key
            self.drawing.set_component(node, own)
        component.groups = {key: whole}
        for (left, right), edge in drawn.items():
            edges = component.edges.setdefault(left, {})
            known = edges.get(right)
            if known is None or weight(edge) < weight(known):
                edges[right] = edge
                component.claims = component.claims or edge.grade == Grade.CLAIM

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


def _claims(component: Component, node: int) -> int:
    """Count the claims among the edges of a node."""
    if not component.claims or node not in component.nodes:
        return 0
    above = component.edges.get(node, {}).values()
    below = (edges[node] for edges in component.edges.values() if node in edges)
    return sum(edge.grade == Grade.CLAIM for edge in (*above, *below))
