"""The worked outcomes of the definition, by their numbers."""

from itertools import permutations

import pytest
from msgspec.structs import replace

from habitue.base.clock import MINUTE_US
from habitue.model.evidence import Key
from habitue.model.kind import KindPolicy
from habitue.model.person import Grade, RefusedBy
from tests.identity.histories import POLICY, Log, one
from tests.identity.people import (
    found,
    known,
    owner,
    owners,
    person,
    reasons,
    refusals,
    together,
)


def test_01_strands_stay_what_they_are_through_a_merge_and_its_undoing() -> None:
    log = Log()
    log.told(1, "user_id:u1", "email:e1")
    log.told(2, "customer_id:c1", "phone:p1")
    before = found(log)

    merge = log.same(3, "user_id:u1", "customer_id:c1")
    merged = found(log)
    log.retract(4, merge)
    after = found(log)

    assert len(merged.persons) == 1
    assert merged.strand_of == before.strand_of
    assert after.persons == before.persons


def test_02_a_phone_passed_on_is_handed_over() -> None:
    log = Log()
    log.told(1, "user_id:u1", "phone:p1")
    log.told(8, "user_id:u2", "phone:p1")
    early, late = log.told(4, "phone:p1"), log.told(9, "phone:p1")

    assert owner(log, early) == person(log, "user_id:u1").person_id
    assert owner(log, late) == person(log, "user_id:u2").person_id
    assert not together(log, "user_id:u1", "user_id:u2")


def test_02_a_phone_going_back_and_forth_is_shared_and_joins_nobody() -> None:
    log = Log()
    for at_us, user in enumerate(("u1", "u2", "u1")):
        log.told(at_us, f"user_id:{user}", "phone:p1")
    call = log.told(9, "phone:p1")

    assert person(log, "phone:p1").shared == one("phone:p1")
    assert owner(log, call) == person(log, "phone:p1").person_id
    assert [len(each.nodes) for each in known(log)] == [1, 1]


def test_02_a_browser_is_each_users_in_turn() -> None:
    log = Log()
    turns = {}
    for at_us, user in ((1, "u3"), (3, "u1"), (5, "u3")):
        log.claimed(at_us, f"user_id:{user}", "anonymous_id:a1")
        turns[user, at_us] = log.claimed(at_us + 1, "anonymous_id:a1")

    users = {user: person(log, f"user_id:{user}").person_id for user in ("u1", "u3")}
    assert {owner(log, key) == users[user] for (user, _), key in turns.items()} == {
        True
    }


def test_02_two_people_one_browser_one_phone_and_staff_are_three() -> None:
    log = Log()
    for at_us, user in enumerate(("u1", "u2", "u3", "u1", "u2")):
        log.told(at_us, f"user_id:{user}", "phone:p1", "anonymous_id:a1")

    assert len(known(log)) == 3


def test_03_a_record_with_anothers_card_and_mail_is_refused_with_its_reason() -> None:
    log = Log()
    log.told(1, "user_id:user1", "loyalty_card:card1")
    log.told(2, "user_id:user2", "email:email2")
    record = log.told(3, "loyalty_card:card1", "email:email2")

    assert not together(log, "user_id:user1", "user_id:user2")
    assert reasons(log, "user_id:user1") == {"limit user_id"}
    assert reasons(log, "user_id:user2") == {"limit user_id"}
    assert owner(log, record) == person(log, "user_id:user1").person_id


def test_03_a_card_of_nobody_joins_the_mail_it_is_told_with() -> None:
    log = Log()
    log.told(1, "loyalty_card:card1")
    log.told(2, "user_id:user2", "email:email2")
    log.told(3, "loyalty_card:card1", "email:email2")

    assert together(log, "loyalty_card:card1", "user_id:user2")
    assert not reasons(log, "loyalty_card:card1")


def test_03_a_mail_seen_with_another_card_stays_where_it_was() -> None:
    log = Log()
    log.told(1, "user_id:u1", "loyalty_card:l1", "email:e1")
    log.told(2, "loyalty_card:l2", "email:e1")

    assert together(log, "email:e1", "user_id:u1")
    assert not together(log, "loyalty_card:l2", "user_id:u1")
    assert [(one.by, one.reason) for one in refusals(log, "loyalty_card:l2")] == [
        (RefusedBy.TENURE, "limit loyalty_card")
    ]


def test_04_an_item_without_identifiers_is_nobodys_and_counted() -> None:
    log = Log()
    log.told(1)
    log.told(2, "user_id:u1")

    assert found(log).nobody == 1
    assert len(found(log).persons) == 1


def test_05_merged_twice_is_merged_once() -> None:
    log = Log()
    log.told(1, "user_id:u1")
    log.told(2, "user_id:u2")
    log.same(3, "user_id:u1", "user_id:u2")
    once = found(log)
    log.same(3, "user_id:u2", "user_id:u1")

    assert [each.strands for each in found(log).persons.values()] == [
        each.strands for each in once.persons.values()
    ]


@pytest.mark.parametrize("shared_device", [True, False])
def test_07_fifty_shoppers_on_one_tablet_are_fifty(shared_device: bool) -> None:
    log = Log()
    for number in range(50):
        at_us = number * MINUTE_US
        log.claimed(
            at_us,
            f"user_id:u{number}",
            "device_id:d1",
            shared_device=shared_device,
        )

    assert len(known(log)) == 50


def test_07_a_shared_device_keeps_browsing_off_the_last_shopper() -> None:
    log = Log()
    log.claimed(0, "device_id:d1", shared_device=True)
    log.claimed(1, "user_id:u1", "device_id:d1", shared_device=True)
    soon = log.claimed(30 * MINUTE_US, "device_id:d1")
    later = log.claimed(61 * MINUTE_US, "device_id:d1")

    shopper = person(log, "user_id:u1").person_id
    assert owners(log, soon, later)[0] == shopper
    assert owners(log, soon, later)[1] != shopper


def test_07_a_shared_device_hands_no_earlier_browsing_over() -> None:
    log = Log()
    browsed = log.claimed(0, "device_id:d1", shared_device=True)
    log.claimed(1, "user_id:u1", "device_id:d1", shared_device=True)

    assert owner(log, browsed) != person(log, "user_id:u1").person_id


def test_08_what_comes_late_is_as_if_it_had_come_in_order() -> None:
    lines = [
        (1, "user_id:u1", "phone:p1"),
        (4, "phone:p1"),
        (8, "user_id:u2", "phone:p1"),
        (9, "phone:p1"),
    ]
    seen = set()
    for order in permutations(lines):
        log = Log()
        for at_us, *said in order:
            log.told(at_us, *said, source=f"s{at_us}")
        whole = found(log)
        at = {item.key: item.at_us for item in whole.told.items}
        seen.add(
            frozenset(
                frozenset(
                    at[key]
                    for key, strand in whole.strand_of.items()
                    if whole.person_of(strand) == who
                )
                for who in whole.persons
            )
        )

    assert seen == {frozenset({frozenset({1, 4}), frozenset({8, 9})})}


def test_08_items_of_one_moment_stand_in_the_order_of_their_keys() -> None:
    log = Log()
    log.told(5, "user_id:u2", "email:e1", source="b")
    log.told(5, "user_id:u1", "email:e1", source="a")

    assert together(log, "email:e1", "user_id:u1")


def test_09_cash_receipts_become_the_customers_who_enrols_with_the_card() -> None:
    log = Log()
    receipts = [log.told(at_us, "card_token:t1") for at_us in (1, 2, 3)]
    before = found(log)
    token = person(log, "card_token:t1").person_id

    enrolled = log.told(9, "customer_id:c1", "card_token:t1")
    customer = person(log, "customer_id:c1").person_id
    assert owners(log, *receipts) == [customer] * 3
    assert customer == token

    log.retract(10, enrolled)
    assert found(log).persons == before.persons


def test_12_a_message_id_is_one_sources_own() -> None:
    log = Log()
    log.told(1, "user_id:u1")
    log.records.append(
        type(log.records[0])(
            key=Key("web", log.records[0].key.message_id),
            offset=2,
            at_us=2,
            verified=False,
            identifiers=(one("user_id:u9"),),
        )
    )
    log.retract(3, Key("web", log.records[0].key.message_id))

    assert [each.identifier.value for each in known(log)[0].nodes] == ["u1"]


def test_13_a_claim_joins_no_two_persons_the_shop_knows() -> None:
    log = Log()
    log.told(1, "user_id:u1", "email:e1")
    log.told(2, "phone:p2")
    log.claimed(3, "user_id:u1", "phone:p2")

    assert not together(log, "user_id:u1", "phone:p2")
    assert [(r.reason, r.grade) for r in refusals(log, "phone:p2")] == [
        ("claim", Grade.CLAIM)
    ]


def test_13_claims_never_open_extend_refuse_or_share_a_tenure() -> None:
    log = Log()
    log.told(1, "user_id:u1", "phone:p1")
    for at_us, user in enumerate(("u2", "u3", "u1", "u4", "u5"), start=2):
        log.claimed(at_us, f"user_id:{user}", "phone:p1")
    call = log.told(9, "phone:p1")

    assert owner(log, call) == person(log, "user_id:u1").person_id
    assert len(person(log, "phone:p1").nodes) == 2


def flood(tokens: int) -> Log:
    roomy = tuple(replace(kind, limit=1000) for kind in POLICY.kinds)
    log = Log(KindPolicy(roomy))
    for number in range(tokens):
        log.claimed(number, "phone:p1", f"card_token:t{number:03}")
    return log


def test_13_a_hundred_claim_edges_of_one_node_are_taken() -> None:
    assert len(known(flood(100))) == 1


def test_13_claim_edges_past_a_hundred_are_a_flood() -> None:
    log = flood(102)

    assert [reasons(log, f"card_token:t{n}") for n in (100, 101)] == [{"flood"}] * 2
    assert len(known(log)) == 3
