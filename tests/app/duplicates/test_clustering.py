"""Groups of those likely one hold nobody who may not be together."""

import itertools
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from habitue.app.duplicates.clustering import Bounds, Link, Tuning, cluster
from tests.identity.histories import LAW

MEMBERS = range(9)
LIMITS = {"email": 2, "phone": 1}
links_drawn = st.lists(
    st.builds(
        Link,
        st.sampled_from(MEMBERS),
        st.sampled_from(MEMBERS),
        st.integers(-100, 200).map(lambda tenths: tenths / 10),
    ).filter(lambda link: link.left != link.right),
    max_size=30,
)
couples_drawn = st.sets(
    st.tuples(st.sampled_from(MEMBERS), st.sampled_from(MEMBERS)).filter(
        lambda couple: couple[0] < couple[1]
    ),
    max_size=6,
)


def bounds(
    apart: set[tuple[int, int]], names: dict[int, dict[str, set[int]]] | None = None
) -> dict[int, Bounds]:
    """Know each member by a number of their own, and whom they are judged not to be."""
    made = {}
    for one in MEMBERS:
        others = {b for a, b in apart if a == one} | {a for a, b in apart if b == one}
        made[one] = Bounds({one}, others, dict((names or {}).get(one, {})))
    return made


@LAW
@given(links_drawn, couples_drawn)
def test_no_group_holds_two_who_were_judged_not_the_same(
    links: list[Link], apart: set[tuple[int, int]]
) -> None:
    groups = cluster(links, bounds(apart))

    for group in groups:
        assert apart.isdisjoint(itertools.combinations(group, 2))


@LAW
@given(links_drawn, st.integers(0, 2**20))
def test_no_group_has_more_addresses_of_a_kind_than_a_person_may(
    links: list[Link], seed: int
) -> None:
    chance = Random(seed)
    names = {
        one: {"email": {chance.randrange(4)}, "phone": {chance.randrange(3)}}
        for one in MEMBERS
    }

    groups = cluster(links, bounds(set(), names), LIMITS)

    for group in groups:
        for kind, limit in LIMITS.items():
            assert len(set().union(*(names[one][kind] for one in group))) <= limit


@LAW
@given(links_drawn, couples_drawn, st.randoms(use_true_random=False))
def test_the_same_links_in_any_order_give_the_same_groups(
    links: list[Link], apart: set[tuple[int, int]], chance: Random
) -> None:
    shuffled = [
        Link(link.right, link.left, link.weight) if chance.random() < 0.5 else link
        for link in links
    ]
    chance.shuffle(shuffled)

    assert cluster(shuffled, bounds(apart)) == cluster(links, bounds(apart))


@LAW
@given(links_drawn)
def test_all_of_a_group_are_alike_on_average(links: list[Link]) -> None:
    tuning = Tuning()
    told: dict[tuple[int, int], float] = {}
    for left, right, weight in links:
        pair = (min(left, right), max(left, right))
        told[pair] = max(weight, told.get(pair, weight))

    for group in cluster(links, tuning=tuning):
        pairs = list(itertools.combinations(group, 2))
        mean = sum(told.get(pair, tuning.missing) for pair in pairs) / len(pairs)
        assert mean >= tuning.mean - 1e-9


def test_two_families_are_not_one_for_a_single_weak_link() -> None:
    one = [Link(a, b, 9.0) for a, b in itertools.combinations((1, 2, 3), 2)]
    other = [Link(a, b, 9.0) for a, b in itertools.combinations((4, 5, 6), 2)]

    assert cluster([*one, *other, Link(3, 4, 1.0)]) == [[1, 2, 3], [4, 5, 6]]


def test_who_is_like_two_that_are_told_apart_goes_with_the_likelier() -> None:
    links = [Link(1, 2, 12.0), Link(2, 3, 8.0), Link(1, 3, 8.0)]

    assert cluster(links, bounds({(1, 3)})) == [[1, 2]]
