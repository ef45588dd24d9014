"""The incremental resolver is the definition, after every record."""

from hypothesis import given
from hypothesis import strategies as st
from tests.identity.histories import LAW, Record, histories, policies
from tests.identity.live import Live, check

from habitue.model.kind import KindPolicy


@LAW
@given(histories(), policies())
def test_what_the_resolver_says_at_the_end_is_the_definition(
    history: list[Record], policy: KindPolicy
) -> None:
    live = Live(policy).follow(history)

    check(live, history)


@LAW
@given(histories(max_size=12), policies())
def test_what_the_resolver_says_after_every_record_is_the_definition(
    history: list[Record], policy: KindPolicy
) -> None:
    live = Live(policy)

    for at, record in enumerate(history):
        live.take(record)
        check(live, history[: at + 1])
