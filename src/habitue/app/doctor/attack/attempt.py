"""What one attack came to."""

from enum import StrEnum

from msgspec import Struct


class Fate(StrEnum):
    """It was held off, it came in, or it could not be tried."""

    HELD = "held"
    IN = "in"
    SKIPPED = "skipped"


class Attempt(Struct, frozen=True):
    """What was tried, of which group, what became of it; a sentence if it came in."""

    group: str
    what: str
    fate: Fate
    text: str = ""


def judged(group: str, what: str, fault: str) -> Attempt:
    """Give the attempt; fault: what went wrong, empty if it was held off."""
    return Attempt(group, what, Fate.IN if fault else Fate.HELD, fault)


def skipped(group: str, what: str, why: str) -> Attempt:
    return Attempt(group, what, Fate.SKIPPED, why)
