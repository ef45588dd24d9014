"""Visits that go on: the quickest way says what the definition says."""

from hypothesis import given
from hypothesis import strategies as st

from tests.identity.histories import LAW, Log
from tests.identity.live import Live, check

WORDS = st.tuples(
    st.sampled_from(("", "user_id:u1", "user_id:u2")),
    st.sampled_from(("anonymous_id:a1", "anonymous_id:a1", "anonymous_id:a2")),
)
# (microseconds since the last item, who, verified, signs out, on a shared device)
RARELY = st.integers(0, 9).map(lambda number: number == 0)
VISITS = st.lists(
    st.tuples(st.sampled_from((1, 1, 1, 0, -2)), WORDS, st.booleans(), RARELY, RARELY),
    min_size=4,
    max_size=16,
)


@LAW
@given(VISITS)
def test_visits_that_go_on_are_resolved_as_the_definition_says(
    visits: list[tuple[int, tuple[str, str], bool, bool, bool]],
) -> None:
    log, at_us = Log(), 10
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
