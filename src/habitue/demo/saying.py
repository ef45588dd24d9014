"""What several moments of the demo say and ask."""

import time
from typing import Any

from habitue.demo.history import CURRENCY
from habitue.demo.stage import Stage

FATES = ("stored", "duplicate", "quarantined", "refused")


def track(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Make the wire item of something that somebody did."""
    return {"type": "track", "event": name, "properties": properties}


def money(stage: Stage, minor: int) -> str:
    """Write pence as the visitor's language writes pounds."""
    return stage.narrator.language.money(minor, CURRENCY)


def wait_applied(stage: Stage) -> None:
    """Wait until everything that is in the log is in the profiles."""
    while stage.client().get("/healthz")["lag_records"]:
        time.sleep(0.02)
