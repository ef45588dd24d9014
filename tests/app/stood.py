"""How long the machine stood while something had to be done in time.

A process of its own, which has nothing to do but to look at the clock, is kept waiting
by nothing but the machine: not by what is tested, whatever that does.
"""

import subprocess
import sys
from types import TracebackType

# Looks every ten milliseconds until it is told to end, and says what was the longest
# time, in microseconds, that it was kept from it.
_LOOKS = """
import select, sys, time
longest, last = 0, time.monotonic_ns()
print(flush=True)
while not select.select([sys.stdin], [], [], 0.01)[0]:
    now = time.monotonic_ns()
    longest, last = max(longest, now - last - 10_000_000), now
print(longest // 1_000)
"""


class Standing:
    """Watches the machine from enter to exit; stood_us says what it saw."""

    def __enter__(self) -> "Standing":
        self._child = subprocess.Popen(
            [sys.executable, "-S", "-c", _LOOKS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._child.stdout is not None
        self._child.stdout.readline()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        said, _ = self._child.communicate()
        self.stood_us = int(said)
