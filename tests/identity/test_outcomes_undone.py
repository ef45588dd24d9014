"""Devices in turn, judgements that are taken back, and ids that keep answering."""

from msgspec.structs import replace

from habitue.base.clock import DAY_US
from tests.identity.histories import Log, one
from tests.identity.people import found, owner, owners, person, reasons, together


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


def test_the_later_judgement_on_a_pair_wins() -> None:
    log = Log()
    log.told(1, "user_id:u1", "email:e1")
    log.not_same(3, "user_id:u1", "email:e1")
    assert reasons(log, "email:e1") == {"not_same"}

    log.same(2, "email:e1", "user_id:u1")
    assert not together(log, "user_id:u1", "email:e1")

    log.same(4, "email:e1", "user_id:u1")
    assert together(log, "user_id:u1", "email:e1")


def test_a_claim_joins_no_one_to_whom_an_operator_judged_the_same() -> None:
    log = Log()
    log.told(1, "user_id:u1")
    log.claimed(2, "email:e1")
    log.claimed(3, "phone:p1")
    log.claimed(4, "user_id:u1", "email:e1")
    assert together(log, "user_id:u1", "email:e1")

    log.same(5, "email:e1", "phone:p1")
    assert not together(log, "user_id:u1", "email:e1")


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


def test_a_former_id_that_a_claim_carries_is_no_judgement() -> None:
    log = Log()
    log.told(1, "user_id:u1", "email:e1")
    log.told(2, "user_id:u2", "email:e2")
    log.claimed(3, "user_id:u2", "anonymous_id:u1")
    log.records[-1] = replace(log.records[-1], formerly=one("user_id:u1"))

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
