"""Which nodes are one person, by an own and slow reading of rules 10 and 15 to 17."""

from itertools import combinations

from hypothesis import given

from habitue.identity.meaning import resolve
from habitue.identity.resolution import Resolution
from habitue.model.evidence import Evidence, Key
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy, Role
from habitue.model.person import Moment, Place, RefusedBy
from tests.identity.histories import LAW, Log, Record, histories, policies
from tests.identity.people import reasons, refusals, together
from tests.identity.readings import NaiveNames

Name = tuple[int, str, int]
Weight = tuple[int, int, int, Key]


class Reading:
    """The union read by the letter; tenures are taken as found."""

    def __init__(self, found: Resolution, policy: KindPolicy) -> None:
        self.found = found
        self.policy = policy
        self.names = NaiveNames(found, policy)
        self.verified: dict[Name, bool] = {}
        self.edges: dict[tuple[Name, Name], Weight] = {}
        for item in found.told.items:
            self._item(item)
        for left, right, moment in found.told.verdicts.same:
            self._same(left, right, moment)

    def node(self, identifier: Identifier, moment: Moment) -> Name | None:
        kind = self.policy.kind(identifier.kind)
        known = self.found.places.tenures.get(identifier)
        if kind.role is Role.DEVICE or (known and known.shared):
            return None
        tenure = sum(opens <= moment for opens in known.opens) if known else 0
        return self.policy.rank(identifier.kind), identifier.value, tenure

    def _item(self, item: Evidence) -> None:
        moment = Moment(item.at_us, item.key)
        nodes = {one: self.node(one, moment) for one in item.identifiers}
        own = {node: one for one, node in nodes.items() if node is not None}
        for node in own:
            self.verified[node] = self.verified.get(node, False) or item.verified
        for node, one in own.items():
            known = self.found.places.tenures.get(one)
            refused = known is not None and item.key in known.refused
            if node != min(own) and not refused:
                self._edge(min(own), node, 1 if item.verified else 2, moment)

    def _same(self, left: Identifier, right: Identifier, moment: Moment) -> None:
        ends = [self.node(left, moment), self.node(right, moment)]
        carried = [end for end in ends if end is not None and end in self.verified]
        for node in carried:
            self.verified[node] = True
        if len(carried) == 2:
            self._edge(min(carried), max(carried), 0, moment)

    def _edge(self, left: Name, right: Name, grade: int, moment: Moment) -> None:
        weight = (grade, max(left[0], right[0]), moment.at_us, moment.key)
        held = self.edges.get((left, right), weight)
        self.edges[left, right] = min(held, weight)

    def persons(self) -> tuple[set[frozenset[Name]], dict[tuple[Name, Name], str]]:
        """Give the persons, and of the edges refused what parts their ends."""
        groups = [{node} for node in self.verified]
        refused = []
        for ends, weight in sorted(
            self.edges.items(), key=lambda told: (told[1], told[0])
        ):
            one, other = _of(groups, ends)
            if one is other:
                continue
            if self._reason(one, other, ends, weight):
                refused.append((ends, weight))
                continue
            groups.remove(other)
            one |= other
        parted = {
            ends: self._reason(*_of(groups, ends), ends, weight) or ""
            for ends, weight in refused
            if _of(groups, ends)[0] is not _of(groups, ends)[1]
        }
        return {frozenset(group) for group in groups}, parted

    def _reason(
        self,
        one: set[Name],
        other: set[Name],
        edge: tuple[Name, Name],
        weight: Weight,
    ) -> str | None:
        claim = weight[0] == 2
        if claim and all(any(map(self.verified.get, group)) for group in (one, other)):
            return "claim"
        return self._misfit(one | other) or (
            "flood" if claim and self._flooding(edge) else None
        )

    def _misfit(self, nodes: set[Name]) -> str | None:
        own = {Identifier(self.policy.at(rank).name, v) for rank, v, _ in nodes}
        for kind in self.policy.kinds:
            names = {self.names.of(one) for one in own if one.kind == kind.name}
            if len(names) > kind.limit:
                return f"limit {kind.name}"
        apart = self.found.told.verdicts.apart
        return (
            "not_same" if any(apart(*pair) for pair in combinations(own, 2)) else None
        )

    def _flooding(self, edge: tuple[Name, Name]) -> bool:
        for node in edge:
            claims = sorted(
                (weight[2:], ends)
                for ends, weight in self.edges.items()
                if weight[0] == 2 and node in ends
            )
            place = [ends for _, ends in claims].index(edge)
            if place >= self.policy.claim_edges_max:
                return True
        return False


def _of(
    groups: list[set[Name]], ends: tuple[Name, Name]
) -> tuple[set[Name], set[Name]]:
    one, other = (next(held for held in groups if end in held) for end in ends)
    return one, other


def persons(found: Resolution, policy: KindPolicy) -> set[frozenset[Name]]:
    return {
        frozenset(
            (policy.rank(node.identifier.kind), node.identifier.value, node.ordinal)
            for node in person.nodes
        )
        for person in found.persons.values()
        if person.nodes
    }


def refused(found: Resolution, policy: KindPolicy) -> dict[tuple[Name, Name], str]:
    names = {strand: place for place, strand in found.strands.items()}

    def name(place: Place) -> Name:
        kind, value = place.identifier
        return policy.rank(kind), value, place.ordinal

    return {
        (name(names[one.left]), name(names[one.right])): one.reason
        for person in found.persons.values()
        for one in person.refusals
        if one.by is RefusedBy.UNION
    }


@LAW
@given(histories(), policies())
def test_persons_and_refusals_are_what_the_rules_say(
    log: list[Record], policy: KindPolicy
) -> None:
    found = resolve(log, policy)

    assert (persons(found, policy), refused(found, policy)) == Reading(
        found, policy
    ).persons()


def test_a_claim_refused_as_one_too_many_is_none_where_another_unites() -> None:
    policy = KindPolicy(Log().policy.kinds, claim_edges_max=1)
    log = Log(policy)
    log.claimed(1, "email:e1", "phone:p1")
    log.claimed(2, "email:e1", "card_token:t1")
    log.told(3, "card_token:t1", "phone:p1")

    assert together(log, "email:e1", "card_token:t1")
    assert reasons(log, "email:e1") == set()


def test_what_is_judged_the_same_is_united_before_what_is_told() -> None:
    log = Log()
    log.told(1, "user_id:u1", "email:e1")
    log.told(2, "user_id:u2")
    log.same(9, "user_id:u2", "email:e1")

    assert together(log, "user_id:u2", "email:e1")
    assert reasons(log, "user_id:u1") == {"limit user_id"}


def test_what_is_told_of_an_account_counts_before_what_is_told_of_a_mail() -> None:
    # By time the mail's edge would be first, and the card would have to stay away.
    log = Log()
    log.told(1, "loyalty_card:l1", "email:e1")
    log.told(2, "user_id:u2", "email:e2")
    log.told(3, "email:e1", "email:e2")
    log.told(9, "user_id:u1", "loyalty_card:l1")

    assert together(log, "user_id:u1", "loyalty_card:l1", "email:e1")
    assert not together(log, "user_id:u1", "user_id:u2")


def test_a_refusal_is_shown_at_both_persons_with_the_item_that_weighs_least() -> None:
    log = Log()
    log.told(1, "user_id:u1", "email:e1")
    log.told(2, "user_id:u2", "email:e2")
    first = log.told(3, "email:e1", "email:e2")
    log.told(4, "email:e1", "email:e2")

    assert refusals(log, "email:e1") == refusals(log, "email:e2")
    assert [one.key for one in refusals(log, "email:e1")] == [first]
