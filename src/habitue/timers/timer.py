"""A timer, and the row in which a strand's timers are kept."""

from typing import NamedTuple

from msgspec import Struct


class Timer(NamedTuple):
    """Something that is due at a moment for a strand; in the order of firing."""

    due_us: int
    strand: int
    what: str


class Waiting(Struct):
    """All that a strand waits for: what, and when each is due."""

    due_us: dict[str, int]
