"""What a person is known by."""

from typing import NamedTuple


class Identifier(NamedTuple):
    """A name a person is known by: a kind and a value, normalised."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


# A record mentions at most this many identifiers: it is what a birth leaves room for.
IDENTIFIERS_MAX = 32


def birth(offset: int, position: int) -> int:
    """Number an identifier by the record and the place in it that first named it.

    >>> birth(3, 1)
    97
    """
    return offset * IDENTIFIERS_MAX + position


def born_before(number: int, offset: int) -> bool:
    """Say whether a record before an offset first named what has this number.

    >>> born_before(birth(3, 1), 3), born_before(birth(3, 1), 4)
    (False, True)
    """
    return number < offset * IDENTIFIERS_MAX
