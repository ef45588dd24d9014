"""The fast path of the union: unite, where nothing is parted by it (rule 23).

Exact because limits are hereditary: what fits as a whole fits at every step, and what
was refused stays refused as persons grow. A person holds at most one part that
verified edges join and that is verified; so where at most one of the persons touched
holds a verified node, no claim can meet two of them.
"""

from collections.abc import Sequence

from habitue.base.steps import Steps, finish
from habitue.identity.claiming import Claiming
from habitue.identity.delta import Delta
from habitue.identity.drawing import Link
from habitue.identity.merging import CLAIM, Merging, Touched, add, listed, move
from habitue.identity.persons import absorb, too_many
from habitue.identity.rows import Component, Edge, Group
from habitue.identity.uniting import Uniting
from habitue.model.strand import identifier_no


class Joining:
    """Takes new nodes and edges into the components, the short way if it can."""

    def __init__(self, uniting: Uniting) -> None:
        self.uniting = uniting
        self.drawing = uniting.drawing
        self.book = uniting.book
        self.merging = Merging(uniting.drawing)
        self.claiming = Claiming(uniting.persons, self.merging)

    def take(
        self, new: Sequence[int], drawn: dict[Link, Edge], woke: Sequence[int]
    ) -> Steps[None] | None:
        """Add nodes and edges; woke: old nodes that became verified.

        Gives what is left to be done, where it can't be done the short way.
        """
        if not drawn and not woke:
            for node in new:
                self.book.people.enlist(self.drawing.birth(node), node)
            return None
        touched = self._touched(new, drawn, woke)
        if touched is None or not (
            self._unite(touched, new, drawn, woke)
            or (not woke and self.claiming.take(touched, new, drawn))
        ):
            delta = Delta(
                new=dict.fromkeys(new), drawn=drawn, touched=dict.fromkeys(woke)
            )
            return self.uniting.rerun(delta, ())
        return None

    def _touched(
        self, new: Sequence[int], drawn: dict[Link, Edge], woke: Sequence[int]
    ) -> Touched | None:
        """Find what is touched; None if verdicts or woken nodes have a say in it."""
        ends = dict.fromkeys(end for pair in drawn for end in pair)
        ends.update(dict.fromkeys((*new, *woke)))
        touched = Touched({}, [], {})
        for node in ends:
            one = self.drawing.component(node)
            component = self.book.components.get(one) if one else None
            if component is None:
                if self.book.row(identifier_no(node)).apart:
                    return None
                touched.loose.append(node)
                continue
            if drawn and component.judged:
                return None
            touched.own[node] = one
            touched.held[one] = component
        if woke and any(_has_a_say(one) for one in touched.held.values()):
            return None
        return touched

    # Persons that become one.

    def _unite(
        self,
        touched: Touched,
        new: Sequence[int],
        drawn: dict[Link, Edge],
        woke: Sequence[int],
    ) -> bool:
        """Make one person of all that is touched, if it fits and no claim is lost."""
        if not drawn:
            self._wake(touched, woke)
            return True
        persons = touched.groups()
        groups = [*persons.values(), *map(self.uniting.persons.group, touched.loose)]
        if not self._are_free(touched, drawn, groups):
            return False
        together = self._together(groups)
        if together is None:
            return False
        before = listed(one for one in groups if one.oldest not in new)
        self._write(touched, set(persons), drawn, together)
        self.book.people.relist(before, listed((together,)))
        return True

    def _are_free(
        self, touched: Touched, drawn: dict[Link, Edge], groups: list[Group]
    ) -> bool:
        """Say whether no claim can be refused, or is no longer, because of the new."""
        most = self.book.policy.claim_edges_max
        claims = any(edge.grade == CLAIM for edge in drawn.values())
        room = most - len(drawn) if claims else most
        if room < 0 or self._crowded(touched, drawn, room):
            return False
        return not claims or sum(group.verified for group in groups) <= 1

    def _crowded(self, touched: Touched, drawn: dict[Link, Edge], most: int) -> bool:
        """Say whether a node of the edges has more claims than that."""
        return any(
            touched.held[touched.own[node]].claims.get(node, 0) > most
            for pair, edge in drawn.items()
            for node in pair
            if node in touched.own and (edge.grade == CLAIM or touched.was_claim(pair))
        )

    def _together(self, groups: list[Group]) -> Group | None:
        """Add up the persons; None if they do not fit."""
        whole = Group(groups[0].birth, groups[0].oldest, False, {})
        for group in groups:
            if too_many(group, whole, self.book.limits) is not None:
                return None
            absorb(whole, group)
        return whole

    def _wake(self, touched: Touched, woke: Sequence[int]) -> None:
        for node in woke:
            component = self.book.components.edit(touched.own[node])
            if component is not None:
                component.groups[component.nodes[node]].verified = True

    def _write(
        self, touched: Touched, keys: set[int], drawn: dict[Link, Edge], whole: Group
    ) -> None:
        """Put the smaller ones into the largest, the persons touched as one."""
        own, component = finish(self.merging.gather(touched))
        key = min(keys or touched.loose)
        move(component, keys - {key}, key)
        for one in keys:
            component.groups.pop(one, None)
        component.groups[key] = whole
        self.merging.hang(own, component, touched.loose, key)
        for pair, edge in drawn.items():
            add(component, pair, edge)


def _has_a_say(component: Component) -> bool:
    """Say whether it may matter that a node of a component was not verified."""
    return bool(component.claims) or len(component.groups) > 1
