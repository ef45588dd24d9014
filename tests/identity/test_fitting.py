"""Heads, names, and what fits one person (rule 5)."""

from hypothesis import given
from hypothesis import strategies as st

from habitue.identity.fitting import Fitting, head
from habitue.identity.history import gather
from habitue.identity.meaning import resolve
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy
from tests.identity.histories import LAW, POLICIES, POOL, Log, Record, histories, one


def head_of(log: Log, word: str) -> str:
    return str(resolve(log.records, log.policy).places.fitting.names.head(one(word)))


def test_the_head_is_the_highest_anchor_told_with_it() -> None:
    log = Log()
    log.told(1, "customer_id:c1", "loyalty_card:l1")
    log.told(2, "user_id:u1", "loyalty_card:l1")

    assert head_of(log, "loyalty_card:l1") == "user_id:u1"


def test_of_two_as_high_the_first_told_is_the_head() -> None:
    log = Log()
    log.told(5, "customer_id:c1", "loyalty_card:l1")
    log.told(2, "customer_id:c2", "loyalty_card:l1")

    assert head_of(log, "loyalty_card:l1") == "customer_id:c2"


def test_a_head_has_no_head_of_its_own() -> None:
    log = Log()
    log.told(1, "user_id:u1", "customer_id:c1")
    log.told(2, "customer_id:c1", "loyalty_card:l1")

    assert head_of(log, "loyalty_card:l1") == "customer_id:c1"


def test_a_claim_books_no_card_to_an_account() -> None:
    log = Log()
    log.claimed(1, "user_id:u1", "loyalty_card:l1")

    assert head_of(log, "loyalty_card:l1") == "loyalty_card:l1"


def test_what_is_judged_another_is_no_head() -> None:
    log = Log()
    log.told(1, "user_id:u1", "loyalty_card:l1")
    log.told(2, "user_id:u2", "loyalty_card:l1")
    log.not_same(3, "loyalty_card:l1", "user_id:u1")

    assert head_of(log, "loyalty_card:l1") == "user_id:u2"


def test_a_contact_is_nobodys_head() -> None:
    log = Log()
    log.told(1, "external_id:x1", "email:e1")

    assert head_of(log, "external_id:x1") == "external_id:x1"


def test_the_head_of_one_anchor_needs_its_own_items_alone() -> None:
    log = Log()
    log.told(1, "customer_id:c1", "loyalty_card:l1")
    told = gather(log.records, log.policy)

    assert head(one("loyalty_card:l1"), told.items, told.verdicts, log.policy) == one(
        "customer_id:c1"
    )


def naive_misfit(
    identifiers: set[Identifier], fitting: Fitting, policy: KindPolicy
) -> str | None:
    for kind in policy.kinds:
        own = {fitting.names.of(one) for one in identifiers if one.kind == kind.name}
        if len(own) > kind.limit:
            return f"limit {kind.name}"
    apart = fitting.verdicts.apart
    judged = any(apart(left, right) for left in identifiers for right in identifiers)
    return "not_same" if judged else None


@LAW
@given(
    histories(),
    st.sampled_from(POLICIES),
    st.permutations(POOL),
    st.integers(0, 6),
    st.integers(0, 6),
)
def test_groups_fit_together_as_their_identifiers_do(
    log: list[Record],
    policy: KindPolicy,
    pool: list[Identifier],
    left_size: int,
    right_size: int,
) -> None:
    fitting = resolve(log, policy).places.fitting
    left = set(pool[:left_size])
    right = set(pool[left_size // 2 : left_size // 2 + right_size])
    if naive_misfit(left, fitting, policy) or naive_misfit(right, fitting, policy):
        return

    told = fitting.misfit(fitting.group(left), fitting.group(right))

    assert told == naive_misfit(left | right, fitting, policy)


@LAW
@given(histories(), st.sampled_from(POLICIES))
def test_names_do_not_depend_on_the_order_of_judgements(
    log: list[Record], policy: KindPolicy
) -> None:
    there = resolve(log, policy).places.fitting.names
    back = resolve(log[::-1], policy).places.fitting.names

    assert [there.of(one) for one in POOL] == [back.of(one) for one in POOL]
