"""The everyday outcomes of the definition, one fact each."""

from tests.identity.histories import Log
from tests.identity.people import found, known, owner, owners, person, reasons, together


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
