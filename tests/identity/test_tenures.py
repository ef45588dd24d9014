"""Whose a contact is, by an own and slow reading of rules 6 to 9."""

from itertools import pairwise

import pytest
from hypothesis import given

from habitue.identity.meaning import resolve
from habitue.identity.resolution import Resolution
from habitue.model.evidence import Evidence, Key
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy, Move, Role
from habitue.model.person import Moment
from tests.identity.histories import LAW, POLICY, Log, Record, histories, one, policies


class Reading:
    """One contact's history read by the letter: no shared code but names."""

    def __init__(self, contact: Identifier, found: Resolution) -> None:
        self.contact = contact
        self.policy = found.places.fitting.policy
        self.names = found.places.fitting.names
        self.apart = found.told.verdicts.apart
        self.items = [
            item
            for item in found.told.items
            if item.verified and contact in item.identifiers
        ]

    def rank(self, identifier: Identifier) -> tuple[int, str]:
        return self.policy.rank(identifier.kind), identifier.value

    def anchors(self, item: Evidence) -> list[Identifier]:
        kind = self.policy.kind
        own = [one for one in item.identifiers if kind(one.kind).role is Role.ANCHOR]
        return sorted(own, key=self.rank)

    def fits(self, some: set[Identifier]) -> bool:
        for kind in self.policy.kinds:
            names = {self.names.of(one) for one in some if one.kind == kind.name}
            if len(names) > kind.limit:
                return False
        return not any(self.apart(left, right) for left in some for right in some)

    def told(self, item: Evidence) -> set[Identifier]:
        taken: set[Identifier] = set()
        for anchor in self.anchors(item):
            more = {anchor, self.names.head(anchor)}
            if not self.apart(anchor, self.contact) and self.fits(taken | more):
                taken |= more
        return taken

    def called(self, some: set[Identifier]) -> set[Identifier]:
        return {self.names.of(one) for one in some}

    def tenures(self) -> tuple[list[Moment], list[Key], bool]:
        """Give where tenures open, what is refused, and whether it is shared."""
        opened: list[tuple[Moment, set[Identifier]]] = []
        refused: list[Evidence] = []
        back = False
        for item in self.items:
            told = self.told(item)
            if not told:
                continue
            if opened and self.fits(opened[-1][1] | told):
                opened[-1][1].update(told)
            elif opened and self.policy.kind(self.contact.kind).move is Move.STAY:
                refused.append(item)
            else:
                names = {self.names.of(one) for one in told}
                back |= any(
                    names & {self.names.of(one) for one in s} for _, s in opened
                )
                opened.append((Moment(item.at_us, item.key), set(told)))
        return (
            [moment for moment, _ in opened][1:],
            [item.key for item in refused],
            back or len(opened) > 3 or self.crowded(refused),
        )

    def crowded(self, refused: list[Evidence]) -> bool:
        highest = self.called({self.anchors(item)[0] for item in refused})
        others = {
            one
            for item in self.items
            if not self.anchors(item)
            for one in item.identifiers
            if one.kind in {"email", "phone"}
        }
        return len(highest) > 2 or len(others - {self.contact}) > 5


@LAW
@given(histories(), policies())
def test_tenures_are_what_the_rules_say(log: list[Record], policy: KindPolicy) -> None:
    found = resolve(log, policy)

    for contact, known in found.places.tenures.items():
        opens, refused, shared = Reading(contact, found).tenures()
        assert known.shared == shared
        if not shared:
            assert (list(known.opens), list(known.refused)) == (opens, refused)


@LAW
@given(histories(), policies())
def test_the_tenures_of_a_contact_part_all_time(
    log: list[Record], policy: KindPolicy
) -> None:
    for known in resolve(log, policy).places.tenures.values():
        spans = [known.bounds(at) for at in range(len(known.opens) + 1)]
        assert spans[0][0] is None
        assert spans[-1][1] is None
        assert all(before[1] == after[0] for before, after in pairwise(spans))


def phone(log: Log) -> list[tuple[int | None, int | None]]:
    known = resolve(log.records, log.policy).places.tenures[one("phone:p1")]
    return [
        (since and since.at_us, until and until.at_us)
        for since, until in (known.bounds(at) for at in range(len(known.opens) + 1))
    ]


def test_the_first_tenure_reaches_back_to_the_beginning() -> None:
    log = Log()
    log.told(5, "user_id:u1", "phone:p1")

    assert phone(log) == [(None, None)]


def test_a_late_item_moves_the_boundary_to_where_it_belongs() -> None:
    log = Log()
    log.told(1, "user_id:u1", "phone:p1")
    log.told(9, "user_id:u2", "phone:p1")
    assert phone(log) == [(None, 9), (9, None)]

    log.told(4, "user_id:u2", "phone:p1")
    assert phone(log) == [(None, 4), (4, None)]


def test_an_anchor_judged_not_the_contacts_opens_no_tenure() -> None:
    log = Log()
    log.told(1, "user_id:u1", "phone:p1")
    log.told(4, "user_id:u2", "phone:p1")
    log.not_same(9, "user_id:u2", "phone:p1")

    assert phone(log) == [(None, None)]


def test_two_cards_of_one_account_are_one_holder() -> None:
    log = Log()
    log.told(1, "user_id:u1", "loyalty_card:l1")
    log.told(2, "user_id:u1", "loyalty_card:l2")
    log.told(3, "loyalty_card:l1", "phone:p1")
    log.told(4, "loyalty_card:l2", "phone:p1")

    assert phone(log) == [(None, None)]


@pytest.mark.parametrize("accounts_judged_same", [True, False])
def test_accounts_judged_the_same_do_not_pass_a_phone_on(
    accounts_judged_same: bool,
) -> None:
    log = Log(POLICY)
    log.told(1, "user_id:u1", "phone:p1")
    log.told(4, "user_id:u2", "phone:p1")
    if accounts_judged_same:
        log.same(9, "user_id:u1", "user_id:u2")

    assert len(phone(log)) == (1 if accounts_judged_same else 2)
