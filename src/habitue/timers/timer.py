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


def combine(left: Waiting, right: Waiting) -> Waiting:
    """Give what two strands wait for together; of the same what, the earlier.

    >>> combine(Waiting({"a": 5, "b": 1}), Waiting({"a": 3})).due_us
    {'a': 3, 'b': 1}
    """
    due_us = dict(left.due_us)
    for what, at_us in right.due_us.items():
        due_us[what] = min(at_us, due_us.get(what, at_us))
    return Waiting(due_us)


def erase(waiting: Waiting) -> None:
    """Keep nothing: an erased person waits for nothing. What is in order is skipped."""
