"""The laws of identity on random histories (rule 24)."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.identity.histories import (
    LAW,
    POLICY,
    T_MAX,
    Record,
    added,
    histories,
    policies,
)
from tests.identity.shapes import places, shape

from habitue.identity.meaning import resolve
from habitue.identity.resolution import Resolution
from habitue.model.evidence import Evidence, Judgement, Key, Verb
from habitue.model.identifier import IDENTIFIERS_MAX, Identifier
from habitue.model.kind import KindPolicy, Role
from habitue.model.person import Edge, Grade, Person, Refusal, RefusedBy

# Later than all a history draws, so that it wins.
LAST = T_MAX + 1


def void(verb: Verb, target: Key, offset: int, at_us: int = LAST) -> Judgement:
    key = Key("console", f"z{offset}")
    return Judgement(key=key, offset=offset, at_us=at_us, verb=verb, target=target)


def same_answer(left: Resolution, right: Resolution) -> bool:
    return (left.strand_of, left.persons, left.nobody) == (
        right.strand_of,
        right.persons,
        right.nobody,
    )


@LAW
@given(st.data(), histories(), policies())
def test_the_order_of_records_changes_nothing(
    data: st.DataObject, log: list[Record], policy: KindPolicy
) -> None:
    shuffled = data.draw(st.permutations(log))

    assert same_answer(resolve(shuffled, policy), resolve(log, policy))


@LAW
@given(st.data(), histories(), policies())
def test_the_order_of_arrival_changes_births_alone(
    data: st.DataObject, log: list[Record], policy: KindPolicy
) -> None:
    offsets = data.draw(st.permutations([record.offset for record in log]))
    again = [
        replace(record, offset=offset)
        for record, offset in zip(log, offsets, strict=True)
    ]

    assert shape(resolve(again, policy)) == shape(resolve(log, policy))


@LAW
@given(st.data(), histories(), policies())
def test_what_is_retracted_never_arrived(
    data: st.DataObject, log: list[Record], policy: KindPolicy
) -> None:
    takeable = [record for record in log if not _voids(record)]
    assume(takeable)
    taken = data.draw(st.sampled_from(takeable))
    without = [record for record in log if record.key != taken.key]
    retracted = [*log, void(Verb.RETRACT, taken.key, len(log) + 1)]
    assert shape(resolve(retracted, policy)) == shape(resolve(without, policy))


@LAW
@given(st.data(), histories(), policies())
def test_what_is_added_and_retracted_leaves_all_as_before_ids_too(
    data: st.DataObject, log: list[Record], policy: KindPolicy
) -> None:
    offset = len(log) + 1
    more = data.draw(added(offset))
    undone = [*log, more, void(Verb.RETRACT, more.key, offset + 1)]

    assert same_answer(resolve(undone, policy), resolve(log, policy))


@LAW
@given(st.data(), histories(), policies())
def test_what_is_retracted_and_restored_is_as_before_ids_too(
    data: st.DataObject, log: list[Record], policy: KindPolicy
) -> None:
    assume(log)
    key = data.draw(st.sampled_from([record.key for record in log]))
    offset = len(log) + 1
    undone = [
        *log,
        void(Verb.RETRACT, key, offset, LAST),
        void(Verb.RESTORE, key, offset + 1, LAST + 1),
    ]
    before = resolve([*log, void(Verb.RESTORE, key, offset, LAST)], policy)

    assert same_answer(resolve(undone, policy), before)


@LAW
@given(st.data(), histories(), policies())
def test_the_later_judgement_on_a_pair_is_as_if_it_were_the_only_one(
    data: st.DataObject, log: list[Record], policy: KindPolicy
) -> None:
    told = data.draw(added(len(log) + 1, items_too=False))
    assert isinstance(told, Judgement)
    last = replace(told, at_us=LAST, key=Key("console", "y"), verb=Verb.NOT_SAME)

    both, only = resolve([*log, told, last], policy), resolve([*log, last], policy)

    assert shape(both) == shape(only)


@LAW
@given(histories(), policies())
def test_each_event_is_one_persons(log: list[Record], policy: KindPolicy) -> None:
    found = resolve(log, policy)

    owners = Counter(
        strand for person in found.persons.values() for strand in person.strands
    )

    assert all(owners[strand] == 1 for strand in found.strand_of.values())
    assert all(count == 1 for count in owners.values())
    assert set(found.strand_of) == {item.key for item in found.told.items}


@LAW
@given(histories(), policies())
def test_every_event_in_force_is_someones_or_counted(
    log: list[Record], policy: KindPolicy
) -> None:
    found = resolve(log, policy)
    void_keys = _void_keys(log)
    standing = [
        record
        for record in log
        if isinstance(record, Evidence) and record.key not in void_keys
    ]

    assert len(standing) == len(found.strand_of) + found.nobody


@LAW
@given(histories(), policies())
def test_no_person_has_what_does_not_fit(log: list[Record], policy: KindPolicy) -> None:
    found = resolve(log, policy)

    for person in found.persons.values():
        assert _fits(person, found, policy)


@LAW
@given(histories(), policies())
def test_no_claim_joins_two_that_the_shop_knows(
    log: list[Record], policy: KindPolicy
) -> None:
    found = resolve(log, policy)

    for person in found.persons.values():
        known = {node.strand for node in person.nodes if node.verified}
        firm = [edge for edge in person.edges if edge.grade < Grade.CLAIM]
        reached = _reach({edge_ends(edge) for edge in firm}, known)
        assert reached >= known


def edge_ends(edge: Edge | Refusal) -> tuple[int, int]:
    return edge.left, edge.right


@LAW
@given(histories(), policies())
def test_a_person_hangs_together_by_its_edges(
    log: list[Record], policy: KindPolicy
) -> None:
    for person in resolve(log, policy).persons.values():
        strands = {node.strand for node in person.nodes}
        reached = _reach({edge_ends(edge) for edge in person.edges}, strands)
        assert reached == strands


@LAW
@given(histories(), policies())
def test_claim_edges_past_the_flood_limit_join_nobody(
    log: list[Record], policy: KindPolicy
) -> None:
    found = resolve(log, policy)
    past = _past_the_flood(found, policy)

    for person in found.persons.values():
        strands = {node.strand for node in person.nodes}
        dry = {edge_ends(edge) for edge in person.edges if edge not in past}
        assert _reach(dry, strands) == strands


@LAW
@given(histories(), policies())
def test_without_claims_the_known_fall_into_the_same_persons(
    log: list[Record], policy: KindPolicy
) -> None:
    # A node that only claims carry takes its `same` with it when they go: hence no
    # `same` here, and torn claims in the next law.
    plain = [one for one in map(_without_same, log) if one is not None]
    firm = [one for one in plain if not isinstance(one, Evidence) or one.verified]

    assert _known(resolve(firm, policy)) == _known(resolve(plain, policy))


@LAW
@given(histories(), policies())
def test_what_is_claimed_joins_no_two_that_are_known(
    log: list[Record], policy: KindPolicy
) -> None:
    # A claimed item torn into its identifiers keeps the nodes and has no edge.
    void_keys = _void_keys(log)
    standing = [record for record in log if record.key not in void_keys]
    torn = [piece for record in standing for piece in _torn(record)]

    assert _known(resolve(torn, policy)) == _known(resolve(log, policy))


@LAW
@given(histories(), policies())
def test_a_person_id_is_its_own_current_id(
    log: list[Record], policy: KindPolicy
) -> None:
    found = resolve(log, policy)

    assert all(found.current(one) == one for one in found.persons)


@LAW
@given(st.data(), histories(), policies())
def test_an_old_id_answers_with_the_person_its_mention_is_in(
    data: st.DataObject, log: list[Record], policy: KindPolicy
) -> None:
    before = resolve(log, policy)
    offset = len(log) + 1
    more = data.draw(added(offset))
    after = resolve([*log, more], policy)

    for person in before.persons.values():
        mention = after.told.mentions[person.person_id // IDENTIFIERS_MAX]
        born = mention.identifiers[person.person_id % IDENTIFIERS_MAX]
        now = after.current(person.person_id)
        spot = after.places.at(born, mention.moment)
        assert now is None or after.strands[spot] in after.persons[now].strands


@LAW
@given(histories(), policies())
def test_whoever_is_found_by_an_identifier_has_it(
    log: list[Record], policy: KindPolicy
) -> None:
    found = resolve(log, policy)

    for item in found.told.items:
        for identifier in item.identifiers:
            who = found.find(identifier)
            if who is not None:
                assert identifier in _identifiers(found.persons[who])


def test_the_laws_are_tried_on_histories_that_refuse_share_and_move() -> None:
    seen = Counter[str]()

    @settings(max_examples=200, deadline=None, database=None)
    @given(histories(), policies())
    def look(log: list[Record], policy: KindPolicy) -> None:
        found = resolve(log, policy)
        for person in found.persons.values():
            seen.update(one.reason.split()[0] for one in person.refusals)
            seen.update(["shared"] if person.shared else [])
            seen.update(["moved"] if any(n.ordinal for n in person.nodes) else [])
            seen.update(["handed"] if any(s.holder for s in person.stretches) else [])

    look()

    assert {"limit", "claim", "not_same", "shared", "moved", "handed"} <= set(seen)


@dataclass
class _Names:
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


def _fits(person: Person, found: Resolution, policy: KindPolicy) -> bool:
    names = _Names(found, policy)
    own = {node.identifier for node in person.nodes}
    for kind in policy.kinds:
        if len({names.of(one) for one in own if one.kind == kind.name}) > kind.limit:
            return False
    apart = found.told.verdicts.apart
    return not any(apart(left, right) for left in own for right in own)


def _reach(edges: set[tuple[int, int]], strands: set[int]) -> set[int]:
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


def _past_the_flood(found: Resolution, policy: KindPolicy) -> set[Edge]:
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
        for claim in _by_time(all_of_node, found)[policy.claim_edges_max :]
    }
    return {
        edge
        for person in found.persons.values()
        for edge in person.edges
        if edge.grade is Grade.CLAIM and (edge.key, edge.left, edge.right) in past
    }


def _by_time(
    claims: set[tuple[int, Key, int, int]], found: Resolution
) -> list[tuple[int, Key, int, int]]:
    names = {strand: place for place, strand in found.strands.items()}

    def order(claim: tuple[int, Key, int, int]) -> object:
        at_us, key, left, right = claim
        ends = (names[left], names[right])
        return at_us, key, [(POLICY.rank(end[0].kind), end) for end in ends]

    return sorted(claims, key=order)  # type: ignore[arg-type]


def _without_same(record: Record) -> Record | None:
    if isinstance(record, Evidence):
        return replace(record, formerly=None)
    return None if record.verb is Verb.SAME else record


def _torn(record: Record) -> list[Record]:
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


def _known(found: Resolution) -> set[frozenset[object]]:
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


def _identifiers(person: Person) -> set[Identifier]:
    own = {node.identifier for node in person.nodes}
    own |= {stretch.identifier for stretch in person.stretches}
    return own | ({person.shared} if person.shared else set())


def _voids(record: Record) -> bool:
    return isinstance(record, Judgement) and record.target is not None


def _void_keys(log: list[Record]) -> set[Key]:
    spoken = [one for one in log if isinstance(one, Judgement) and one.target]
    last: dict[Key, Verb] = {}
    for one in sorted(spoken, key=lambda one: (one.at_us, one.key)):
        assert one.target is not None
        last[one.target] = one.verb
    return {key for key, verb in last.items() if verb is Verb.RETRACT}
