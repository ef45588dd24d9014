"""Traits: what sources told, kept by source, and which of it stands.

Kept is per trait, source and class (verified or claimed) the latest value, so that
the rule of survivorship is applied on reading and a source's new priority decides
anew at once: verified before claimed, then source priority, then recency; ties by
source and message id.
"""

from functools import lru_cache
from typing import Any

import msgspec

from habitue.model.event import Event
from habitue.model.trait import Told, Trait
from habitue.profile.rows import (
    CLAIMED_TRAITS_MAX,
    SEP,
    TRAIT_BYTES_MAX,
    TRAITS_MAX,
    StrandState,
    ToldRow,
    admit,
    warn,
    warn_again,
)
from habitue.profile.settle import Sources

_NAME_MAX = 100
_SURE_BYTES = TRAIT_BYTES_MAX // 4
_encode = msgspec.msgpack.Encoder().encode


def tell_trait(
    state: StrandState,
    event: Event,
    name: str,
    value: Any,
    where: tuple[str, str, int],
) -> None:
    """Fold a trait told by an event of (source, message_id, offset); mutates state."""
    held = state.verified if event.verified else state.claimed
    row = None if held is None else held.get(_pair(name, where[0]))
    # Nearly every trait was told before, and by a short text: that surely fits.
    if row is None or type(value) is not str or len(value) > _SURE_BYTES:
        _tell_new(state, event, (name, value), where)
        return
    at_us = event.at_us
    if at_us > row.at_us or (at_us == row.at_us and where[1] > row.message_id):
        row.at_us = at_us
        row.message_id = where[1]
        row.offset = where[2]
        row.value = value


# The same names again and again: shared, they take no memory in the rows.
@lru_cache(maxsize=8192)
def _pair(name: str, source: str) -> str:
    return name + SEP + source


def _tell_new(
    state: StrandState,
    event: Event,
    told: tuple[str, Any],
    where: tuple[str, str, int],
) -> None:
    name, value = told
    if not _fits(name, value):
        warn_again(state, "trait_too_big")
        return
    source, message_id, offset = where
    key = _pair(name, source)
    held, limit = _held(state, event.verified)
    if key not in held and len(held) >= limit:
        warn(state, "traits" if event.verified else "claimed_traits")
        if not admit(held, key, limit):
            return
    tell(held, key, ToldRow(event.at_us, message_id, offset, value))


def _held(state: StrandState, verified: bool) -> tuple[dict[str, ToldRow], int]:
    if verified:
        if state.verified is None:
            state.verified = {}
        return state.verified, TRAITS_MAX
    if state.claimed is None:
        state.claimed = {}
    return state.claimed, CLAIMED_TRAITS_MAX


def _fits(name: str, value: Any) -> bool:
    if not name or len(name) > _NAME_MAX:
        return False
    if value is None or isinstance(value, (bool, float)):
        return True
    if isinstance(value, str) and len(value) <= _SURE_BYTES:
        return True
    try:
        return len(_encode(value)) <= TRAIT_BYTES_MAX
    except (OverflowError, UnicodeError):
        # An integer over 64 bits, or half of a surrogate pair: no row can hold it.
        return False


def tell(held: dict[str, ToldRow], key: str, row: ToldRow) -> None:
    """Keep the later of two values of one trait and source; mutates the dict."""
    old = held.get(key)
    if (
        old is None
        or row.at_us > old.at_us
        or (row.at_us == old.at_us and row.message_id > old.message_id)
    ):
        held[key] = row


def decide_traits(state: StrandState, sources: Sources) -> dict[str, Trait]:
    """Give the traits that stand, each with the values that lost, by name."""
    rivals: dict[str, list[Told]] = {}
    _gather(rivals, state.verified, verified=True)
    _gather(rivals, state.claimed, verified=False)
    bounced = {contact.partition(":")[2].lower() for contact in state.bounces or ()}
    return {
        name: _decide(name, rivals[name], sources, bounced) for name in sorted(rivals)
    }


def _gather(
    rivals: dict[str, list[Told]], held: dict[str, ToldRow] | None, *, verified: bool
) -> None:
    for key, row in (held or {}).items():
        # A source that tells null takes its own value back, never that of another.
        if row.value is not None:
            name, _, source = key.rpartition(SEP)
            told = Told(
                value=row.value,
                source=source,
                at_us=row.at_us,
                verified=verified,
                message_id=row.message_id,
                offset=row.offset,
            )
            rivals.setdefault(name, []).append(told)


def _decide(name: str, told: list[Told], sources: Sources, bounced: set[str]) -> Trait:
    others: tuple[Told, ...] = ()
    rule, best = "only", told[0]
    if len(told) > 1:
        ranked = sorted(
            ((_strength(one, sources), one) for one in told),
            key=lambda each: each[0],
            reverse=True,
        )
        rule = _rule(ranked[0][0], ranked[1][0])
        best, *rest = (one for _, one in ranked)
        others = tuple(rest)
    undeliverable = (
        bool(bounced)
        and name in ("email", "phone")
        and str(best.value).lower() in bounced
    )
    return Trait(
        name=name, told=best, rule=rule, others=others, undeliverable=undeliverable
    )


Strength = tuple[bool, int, int, str, str]


def _strength(told: Told, sources: Sources) -> Strength:
    rank = -sources(told.source).priority
    return told.verified, rank, told.at_us, told.source, told.message_id


def _rule(best: Strength, next_best: Strength) -> str:
    for at, rule in enumerate(("verified", "priority", "recency")):
        if best[at] != next_best[at]:
            return rule
    return "tie"
