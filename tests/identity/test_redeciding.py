"""Decided again as far as a change reaches, persons are whom the definition says."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.model.kind import KindPolicy
from tests.identity.histories import LAW, POLICY, Log, Record, histories, policies
from tests.identity.live import Live, check, worked_out
from tests.identity.test_joining import FLOODED, claims_told


class Reached(Live):
    """Takes every component, however small, as a wide one."""

    def open(self) -> int:
        offset = super().open()
        self.resolver._parts.uniting.wide_nodes = 1
        return offset


@settings(LAW, max_examples=LAW.max_examples * 3)
@given(histories(), policies())
def test_a_history_decided_as_far_as_each_change_reaches_is_the_definition(
    log: list[Record], policy: KindPolicy
) -> None:
    live = Reached(policy)

    for at, record in enumerate(log):
        live.take(record)
        if at % 5 == 4:
            check(live, log[: at + 1])
    check(live, log)


@settings(LAW, max_examples=LAW.max_examples * 3)
@given(
    seed=st.integers(0, 2**32),
    size=st.integers(2, 24),
    policy=st.sampled_from(FLOODED),
    late=st.sampled_from((0.1, 1.0)),
    verified=st.sampled_from((0.0, 0.2, 0.5, 1.0)),
    judged=st.sampled_from((0.0, 0.3)),
)
def test_claims_decided_as_far_as_each_change_reaches_are_the_definitions(
    seed: int,
    size: int,
    policy: KindPolicy,
    late: float,
    verified: float,
    judged: float,
) -> None:
    chance = Random(seed)
    log = claims_told(chance, policy, size, late=late, verified=verified)
    told = [record.key for record in log.records]
    for _ in range(int(size * judged)):
        chance.choice((log.retract, log.retract, log.restore))(
            chance.randint(0, 60), chance.choice(told)
        )
    live = Reached(policy)

    for at, record in enumerate(log.records):
        live.take(record)
        if at % 6 == 5:
            check(live, log.records[: at + 1])
    check(live, log.records)


def test_a_component_is_called_by_one_of_its_nodes_whoever_leaves_it() -> None:
    log = Log()
    first = log.told(1, "user_id:u1", "email:e1")
    log.told(2, "customer_id:c1", "email:e1")
    log.retract(3, first)
    log.told(4, "user_id:u1", "phone:p1")

    live = Reached(log.policy).follow(log.records)

    components = live.resolver._book.components
    assert all(own in component.nodes for own, component in components.items())
    check(live, log.records)


def beset(claims: int) -> Log:
    """Let so many accounts of a browser's making claim the e-mail of one."""
    log = Log()
    log.told(1, "user_id:u1", "email:e1")
    for at in range(claims):
        log.claimed(10 + at, f"user_id:x{at}", "email:e1")
    return log


def to_a_retract(log: Log) -> None:
    log.retract(9_000, log.records[150].key)


def to_a_retract_of_the_shops_word(log: Log) -> None:
    log.retract(9_000, log.records[0].key)


def to_a_judgement(log: Log) -> None:
    log.not_same(9_000, "user_id:u1", "email:e1")


def to_a_claim_told_late(log: Log) -> None:
    log.claimed(5, "user_id:x7", "email:e1")


def to_a_word_of_the_shop_for_one_of_them(log: Log) -> None:
    log.told(9_000, "user_id:x7")


CHANGES = (
    to_a_retract,
    to_a_retract_of_the_shops_word,
    to_a_judgement,
    to_a_claim_told_late,
    to_a_word_of_the_shop_for_one_of_them,
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_reaches_no_farther_however_many_claims_there_are(
    change: Callable[[Log], None],
) -> None:
    few, many = reached(beset(300), change), reached(beset(1_200), change)

    assert many == few
    assert many < 4 * POLICY.claim_edges_max


def reached(log: Log, change: Callable[[Log], None]) -> int:
    """Count the nodes that a change made to be worked out anew."""
    live = Live(log.policy).follow(log.records)
    change(log)
    with worked_out() as nodes:
        live.take(log.records[-1])
    check(live, log.records)
    return sum(nodes)


def test_a_component_that_claims_made_wide_is_none_when_they_are_retracted() -> None:
    log = beset(200)
    live = Live(log.policy).follow(log.records)
    for at, claim in enumerate(log.records[1:201]):
        log.retract(9_000 + at, claim.key)

    live.follow(log.records[201:])

    components = dict(live.resolver._book.components.items())
    assert [len(one.nodes) for one in components.values()] == [2]
    check(live, log.records)
