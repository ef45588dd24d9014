"""Two who are likely one person: suggested, never joined by itself."""

from msgspec import Struct


class Suggestion(Struct, frozen=True):
    """Two people who are likely one, and how their fields agree.

    weight: in tenths of a bit, so much more likely they are one than not; agree: by
    field, same, swapped, close, alike, differ or unknown; group: the least person id
    of those who are likely one together.
    """

    left: int
    right: int
    weight: int
    agree: dict[str, str]
    group: int


class Look(Struct, frozen=True, kw_only=True):
    """A look for duplicates: when, over whom, and what it suggests."""

    at_us: int = 0
    people: int = 0
    compared: int = 0
    # Whether the model was trained on these people, or they are too few for it.
    trained: bool = False
    # Likely pairs beyond those that are kept.
    more: int = 0
    suggestions: tuple[Suggestion, ...] = ()


class Postponed(Struct, frozen=True):
    """A suggestion that somebody wants to see later."""

    left: int
    right: int
    until_us: int
    by: str
