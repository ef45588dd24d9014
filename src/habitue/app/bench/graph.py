"""Identity alone: ten million edges at once, a large component, chance arrivals."""

import time
from collections.abc import Sequence
from functools import partial

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from habitue.app.bench.figure import Figure, Say, less, quantile
from habitue.app.bench.ground import Ground
from habitue.app.bench.stages import SEED, at_rest, timed
from habitue.app.projection.storage import Storage, open_storage
from habitue.identity import components
from habitue.identity.bulk import Edges, Limits, Nodes, settle
from habitue.identity.components import Link, Point, lightest
from habitue.identity.fitting import Fitting, Names
from habitue.identity.history import Verdicts
from habitue.identity.kinds import default_policy
from habitue.identity.placement import Placement
from habitue.identity.resolve import Resolver
from habitue.model.evidence import Evidence, Judgement, Key, Verb
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy
from habitue.model.person import Grade
from habitue.state.store import Store

Ints = NDArray[np.int64]

BULK_BAR_S = 2.0
COMPONENT_NODES = 2_000
# No other Python computes in the process that serves for longer (DESIGN 3).
HOLD_BAR_MS = 5.0
# The kinds of a made-up person: an account, a number, a card, an e-mail, a phone.
_RANKS = (10, 20, 30, 50, 60)
# One person in so many gave an e-mail that another has: there the rules decide.
_SHARED = 2_000
_SOURCE = "bench"
_SECOND_US = 1_000_000


def measure_bulk(say: Say, *, edges: int) -> list[Figure]:
    """Resolve so many edges by columns, doubtful components by the rules."""
    say(f"identity: {edges:,} edges in bulk")
    policy = default_policy()
    nodes, pairs = _population(edges)
    limits = Limits(
        names=np.array(policy.limits(), np.int64),
        claim_edges_max=policy.claim_edges_max,
    )
    rules = _Rules(policy, nodes, pairs)
    wide = nodes.rank.size
    floor_s, _ = timed(lambda: np.sort(pairs.left * wide + pairs.right))
    nobody = np.empty((0, 2), np.int64)
    took_s, labels = timed(lambda: settle(nodes, pairs, nobody, limits, rules.again))
    people = int(np.unique(labels).size)
    return [
        less(
            f"identity: {edges / 1e6:g} M edges in bulk",
            took_s,
            "s",
            floor=floor_s,
            bar=BULK_BAR_S if edges == 10_000_000 else None,
            note=f"{people:,} people of {wide:,} nodes, {rules.asked:,} components by"
            " the rules; floor: numpy sorts the edges once",
        )
    ]


def _population(edges: int) -> tuple[Nodes, Edges]:
    """Make people of five nodes each, their edges in an order of chance."""
    people = edges // (len(_RANKS) - 1)
    account = np.arange(people, dtype=np.int64)
    left = np.tile(account, len(_RANKS) - 1)
    right = np.concatenate([account + people * at for at in range(1, len(_RANKS))])
    shared = people * 2 + np.arange(0, people - 1, _SHARED)
    right[shared] += 1
    order = np.random.default_rng(SEED).permutation(left.size)
    nodes = Nodes(
        rank=np.repeat(np.array(_RANKS, np.int64), people),
        name=np.arange(people * len(_RANKS), dtype=np.int64),
        verified=np.ones(people * len(_RANKS), np.bool_),
    )
    claim = np.zeros(left.size, np.bool_)
    return nodes, Edges(left=left[order], right=right[order], claim=claim)


class _Rules:
    """Unites one doubtful component as the definition says."""

    def __init__(self, policy: KindPolicy, nodes: Nodes, edges: Edges) -> None:
        verdicts = Verdicts((), {})
        self._policy, self._nodes, self._edges = policy, nodes, edges
        self._fitting = Fitting(policy, Names({}, verdicts), verdicts)
        self.asked = 0

    def again(self, members: Ints, inner: Ints) -> Ints:
        self.asked += 1
        number = {member: at for at, member in enumerate(members.tolist())}
        links = lightest(self._link(edge, number) for edge in inner.tolist())
        points = [self._point(member) for member in number]
        return np.array(components.unite(points, links, self._fitting).roots, np.int64)

    def _point(self, node: int) -> Point:
        kind = self._policy.at(int(self._nodes.rank[node])).name
        return Point(Identifier(kind, str(node)), True)

    def _link(self, edge: int, number: dict[int, int]) -> Link:
        left, right = int(self._edges.left[edge]), int(self._edges.right[edge])
        rank = int(self._nodes.rank[right])
        key = Key(_SOURCE, str(edge))
        return Link(Grade.VERIFIED, rank, edge, key, number[left], number[right])


# -- one after the other --------------------------------------------------------


class _Told:
    """Evidence told one by one to a resolver of its own, which keeps it in a list."""

    def __init__(self, storage: Storage, policy: KindPolicy) -> None:
        self._log: list[Evidence | Judgement] = []
        self._offsets: dict[Key, int] = {}
        store = Store(storage.state, rows_max=1_000_000, stamp="bench")
        self.resolver = Resolver(store, policy, self._at, self._offsets.get)
        store.open()

    def evidence(self, *identifiers: Identifier, verified: bool = True) -> Evidence:
        """Write down the next evidence, in order."""
        offset = len(self._log) + 1
        told = Evidence(
            key=Key(_SOURCE, str(offset)),
            offset=offset,
            at_us=offset * _SECOND_US,
            verified=verified,
            identifiers=identifiers,
        )
        self._log.append(told)
        self._offsets[told.key] = offset
        return told

    def retract(self, target: Key) -> Judgement:
        offset = len(self._log) + 1
        key, at_us = Key(_SOURCE, str(offset)), offset * _SECOND_US
        told = Judgement(
            key=key, offset=offset, at_us=at_us, verb=Verb.RETRACT, target=target
        )
        self._log.append(told)
        self._offsets[key] = offset
        return told

    def _at(self, offset: int) -> Evidence | Judgement | None:
        return self._log[offset - 1] if offset <= len(self._log) else None


def measure_component(
    ground: Ground, say: Say, *, nodes: int, tries: int
) -> list[Figure]:
    """Add nodes to one person of very many, and take evidence of it back."""
    say(f"identity: a component of {nodes:,} nodes")
    storage = open_storage(ground.fresh())
    try:
        told = _Told(storage, _without_limits(default_policy()))
        one = Identifier("user_id", "u")
        log = [
            told.evidence(one, Identifier("email", f"e{at}@x.example"))
            for at in range(nodes - 1)
        ]
        observe = told.resolver.observe
        at_rest()
        floor_s, _ = timed(lambda: [observe(item) for item in log[:tries]])
        for item in log[tries:]:
            observe(item)
        adding = [
            told.evidence(one, Identifier("email", f"n{at}@x.example"))
            for at in range(tries)
        ]
        added_s, _ = timed(lambda: [observe(item) for item in adding])
        taken_s, holds_s = list[float](), list[float]()
        for at in range(0, nodes - 1, max(1, nodes // tries)):
            steps_s = _steps_s(told.resolver, told.retract(log[at].key))
            taken_s.append(sum(steps_s))
            holds_s.append(max(steps_s))
    finally:
        storage.close()
    first_us = floor_s / tries * 1e6
    return [
        _beset(ground, claims=nodes, tries=tries),
        less(
            f"identity: add a node to {nodes:,}",
            added_s / tries * 1e6,
            "us",
            floor=first_us,
            note=f"limits lifted; floor: the first {tries} nodes",
        ),
        less(
            f"identity: re-run {nodes:,} nodes after a retract, p50",
            quantile(taken_s, 0.5) * 1e3,
            "ms",
            note=f"of CPU; the slowest {max(taken_s) * 1e3:.1f} ms",
        ),
        less(
            f"identity: the longest step of these {len(holds_s)}",
            max(holds_s) * 1e3,
            "ms",
            bar=HOLD_BAR_MS,
            note="of CPU; between two steps the loop is others'",
        ),
    ]


def _steps_s(resolver: Resolver, judgement: Judgement) -> list[float]:
    """Take a judgement in; give the CPU seconds of each of its steps."""
    taken_s: list[float] = []
    began = time.thread_time()
    placing = resolver.rule(judgement)
    while not isinstance(placing, Placement):
        try:
            next(placing)
        except StopIteration as done:
            placing = done.value
        now = time.thread_time()
        taken_s.append(now - began)
        began = now
    return taken_s or [time.thread_time() - began]


def _beset(ground: Ground, *, claims: int, tries: int) -> Figure:
    """Tell new things of a person whose e-mail very many accounts claim to have."""
    storage = open_storage(ground.fresh())
    try:
        told = _Told(storage, default_policy())
        observe, one = told.resolver.observe, Identifier("email", "v@x.example")
        observe(told.evidence(Identifier("user_id", "v"), one))
        for at in range(claims):
            stranger = Identifier("user_id", f"x{at}")
            observe(told.evidence(stranger, one, verified=False))
        at_rest()
        names = [Identifier("phone", f"+4420{at}") for at in range(2 * min(tries, 4))]
        beset_s = _phones_s(told, Identifier("user_id", "v"), names[::2])
        free_s = _phones_s(told, Identifier("user_id", "w"), names[1::2])
    finally:
        storage.close()
    return less(
        f"identity: a new phone of a person beset by {claims:,} claims",
        quantile(beset_s, 0.5) * 1e6,
        "us",
        floor=quantile(free_s, 0.5) * 1e6,
        note="floor: the same of a person whom nobody claims to be",
    )


def _phones_s(
    told: _Told, account: Identifier, phones: Sequence[Identifier]
) -> list[float]:
    """Tell an account's phones, one by one; give the seconds that each took."""
    items = [told.evidence(account, phone) for phone in phones]
    return [timed(partial(told.resolver.observe, item))[0] for item in items]


def _without_limits(policy: KindPolicy) -> KindPolicy:
    kinds = tuple(structs.replace(kind, limit=1_000_000) for kind in policy.kinds)
    return structs.replace(policy, kinds=kinds)


def measure_arrivals(ground: Ground, say: Say, *, items: int) -> list[Figure]:
    """Let known people arrive by chance: what the fast path costs."""
    say(f"identity: {items:,} arrivals by chance")
    people = max(10, items // 10)
    chance = np.random.default_rng(SEED)
    storage = open_storage(ground.fresh())
    try:
        told = _Told(storage, default_policy())
        for number in range(people):
            told.resolver.observe(told.evidence(*_names(number)))
        log = [
            told.evidence(Identifier("user_id", f"u{number}"), _device(number))
            for number in chance.integers(0, people, items).tolist()
        ]
        at_rest()
        floor_s, _ = timed(lambda: _look_up(log))
        took_s, _ = timed(lambda: [told.resolver.observe(item) for item in log])
    finally:
        storage.close()
    return [
        less(
            "identity: arrivals of known people by chance",
            took_s / items * 1e6,
            "us/item",
            floor=floor_s / items * 1e6,
            note=f"{people:,} people; floor: a look-up in a dict for each identifier",
        )
    ]


def _names(number: int) -> tuple[Identifier, ...]:
    return (
        Identifier("user_id", f"u{number}"),
        Identifier("email", f"u{number}@x.example"),
        _device(number),
    )


def _device(number: int) -> Identifier:
    return Identifier("anonymous_id", f"d{number}")


def _look_up(log: Sequence[Evidence]) -> None:
    known: dict[str, int] = {}
    for evidence in log:
        for kind, value in evidence.identifiers:
            known.setdefault(f"{kind}:{value}", evidence.offset)
