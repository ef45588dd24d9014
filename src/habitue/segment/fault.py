"""What is wrong with a condition, and where."""

from typing import NamedTuple


class Fault(NamedTuple):
    """A place in what was told, as a JSON pointer, and a sentence that says why."""

    place: str
    reason: str
