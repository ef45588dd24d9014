"""The clock: whether it goes evenly, and whether the log is behind it."""

import time
from collections.abc import Callable

from habitue.app.doctor.finding import Finding, good, wrong
from habitue.base.clock import MINUTE_US, Clock, to_iso

LOOK_S = 0.3
DRIFT_US_MAX = 50_000
# Nobody ran this before: a clock that says so was never set.
FIRST_US = 1_735_689_600_000_000
_WAY_OUT = "Let the machine keep its time (chrony, systemd-timesyncd)."


def goes_evenly(clock: Clock, sleep: Callable[[float], None] = time.sleep) -> Finding:
    """Hold the wall's clock against the one that only goes forward."""
    wall, steady = clock.now_us(), time.monotonic()
    sleep(LOOK_S)
    apart = clock.now_us() - wall - int((time.monotonic() - steady) * 1e6)
    if abs(apart) > DRIFT_US_MAX:
        return wrong(
            "clock",
            f"Within {LOOK_S} s the clock went {apart / 1_000:+.0f} ms wrong: it jumps."
            f" {_WAY_OUT}",
        )
    if wall < FIRST_US:
        return wrong("clock", f"The clock says {to_iso(wall)}. {_WAY_OUT}")
    return good("clock", f"The clock goes evenly; it is {to_iso(wall)}.")


def is_past(last_us: int, now_us: int) -> Finding:
    """Say whether what was received last lies in the past (both in microseconds)."""
    # Counts are of whole minutes.
    if last_us > now_us + MINUTE_US:
        return wrong(
            "log's time",
            f"Something was received at {to_iso(last_us)}, and it is {to_iso(now_us)}:"
            f" the clock was set back. Times stand still until then. {_WAY_OUT}",
        )
    return good("log's time", "The clock is past all that was received.")
