"""Claims beside others: a flood of them costs little each, though most are refused.

Two sorts of new claims need none of the others decided again, however many there are:
those that weigh more than all, told after all, which are decided when all else is;
and those whose ends would not fit whenever they were looked at, since what verified
edges make of either end stands before the first claim is.
"""

from collections.abc import Sequence

from habitue.base.steps import finish
from habitue.identity.drawing import Link, link, weight
from habitue.identity.merging import (
    CLAIM,
    Merging,
    Touched,
    add,
    listed,
    members,
    move,
)
from habitue.identity.persons import Persons, absorb, told_at
from habitue.identity.rows import Component, Edge, Group

# Of a person of more nodes than this nothing is said for sure.
_MEMBERS_MAX = 64


class Claiming:
    """Takes in claims that change nothing about those there are."""

    def __init__(self, persons: Persons, merging: Merging) -> None:
        self.persons = persons
        self.merging = merging
        self.book = persons.book

    def take(
        self, touched: Touched, new: Sequence[int], drawn: dict[Link, Edge]
    ) -> bool:
        """Add claims and their nodes; False, and nothing done, if unsure."""
        if any(edge.grade != CLAIM for edge in drawn.values()):
            return False
        if any(map(touched.was_claim, drawn)):
            return False
        last = all(self._is_last(touched, edge) for edge in drawn.values())
        if not last and not self._are_refused(touched, drawn):
            return False
        before = listed(touched.groups().values())
        own, component = finish(self.merging.gather(touched))
        for node in touched.loose:
            component.groups[node] = group = self.persons.group(node)
            self.merging.hang(own, component, (node,), node)
            if node not in new:
                before[group.birth] = group.oldest
        for pair, edge in finish(self.persons.lightest_first(drawn)):
            if last:
                self._decide(component, pair, edge)
            add(component, pair, edge)
        keys = {component.nodes[end] for pair in drawn for end in pair}
        after = listed(component.groups[key] for key in keys)
        self.book.people.relist(before, after)
        return True

    # The last of all.

    def _is_last(self, touched: Touched, edge: Edge) -> bool:
        return all(
            weight(edge) > one.heaviest and told_at(edge) > one.latest
            for one in touched.held.values()
        )

    def _decide(self, component: Component, pair: Link, edge: Edge) -> None:
        """Let a claim join two persons, or leave it between them."""
        most = self.book.policy.claim_edges_max
        if any(component.claims.get(node, 0) >= most for node in pair):
            return
        groups = component.groups
        left, right = component.nodes[pair[0]], component.nodes[pair[1]]
        if left == right or self.persons.against(edge, groups[left], groups[right]):
            return
        low, high = min(left, right), max(left, right)
        absorb(groups[low], groups.pop(high))
        move(component, {high}, low)

    # Refused in any case.

    def _are_refused(self, touched: Touched, drawn: dict[Link, Edge]) -> bool:
        """Say whether all claims are refused, and make no other be one too many."""
        cores: dict[int, Group] = {}
        for node in dict.fromkeys(end for pair in drawn for end in pair):
            core = self._core(touched, node, len(drawn))
            if core is None:
                return False
            cores[node] = core
        return all(
            self.persons.against(edge, cores[pair[0]], cores[pair[1]])
            for pair, edge in drawn.items()
        )

    def _core(self, touched: Touched, node: int, more: int) -> Group | None:
        """Give what verified edges make of a node before any claim is looked at.

        None if that is too much to ask, or if more claims of the node may push one
        that unites past those that are taken.
        """
        core = self.persons.group(node)
        component = touched.component(node)
        if component is None:
            return core
        own = members(component, component.nodes[node])
        if len(own) > _MEMBERS_MAX:
            return None
        full = component.claims.get(node, 0) + more > self.book.policy.claim_edges_max
        if full and any(
            edge.grade == CLAIM for _, edge in _between(component, node, own)
        ):
            return None
        found = [node]
        for one in found:
            for other, edge in _between(component, one, own):
                if edge.grade != CLAIM and other not in found:
                    found.append(other)
                    absorb(core, self.persons.group(other))
        return core


def _between(
    component: Component, node: int, others: Sequence[int]
) -> list[tuple[int, Edge]]:
    """Give the edges of a node to some others."""
    found = []
    for other in others:
        left, right = link(node, other)
        edge = component.edges.get(left, {}).get(right)
        if edge is not None:
            found.append((other, edge))
    return found
