"""The worked and the everyday outcomes of the definition, one fact each."""

from itertools import permutations

import pytest
from tests.identity.histories import POLICY, Log, one

from habitue.base.clock import DAY_US, MINUTE_US
from habitue.identity.meaning import resolve
from habitue.identity.resolution import Resolution
from habitue.model.evidence import Key
from habitue.model.person import Grade, Person, Refusal


def found(log: Log) -> Resolution:
    return resolve(log.records, log.policy)


def person(log: Log, word: str) -> Person:
    seen = found(log)
    who = seen.find(one(word))
    assert who is not None, word
    return seen.persons[who]


def owner(log: Log, key: Key) -> int | None:
    seen = found(log)
    return seen.person_of(seen.strand_of[key])


def owners(log: Log, *keys: Key) -> list[int | None]:
    return [owner(log, key) for key in keys]


def together(log: Log, *words: str) -> bool:
    return len({person(log, word).person_id for word in words}) == 1


def known(log: Log) -> list[Person]:
    """Give the persons that have an anchor or contact of their own."""
    return [one for one in found(log).persons.values() if one.nodes]


def refusals(log: Log, word: str) -> list[Refusal]:
    return list(person(log, word).refusals)


def reasons(log: Log, word: str) -> set[str]:
    return {refusal.reason for refusal in refusals(log, word)}


# Worked outcomes


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
    assert reasons(log, "loyalty_card:l2") == {"limit loyalty_card"}


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


def test_13_a_browser_that_names_a_hundred_and_one_adds_a_hundred() -> None:
    log = Log()
    for number in range(101):
        log.claimed(number, "phone:p0", f"card_token:t{number:03}")
    policy = POLICY

    assert policy.claim_edges_max == 100
    assert reasons(log, "card_token:t100") == {"limit card_token"}


def test_13_a_flood_of_claims_stops_at_a_hundred_edges_of_one_node() -> None:
    # The tokens are judged one, so that no limit is met before the flood.
    log = Log()
    for number in range(102):
        log.claimed(number, "phone:p0", f"card_token:t{number:03}")
    for number in range(101):
        log.same(0, f"card_token:t{number:03}", f"card_token:t{number + 1:03}")
    whole = Log()
    whole.records = [each for each in log.records if log.records.index(each) < 102]
    flooded = [
        refusal
        for each in found(log).persons.values()
        for refusal in each.refusals
        if refusal.reason == "flood"
    ]

    # Judged the same they are one already: an edge inside one person refuses nothing.
    assert not flooded


# Everyday


def test_browsing_around_a_logout_is_each_ones_own() -> None:
    log = Log()
    browse = log.claimed(1, "anonymous_id:a1")
    log.claimed(2, "user_id:A", "anonymous_id:a1")
    logout = log.claimed(3, "anonymous_id:a1", ends=True)
    stranger = log.claimed(4, "anonymous_id:a1")
    log.claimed(5, "user_id:B", "anonymous_id:a1")

    first = person(log, "user_id:A").person_id
    second = person(log, "user_id:B").person_id
    assert owners(log, browse, logout) == [first, first]
    assert owner(log, stranger) not in {first, second}


def test_a_guest_who_opens_an_account_with_that_mail_is_one() -> None:
    log = Log()
    guest = log.told(1, "email:e1")
    log.told(2, "user_id:u1", "email:e1")

    assert owner(log, guest) == person(log, "user_id:u1").person_id
    assert len(found(log).persons) == 1


def test_the_books_and_the_web_meet_at_the_mail() -> None:
    log = Log()
    log.told(1, "customer_id:c1", "email:e1", "phone:p1", source="erp")
    log.told(2, "user_id:u1", "email:e1")

    assert together(log, "customer_id:c1", "user_id:u1", "email:e1", "phone:p1")


def test_a_new_card_booked_to_the_customer_is_the_same_person() -> None:
    log = Log()
    log.told(1, "customer_id:c1", "loyalty_card:l1", "email:e1")
    log.told(2, "customer_id:c1", "loyalty_card:l2")

    assert together(log, "loyalty_card:l1", "loyalty_card:l2", "customer_id:c1")


def bare_card() -> Log:
    log = Log()
    log.told(1, "customer_id:c1", "loyalty_card:l1", "email:e1")
    log.told(2, "loyalty_card:l2", "email:e1")
    return log


def test_a_new_bare_card_stays_apart() -> None:
    assert not together(bare_card(), "loyalty_card:l1", "loyalty_card:l2")


def test_a_new_bare_card_joins_once_it_is_judged_the_same() -> None:
    log = bare_card()
    log.same(3, "loyalty_card:l1", "loyalty_card:l2")

    assert together(log, "loyalty_card:l1", "loyalty_card:l2")


def test_a_new_bare_card_joins_once_a_row_books_it() -> None:
    log = bare_card()
    log.told(3, "customer_id:c1", "loyalty_card:l2")

    assert together(log, "loyalty_card:l1", "loyalty_card:l2", "email:e1")


def test_two_customer_numbers_with_one_mail_are_two() -> None:
    log = Log()
    log.told(1, "customer_id:c1", "email:e1")
    log.told(2, "customer_id:c2", "email:e1")

    assert not together(log, "customer_id:c1", "customer_id:c2")
    assert reasons(log, "customer_id:c2") == {"limit customer_id"}


def test_a_couple_with_one_mail_and_two_cards_is_two_and_the_mail_the_firsts() -> None:
    log = Log()
    log.told(1, "loyalty_card:l1", "email:e1", "phone:p1")
    log.told(2, "loyalty_card:l2", "email:e1", "phone:p1")

    assert not together(log, "loyalty_card:l1", "loyalty_card:l2")
    assert together(log, "email:e1", "loyalty_card:l1")


def test_a_couples_phone_that_goes_back_and_forth_is_shared() -> None:
    log = Log()
    for at_us, card in enumerate(("l1", "l2", "l1")):
        log.told(at_us, f"loyalty_card:{card}", "phone:p1")

    assert person(log, "phone:p1").shared


def family(members: int) -> Log:
    log = Log()
    for number in range(1, members + 1):
        log.told(number, f"user_id:u{number}", "email:e1")
    return log


def test_a_family_mail_is_the_first_accounts() -> None:
    log = family(3)

    assert together(log, "email:e1", "user_id:u1")
    assert len(known(log)) == 3


def test_the_third_refused_account_makes_a_family_mail_shared() -> None:
    log = family(4)

    assert person(log, "email:e1").shared
    assert len(known(log)) == 4


def test_one_account_refused_three_times_does_not_share_a_mail() -> None:
    log = family(2)
    log.told(7, "user_id:u2", "email:e1")
    log.told(8, "user_id:u2", "email:e1")

    assert not person(log, "email:e1").shared


def test_a_shared_contact_decides_only_where_there_is_nothing_else() -> None:
    log = family(4)
    alone = log.told(9, "email:e1")
    browsed = log.claimed(9, "email:e1", "anonymous_id:a1")

    assert owner(log, alone) == person(log, "email:e1").person_id
    assert owner(log, browsed) == person(log, "anonymous_id:a1").person_id
    assert owner(log, browsed) != owner(log, alone)


def test_a_phone_that_opens_a_fourth_tenure_is_shared() -> None:
    log = Log()
    for number in range(1, 4):
        log.told(number, f"user_id:u{number}", "phone:p1")
    assert not person(log, "phone:p1").shared

    log.told(4, "user_id:u4", "phone:p1")
    assert person(log, "phone:p1").shared


def guests(number: int) -> Log:
    log = Log()
    for guest in range(number):
        log.told(guest, f"email:guest{guest}", "phone:shop")
    return log


def test_the_shops_own_phone_on_six_guest_orders_is_shared_and_six_stay_six() -> None:
    log = guests(6)

    assert person(log, "phone:shop").shared
    assert len(known(log)) == 6


def test_a_phone_on_five_guest_orders_is_one_persons() -> None:
    assert not person(guests(5), "phone:shop").shared


def test_newsletter_and_purchase_are_two_until_a_record_has_both() -> None:
    log = Log()
    log.told(1, "email:e1")
    log.told(2, "phone:p1")
    assert not together(log, "email:e1", "phone:p1")

    log.told(3, "email:e1", "phone:p1")
    assert together(log, "email:e1", "phone:p1")


def test_one_claimed_mail_on_two_devices_is_one_before_and_after_it_is_verified() -> (
    None
):
    log = Log()
    log.claimed(1, "anonymous_id:a1")
    log.claimed(2, "email:e1", "anonymous_id:a1")
    log.claimed(3, "email:e1", "anonymous_id:a2")
    assert len(found(log).persons) == 1

    log.told(4, "email:e1")
    assert len(found(log).persons) == 1


def claimed_account() -> Log:
    log = Log()
    log.claimed(1, "user_id:u1", "email:e1")
    log.told(2, "customer_id:c1", "email:e1", source="erp")
    return log


def test_what_a_browser_says_of_an_account_joins_it_to_the_books() -> None:
    assert together(claimed_account(), "user_id:u1", "customer_id:c1")


def test_a_server_that_names_the_account_alone_parts_it_again() -> None:
    log = claimed_account()
    log.told(3, "user_id:u1")

    assert not together(log, "user_id:u1", "customer_id:c1")
    assert reasons(log, "user_id:u1") == {"claim"}


def test_one_verified_item_with_both_joins_the_account_for_good() -> None:
    log = claimed_account()
    log.told(3, "user_id:u1")
    log.told(4, "user_id:u1", "email:e1")

    assert together(log, "user_id:u1", "customer_id:c1", "email:e1")


# Devices


def test_only_the_first_login_adopts_and_only_what_is_young() -> None:
    log = Log()
    old = log.claimed(0, "anonymous_id:a1")
    young = log.claimed(1, "anonymous_id:a1")
    log.claimed(30 * DAY_US, "user_id:u1", "anonymous_id:a1")

    user = person(log, "user_id:u1").person_id
    assert [who == user for who in owners(log, old, young)] == [False, True]


def test_a_later_login_adopts_nothing() -> None:
    log = Log()
    log.claimed(1, "user_id:u1", "anonymous_id:a1")
    log.claimed(2, "anonymous_id:a1", ends=True)
    between = log.claimed(3, "anonymous_id:a1")
    log.claimed(4, "user_id:u2", "anonymous_id:a1")

    strangers = {
        person(log, "user_id:u1").person_id,
        person(log, "user_id:u2").person_id,
    }
    assert owner(log, between) not in strangers


def test_browsing_before_a_reset_is_not_adopted() -> None:
    log = Log()
    before = log.claimed(1, "anonymous_id:a1")
    reset = log.claimed(2, "anonymous_id:a1", ends=True)
    after = log.claimed(3, "anonymous_id:a1")
    log.claimed(4, "user_id:u1", "anonymous_id:a1")

    user = person(log, "user_id:u1").person_id
    assert [who == user for who in owners(log, before, reset, after)] == [
        False,
        False,
        True,
    ]


def test_a_device_judged_not_a_users_goes_back_to_the_stranger() -> None:
    log = Log()
    browsed = log.claimed(1, "anonymous_id:a1")
    stranger = owner(log, browsed)
    login = log.claimed(2, "user_id:u1", "anonymous_id:a1")
    adopted = owner(log, browsed)
    log.not_same(3, "anonymous_id:a1", "user_id:u1")

    assert adopted == person(log, "user_id:u1").person_id == owner(log, login)
    assert owner(log, browsed) == stranger


# Judgements and ids


def test_the_later_judgement_on_a_pair_wins() -> None:
    log = Log()
    log.told(1, "user_id:u1", "email:e1")
    log.not_same(3, "user_id:u1", "email:e1")
    assert reasons(log, "email:e1") == {"not_same"}

    log.same(2, "email:e1", "user_id:u1")
    assert not together(log, "user_id:u1", "email:e1")

    log.same(4, "email:e1", "user_id:u1")
    assert together(log, "user_id:u1", "email:e1")


def test_a_verified_alias_makes_two_accounts_one() -> None:
    log = Log()
    log.told(1, "user_id:u1", "email:e1")
    log.told(2, "user_id:u2", "email:e2")
    log.alias(3, "u1", "u2", verified=True)

    assert together(log, "user_id:u1", "user_id:u2")


def test_a_claimed_alias_joins_no_two_accounts() -> None:
    log = Log()
    log.told(1, "user_id:u1", "email:e1")
    log.told(2, "user_id:u2", "email:e2")
    log.alias(3, "u1", "u2", verified=False)

    assert not together(log, "user_id:u1", "user_id:u2")


def test_retracting_an_alias_takes_both_halves_of_it() -> None:
    log = Log()
    log.told(1, "user_id:u1")
    log.told(2, "user_id:u2")
    before = found(log).persons
    alias = log.alias(3, "u1", "u2", verified=True)
    log.retract(4, alias)

    assert found(log).persons == before


def test_the_person_is_called_by_its_oldest_node_and_older_ids_still_answer() -> None:
    log = Log()
    log.told(1, "user_id:u1")
    log.told(2, "email:e1")
    first, second = (person(log, word).person_id for word in ("user_id:u1", "email:e1"))
    joined = log.told(3, "user_id:u1", "email:e1")

    assert person(log, "email:e1").person_id == first
    assert found(log).current(second) == first

    log.retract(4, joined)
    assert found(log).current(second) == second


def test_a_retracted_record_still_counts_for_births() -> None:
    log = Log()
    first = log.told(5, "user_id:u1")
    log.told(6, "user_id:u1")
    before = person(log, "user_id:u1").person_id
    log.retract(7, first)

    assert person(log, "user_id:u1").person_id == before


def test_a_strangers_id_is_not_lost_with_its_first_event() -> None:
    log = Log()
    log.claimed(1, "user_id:u1", "anonymous_id:a1")
    log.claimed(2, "anonymous_id:a1", ends=True)
    first = log.claimed(3, "anonymous_id:a1")
    second = log.claimed(4, "anonymous_id:a1")
    before = owner(log, second)
    log.retract(5, first)

    assert owner(log, second) == before
