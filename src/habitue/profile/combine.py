"""Strands into one: commutative, associative, and equal to folding all into one."""

from typing import Any

from habitue.profile.count import touch
from habitue.profile.ledger import enter
from habitue.profile.rows import (
    BOUNCES_MAX,
    CHANNELS_MAX,
    CLAIMED_CONSENTS_MAX,
    CLAIMED_TRAITS_MAX,
    CONSENTS_MAX,
    DAYS_MAX,
    NAMES_MAX,
    TRAITS_MAX,
    BounceRow,
    ConsentRow,
    StrandState,
    ToldRow,
)
from habitue.profile.traits import tell

# These say that something was left out, and say it once; the others are counts.
_ONCE = frozenset(
    {
        "names",
        "channels",
        "days",
        "traits",
        "claimed_traits",
        "consents",
        "claimed_consents",
        "bounces",
        "claims",
    }
)


def combine(left: StrandState, right: StrandState) -> StrandState:
    """Give the state of two strands as one; changes neither."""
    found = StrandState()
    absorb(found, left)
    absorb(found, right)
    return found


def absorb(into: StrandState, other: StrandState) -> None:
    """Add a strand's state to another; mutates the first and shares no dict."""
    if other.events:
        _absorb_counts(into, other)
    into.known |= other.known
    _absorb_traits(into, other)
    _absorb_consents(into, other)
    _absorb_bounces(into, other)
    for touched in (other.first_touch, other.last_touch):
        if touched is not None:
            touch(into, touched)
    _absorb_objects(into, other)
    for sort, sums in other.sums.items():
        _add_lists(into.sums.setdefault(sort, {}), sums)
    _absorb_warnings(into, other)
    _bound(into)


def absorb_traits(into: StrandState, other: StrandState) -> None:
    """Add what traits are decided by, and nothing else; mutates the first."""
    _absorb_traits(into, other)
    _absorb_bounces(into, other)
    _bound(into)


def _absorb_counts(into: StrandState, other: StrandState) -> None:
    if into.events:
        into.first_us = min(into.first_us, other.first_us)
        into.last_us = max(into.last_us, other.last_us)
    else:
        into.first_us, into.last_us = other.first_us, other.last_us
    into.events += other.events
    _add_ints(into.names, other.names)
    _add_ints(into.days, other.days)
    for channel, (events, first, last) in other.channels.items():
        held = into.channels.get(channel)
        if held is None:
            into.channels[channel] = [events, first, last]
        else:
            held[:] = held[0] + events, min(held[1], first), max(held[2], last)
    for source, (events, last_at, received) in other.sources.items():
        held = into.sources.get(source)
        if held is None:
            into.sources[source] = [events, last_at, received]
        else:
            held[:] = held[0] + events, max(held[1], last_at), max(held[2], received)


def _add_ints(into: dict[str, int], other: dict[str, int]) -> None:
    for key, number in other.items():
        into[key] = into.get(key, 0) + number


def _add_lists(into: dict[str, list[int]], other: dict[str, list[int]]) -> None:
    for key, numbers in other.items():
        held = into.get(key)
        if held is None:
            into[key] = list(numbers)
            continue
        for at, number in enumerate(numbers):
            held[at] += number


def _absorb_traits(into: StrandState, other: StrandState) -> None:
    for mine, theirs in (
        (into.verified, other.verified),
        (into.claimed, other.claimed),
    ):
        for name, by_source in theirs.items():
            held: dict[str, ToldRow] = mine.setdefault(name, {})
            for source, row in by_source.items():
                tell(held, source, row)


def _absorb_consents(into: StrandState, other: StrandState) -> None:
    for name, row in other.consents.items():
        enter(into.consents, name, row)
    for name, row in other.claimed_consents.items():
        enter(into.claimed_consents, name, row)


def _absorb_bounces(into: StrandState, other: StrandState) -> None:
    for contact, bounce in other.bounces.items():
        keep_bounce(into.bounces, contact, bounce)


def _absorb_objects(into: StrandState, other: StrandState) -> None:
    for key, head in other.objects.items():
        # None is an object that counts elsewhere, in this very person perhaps.
        if head is not None or key not in into.objects:
            into.objects[key] = head
    if other.claims:
        into.claims = sorted({*into.claims, *other.claims})


def keep_bounce(held: dict[str, BounceRow], contact: str, row: BounceRow) -> None:
    """Keep the later of two bounces of a contact point; mutates the dict."""
    old = held.get(contact)
    if old is None or _bounce_order(row) > _bounce_order(old):
        held[contact] = row


def _bounce_order(row: BounceRow) -> tuple[int, str, str]:
    return row.at_us, row.source, row.message_id


def _absorb_warnings(into: StrandState, other: StrandState) -> None:
    for word, number in other.warned.items():
        if word in _ONCE:
            into.warned[word] = 1
        else:
            into.warned[word] = into.warned.get(word, 0) + number


def _bound(state: StrandState) -> None:
    """Keep the least keys of what is bounded, as folding into one would have."""
    bounds: tuple[tuple[str, dict[str, Any], int], ...] = (
        ("names", state.names, NAMES_MAX),
        ("channels", state.channels, CHANNELS_MAX),
        ("traits", state.verified, TRAITS_MAX),
        ("claimed_traits", state.claimed, CLAIMED_TRAITS_MAX),
        ("consents", state.consents, CONSENTS_MAX),
        ("claimed_consents", state.claimed_consents, CLAIMED_CONSENTS_MAX),
        ("bounces", state.bounces, BOUNCES_MAX),
    )
    for word, held, limit in bounds:
        if len(held) > limit:
            state.warned[word] = 1
            for key in sorted(held)[limit:]:
                del held[key]
    if len(state.days) > DAYS_MAX:
        state.warned["days"] = 1
        for day in sorted(state.days, key=int)[:-DAYS_MAX]:
            del state.days[day]


__all__ = ["ConsentRow", "absorb", "absorb_traits", "combine", "keep_bounce"]
