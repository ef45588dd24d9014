"""What an event is about, in the reader's words: its sum, its lines, how far it is.

The core says it in English, in parts, as the API has it. A part that is known by what
the event tells is said anew; what is not stays as it came.
"""

from collections.abc import Iterator
from typing import Any

from habitue.base.money import plain_money
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.statuses import status_named
from habitue.console.text import visible
from habitue.console.traits import trait_named
from habitue.profile.line import sum_of
from habitue.profile.report import PURCHASE_EVENTS

_BETWEEN = " · "
# Of what somebody is, so many are named.
TRAITS_MAX = 8


def summary_of(event: View, look: Look) -> str:
    """Say what an event is about; empty if it tells nothing."""
    told = visible(event.get("summary"))
    known = dict(_known(event, look)) if told else {}
    return _BETWEEN.join(known.get(part, part) for part in told.split(_BETWEEN))


def _known(event: View, look: Look) -> Iterator[tuple[str, str]]:
    """Give parts as the core says them, each with what it is to the reader."""
    told: dict[str, Any] = event.get("properties") or {}
    status = told.get("status")
    if event.get("name") in PURCHASE_EVENTS and isinstance(status, str):
        yield status, status_named(status, look)
    found = sum_of(told)
    if found is not None:
        yield plain_money(*found), look.money(*found)
    lines = told.get("products")
    count = len(lines) if isinstance(lines, list) else 0
    if count:
        counted = "1 line" if count == 1 else f"{count} lines"
        yield counted, look.some("%(count)s line", "%(count)s lines", count)
    traits = sorted(event.get("traits") or ())[:TRAITS_MAX]
    if traits:
        yield ", ".join(traits), ", ".join(trait_named(one, look) for one in traits)
