"""Requests of people: who waits for an answer, and for how long."""

from datetime import datetime
from typing import Any

from habitue.app.doctor.finding import Finding, good, look, wrong
from habitue.base.clock import DAY_US, to_us

View = dict[str, Any]


def requests(told: View, now_us: int) -> Finding:
    """Say who waits; told: as GET /api/v1/privacy/requests, oldest first."""
    waiting = told["requests"]
    if not waiting:
        return good("requests", "Nobody waits to be told what is kept, or forgotten.")
    oldest = waiting[0]
    days = (now_us - _us(oldest["received_at"])) // DAY_US
    many = f"{len(waiting)} or more" if told["next_cursor"] else str(len(waiting))
    text = (
        f"Requests for privacy that wait: {many}, the oldest for {days} days. See"
        " 'habitue privacy requests'"
    )
    if now_us > _us(oldest["answer_by"]):
        return wrong("requests", f"{text}: the law gives a month.")
    return look("requests", f"{text}.")


def _us(text: str) -> int:
    return to_us(datetime.fromisoformat(text))
