"""Counters of a strand: events by name, day, channel and source; campaigns."""

from habitue.base.clock import DAY_US
from habitue.model.event import Event
from habitue.profile.channel import channel_of
from habitue.profile.parse import text
from habitue.profile.rows import (
    CHANNELS_MAX,
    DAYS_MAX,
    NAME_MAX,
    NAMES_MAX,
    StrandState,
    TouchRow,
    admit,
)

_CAMPAIGN_WORDS = ("source", "medium", "name", "term", "content")


def count_event(
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
    name = event.name[:NAME_MAX] or event.type
    # Nearly every event finds its counters there: what enters a new one stands apart.
    if name in state.names:
        state.names[name] += 1
    else:
        _enter_name(state, name)
    day = str(at_us // DAY_US)
    if day in state.days:
        state.days[day] += 1
    else:
        _enter_day(state, day)
    _count_channel(state, channel_of(event), at_us)
    _count_source(state.sources, source, at_us, received_us)


def _enter_name(state: StrandState, name: str) -> None:
    names = state.names
    if len(names) >= NAMES_MAX:
        state.warned["names"] = 1
    if admit(names, name, NAMES_MAX):
        names[name] = 1


def _enter_day(state: StrandState, day: str) -> None:
    days = state.days
    days[day] = 1
    if len(days) > DAYS_MAX:
        del days[min(days, key=int)]
        state.warned["days"] = 1


def _count_channel(state: StrandState, channel: str, at_us: int) -> None:
    held = state.channels.get(channel)
    if held is None:
        _enter_channel(state, channel, at_us)
        return
    held[0] += 1
    if at_us > held[2]:
        held[2] = at_us
    elif at_us < held[1]:
        held[1] = at_us


def _enter_channel(state: StrandState, channel: str, at_us: int) -> None:
    channels = state.channels
    if len(channels) >= CHANNELS_MAX:
        state.warned["channels"] = 1
    if admit(channels, channel, CHANNELS_MAX):
        channels[channel] = [1, at_us, at_us]


def _count_source(
    sources: dict[str, list[int]], source: str, at_us: int, received_us: int
) -> None:
    held = sources.get(source)
    if held is None:
        sources[source] = [1, at_us, received_us]
        return
    held[0] += 1
    # A call of max takes longer than all of this.
    if at_us > held[1]:  # noqa: PLR1730
        held[1] = at_us
    if received_us > held[2]:  # noqa: PLR1730
        held[2] = received_us


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
