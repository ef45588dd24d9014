"""The laws of identity on random histories (rule 24)."""

from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from habitue.identity.meaning import resolve
from habitue.identity.resolution import Resolution
from habitue.model.evidence import Evidence, Judgement, Key, Verb
from habitue.model.identifier import IDENTIFIERS_MAX
from habitue.model.kind import KindPolicy
from habitue.model.person import Grade
from tests.identity.histories import (
    LAW,
    T_MAX,
    Record,
    added,
    histories,
    policies,
)
from tests.identity.readings import (
    edge_ends,
    fits,
    identifiers,
    known,
    past_the_flood,
    reach,
    torn_apart,
    void_keys,
    voids,
    without_same,
)
from tests.identity.shapes import shape

pytestmark = pytest.mark.proof("T18")

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
    takeable = [record for record in log if not voids(record)]
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
    taken_out = void_keys(log)
    standing = [
        record
        for record in log
        if isinstance(record, Evidence) and record.key not in taken_out
    ]

    assert len(standing) == len(found.strand_of) + found.nobody


@LAW
@given(histories(), policies())
def test_no_person_has_what_does_not_fit(log: list[Record], policy: KindPolicy) -> None:
    found = resolve(log, policy)

    for person in found.persons.values():
        assert fits(person, found, policy)


@LAW
@given(histories(), policies())
def test_no_claim_joins_two_that_the_shop_knows(
    log: list[Record], policy: KindPolicy
) -> None:
    found = resolve(log, policy)

    for person in found.persons.values():
        told = {node.strand for node in person.nodes if node.verified}
        firm = [edge for edge in person.edges if edge.grade < Grade.CLAIM]
        hung = reach({edge_ends(edge) for edge in firm}, told)
        assert hung >= told


@LAW
@given(histories(), policies())
def test_a_person_hangs_together_by_its_edges(
    log: list[Record], policy: KindPolicy
) -> None:
    for person in resolve(log, policy).persons.values():
        strands = {node.strand for node in person.nodes}
        hung = reach({edge_ends(edge) for edge in person.edges}, strands)
        assert hung == strands


@LAW
@given(histories(), policies())
def test_claim_edges_past_the_flood_limit_join_nobody(
    log: list[Record], policy: KindPolicy
) -> None:
    found = resolve(log, policy)
    past = past_the_flood(found, policy)

    for person in found.persons.values():
        strands = {node.strand for node in person.nodes}
        dry = {edge_ends(edge) for edge in person.edges if edge not in past}
        assert reach(dry, strands) == strands


@LAW
@given(histories(), policies())
def test_without_claims_the_known_fall_into_the_same_persons(
    log: list[Record], policy: KindPolicy
) -> None:
    # A node that only claims carry takes its `same` with it when they go: hence no
    # `same` here, and torn claims in the next law.
    plain = [one for one in map(without_same, log) if one is not None]
    firm = [one for one in plain if not isinstance(one, Evidence) or one.verified]

    assert known(resolve(firm, policy)) == known(resolve(plain, policy))


@LAW
@given(histories(), policies())
def test_what_is_claimed_joins_no_two_that_are_known(
    log: list[Record], policy: KindPolicy
) -> None:
    # A claimed item torn into its identifiers keeps the nodes and has no edge.
    taken_out = void_keys(log)
    standing = [record for record in log if record.key not in taken_out]
    torn = [piece for record in standing for piece in torn_apart(record)]

    assert known(resolve(torn, policy)) == known(resolve(log, policy))


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
                assert identifier in identifiers(found.persons[who])


def test_the_laws_are_tried_on_histories_that_refuse_share_and_move() -> None:
    seen = Counter[str]()

    @settings(max_examples=1_500, deadline=None, database=None)
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
