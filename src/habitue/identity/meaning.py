"""What identity means: persons as a pure function of all that was told.

This is the definition as code. The incremental resolver and the bulk form must
equal it on every history; nothing here depends on the order of arrival but births.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from habitue.identity import components
from habitue.identity.components import Link, Point, Union
from habitue.identity.fitting import Fitting
from habitue.identity.graph import Graph, graph
from habitue.identity.history import History, gather
from habitue.identity.places import Places, place
from habitue.identity.resolution import Resolution
from habitue.model.evidence import Evidence, Judgement
from habitue.model.identifier import Identifier, birth
from habitue.model.kind import KindPolicy
from habitue.model.person import (
    Edge,
    Node,
    Person,
    Place,
    Refusal,
    RefusedBy,
    Stretch,
)
from habitue.model.strand import strand

Unite = Callable[[Sequence[Point], Sequence[Link], Fitting], Union]


def resolve(
    history: Iterable[Evidence | Judgement],
    policy: KindPolicy,
    *,
    unite: Unite = components.unite,
) -> Resolution:
    """Resolve a history, given in any order, to strands and persons.

    unite: how the nodes become components; every form must answer the same.
    """
    told = gather(history, policy)
    places = place(told, policy)
    drawn = graph(told.items, told.verdicts.same, places)
    births = _births(told, places)
    strands = _strands(told, places, births)
    union = unite(drawn.points, drawn.links, places.fitting)
    persons = _Persons(places, drawn, strands, births).all(union)
    return Resolution(
        strand_of={item.key: strands[places.decided(item)] for item in told.items},
        persons=persons,
        nobody=told.nobody,
        told=told,
        places=places,
        strands=strands,
        holders={one: who.person_id for who in persons.values() for one in who.strands},
    )


def _strands(
    told: History, places: Places, births: dict[Place, int]
) -> dict[Place, int]:
    """Give numbers to the strands of every identifier that was ever named.

    A stretch that nothing was told in has none.
    """
    numbers = told.births()
    return {
        place: strand(born, 0)
        if places.is_device(place.identifier)
        else strand(numbers[place.identifier], place.ordinal)
        for place, born in births.items()
    }


def _births(told: History, places: Places) -> dict[Place, int]:
    """Find when each place was first named, by a record in force or not (rule 19)."""
    first: dict[Place, int] = {}
    for offset in sorted(told.mentions):
        mention = told.mentions[offset]
        for position, identifier in enumerate(mention.identifiers):
            named = places.at(identifier, mention.moment)
            first.setdefault(named, birth(offset, position))
    return first


class _Persons:
    """Puts the persons together from their parts."""

    def __init__(
        self,
        places: Places,
        drawn: Graph,
        strands: dict[Place, int],
        births: dict[Place, int],
    ) -> None:
        self.places = places
        self.drawn = drawn
        self.strands = strands
        self.births = births

    def all(self, union: Union) -> dict[int, Person]:
        persons = [
            *self._known(union),
            *(self._stranger(one) for one in self._stretches(held=False)),
            *(self._shared(contact) for contact in self.drawn.shared),
        ]
        return {person.person_id: person for person in sorted(persons, key=_id)}

    def _known(self, union: Union) -> Iterable[Person]:
        nodes: defaultdict[int, list[Node]] = defaultdict(list)
        root_of: dict[int, int] = {}
        for at, root in enumerate(union.roots):
            node = self._node(at)
            nodes[root].append(node)
            root_of[node.strand] = root
        handed = _grouped(self._stretches(held=True), root_of)
        edges = self._edges(union, root_of)
        refusals = self._refusals(union, root_of)
        for root, own in nodes.items():
            stretches = handed[root]
            strands = [node.strand for node in own]
            strands += [stretch.strand for stretch in stretches]
            yield Person(
                person_id=min(node.birth for node in own),
                strands=tuple(sorted(strands)),
                nodes=tuple(own),
                stretches=tuple(stretches),
                edges=tuple(edges[root]),
                refusals=tuple(refusals[root]),
            )

    def _node(self, at: int) -> Node:
        at_place = self.drawn.nodes[at]
        since, until = self.places.bounds(at_place)
        return Node(
            identifier=at_place.identifier,
            ordinal=at_place.ordinal,
            strand=self.strands[at_place],
            birth=self.births[at_place],
            verified=self.drawn.points[at].verified,
            since=since,
            until=until,
        )

    def _stretches(self, *, held: bool) -> Iterable[Stretch]:
        """Give the stretches in which an item in force lies, a stranger's or held."""
        for device, turns in self.places.turns.items():
            seen = {self.places.at(device, turn.moment) for turn in turns}
            for at_place in sorted(seen):
                stretch = self._stretch(at_place)
                if (stretch.holder is not None) is held:
                    yield stretch

    def _stretch(self, at_place: Place) -> Stretch:
        since, until = self.places.bounds(at_place)
        hold = self.places.stretches[at_place.identifier].holds[at_place.ordinal]
        return Stretch(
            identifier=at_place.identifier,
            strand=self.strands[at_place],
            birth=self.births[at_place],
            since=since,
            until=until,
            holder=self.strands[hold.strand] if hold else None,
            login=hold.login if hold else None,
        )

    def _stranger(self, stretch: Stretch) -> Person:
        return Person(
            person_id=stretch.birth, strands=(stretch.strand,), stretches=(stretch,)
        )

    def _shared(self, contact: Identifier) -> Person:
        only = Place(contact, 0)
        return Person(
            person_id=self.births[only], strands=(self.strands[only],), shared=contact
        )

    def _edges(
        self, union: Union, root_of: dict[int, int]
    ) -> defaultdict[int, list[Edge]]:
        edges: defaultdict[int, list[Edge]] = defaultdict(list)
        for link in self.drawn.links:
            if link in union.refused:
                continue
            left, right = self._ends(link)
            edges[root_of[left]].append(
                Edge(left=left, right=right, grade=link.grade, key=link.key)
            )
        return edges

    def _refusals(
        self, union: Union, root_of: dict[int, int]
    ) -> defaultdict[int, list[Refusal]]:
        """Show each refusal at both persons it kept apart."""
        told = [
            *((link, RefusedBy.UNION, why) for link, why in union.refused.items()),
            *((link, RefusedBy.TENURE, why) for link, why in self.drawn.refused),
        ]
        refusals: defaultdict[int, list[Refusal]] = defaultdict(list)
        for link, by, why in sorted(told):
            left, right = self._ends(link)
            refusal = Refusal(
                left=left,
                right=right,
                grade=link.grade,
                key=link.key,
                by=by,
                reason=why,
            )
            for root in {root_of[left], root_of[right]}:
                refusals[root].append(refusal)
        return refusals

    def _ends(self, link: Link) -> tuple[int, int]:
        nodes = self.drawn.nodes
        return self.strands[nodes[link.left]], self.strands[nodes[link.right]]


def _grouped(
    stretches: Iterable[Stretch], root_of: dict[int, int]
) -> defaultdict[int, list[Stretch]]:
    handed: defaultdict[int, list[Stretch]] = defaultdict(list)
    for stretch in stretches:
        if stretch.holder is not None:
            handed[root_of[stretch.holder]].append(stretch)
    return handed


def _id(person: Person) -> int:
    return person.person_id
