"""The bulk form says what the definition says."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from habitue.identity.bulk import Edges, Limits, Nodes, connect, doubts, resolve_bulk
from habitue.identity.meaning import resolve
from habitue.model.kind import DEFAULT_KINDS, KindPolicy
from tests.identity.histories import (
    LAW,
    POLICIES,
    SEEDS,
    Log,
    Record,
    histories,
    made_up,
)
from tests.identity.histories import policies as any_policy


def naive_components(count: int, edges: list[tuple[int, int]]) -> list[int]:
    labels = list(range(count))
    for left, right in edges:
        low, high = sorted((labels[left], labels[right]))
        labels = [low if label == high else label for label in labels]
    return labels


def same_answer(log: list[Record], policy: KindPolicy) -> bool:
    bulk, meant = resolve_bulk(log, policy), resolve(log, policy)
    return (bulk.strand_of, bulk.persons) == (meant.strand_of, meant.persons)


@LAW
@given(histories(), any_policy())
def test_bulk_says_what_is_meant(log: list[Record], policy: KindPolicy) -> None:
    assert same_answer(log, policy)


@LAW
@given(SEEDS, st.integers(1, 3))
def test_bulk_says_what_is_meant_of_many_shops_at_once(seed: int, shops: int) -> None:
    # Each shop's identifiers collide among themselves only: many components.
    log = many(seed, shops)

    assert all(same_answer(log, policy) for policy in POLICIES)


def many(seed: int, shops: int) -> list[Record]:
    whole: list[Record] = []
    for shop in range(shops):
        for record in made_up(Random(seed + shop), 16):
            whole.append(_moved(record, f"{shop}-", len(whole) + 1))
    return whole


def _moved(record: Record, mark: str, offset: int) -> Record:
    def named(value):
        return value._replace(value=mark + value.value) if value else value

    key = record.key._replace(source=mark + record.key.source)
    if hasattr(record, "identifiers"):
        return replace(
            record,
            key=key,
            offset=offset,
            identifiers=tuple(named(one) for one in record.identifiers),
            formerly=named(record.formerly),
        )
    target = record.target
    return replace(
        record,
        key=key,
        offset=offset,
        left=named(record.left),
        right=named(record.right),
        target=target and target._replace(source=mark + target.source),
    )


EDGES = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30)


@LAW
@given(EDGES)
def test_nodes_that_hang_together_have_the_least_as_label(
    edges: list[tuple[int, int]],
) -> None:
    pairs = np.array(edges, np.int64).reshape(-1, 2)

    labels = connect(20, pairs[:, 0], pairs[:, 1])

    assert labels.tolist() == naive_components(20, edges)


@pytest.mark.parametrize("order", ["up", "down", "random"])
def test_a_long_chain_is_one_component(order: str) -> None:
    nodes = np.arange(20_000, dtype=np.int64)
    if order == "down":
        nodes = nodes[::-1].copy()
    if order == "random":
        nodes = np.random.default_rng(7).permutation(nodes)

    labels = connect(nodes.size, nodes[:-1], nodes[1:])

    assert not labels.any()


def test_nothing_is_nothing() -> None:
    assert resolve_bulk([], POLICIES[0]).persons == {}


NODES = Nodes(
    rank=np.array([0, 0, 1]),
    name=np.array([0, 1, 2]),
    verified=np.array([True, True, True]),
)
NONE = np.zeros((0, 2), np.int64)


def edges(*pairs: tuple[int, int], claim: bool) -> Edges:
    columns = np.array(pairs, np.int64)
    return Edges(
        left=columns[:, 0], right=columns[:, 1], claim=np.full(len(pairs), claim)
    )


def doubtful(drawn: Edges, apart: np.ndarray = NONE, names: int = 2) -> list[int]:
    labels = connect(3, drawn.left, drawn.right)
    limits = Limits(names=np.array([names, 1]), claim_edges_max=1)
    return doubts(NODES, drawn, labels, apart, limits).tolist()


def test_what_fits_and_is_told_by_the_shop_is_beyond_doubt() -> None:
    assert doubtful(edges((0, 2), (1, 2), claim=False)) == []


def test_a_component_over_a_limit_is_in_doubt() -> None:
    assert doubtful(edges((0, 2), (1, 2), claim=False), names=1) == [0]


def test_a_component_with_a_pair_judged_apart_is_in_doubt() -> None:
    apart = np.array([[0, 1]])

    assert doubtful(edges((0, 2), (1, 2), claim=False), apart) == [0]


def test_a_claim_between_two_that_are_known_is_in_doubt() -> None:
    assert doubtful(edges((1, 2), claim=True)) == [1]


def test_a_node_with_more_claims_than_are_taken_is_in_doubt() -> None:
    strangers = Nodes(rank=NODES.rank, name=NODES.name, verified=np.zeros(3, bool))
    claims = edges((0, 2), (1, 2), claim=True)
    labels = connect(3, claims.left, claims.right)

    for taken, in_doubt in ((1, [0]), (2, [])):
        limits = Limits(names=np.array([2, 1]), claim_edges_max=taken)
        assert doubts(strangers, claims, labels, NONE, limits).tolist() == in_doubt


def test_bulk_says_what_is_meant_of_a_flood() -> None:
    roomy = tuple(replace(kind, limit=1000) for kind in DEFAULT_KINDS)
    log = Log(KindPolicy(roomy, claim_edges_max=3))
    for number in range(6):
        log.claimed(number, "phone:p1", f"card_token:t{number}")

    assert same_answer(log.records, log.policy)
    assert len(resolve_bulk(log.records, log.policy).persons) == 4
