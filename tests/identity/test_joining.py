"""Claims and new edges beside refused ones: the short way answers as the definition."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.model.kind import KindPolicy
from tests.identity.histories import LAW, POLICIES, Log
from tests.identity.live import Live, check, worked_out

# Few claims flood a node, so that one more matters.
FLOODED = tuple(
    KindPolicy(policy.kinds, claim_edges_max=most)
    for policy in POLICIES
    for most in (1, 2, 3)
)
WORDS = (
    *("user_id:u1", "user_id:u2", "user_id:u3", "customer_id:c1", "loyalty_card:l1"),
    *("email:e1", "email:e2", "phone:p1", "phone:p2", "card_token:t1"),
)


def claims_told(
    chance: Random, policy: KindPolicy, size: int, *, late: float, verified: float
) -> Log:
    """Let browsers claim anything, mostly in order, and the shop say something."""
    log = Log(policy)
    for at in range(size):
        at_us = 10 + at if chance.random() >= late else chance.randint(0, 10 + at)
        words = chance.sample(WORDS, chance.choice((1, 2, 2, 2, 3)))
        tell = log.told if chance.random() < verified else log.claimed
        tell(at_us, *words)
    return log


@settings(LAW, max_examples=LAW.max_examples * 3)
@given(
    seed=st.integers(0, 2**32),
    size=st.integers(2, 24),
    policy=st.sampled_from(FLOODED),
    late=st.sampled_from((0.0, 0.1, 1.0)),
    verified=st.sampled_from((0.0, 0.2, 0.5, 1.0)),
)
def test_claims_beside_refused_ones_join_whom_the_definition_says(
    seed: int, size: int, policy: KindPolicy, late: float, verified: float
) -> None:
    log = claims_told(Random(seed), policy, size, late=late, verified=verified)
    live = Live(policy)

    for at, record in enumerate(log.records):
        live.take(record)
        if at % 6 == 5:
            check(live, log.records[: at + 1])
    check(live, log.records)


def beset(claims: int) -> Log:
    """Let so many accounts of a browser's making claim the e-mail of one."""
    log = Log()
    log.told(1, "user_id:u1", "email:e1")
    for at in range(claims):
        log.claimed(10 + at, f"user_id:x{at}", "email:e1")
    return log


def rerun_nodes(log: Log, items: int) -> int:
    """Take the log; count the nodes that the last items made to be worked out anew."""
    live = Live(log.policy).follow(log.records[:-items])
    with worked_out() as nodes:
        for record in log.records[-items:]:
            live.take(record)
    check(live, log.records)
    return sum(nodes)


def test_what_the_shop_tells_of_one_beset_by_claims_moves_only_that_one() -> None:
    log = beset(200)
    log.told(900, "user_id:u1", "phone:p1")
    log.told(901, "user_id:u1", "customer_id:c1", "loyalty_card:l1")

    assert rerun_nodes(log, 2) == 0


def test_a_claim_between_known_ones_is_decided_alone() -> None:
    log = beset(200)
    log.claimed(900, "user_id:x5", "email:e2")
    log.claimed(901, "user_id:x6", "email:e2")
    log.claimed(902, "user_id:x7", "user_id:x8")

    assert rerun_nodes(log, 3) == 0
