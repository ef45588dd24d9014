"""What comes of judging a person: answers, and which of them are others than before."""

from typing import NamedTuple, TypeAlias

from msgspec import Struct

# Later than any moment.
NEVER_US = 2**62

# Whether each question holds, by its place.
Answers: TypeAlias = bytearray
# The places of some of them.
Places: TypeAlias = list[int] | tuple[int, ...]


class Judged(NamedTuple):
    """The bits of what holds, and until when that surely stays so; None: for ever."""

    bits: int
    next_us: int | None
    answers: Answers


class Again(Struct, frozen=True, gc=False):
    """Which answers are others now, and when time may change one; None: never.

    Of those that were given alone.
    """

    changed: Places
    next_us: int | None


UNCHANGED = Again((), None)
