"""Slow readings of the rules by their letter, and what the laws compare by."""

from collections import defaultdict
from dataclasses import dataclass

from msgspec.structs import replace

from habitue.identity.resolution import Resolution
from habitue.model.evidence import Evidence, Judgement, Key, Verb
from habitue.model.identifier import IDENTIFIERS_MAX, Identifier
from habitue.model.kind import KindPolicy, Role
from habitue.model.person import Edge, Grade, Person, Refusal, RefusedBy
from tests.identity.histories import POLICY, Record
from tests.identity.shapes import places


def edge_ends(edge: Edge | Refusal) -> tuple[int, int]:
    return edge.left, edge.right


@dataclass
class NaiveNames:
    """An own, slow reading of rule 5: heads, and names made one."""

    found: Resolution
    policy: KindPolicy

    def of(self, identifier: Identifier) -> Identifier:
        reached = {self._head(identifier)}
        while True:
            more = {
                other
                for left, right, _ in self.found.told.verdicts.same
                for one, other in (
                    (self._head(left), self._head(right)),
                    (self._head(right), self._head(left)),
                )
                if one in reached
            }
            if more <= reached:
                return min(reached)
            reached |= more

    def _head(self, identifier: Identifier) -> Identifier:
        rank = self.policy.rank
        if self.policy.kind(identifier.kind).role.value != "anchor":
            return identifier
        candidates = [
            (rank(other.kind), item.at_us, item.key, other)
            for item in self.found.told.items
            if item.verified and identifier in item.identifiers
            for other in item.identifiers
            if rank(other.kind) < rank(identifier.kind)
            and not self.found.told.verdicts.apart(identifier, other)
        ]
        return min(candidates)[-1] if candidates else identifier


def fits(person: Person, found: Resolution, policy: KindPolicy) -> bool:
    names = NaiveNames(found, policy)
    own = {node.identifier for node in person.nodes}
    for kind in policy.kinds:
        if len({names.of(one) for one in own if one.kind == kind.name}) > kind.limit:
            return False
    apart = found.told.verdicts.apart
    return not any(apart(left, right) for left in own for right in own)


def reach(edges: set[tuple[int, int]], strands: set[int]) -> set[int]:
    if not strands:
        return set()
    reached = {min(strands)}
    while more := {
        end
        for edge in edges
        if reached & set(edge)
        for end in edge
        if end not in reached
    }:
        reached |= more
    return reached


def past_the_flood(found: Resolution, policy: KindPolicy) -> set[Edge]:
    at_us = {item.key: item.at_us for item in found.told.items}
    claims: defaultdict[int, set[tuple[int, Key, int, int]]] = defaultdict(set)
    for person in found.persons.values():
        for one in (*person.edges, *person.refusals):
            told_by_union = isinstance(one, Edge) or one.by is RefusedBy.UNION
            if one.grade is Grade.CLAIM and told_by_union:
                for end in edge_ends(one):
                    claims[end].add((at_us[one.key], one.key, one.left, one.right))
    past = {
        claim[1:]
        for all_of_node in claims.values()
        for claim in by_time(all_of_node, found)[policy.claim_edges_max :]
    }
    return {
        edge
        for person in found.persons.values()
        for edge in person.edges
        if edge.grade is Grade.CLAIM and (edge.key, edge.left, edge.right) in past
    }


def by_time(
    claims: set[tuple[int, Key, int, int]], found: Resolution
) -> list[tuple[int, Key, int, int]]:
    names = {strand: place for place, strand in found.strands.items()}

    def order(claim: tuple[int, Key, int, int]) -> object:
        at_us, key, left, right = claim
        ends = (names[left], names[right])
        return at_us, key, [(POLICY.rank(end[0].kind), end) for end in ends]

    return sorted(claims, key=order)  # type: ignore[arg-type]


def without_same(record: Record) -> Record | None:
    if isinstance(record, Evidence):
        return replace(record, formerly=None)
    return None if record.verb is Verb.SAME else record


def torn_apart(record: Record) -> list[Record]:
    offset = record.offset * IDENTIFIERS_MAX
    if not isinstance(record, Evidence) or record.verified:
        return [replace(record, offset=offset)]
    return [
        replace(
            record,
            offset=offset + at,
            identifiers=(identifier,),
            key=Key(record.key.source, f"{record.key.message_id}/{at}"),
        )
        for at, identifier in enumerate(record.identifiers)
        if POLICY.kind(identifier.kind).role is not Role.DEVICE
    ]


def known(found: Resolution) -> set[frozenset[object]]:
    known = {
        node.strand
        for person in found.persons.values()
        for node in person.nodes
        if node.verified
    }
    groups = {
        frozenset(place for place in places(person) if found.strands[place] in known)
        for person in found.persons.values()
    }
    return {group for group in groups if group}


def identifiers(person: Person) -> set[Identifier]:
    own = {node.identifier for node in person.nodes}
    own |= {stretch.identifier for stretch in person.stretches}
    return own | ({person.shared} if person.shared else set())


def voids(record: Record) -> bool:
    return isinstance(record, Judgement) and record.target is not None


def void_keys(log: list[Record]) -> set[Key]:
    spoken = [one for one in log if isinstance(one, Judgement) and one.target]
    last: dict[Key, Verb] = {}
    for one in sorted(spoken, key=lambda one: (one.at_us, one.key)):
        assert one.target is not None
        last[one.target] = one.verb
    return {key for key, verb in last.items() if verb is Verb.RETRACT}
