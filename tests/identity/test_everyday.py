"""Visits that go on: the quickest way says what the definition says."""

from hypothesis import given
from hypothesis import strategies as st

from habitue.model.kind import DEFAULT_KINDS, KindPolicy
from tests.identity.histories import LAW, Log
from tests.identity.live import Live, check

# A tablet in a store is let go within a history of a few microseconds.
SHORTLY_SHARED = KindPolicy(DEFAULT_KINDS, shared_hold_us=1)
WORDS = st.tuples(
    st.sampled_from(("", "user_id:u1", "user_id:u2")),
    st.sampled_from(("anonymous_id:a1", "anonymous_id:a1", "anonymous_id:a2")),
)
# (microseconds since the last item, who, verified, signs out, on a shared device)
RARELY = st.integers(0, 9).map(lambda number: number == 0)
VISITS = st.lists(
    st.tuples(
        st.sampled_from((1, 1, 2, 3, 0, -2)), WORDS, st.booleans(), RARELY, RARELY
    ),
    min_size=4,
    max_size=16,
)


@LAW
@given(VISITS)
def test_visits_that_go_on_are_resolved_as_the_definition_says(
    visits: list[tuple[int, tuple[str, str], bool, bool, bool]],
) -> None:
    log, at_us = Log(SHORTLY_SHARED), 10
    for step, words, verified, ends, shared in visits:
        at_us += step
        tell = log.told if verified else log.claimed
        tell(at_us, *filter(None, words), ends=ends, shared_device=shared)

    check(Live(log.policy).follow(log.records), log.records)


def test_an_account_that_takes_over_a_device_holds_what_follows() -> None:
    log = Log()
    log.told(1, "user_id:u1")
    log.told(2, "user_id:u2")
    log.claimed(3, "user_id:u1", "anonymous_id:a1")
    log.claimed(4, "user_id:u2", "anonymous_id:a1")
    after = log.claimed(5, "anonymous_id:a1")

    live = Live(log.policy).follow(log.records)

    assert live.resolver.person_of(live.strands()[after]) == live.resolver.find(
        log.records[1].identifiers[0]  # type: ignore[union-attr]
    )
    check(live, log.records)


def test_an_account_that_was_only_claimed_wakes_when_it_is_verified() -> None:
    log = Log()
    log.claimed(1, "user_id:u1", "email:e1")
    log.claimed(2, "user_id:u1", "anonymous_id:a1")
    log.told(3, "email:e1", "user_id:u2")
    log.told(4, "user_id:u1", "anonymous_id:a1")

    check(Live(log.policy).follow(log.records), log.records)


def test_a_device_that_turns_out_to_be_shared_is_let_go_after_a_while() -> None:
    log = Log(SHORTLY_SHARED)
    log.claimed(1, "user_id:u1", "anonymous_id:a1")
    log.claimed(2, "anonymous_id:a1", shared_device=True)
    log.claimed(9, "anonymous_id:a1")

    check(Live(log.policy).follow(log.records), log.records)
