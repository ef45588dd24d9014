"""The pace of tries that failed: a name or an address that fails often has to wait.

A try that takes a while to check is counted as failed before it is checked, and taken
back if it was right: of a thousand at once all but the first few have to wait.
"""

from collections import OrderedDict

from msgspec import Struct

from habitue.base.clock import HOUR_US, MINUTE_US, SECOND_US, Clock
from habitue.base.errors import HabitueError

FREE = 5
WAIT_US_MAX = 15 * MINUTE_US
# A wait is doubled with each failure; who does not fail for an hour is forgiven.
_FIRST_WAIT_US = 15 * SECOND_US
_FORGIVEN_US = HOUR_US
_NAMES_MAX = 20_000


class TooManyTriesError(HabitueError):
    """Too many tries failed; wait before the next one."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"Too many tries failed; try again in {wait_s} seconds.")
        self.wait_s = wait_s


class _Failed(Struct):
    times: int
    last_us: int
    until_us: int


class Attempts:
    """Counts failures by name; what is counted is bounded, the oldest goes first."""

    def __init__(self, clock: Clock, free: int = FREE) -> None:
        """free: how many failures nobody has to wait for."""
        self._clock = clock
        self._free = free
        self._failed: OrderedDict[str, _Failed] = OrderedDict()

    def check(self, *names: str) -> None:
        """Raise TooManyTriesError where one of the names has to wait."""
        now_us = self._clock.now_us()
        held = [self._failed[name] for name in names if name in self._failed]
        until_us = max((one.until_us for one in held), default=0)
        if until_us > now_us:
            raise TooManyTriesError((until_us - now_us) // SECOND_US + 1)

    def failed(self, *names: str) -> None:
        """Count a failure of each name."""
        now_us = self._clock.now_us()
        for name in names:
            held = self._failed.pop(name, None)
            if held is None or now_us - held.last_us > _FORGIVEN_US:
                held = _Failed(0, 0, 0)
            held.times, held.last_us = held.times + 1, now_us
            if held.times >= self._free:
                wait_us = _FIRST_WAIT_US << min(held.times - self._free, 10)
                held.until_us = now_us + min(wait_us, WAIT_US_MAX)
            self._failed[name] = held
        while len(self._failed) > _NAMES_MAX:
            self._failed.popitem(last=False)

    def taken_back(self, *names: str) -> None:
        """Take back one failure of each: it was counted before it was known."""
        for name in names:
            held = self._failed.get(name)
            if held is None:
                continue
            held.times -= 1
            if held.times < self._free:
                held.until_us = 0

    def passed(self, *names: str) -> None:
        """Forgive a name that has shown who it is."""
        for name in names:
            self._failed.pop(name, None)
