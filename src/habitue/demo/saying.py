"""What several moments of the demo say and ask."""

import time
from decimal import Decimal
from typing import Any

from habitue.demo.stage import Stage


def track(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Make the wire item of something that somebody did."""
    return {"type": "track", "event": name, "properties": properties}


def money(minor: int) -> str:
    """Write minor units of a currency with two digits.

    >>> money(218_731)
    '2,187.31'
    """
    return f"{Decimal(minor) / 100:,.2f}"


def wait_applied(stage: Stage) -> None:
    """Wait until everything that is in the log is in the profiles."""
    while stage.client().get("/healthz")["lag_records"]:
        time.sleep(0.02)
