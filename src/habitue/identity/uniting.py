"""Persons in the raw components that a change touched (rules 16, 17, 22 and 23)."""

import logging
from collections.abc import Iterable

from habitue.base.steps import Steps
from habitue.identity.deciding import Run
from habitue.identity.delta import Delta
from habitue.identity.drawing import Drawing, Link, weight
from habitue.identity.merging import Merging
from habitue.identity.naming import Naming
from habitue.identity.persons import Persons
from habitue.identity.redeciding import Redeciding
from habitue.identity.rows import Component, Edge

# A component of fewer nodes is worked out in whole: that takes few milliseconds.
_WIDE_NODES = 128
# From here on a change is told of: the records behind it wait for it (rule 23).
VAST_NODES = 5_000

_log = logging.getLogger("habitue.identity")


class Uniting:
    """Keeps components and persons as the nodes and edges change."""

    def __init__(self, drawing: Drawing, naming: Naming) -> None:
        self.drawing = drawing
        self.book = drawing.book
        self.persons = Persons(drawing, naming)
        self.wide_nodes = _WIDE_NODES
        # Changes among more than VAST_NODES, since the start.
        self.vast = 0
        self._redeciding = Redeciding(self.persons, Merging(drawing))

    def edge(self, pair: Link) -> Edge | None:
        """Give the edge held between two nodes."""
        component = self.book.components.get(self.drawing.component(pair[0]))
        if component is None:
            return None
        return component.edges.get(pair[0], {}).get(pair[1])

    def rerun(self, delta: Delta, components: Iterable[int]) -> Steps[None]:
        """Work out again the raw components that a change touched.

        components: those of the nodes gone, which no row tells any more.
        """
        ids = dict.fromkeys(components)
        ids.update(dict.fromkeys(map(self.drawing.component, delta.named())))
        held = {one: row for one in ids if (row := self.book.components.get(one))}
        size = sum(len(one.nodes) for one in held.values())
        if size > VAST_NODES:
            self._warn(size)
        if held and size >= self.wide_nodes:
            yield from self._redeciding.rerun(delta, list(held))
        else:
            yield from self._rerun_whole(delta, held)

    def _warn(self, size: int) -> None:
        self.vast += 1
        _log.warning(
            "who is who is worked out again where %d identifiers hang together; it is"
            " done in steps, and the records behind it wait. A value that very many"
            " share (a test account, the shop's own phone) should be blocked: see"
            " docs/kinds.md.",
            size,
        )

    def _rerun_whole(self, delta: Delta, components: Iterable[int]) -> Steps[None]:
        before: dict[int, int] = {}
        after: dict[int, int] = {}
        nodes, edges = self._gather(delta, components, before)
        for pair in delta.cut:
            edges.pop(pair, None)
        for pair, edge in delta.drawn.items():
            held = edges.get(pair)
            if held is None or weight(edge) < weight(held):
                edges[pair] = edge
        for part, within in _parts(nodes, edges):
            after |= yield from self._settle(part, within)
        self.book.people.relist(before, after)

    def _gather(
        self, delta: Delta, components: Iterable[int], listed: dict[int, int]
    ) -> tuple[list[int], dict[Link, Edge]]:
        """Take apart the components concerned; give their nodes and edges.

        listed: takes who was listed, the strand 0 where somebody may not have been.
        """
        nodes = delta.named()
        edges: dict[Link, Edge] = {}
        listed.update((self.drawing.birth(one), 0) for one in nodes)
        for one in components:
            component = self.book.components.get(one)
            if component is not None:
                nodes.update(dict.fromkeys(component.nodes))
                edges.update(_links(component))
                for group in component.groups.values():
                    listed[group.birth] = group.oldest
                self.book.components.delete(one)
        for node, birth in delta.gone.items():
            listed.setdefault(birth, 0)
            if node not in delta.new:
                nodes.pop(node, None)
        if delta.gone:
            edges = {
                pair: edge
                for pair, edge in edges.items()
                if pair[0] not in delta.gone and pair[1] not in delta.gone
            }
        return list(nodes), edges

    def _settle(
        self, nodes: list[int], edges: dict[Link, Edge]
    ) -> Steps[dict[int, int]]:
        """Find the persons of one raw component, write them, and give who to list."""
        if len(nodes) == 1:
            self.drawing.set_component(nodes[0], 0)
            return {self.drawing.birth(nodes[0]): nodes[0]}
        component = yield from Run(self.persons, nodes, edges).component()
        own = min(nodes)
        self.book.components.put(own, component)
        for node in nodes:
            self.drawing.set_component(node, own)
        return {group.birth: group.oldest for group in component.groups.values()}


def _links(component: Component) -> dict[Link, Edge]:
    return {
        (left, right): edge
        for left, others in component.edges.items()
        for right, edge in others.items()
    }


def _parts(
    nodes: list[int], edges: dict[Link, Edge]
) -> list[tuple[list[int], dict[Link, Edge]]]:
    """Part nodes and edges into raw components."""
    near: dict[int, list[int]] = {node: [] for node in nodes}
    for left, right in edges:
        near[left].append(right)
        near[right].append(left)
    of: dict[int, int] = {}
    parts: list[tuple[list[int], dict[Link, Edge]]] = []
    for node in nodes:
        if node not in of:
            of[node] = len(parts)
            parts.append((_reach(node, near, of), {}))
    for pair, edge in edges.items():
        parts[of[pair[0]]][1][pair] = edge
    return parts


def _reach(start: int, near: dict[int, list[int]], of: dict[int, int]) -> list[int]:
    found = [start]
    for node in found:
        for other in near[node]:
            if other not in of:
                of[other] = of[start]
                found.append(other)
    return found
