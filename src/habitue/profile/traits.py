"""Traits: what sources told, kept by source, and which of it stands.

Kept is per trait, source and class (verified or claimed) the latest value, so that
the rule of survivorship is applied on reading and a source's new priority decides
anew at once: verified before claimed, then source priority, then recency; ties by
source and message id.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from habitue.model.event import Event
from habitue.model.trait import Told, Trait
from habitue.profile.rows import (
    CLAIMED_TRAITS_MAX,
    TRAIT_BYTES_MAX,
    TRAITS_MAX,
    StrandState,
    ToldRow,
    admit,
)
from habitue.profile.settle import Sources

_NAME_MAX = 100
_SURE_BYTES = TRAIT_BYTES_MAX // 4
_encode = msgspec.msgpack.Encoder().encode
CONTEXT_TRAITS = ("locale", "timezone")


def tell_traits(
    state: StrandState,
    event: Event,
    traits: Mapping[str, Any],
    where: tuple[str, str, int],
) -> None:
    """Fold traits told by an event of (source, message_id, offset); mutates state."""
    for told in traits.items():
        tell_trait(state, event, told, where)


def tell_trait(
    state: StrandState,
    event: Event,
    told: tuple[str, Any],
    where: tuple[str, str, int],
) -> None:
    """Fold one trait, as (name, value); mutates state."""
    name, value = told
    if not _fits(name, value):
        state.warned["trait_too_big"] = state.warned.get("trait_too_big", 0) + 1
        return
    held = state.verified if event.verified else state.claimed
    by_source = held.get(name)
    if by_source is None:
        by_source = _enter(state, held, name, event.verified)
        if by_source is None:
            return
    source, message_id, offset = where
    tell(by_source, source, ToldRow(event.at_us, message_id, offset, value))


def _enter(
    state: StrandState,
    held: dict[str, dict[str, ToldRow]],
    name: str,
    verified: bool,
) -> dict[str, ToldRow] | None:
    limit = TRAITS_MAX if verified else CLAIMED_TRAITS_MAX
    if len(held) >= limit:
        state.warned["traits" if verified else "claimed_traits"] = 1
    if not admit(held, name, limit):
        return None
    held[name] = {}
    return held[name]


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


def tell(by_source: dict[str, ToldRow], source: str, row: ToldRow) -> None:
    """Keep the later of two values of one source; mutates the dict."""
    held = by_source.get(source)
    if (
        held is None
        or row.at_us > held.at_us
        or (row.at_us == held.at_us and row.message_id > held.message_id)
    ):
        by_source[source] = row


def decide_traits(state: StrandState, sources: Sources) -> dict[str, Trait]:
    """Give the traits that stand, each with the values that lost, by name."""
    bounced = {contact.partition(":")[2].lower() for contact in state.bounces}
    found = {}
    for name in sorted(state.verified.keys() | state.claimed.keys()):
        trait = _decide(
            name,
            _told(state.verified.get(name), verified=True),
            _told(state.claimed.get(name), verified=False),
            sources,
        )
        if trait is not None:
            said = str(trait.told.value).lower()
            undeliverable = name in ("email", "phone") and said in bounced
            found[name] = (
                msgspec.structs.replace(trait, undeliverable=True)
                if undeliverable
                else trait
            )
    return found


def _told(by_source: dict[str, ToldRow] | None, *, verified: bool) -> list[Told]:
    # A source that tells null takes its own value back, never that of another.
    return [
        Told(
            value=row.value,
            source=source,
            at_us=row.at_us,
            verified=verified,
            message_id=row.message_id,
            offset=row.offset,
        )
        for source, row in (by_source or {}).items()
        if row.value is not None
    ]


def _decide(
    name: str, verified: list[Told], claimed: list[Told], sources: Sources
) -> Trait | None:
    def strength(told: Told) -> tuple[bool, int, int, str, str]:
        rank = -sources(told.source).priority
        return told.verified, rank, told.at_us, told.source, told.message_id

    ranked = sorted(verified + claimed, key=strength, reverse=True)
    if not ranked:
        return None
    best, others = ranked[0], ranked[1:]
    rule = "only"
    if others:
        rule = _rule(strength(best), strength(others[0]))
    return Trait(name=name, told=best, rule=rule, others=tuple(others))


def _rule(
    best: tuple[bool, int, int, str, str], next_best: tuple[bool, int, int, str, str]
) -> str:
    for at, rule in enumerate(("verified", "priority", "recency")):
        if best[at] != next_best[at]:
            return rule
    return "tie"
