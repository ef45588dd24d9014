"""Adding what comes last to a strand's entries, in place.

Nearly always what comes is the newest and nothing lies ahead: then there is nothing to
sort. Everything else goes the way of habitue.segment.leaves.add, which says what the
result is.
"""

from bisect import bisect_right
from collections.abc import Callable
from typing import Any, TypeAlias

from habitue.segment.leaf import Amounts, Every, Latest
from habitue.segment.leaves import LONG_AGO_US, Entries, add, kept_amount

# Adds a moment to entries, as of now.
AddTime: TypeAlias = Callable[[Entries, int, int, Any], Entries]


def add_latest(entries: Entries, at_us: int, now_us: int, keep: Latest) -> Entries:
    """Add a moment where the latest ones are kept."""
    times: list[Any] = entries
    if at_us > now_us or (times and at_us < times[-1]):
        return add(keep, times, [at_us], now_us)
    times.append(at_us)
    if len(times) > keep.most:
        del times[: len(times) - keep.most]
    return times


def add_every(entries: Entries, at_us: int, now_us: int, keep: Every) -> Entries:
    """Add a moment where all of a time are kept."""
    times: list[Any] = entries
    if at_us > now_us or (times and at_us <= times[-1]):
        return add(keep, times, [at_us], now_us)
    times.append(at_us)
    since_us = now_us - keep.for_us
    if keep.for_us and times[0] <= since_us:
        del times[: bisect_right(times, since_us)]
    return times


def add_amount(
    entries: Entries, entry: tuple[int, int], now_us: int, keep: Amounts
) -> Entries:
    """Add a moment with its amount, which is not 0."""
    held: list[Any] = entries
    at_us, amount = entry
    if at_us > now_us or (held and at_us <= held[-1][0]):
        return add(keep, held, [(at_us, kept_amount(amount))], now_us)
    if not keep.for_us:
        return _added_up(held, at_us, amount, now_us, keep)
    held.append((at_us, kept_amount(amount)))
    since_us = now_us - keep.for_us
    if held[0][0] <= since_us:
        del held[: bisect_right(held, since_us, key=_at)]
    return held


def _added_up(
    held: list[Any], at_us: int, amount: int, now_us: int, keep: Amounts
) -> Entries:
    """Add an amount to all of long ago, where nothing else is kept."""
    if held and (len(held) > 1 or held[0][0] != LONG_AGO_US):
        return add(keep, held, [(at_us, kept_amount(amount))], now_us)
    total = amount + int(held[0][1]) if held else amount
    return [(LONG_AGO_US, kept_amount(total))] if total else []


def _at(entry: tuple[int, int]) -> int:
    return entry[0]
