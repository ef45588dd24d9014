"""What the process that looks for duplicates is told, and what it answers."""

from msgspec import Struct

from habitue.app.duplicates.fields import Fields
from habitue.model.duplicate import Suggestion


class Known(Struct, frozen=True, array_like=True):
    """Somebody as they are compared: fields, and what they may not be together with.

    numbers, apart: of identifiers; names: by kind, those that count towards its limit.
    """

    person_id: int
    fields: Fields
    numbers: list[int] = []
    apart: list[int] = []
    names: dict[str, list[int]] = {}


class Wanted(Struct, frozen=True, array_like=True):
    """How to look: limits by kind of identifier, so many pairs, from which weight.

    memory_mb: what the comparing may take; more goes to disk.
    """

    limits: dict[str, int]
    pairs_max: int
    least: float
    memory_mb: int


class Answer(Struct, frozen=True):
    """The likeliest pairs, most likely first; of so many people, so many compared."""

    pairs: tuple[Suggestion, ...] = ()
    people: int = 0
    compared: int = 0
    more: int = 0
    trained: bool = False
    fault: str = ""
