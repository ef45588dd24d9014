"""Components changed in place: put together, nodes hung on, edges added."""

from collections.abc import Iterable

from msgspec import Struct

from habitue.base.steps import MANY, Steps, parts
from habitue.identity.drawing import Drawing, Link, weight
from habitue.identity.persons import told_at
from habitue.identity.rows import Component, Edge, Group
from habitue.model.person import Grade

# A plain number: comparing with an enum costs more than the rest of it.
CLAIM = int(Grade.CLAIM)


class Touched(Struct):
    """What new nodes and edges touch.

    held: components by number; loose: nodes in none; own: the number of the
    component that each other end is in.
    """

    held: dict[int, Component]
    loose: list[int]
    own: dict[int, int]

    def groups(self) -> dict[int, Group]:
        """Give the persons touched, by key, but for the loose nodes."""
        found: dict[int, Group] = {}
        for node, one in self.own.items():
            component = self.held[one]
            key = component.nodes[node]
            found[key] = component.groups[key]
        return found

    def component(self, node: int) -> Component | None:
        own = self.own.get(node)
        return None if own is None else self.held[own]

    def was_claim(self, pair: Link) -> bool:
        """Say whether there was a claim between two nodes already."""
        component = self.component(pair[0])
        if component is None:
            return False
        edge = component.edges.get(pair[0], {}).get(pair[1])
        return edge is not None and edge.grade == CLAIM


class Merging:
    """Changes components, and tells the rows of their nodes."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.components = drawing.book.components

    def gather(self, touched: Touched) -> Steps[tuple[int, Component]]:
        """Put the smaller components into the largest, and give that, to change."""
        held = touched.held
        if not held:
            component = Component({}, {}, {})
            own = min(touched.loose)
            self.components.put(own, component)
            return own, component
        own = min(held, key=lambda one: (-len(held[one].nodes), one))
        largest = self.components.edit(own)
        if largest is None:
            raise KeyError(own)
        for one, other in held.items():
            if one != own:
                yield from self._absorb(own, largest, other)
                self.components.delete(one)
        return own, largest

    def _absorb(self, own: int, largest: Component, other: Component) -> Steps[None]:
        largest.nodes.update(other.nodes)
        largest.groups.update(other.groups)
        yield from self.rename(other.nodes, own)
        for some in parts(other.edges.items(), MANY):
            for left, edges in some:
                largest.edges.setdefault(left, {}).update(edges)
            yield
        largest.claims.update(other.claims)
        largest.heaviest = max(largest.heaviest, other.heaviest)
        largest.latest = max(largest.latest, other.latest)
        largest.judged = largest.judged or other.judged

    def rename(self, nodes: Iterable[int], own: int) -> Steps[None]:
        """Tell the rows of nodes which component they are in."""
        for some in parts(nodes, MANY):
            for node in some:
                self.drawing.set_component(node, own)
            yield

    def hang(
        self, own: int, component: Component, loose: Iterable[int], key: int
    ) -> None:
        """Make nodes part of a component, and of the person of a key."""
        for node in loose:
            component.nodes[node] = key
            self.drawing.set_component(node, own)


def listed(groups: Iterable[Group]) -> dict[int, int]:
    """Give persons as the list of people has them."""
    return {group.birth: group.oldest for group in groups}


def members(component: Component, key: int) -> list[int]:
    """Give the nodes of a person."""
    return [node for node, held in component.nodes.items() if held == key]


def move(component: Component, keys: set[int], to: int) -> None:
    """Give the nodes of persons to another."""
    if not keys:
        return
    for node, key in component.nodes.items():
        if key in keys:
            component.nodes[node] = to


def add(component: Component, pair: Link, edge: Edge) -> None:
    """Add an edge to a component, in place of a heavier one."""
    edges = component.edges.setdefault(pair[0], {})
    held = edges.get(pair[1])
    if held is not None and weight(held) <= weight(edge):
        return
    edges[pair[1]] = edge
    component.heaviest = max(component.heaviest, weight(edge))
    if held is not None and held.grade == CLAIM:
        _count(component, pair, -1)
    if edge.grade == CLAIM:
        component.latest = max(component.latest, told_at(edge))
        _count(component, pair, 1)


def drop(component: Component, pair: Link) -> Edge:
    """Take an edge out of a component; no edge weighs more than is noted still."""
    edges = component.edges[pair[0]]
    edge = edges.pop(pair[1])
    if not edges:
        del component.edges[pair[0]]
    if edge.grade == CLAIM:
        _count(component, pair, -1)
    return edge


def held_edge(component: Component, pair: Link) -> Edge | None:
    """Give the edge of a component between two nodes."""
    return component.edges.get(pair[0], {}).get(pair[1])


def _count(component: Component, pair: Link, step: int) -> None:
    claims = component.claims
    for node in pair:
        claims[node] = claims.get(node, 0) + step
        if not claims[node]:
            del claims[node]
