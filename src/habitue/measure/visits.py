"""What somebody did becomes visits, each with the channel that brought it about."""

from bisect import bisect_right
from collections.abc import Iterable

from msgspec import Struct

from habitue.measure.channels import DIRECT, NO_VISIT


class Seen(Struct, frozen=True, order=True, gc=False):
    """That somebody was there; channel where it says how they came."""

    at_us: int
    offset: int
    channel: str | None


class Visit(Struct, gc=False):
    """One person's time on the site without a longer pause, by one channel."""

    since_us: int
    until_us: int
    channel: str


def visits_of(seen: Iterable[Seen], idle_us: int) -> list[Visit]:
    """Give the visits of one person in order; idle_us: the pause that ends one.

    Who comes by another channel begins another visit, however short the pause: so a
    visit has one channel, the last that brought the person there. Who comes back
    directly within the pause goes on with the visit.
    """
    found: list[Visit] = []
    for one in sorted(seen):
        last = found[-1] if found else None
        goes_on = last is not None and one.at_us - last.until_us <= idle_us
        if last is None or not goes_on or _is_another(last, one):
            found.append(Visit(one.at_us, one.at_us, one.channel or DIRECT))
        else:
            last.until_us = one.at_us
    return found


def _is_another(last: Visit, one: Seen) -> bool:
    return one.channel not in (None, DIRECT, last.channel)


def channel_at(visits: list[Visit], at_us: int, idle_us: int) -> str:
    """Give the channel of the visit in which something happened."""
    place = bisect_right(visits, at_us, key=lambda visit: visit.since_us) - 1
    if place < 0 or at_us - visits[place].until_us > idle_us:
        return NO_VISIT
    return visits[place].channel
