"""Strands into one: commutative, associative, and equal to folding all into one."""

from collections.abc import Iterator
from copy import copy
from typing import TypeVar

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
    VISITED_MAX,
    BounceRow,
    ConsentRow,
    SeenRow,
    SpanRow,
    StrandState,
    SumRows,
    SumsRow,
    ToldRow,
    warn,
)
from habitue.profile.sums import add_sum
from habitue.profile.traits import tell

V = TypeVar("V")

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
        "visited",
    }
)


def combine(left: StrandState, right: StrandState) -> StrandState:
    """Give the state of two strands as one; changes neither."""
    found = copied(left)
    absorb(found, right)
    return found


def as_one(states: Iterator[StrandState]) -> StrandState:
    """Give states as one; not to be kept over a change of any."""
    found = copied(next(states, None) or StrandState())
    for state in states:
        absorb(found, state)
    return found


def copied(state: StrandState) -> StrandState:
    """Give a state to absorb others into; it shares no dict with the one given."""
    found: StrandState = copy(state)
    found.names, found.days = dict(state.names), dict(state.days)
    found.channels, found.sources = dict(state.channels), dict(state.sources)
    found.verified, found.claimed = _copy(state.verified), _copy(state.claimed)
    found.consents = _copy(state.consents)
    found.claimed_consents = _copy(state.claimed_consents)
    found.bounces, found.objects = _copy(state.bounces), _copy(state.objects)
    found.warned = _copy(state.warned)
    found.visited = _copy(state.visited)
    if state.sums is not None:
        found.sums = _add_sums(None, state.sums)
    return found


def absorb(into: StrandState, other: StrandState) -> None:
    """Add a strand's state to another; mutates the first.

    They share no dict, and no row that adding to the first would change.
    """
    if other.events:
        _absorb_counts(into, other)
    into.known |= other.known
    _absorb_traits(into, other)
    _absorb_consents(into, other)
    _absorb_bounces(into, other)
    _absorb_visits(into, other)
    for touched in (other.first_touch, other.last_touch):
        if touched is not None:
            touch(into, touched)
    _absorb_objects(into, other)
    if other.sums is not None:
        into.sums = _add_sums(into.sums, other.sums)
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
    into.names = _add_ints(into.names, other.names)
    into.days = _add_ints(into.days, other.days)
    for channel, span in other.channels.items():
        held = into.channels.get(channel)
        into.channels[channel] = span if held is None else _add_spans(held, span)
    for source, seen in other.sources.items():
        had = into.sources.get(source)
        into.sources[source] = seen if had is None else _add_seen(had, seen)


def _add_spans(one: SpanRow, other: SpanRow) -> SpanRow:
    return SpanRow(
        one.events + other.events,
        min(one.first_us, other.first_us),
        max(one.last_us, other.last_us),
    )


def _add_seen(one: SeenRow, other: SeenRow) -> SeenRow:
    return SeenRow(
        one.events + other.events,
        max(one.last_us, other.last_us),
        max(one.received_us, other.received_us),
    )


def _add_ints(into: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    if not into:
        return dict(other)
    for key, number in other.items():
        into[key] = into.get(key, 0) + number
    return into


def _add_sums(
    into: dict[str, SumsRow] | None, other: dict[str, SumsRow]
) -> dict[str, SumsRow]:
    if into is None:
        into = {}
    for currency, sums in other.items():
        held = into.get(currency) or SumsRow()
        into[currency] = SumsRow(
            _add_rows(held.products, sums.products),
            _add_rows(held.categories, sums.categories),
            _add_rows(held.brands, sums.brands),
        )
    return into


def _add_rows(into: SumRows | None, other: SumRows | None) -> SumRows | None:
    if into is None or other is None:
        return dict(into or other or {}) or None
    for key, row in other.items():
        held = into.get(key)
        into[key] = row if held is None else add_sum(held, row)
    return into


def _absorb_traits(into: StrandState, other: StrandState) -> None:
    into.verified = _tell_all(into.verified, other.verified)
    into.claimed = _tell_all(into.claimed, other.claimed)


def _tell_all(
    into: dict[str, ToldRow] | None, other: dict[str, ToldRow] | None
) -> dict[str, ToldRow] | None:
    if into is None or other is None:
        return _copy(into or other)
    for key, row in other.items():
        tell(into, key, row)
    return into


def _copy(held: dict[str, V] | None) -> dict[str, V] | None:
    return dict(held) if held else None


def _absorb_consents(into: StrandState, other: StrandState) -> None:
    into.consents = _enter_all(into.consents, other.consents)
    into.claimed_consents = _enter_all(into.claimed_consents, other.claimed_consents)


def _enter_all(
    into: dict[str, ConsentRow] | None, other: dict[str, ConsentRow] | None
) -> dict[str, ConsentRow] | None:
    if into is None or other is None:
        return _copy(into or other)
    for name, row in other.items():
        enter(into, name, row)
    return into


def _absorb_bounces(into: StrandState, other: StrandState) -> None:
    if into.bounces is None or other.bounces is None:
        into.bounces = _copy(into.bounces or other.bounces)
        return
    for contact, bounce in other.bounces.items():
        keep_bounce(into.bounces, contact, bounce)


def _absorb_visits(into: StrandState, other: StrandState) -> None:
    if into.visited is None or other.visited is None:
        into.visited = _copy(into.visited or other.visited)
        return
    for store, at_us in other.visited.items():
        into.visited[store] = max(at_us, into.visited.get(store, at_us))


def _absorb_objects(into: StrandState, other: StrandState) -> None:
    if other.objects is not None:
        held = {} if into.objects is None else into.objects
        for key, head in other.objects.items():
            # None is an object that counts elsewhere, in this very person perhaps.
            if head is not None or key not in held:
                held[key] = head
        into.objects = held
    if other.claims:
        into.claims = tuple(sorted({*into.claims, *other.claims}))


def keep_bounce(held: dict[str, BounceRow], contact: str, row: BounceRow) -> None:
    """Keep the later of two bounces of a contact point; mutates the dict."""
    old = held.get(contact)
    if old is None or _bounce_order(row) > _bounce_order(old):
        held[contact] = row


def _bounce_order(row: BounceRow) -> tuple[int, str, str]:
    return row.at_us, row.source, row.message_id


def _absorb_warnings(into: StrandState, other: StrandState) -> None:
    if other.warned is None:
        return
    held = {} if into.warned is None else into.warned
    for word, number in other.warned.items():
        held[word] = 1 if word in _ONCE else held.get(word, 0) + number
    into.warned = held


def _bound(state: StrandState) -> None:
    """Keep the least keys of what is bounded, as folding into one would have."""
    _cut(state, "names", state.names, NAMES_MAX)
    _cut(state, "channels", state.channels, CHANNELS_MAX)
    _cut(state, "traits", state.verified, TRAITS_MAX)
    _cut(state, "claimed_traits", state.claimed, CLAIMED_TRAITS_MAX)
    _cut(state, "consents", state.consents, CONSENTS_MAX)
    _cut(state, "claimed_consents", state.claimed_consents, CLAIMED_CONSENTS_MAX)
    _cut(state, "bounces", state.bounces, BOUNCES_MAX)
    _cut(state, "visited", state.visited, VISITED_MAX)
    if len(state.days) > DAYS_MAX:
        warn(state, "days")
        for day in sorted(state.days, key=int)[:-DAYS_MAX]:
            del state.days[day]


def _cut(state: StrandState, word: str, held: dict[str, V] | None, limit: int) -> None:
    if held is not None and len(held) > limit:
        warn(state, word)
        for key in sorted(held)[limit:]:
            del held[key]


__all__ = ["ConsentRow", "absorb", "absorb_traits", "combine", "copied", "keep_bounce"]
