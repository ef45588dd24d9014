"""Whether the product works: ready, in step, without faults."""

from collections.abc import Iterator
from typing import Any

from habitue.app.doctor.finding import Finding, good, look, wrong

View = dict[str, Any]
LAG_RECORDS_MAX = 20_000


def working(ready: View) -> Iterator[Finding]:
    """Say what the answer of /readyz means."""
    if ready["disk_full"]:
        yield wrong(
            "readiness",
            "The disk is full, and items get 503. Make room; it goes on by itself.",
        )
    elif ready["ready"]:
        yield good("readiness", "A canary went through door, log and fold.")
    else:
        yield wrong(
            "readiness",
            "No canary went through door, log and fold within a minute. The log of the"
            " server says why.",
        )
    behind = ready["lag_records"]
    if behind > LAG_RECORDS_MAX:
        yield look(
            "lag",
            f"Profiles are {behind} records behind the log. Wait for an import to end;"
            " where there is none, the machine is too small.",
        )
    else:
        yield good("lag", f"Profiles are {behind} records behind the log.")
    if ready["faults"]:
        yield wrong(
            "faults",
            f"{ready['faults']} records could not be folded: that is our fault. The log"
            " of the server names them; keep it, and report them.",
        )
