"""From sessions and purchases to the way that led to each purchase."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from habitue.journey.acts import TILL, Purchase, Session, Way
from habitue.journey.sessions import day_in


def ways_of(
    sessions: Iterable[Session],
    purchases: Iterable[Purchase],
    window_us: int,
    zone: str = "UTC",
) -> list[Way]:
    """Give the way to each purchase of one person, in order of time.

    A touchpoint is of the first purchase at or after its beginning, if that is no
    more than the window (microseconds) away: so each is of one purchase at most.
    """
    led = (one for one in sessions if one.contact != TILL)
    held = sorted(led, key=lambda one: (one.since_us, one.offset))
    found, before_us = [], None
    for bought in sorted(purchases, key=lambda one: (one.at_us, one.object)):
        touched = [
            one
            for one in held
            if bought.at_us - window_us <= one.since_us <= bought.at_us
            and (before_us is None or one.since_us > before_us)
        ]
        found.append(_way(bought, touched, zone))
        before_us = bought.at_us
    return found


def _way(bought: Purchase, touched: list[Session], zone: str) -> Way:
    alone = next(
        (at for at, one in enumerate(touched) if one.spoken),
        len(touched),
    )
    return Way(
        *bought,
        length_us=bought.at_us - touched[0].since_us if touched else 0,
        touches=len(touched),
        days=len({day_in(zone, one.since_us) for one in touched}),
        devices=len({one.device for one in touched if one.device}),
        alone=alone,
        path=tuple(one.channel for one in touched),
    )


def compressed(path: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Draw repeats together, each with how often it came.

    >>> compressed(("email", "email", "direct", "email"))
    (('email', 2), ('direct', 1), ('email', 1))
    """
    return tuple((name, len(list(same))) for name, same in groupby(path))


def alone_share(ways: Iterable[Way]) -> tuple[int, int]:
    """Give how many touchpoints were walked alone, and how many there were in all.

    Ways without a touchpoint say nothing of it.
    """
    alone = touches = 0
    for one in ways:
        alone += one.alone
        touches += one.touches
    return alone, touches
