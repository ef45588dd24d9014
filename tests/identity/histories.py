"""Random retail histories in which everything collides, and words to write one by hand.

histories() draws a list of Evidence and Judgement as a log would hold them: offsets
in order of arrival, times late, equal and out of order, few identifiers; TIGHT has
low limits, short holds and a low flood limit. Log writes a history by hand.
"""

import os
from collections.abc import Sequence
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from msgspec.structs import replace

from habitue.model.evidence import Evidence, Judgement, Key, Verb
from habitue.model.identifier import Identifier
from habitue.model.kind import DEFAULT_KINDS, KindPolicy, Role

Record = Evidence | Judgement

# How long a law is tried: HABITUE_TORTURE=1 for the long way.
LAW = settings(
    max_examples=2_000 if os.environ.get("HABITUE_TORTURE") == "1" else 60,
    deadline=None,
)

POLICY = KindPolicy(DEFAULT_KINDS)
# Limits, spans and the flood so small that a history of twenty items meets them.
TIGHT = KindPolicy(
    tuple(
        kind if kind.role is not Role.CONTACT else _tight
        for kind in DEFAULT_KINDS
        for _tight in [replace(kind, limit=2)]
    ),
    hold_us=6,
    adopt_us=8,
    shared_hold_us=2,
    claim_edges_max=3,
)
POLICIES = (POLICY, TIGHT)

_LETTER = {
    "user_id": "u",
    "customer_id": "c",
    "loyalty_card": "l",
    "external_id": "x",
    "email": "e",
    "phone": "p",
    "card_token": "t",
    "device_id": "d",
    "anonymous_id": "a",
}
# Two or three values a kind: enough for strangers, few enough for collisions.
POOL = tuple(
    Identifier(kind, f"{_LETTER[kind]}{number}")
    for kind, count in {
        "user_id": 3,
        "customer_id": 2,
        "loyalty_card": 3,
        "external_id": 1,
        "email": 3,
        "phone": 2,
        "card_token": 2,
        "device_id": 1,
        "anonymous_id": 2,
    }.items()
    for number in range(1, count + 1)
)
# What real shops' troubles are made of: a phone passed on, a family's mailbox, a
# browser used in turn, cards booked to an account, and anything at all.
SCENES = (
    "p1 u1 u2 u3",
    "p1 u1 u2",
    "e1 u1 u2 u3 l1",
    "a1 u1 u2 e1",
    "u1 c1 l1 l2 e1",
    "",
)
SOURCES = ("erp", "shop", "web")
T_MAX = 24


def by_rank(identifiers: Sequence[Identifier]) -> tuple[Identifier, ...]:
    return tuple(sorted(set(identifiers), key=lambda one: (POLICY.rank(one.kind), one)))


class Shop:
    """Makes up records by chance: much collides, and times come in any order."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        scene = chance.choice(SCENES).split()
        core = [one for one in POOL if one.value in scene]
        more = chance.sample(POOL, chance.randint(0 if core else 3, 5))
        self.pool = sorted({*core, *more})
        self.judged = chance.choice((0.05, 0.2, 0.35))
        self.verified = chance.choice((0.4, 0.8, 1.0))

    def record(self, key: Key, offset: int, targets: Sequence[Key]) -> Record:
        if self.chance.random() < self.judged:
            return self.judgement(key, offset, targets)
        return self.item(key, offset)

    def item(self, key: Key, offset: int) -> Evidence:
        chance = self.chance
        verified = chance.random() < self.verified
        users = [one for one in POOL if one.kind == "user_id"]
        named = chance.choices(self.pool, k=chance.choice((0, 1, 1, 2, 2, 2, 3, 4)))
        alias = chance.choice(users) if verified and chance.random() < 0.05 else None
        if alias is not None:
            named.append(chance.choice(users))
        return Evidence(
            key=key,
            offset=offset,
            at_us=chance.randint(0, T_MAX),
            verified=verified,
            identifiers=by_rank(named),
            ends=chance.random() < 0.1,
            shared_device=chance.random() < 0.03,
            formerly=alias,
        )

    def judgement(
        self, key: Key, offset: int, targets: Sequence[Key] = ()
    ) -> Judgement:
        chance = self.chance
        at_us = chance.randint(0, T_MAX)
        if targets and chance.random() < 0.4:
            verb = chance.choice((Verb.RETRACT, Verb.RETRACT, Verb.RESTORE))
            target = chance.choice(targets)
            return Judgement(
                key=key, offset=offset, at_us=at_us, verb=verb, target=target
            )
        verb = chance.choice((Verb.SAME, Verb.NOT_SAME))
        left, right = chance.sample(self.pool, 2)
        return Judgement(
            key=key, offset=offset, at_us=at_us, verb=verb, left=left, right=right
        )


def made_up(chance: Random, size: int) -> list[Record]:
    """Make up a log of so many records."""
    shop = Shop(chance)
    # Names in an order of their own, so that ties by key are not ties by arrival.
    names = chance.sample(range(100, 100 + 10 * size), size)
    keys = [Key(chance.choice(SOURCES), f"m{name}") for name in names]
    return [shop.record(key, at + 1, keys) for at, key in enumerate(keys)]


SEEDS = st.integers(0, 2**16 - 1)


@st.composite
def histories(draw: st.DrawFn, size: int = 32) -> list[Record]:
    """Draw a log: made up by chance and then thinned, so that it shrinks."""
    log = made_up(Random(draw(SEEDS)), size)
    kept = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    thin = [record for record, keep in zip(log, kept, strict=True) if keep]
    return [replace(record, offset=at + 1) for at, record in enumerate(thin)]


@st.composite
def added(draw: st.DrawFn, offset: int, *, items_too: bool = True) -> Record:
    """Draw one more record, an item or a verdict, keyed (web, x)."""
    shop = Shop(Random(draw(SEEDS)))
    key = Key("web", "x")
    if items_too and draw(st.booleans()):
        return shop.item(key, offset)
    return shop.judgement(key, offset)


def policies() -> st.SearchStrategy[KindPolicy]:
    return st.sampled_from(POLICIES)


class Log:
    """Writes a history by hand: each line a record, named m1, m2.. in order."""

    def __init__(self, policy: KindPolicy = POLICY) -> None:
        self.policy = policy
        self.records: list[Record] = []

    def told(self, at_us: int, *said: str, source: str = "shop", **flags: bool) -> Key:
        """Append a verified item: told(5, "user_id:u1", "email:e1")."""
        return self._item(at_us, said, source, verified=True, **flags)

    def claimed(
        self, at_us: int, *said: str, source: str = "web", **flags: bool
    ) -> Key:
        return self._item(at_us, said, source, verified=False, **flags)

    def alias(self, at_us: int, previous: str, new: str, verified: bool) -> Key:
        """Append Segment's alias(previous, new)."""
        key = self._key("web")
        self.records.append(
            Evidence(
                key=key,
                offset=self.offset,
                at_us=at_us,
                verified=verified,
                identifiers=by_rank(
                    (one(f"user_id:{new}"), one(f"anonymous_id:{previous}"))
                ),
                formerly=one(f"user_id:{previous}") if verified else None,
            )
        )
        return key

    def same(self, at_us: int, left: str, right: str) -> Key:
        return self._pair(at_us, Verb.SAME, left, right)

    def not_same(self, at_us: int, left: str, right: str) -> Key:
        return self._pair(at_us, Verb.NOT_SAME, left, right)

    def retract(self, at_us: int, target: Key) -> Key:
        return self._void(at_us, Verb.RETRACT, target)

    def restore(self, at_us: int, target: Key) -> Key:
        return self._void(at_us, Verb.RESTORE, target)

    @property
    def offset(self) -> int:
        return len(self.records) + 1

    def _key(self, source: str) -> Key:
        return Key(source, f"m{self.offset}")

    def _item(self, at_us: int, said: Sequence[str], source: str, **flags: bool) -> Key:
        key = self._key(source)
        self.records.append(
            Evidence(
                key=key,
                offset=self.offset,
                at_us=at_us,
                identifiers=by_rank([one(word) for word in said]),
                **flags,
            )
        )
        return key

    def _pair(self, at_us: int, verb: Verb, left: str, right: str) -> Key:
        key = self._key("console")
        self.records.append(
            Judgement(
                key=key,
                offset=self.offset,
                at_us=at_us,
                verb=verb,
                left=one(left),
                right=one(right),
            )
        )
        return key

    def _void(self, at_us: int, verb: Verb, target: Key) -> Key:
        key = self._key("console")
        self.records.append(
            Judgement(
                key=key, offset=self.offset, at_us=at_us, verb=verb, target=target
            )
        )
        return key


def one(word: str) -> Identifier:
    """Read "kind:value" as an identifier."""
    kind, _, value = word.partition(":")
    return Identifier(kind, value)
