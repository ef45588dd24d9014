"""New people and known ones told again: written straight, the rows are the same.

Whatever way an item is taken in, each row and entry of state is the one that the long
way gives, byte for byte.
"""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.model.evidence import Evidence
from habitue.model.kind import KindPolicy
from tests.identity.histories import LAW, Log, Record, policies
from tests.identity.live import Live, check

# Kinds by rank, one word of each at most in an item, few or many people.
KINDS = (
    ("user_id", 0.5),
    ("customer_id", 0.3),
    ("loyalty_card", 0.3),
    ("email", 0.5),
    ("phone", 0.3),
    ("card_token", 0.15),
    ("device_id", 0.15),
    ("anonymous_id", 0.5),
)


def told_in_order(chance: Random, policy: KindPolicy, size: int) -> Log:
    """Let people come and come again, each with names of theirs, seldom another's."""
    log, at_us = Log(policy), 10
    people = chance.choice((1, 3, 6, 20))
    verified = chance.choice((0.0, 0.5, 1.0))
    strays = chance.choice((0.0, 0.0, 0.05))
    for _ in range(size):
        at_us += chance.choice((0, 1, 1, 1, 2, 5))
        own = chance.randrange(people)
        words = [
            f"{kind}:{chance.randrange(people) if chance.random() < strays else own}"
            for kind, share in KINDS
            if chance.random() < share
        ]
        tell = log.told if chance.random() < verified else log.claimed
        tell(
            at_us,
            *(words or (f"anonymous_id:{own}",)),
            ends=chance.random() < 0.03,
            shared_device=chance.random() < 0.03,
        )
    return log


class Long(Live):
    """Takes every item the long way."""

    def open(self) -> int:
        offset = super().open()
        quick = self.resolver._quick
        quick.everyday.take = _unsure  # type: ignore[assignment, method-assign]
        quick._take_straight = _unsure  # type: ignore[assignment, method-assign]
        return offset


def _unsure(*told: object) -> None:
    return None


def state(live: Live) -> list[bytes]:
    return list(live.store.dump())


@settings(LAW, max_examples=LAW.max_examples * 2)
@given(st.integers(0, 2**32), st.integers(1, 30), policies())
def test_written_straight_the_rows_are_those_of_the_long_way(
    seed: int, size: int, policy: KindPolicy
) -> None:
    log = told_in_order(Random(seed), policy, size)

    straight = Live(policy).follow(log.records)

    assert state(straight) == state(Long(policy).follow(log.records))


@LAW
@given(st.integers(0, 2**32), st.integers(1, 20), policies())
def test_who_comes_and_comes_again_is_who_the_definition_says(
    seed: int, size: int, policy: KindPolicy
) -> None:
    log = told_in_order(Random(seed), policy, size)

    check(Live(policy).follow(log.records), log.records)


EVERYTHING = tuple(f"{kind}:n" for kind, _ in KINDS)
PEOPLE = {
    "a customer with all there is": (EVERYTHING,),
    "a contact": (("customer_id:n", "loyalty_card:n", "email:n", "phone:n"),),
    "an address alone": (("email:n",),),
    "two addresses": (("email:n", "phone:n"),),
    "a browser": (("anonymous_id:n",),),
    "an app": (("device_id:n", "anonymous_id:n"),),
    "a customer told again": (EVERYTHING, EVERYTHING),
    "an account on a new device": (("user_id:n",), ("user_id:n", "anonymous_id:n")),
    "an account on a known device": (
        ("user_id:n",),
        ("anonymous_id:n",),
        ("user_id:n", "anonymous_id:n"),
    ),
    "a newcomer on a known device": (
        ("anonymous_id:n",),
        ("user_id:n", "email:n", "anonymous_id:n"),
    ),
}


@pytest.mark.parametrize("told", PEOPLE.values(), ids=PEOPLE)
@pytest.mark.parametrize("verified", [True, False], ids=["verified", "claimed"])
def test_no_item_of_these_goes_the_long_way(
    told: tuple[tuple[str, ...], ...], verified: bool
) -> None:
    log = Log()
    for at, words in enumerate(told):
        (log.told if verified else log.claimed)(10 + at, *words)
    live = Live(log.policy)
    live.resolver._quick._look = _never  # type: ignore[method-assign]

    live.follow(log.records)

    assert state(live) == state(Long(log.policy).follow(log.records))


def test_a_card_booked_above_the_number_told_with_it_goes_no_long_way() -> None:
    log = Log()
    log.told(1, "user_id:n", "customer_id:n", "loyalty_card:n", "email:n")
    log.told(2, "customer_id:n", "loyalty_card:n", "email:n")
    live = Live(log.policy).follow(log.records)
    live.resolver._quick._look = _never  # type: ignore[method-assign]

    log.told(3, "customer_id:n", "loyalty_card:n", "email:n")
    live.take(log.records[-1])

    assert state(live) == state(Long(log.policy).follow(log.records))


@pytest.mark.parametrize("words", [("user_id:n",), ("user_id:n", "email:n")])
def test_a_device_judged_not_an_accounts_is_not_handed_to_it(
    words: tuple[str, ...],
) -> None:
    log = Log()
    log.told(1, *words, "anonymous_id:n")
    log.not_same(2, "user_id:n", "anonymous_id:n")
    log.told(3, *words, "anonymous_id:n")
    log.told(4, "user_id:m", "anonymous_id:n")
    log.told(5, *words, "anonymous_id:n")

    live = Live(log.policy).follow(log.records)

    check(live, log.records)
    assert state(live) == state(Long(log.policy).follow(log.records))


def _never(evidence: Evidence) -> None:
    raise AssertionError(evidence)


def test_a_claim_of_more_than_a_node_may_have_is_looked_at_closer() -> None:
    policy = KindPolicy(Log().policy.kinds, claim_edges_max=2)
    log = Log(policy)
    log.claimed(1, "user_id:n", "customer_id:n", "loyalty_card:n", "email:n")

    live = Live(policy).follow(log.records)

    check(live, log.records)
    records: list[Record] = log.records
    assert state(live) == state(Long(policy).follow(records))
