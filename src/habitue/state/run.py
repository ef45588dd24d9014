"""The entries of one part of an index that are in memory, in order: a run.

A whole run, a plain list, holds every entry of its part. A loose one holds at least
the unsaved changes, None for a removed entry, and lies over what the backend has.
"""

import heapq
from bisect import bisect_left
from collections.abc import Iterable
from operator import itemgetter

from habitue.state.port import Change, Place

Entry = tuple[int, int, int]
Run = list[Change]


class Loose(list[Change]):
    """A run that does not hold all of its part."""

    __slots__ = ("big", "limit")

    def __init__(self, changes: Iterable[Change], limit: int) -> None:
        super().__init__(changes)
        # The part is known to be too long to be loaded whole.
        self.big = False
        # Beyond so many it is dropped, and made again of what is unsaved.
        self.limit = max(limit, 2 * len(self))


def is_whole(run: Run) -> bool:
    return type(run) is list


def settled(changes: Iterable[Change]) -> Run:
    """Give the last change of each place, in order of place."""
    last = {change[:3]: change for change in changes}
    # No two have the same place, so values are never compared.
    return sorted(last.values())


def change_run(run: Run, change: Change) -> tuple[bool, int]:
    """Lay a change into a run; say if its place was held, and by how much it grew."""
    # Being shorter, a place comes before the entry that lies there.
    place = change[:3]
    at = bisect_left(run, place)
    held = at < len(run) and run[at][:3] == place
    if change[3] is None and is_whole(run):
        if held:
            del run[at]
        return held, -held
    if held:
        run[at] = change
        return True, 0
    run.insert(at, change)
    return False, 1


def between(
    run: Run, part: int, within: tuple[Place, Place], limit: int, newest_first: bool
) -> list[tuple[int, int, int | None]]:
    """Give (at_us, offset, value) between two places, the second excluded."""
    low, high = within
    start = bisect_left(run, (part, *low))
    end = bisect_left(run, (part, *high), start)
    if newest_first:
        start = max(start, end - limit)
    else:
        end = min(end, start + limit)
    found = [change[1:] for change in run[start:end]]
    if newest_first:
        found.reverse()
    return found


def lay_over(
    unsaved: Iterable[tuple[int, int, int | None]],
    disk: Iterable[Entry],
    limit: int,
    newest_first: bool,
) -> list[Entry]:
    """Lay unsaved entries over those of the disk; both in the order asked for."""
    found: list[Entry] = []
    last: Place | None = None
    # On a tie heapq.merge gives the first iterable's: an unsaved entry wins.
    for at_us, offset, value in heapq.merge(
        unsaved, disk, key=itemgetter(0, 1), reverse=newest_first
    ):
        if len(found) == limit:
            break
        if (at_us, offset) != last and value is not None:
            found.append((at_us, offset, value))
        last = (at_us, offset)
    return found
