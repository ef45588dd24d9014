"""Counters of a strand: events by name, day, channel and source; campaigns."""

from functools import lru_cache

from habitue.base.clock import DAY_US
from habitue.model.event import Event
from habitue.profile.channel import channel_of
from habitue.profile.parse import text
from habitue.profile.rows import (
    CHANNELS_MAX,
    DAYS_MAX,
    NAME_MAX,
    NAMES_MAX,
    VISITED_MAX,
    SeenRow,
    SpanRow,
    StrandState,
    TouchRow,
    admit,
    warn,
)

# What is done to somebody is no sign of them: their day is none of it.
DONE_TO_THEM = frozenset(
    {
        "Email Sent", "Email Delivered", "Email Opened", "Email Bounced",
        "Push Notification Received", "Push Notification Bounced",
        "SMS Sent", "SMS Delivered", "SMS Failed",
        "WhatsApp Message Sent", "WhatsApp Message Delivered", "WhatsApp Message Read",
        "Survey Sent", "Offer Expired", "Points Expired", "Tier Changed",
        "Order Updated", "Order Shipped", "Order Ready for Pickup", "Order Delivered",
        "Review Replied", "Case Updated", "Case Closed", "Claim Resolved",
        "Application Updated", "Application Crashed", "Segment Entered",
        "Segment Exited", "Segment Listed", "Scenario Entered", "Scenario Step Taken",
        "Scenario Exited", "Prediction Changed", "RFM Changed",
    }
)  # fmt: skip
_CAMPAIGN_WORDS = ("source", "medium", "name", "term", "content")
# What a store's own devices tell of.
_INSIDE = frozenset({"store", "pos"})


def count_event(  # noqa: C901 - a call for each counter takes as long as counting
    state: StrandState, event: Event, source: str, received_us: int
) -> None:
    """Count an event; mutates the state."""
    at_us = event.at_us
    if not state.events:
        state.first_us = state.last_us = at_us
    elif at_us > state.last_us:
        state.last_us = at_us
    elif at_us < state.first_us:
        state.first_us = at_us
    state.events += 1
    # Nearly every event finds its counters there: what enters a new one stands apart.
    names, name = state.names, event.name
    if name in names:
        names[name] += 1
    else:
        _enter_name(state, name[:NAME_MAX] or event.type)
    if name not in DONE_TO_THEM:
        _count_day(state, _day(at_us // DAY_US))
    _count_channel(state, channel_of(event), at_us)
    seen = state.sources.get(source)
    if seen is None:
        state.sources[source] = SeenRow(1, at_us, received_us)
        return
    seen.events += 1
    # A call of max takes longer than all of this.
    if at_us > seen.last_us:  # noqa: PLR1730
        seen.last_us = at_us
    if received_us > seen.received_us:  # noqa: PLR1730
        seen.received_us = received_us


# All strands share the texts of the days that are being told of.
@lru_cache(maxsize=4096)
def _day(day: int) -> str:
    return str(day)


def _enter_name(state: StrandState, name: str) -> None:
    names = state.names
    if name in names:
        names[name] += 1
        return
    if len(names) >= NAMES_MAX:
        warn(state, "names")
    if admit(names, name, NAMES_MAX):
        names[name] = 1


def _count_day(state: StrandState, day: str) -> None:
    days = state.days
    if day in days:
        days[day] += 1
        return
    days[day] = 1
    if len(days) > DAYS_MAX:
        del days[min(days, key=int)]
        warn(state, "days")


def _count_channel(state: StrandState, channel: str, at_us: int) -> None:
    channels = state.channels
    span = channels.get(channel)
    if span is not None:
        span.events += 1
        if at_us > span.last_us:
            span.last_us = at_us
        elif at_us < span.first_us:
            span.first_us = at_us
        return
    if len(channels) >= CHANNELS_MAX:
        warn(state, "channels")
    if admit(channels, channel, CHANNELS_MAX):
        channels[channel] = SpanRow(1, at_us, at_us)


def touch_of(
    state: StrandState, event: Event, where: tuple[str, str, int], told: object
) -> None:
    """Keep a campaign that an event names, if it is the first or the last."""
    first, last = state.first_touch, state.last_touch
    if first is not None and last is not None:
        order = (event.at_us, where[0], where[1])
        if touch_order(first) <= order <= touch_order(last):
            return
    words = campaign_of(told)
    if words:
        touch(state, TouchRow(event.at_us, *where, words))


def touch(state: StrandState, touched: TouchRow) -> None:
    """Keep a campaign if it is the first or the last; mutates the state."""
    order = touch_order(touched)
    if state.first_touch is None or order < touch_order(state.first_touch):
        state.first_touch = touched
    if state.last_touch is None or order > touch_order(state.last_touch):
        state.last_touch = touched


def touch_order(touched: TouchRow) -> tuple[int, str, str]:
    return touched.at_us, touched.source, touched.message_id


def campaign_of(told: object) -> dict[str, str]:
    """Give the words of a campaign (source, medium, name, term, content).

    >>> campaign_of({"source": "news", "x": 1})
    {'source': 'news'}
    """
    if not isinstance(told, dict):
        return {}
    words = {word: text(told.get(word)) for word in _CAMPAIGN_WORDS}
    return {word: said for word, said in words.items() if said}


def count_visit(state: StrandState, event: Event) -> None:
    """Note the store that an event was told from, if it was told in one."""
    store = text(event.properties.get("store_id"))
    if not store or channel_of(event) not in _INSIDE:
        return
    if state.visited is None:
        state.visited = {}
    visited = state.visited
    if store not in visited and len(visited) >= VISITED_MAX:
        warn(state, "visited")
    if admit(visited, store, VISITED_MAX):
        visited[store] = max(event.at_us, visited.get(store, event.at_us))
