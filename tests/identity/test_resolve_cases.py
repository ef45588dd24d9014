"""Histories written by hand, in many orders of arrival: each path is the definition."""

import inspect
from collections.abc import Callable, Iterator
from itertools import islice, permutations
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from habitue.identity.meaning import resolve
from habitue.identity.resolution import Resolution
from habitue.model.kind import DEFAULT_KINDS, KindPolicy
from tests.identity import (
    people,
    test_outcomes,
    test_outcomes_everyday,
    test_outcomes_undone,
)
from tests.identity.histories import TIGHT, Log, Record
from tests.identity.live import Live, check

# Browsing is handed over for eight units of time, and a device is held for ever.
YOUNG = KindPolicy(DEFAULT_KINDS, adopt_us=8)

ORDERS_MAX = 24


def a_contact_that_a_verdict_alone_kept_one_from() -> Log:
    """Give a card whose head a verdict keeps from the e-mail that it was seen with."""
    log = Log()
    log.told(14, "user_id:u1", "loyalty_card:l2", "email:e3")
    log.told(24, "loyalty_card:l1", "email:e1")
    verdict = log.not_same(17, "customer_id:c1", "user_id:u1")
    log.told(3, "customer_id:c1", "loyalty_card:l2", "email:e1")
    log.retract(30, verdict)
    return log


def adopted_in_part() -> Log:
    log = Log(YOUNG)
    for at_us in (1, 5, 12):
        log.claimed(at_us, "anonymous_id:a1")
    log.told(14, "user_id:u1", "anonymous_id:a1")
    log.claimed(16, "anonymous_id:a1")
    return log


def adopted_whole_and_signed_in_again() -> Log:
    log = Log(YOUNG)
    log.told(20, "user_id:u1", "anonymous_id:a1")
    log.told(22, "user_id:u1", "anonymous_id:a1")
    log.claimed(14, "anonymous_id:a1")
    log.claimed(11, "anonymous_id:a1")
    log.told(10, "user_id:u1", "anonymous_id:a1")
    log.claimed(1, "anonymous_id:a1")
    return log


def used_in_turn_with_an_end() -> Log:
    log = Log()
    log.claimed(1, "anonymous_id:a1")
    log.told(3, "user_id:u1", "anonymous_id:a1")
    log.claimed(5, "anonymous_id:a1", ends=True)
    log.claimed(7, "anonymous_id:a1")
    log.told(9, "user_id:u2", "anonymous_id:a1")
    return log


def a_flood_of_claims() -> Log:
    log = Log(TIGHT)
    log.told(1, "email:e1")
    for at in range(6):
        log.claimed(2 + at, f"loyalty_card:l{at}", "email:e1")
    return log


def a_flood_of_claims_that_fit() -> Log:
    log = Log(TIGHT)
    log.told(1, "email:e1")
    for at, word in enumerate(("user_id:u1", "customer_id:c1", "loyalty_card:l1")):
        log.claimed(2 + at, word, "email:e1")
    log.claimed(6, "external_id:x1", "email:e1")
    log.claimed(7, "email:e1", "phone:p1")
    return log


def two_orders_judged_not_one_person_s() -> Log:
    log = Log()
    log.told(1, "user_id:u1", "email:e1")
    log.told(2, "email:e2", "card_token:t1")
    log.not_same(3, "email:e1", "card_token:t1")
    log.told(4, "user_id:u1", "email:e2")
    return log


def six_guests_and_the_phone_of_the_shop() -> Log:
    log = Log()
    for at in range(6):
        log.told(1 + at, f"email:e{at}", "phone:p1")
    return log


def two_cards_found_to_be_one_account_s() -> Log:
    log = Log()
    log.told(1, "customer_id:c1", "phone:p1")
    log.told(2, "customer_id:c2", "phone:p1")
    log.told(3, "user_id:u1", "customer_id:c1")
    log.told(4, "user_id:u1", "customer_id:c2")
    log.told(5, "phone:p1")
    return log


def a_family_s_mailbox() -> Log:
    log = Log()
    for at in (1, 2, 3, 2):
        log.told(10 + len(log.records), f"user_id:u{at}", "email:e1")
    log.told(20, "email:e1", "phone:p1")
    return log


def names_made_one_and_parted_again() -> Log:
    log = Log()
    log.told(1, "user_id:u1", "email:e1", "anonymous_id:a1")
    log.told(2, "user_id:u2", "email:e1")
    same = log.same(3, "user_id:u1", "user_id:u2")
    log.retract(4, same)
    log.not_same(5, "user_id:u1", "email:e1")
    return log


def claims_that_become_true() -> Log:
    log = Log()
    log.claimed(1, "user_id:u1", "email:e1")
    log.claimed(2, "email:e1", "phone:p1")
    log.told(3, "phone:p1")
    log.told(4, "user_id:u1")
    log.told(5, "email:e1", "phone:p1")
    return log


CASES = (
    a_contact_that_a_verdict_alone_kept_one_from,
    adopted_in_part,
    adopted_whole_and_signed_in_again,
    used_in_turn_with_an_end,
    a_flood_of_claims,
    a_flood_of_claims_that_fit,
    two_orders_judged_not_one_person_s,
    six_guests_and_the_phone_of_the_shop,
    two_cards_found_to_be_one_account_s,
    a_family_s_mailbox,
    names_made_one_and_parted_again,
    claims_that_become_true,
)


def arrivals(records: list[Record]) -> Iterator[list[Record]]:
    """Let a history come in as it is, and in other orders, some by chance."""
    orders = list(islice(permutations(records), 5_000))
    Random(1).shuffle(orders)
    for order in (records, *orders[: ORDERS_MAX - 1]):
        yield [replace(record, offset=at + 1) for at, record in enumerate(order)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_case_is_the_definition_in_every_order_of_arrival(
    case: Callable[[], Log],
) -> None:
    log = case()

    for arrived in arrivals(log.records):
        live = Live(log.policy)
        for at, record in enumerate(arrived):
            live.take(record)
            check(live, arrived[: at + 1])


OUTCOMES = [
    (module, name)
    for module in (test_outcomes, test_outcomes_everyday, test_outcomes_undone)
    for name, function in vars(module).items()
    if name.startswith("test_") and not inspect.signature(function).parameters
]


@pytest.mark.parametrize(
    ("module", "name"),
    OUTCOMES,
    ids=[name.removeprefix("test_") for _, name in OUTCOMES],
)
def test_a_worked_outcome_is_the_same_live(
    module: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(log: Log) -> Resolution:
        check(Live(log.policy).follow(log.records), log.records)
        return resolve(log.records, log.policy)

    monkeypatch.setattr(people, "found", found)
    if hasattr(module, "found"):
        monkeypatch.setattr(module, "found", found)

    getattr(module, name)()
