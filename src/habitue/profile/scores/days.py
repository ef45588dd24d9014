"""Ages in whole days, and the purchases that scores count."""

from collections.abc import Iterator

from habitue.base.clock import DAY_US
from habitue.profile.computed import Facts
from habitue.profile.rows import Head


def day_of(at_us: int) -> int:
    """Give the day of UTC, counted from 1970-01-01.

    >>> day_of(0), day_of(86_400_000_000)
    (0, 1)
    """
    return at_us // DAY_US


def age_days(at_us: int, now_us: int) -> int:
    """Give the whole days from a moment to the beginning of today; never below 0.

    >>> age_days(0, 3 * 86_400_000_000), age_days(1, 3 * 86_400_000_000)
    (3, 2)
    """
    today_us = now_us - now_us % DAY_US
    return max(0, (today_us - at_us) // DAY_US)


def lasting(facts: Facts, *, returns_undo: bool) -> list[Head]:
    """Give the purchases that count, in order of time.

    returns_undo: leave out a purchase of whose money nothing is left.
    """
    if not returns_undo:
        return facts.purchases
    return [
        head
        for head, left in zip(facts.purchases, remaining(facts), strict=True)
        if left > 0 or not head.amount
    ]


def remaining(facts: Facts) -> Iterator[int]:
    """Give what is left of each purchase, in minor units, after all that came back.

    What a return brings back is taken from the latest purchases before it in its
    currency, so it needs no line that says which; a refund by an order's own status
    is taken from that order.
    """
    left = [head.amount - head.returned for head in facts.purchases]
    for back in facts.returns:
        owed = back.amount
        for place in range(len(left) - 1, -1, -1):
            head = facts.purchases[place]
            if owed <= 0:
                break
            if head.at_us <= back.at_us and head.currency == back.currency:
                taken = min(owed, max(0, left[place]))
                left[place] -= taken
                owed -= taken
    yield from left
