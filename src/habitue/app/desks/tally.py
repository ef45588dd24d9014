"""What became of items, summed once: a look costs the last hours, not the years."""

from habitue.base.clock import HOUR_US, Clock
from habitue.log.port import Count, Truth

# Counts by the minute are kept for so long; older ones are one sum a fate and reason.
KEPT_US = 2 * HOUR_US

Fated = tuple[str, str, str]


class Tally:
    """All counts of a log: by minute for the last hours, summed before that."""

    def __init__(self, truth: Truth, clock: Clock) -> None:
        self._truth = truth
        self._clock = clock
        self._from_us = 0
        # (source, fate, reason) -> items, and the last minute among them.
        self._sums: dict[Fated, tuple[int, int]] = {}

    def counts(self) -> list[Count]:
        """Give counts that add up to all there ever were, exactly."""
        horizon_us = self._clock.now_us() - KEPT_US
        recent = []
        for count in self._truth.counts(self._from_us):
            if count.minute_us < horizon_us:
                self._close(count)
            else:
                recent.append(count)
        self._from_us = max(self._from_us, horizon_us)
        return [_summed(key, *sums) for key, sums in self._sums.items()] + recent

    def _close(self, count: Count) -> None:
        key = (count.source, count.fate, count.reason)
        items, minute_us = self._sums.get(key, (0, 0))
        self._sums[key] = (items + count.items, max(minute_us, count.minute_us))


def _summed(key: Fated, items: int, minute_us: int) -> Count:
    source, fate, reason = key
    return Count(
        source=source, minute_us=minute_us, fate=fate, reason=reason, items=items
    )
