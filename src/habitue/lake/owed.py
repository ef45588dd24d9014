"""Who has changed since a copy read them: their names, which are few bytes each.

A copy that is busy keeps these in place of rows, and reads whom they name when somebody
asks. A name stays true for ever: whom it names is read as they are by then.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from msgspec import Struct

COMPONENT, HOLDER, PERSON, STRAND, OBJECT = (
    "component",
    "holder",
    "person",
    "strand",
    "object",
)


class OwedRow(NamedTuple):
    """One that has changed, by number or, of what was bought, by key."""

    sort: str
    number: int | None
    key: str | None


class Owed(Struct):
    """The names of all that has changed.

    components: of identity, raw; holders: strands whose person holds another than
    before; people: by id; strands: of which more is known; objects: what was bought.
    """

    components: set[int] = set()
    holders: set[int] = set()
    people: set[int] = set()
    strands: set[int] = set()
    objects: set[str] = set()

    def __len__(self) -> int:
        return sum(map(len, self.sets()))

    def sets(self) -> tuple[set[Any], ...]:
        """Give them sort by sort, in this order."""
        return self.components, self.holders, self.people, self.strands, self.objects

    def without(self, other: "Owed") -> "Owed":
        """Give the names that another does not have."""
        pairs = zip(self.sets(), other.sets(), strict=True)
        return Owed(*(own - theirs for own, theirs in pairs))

    def add(self, other: "Owed") -> None:
        """Take the names of another in."""
        for own, theirs in zip(self.sets(), other.sets(), strict=True):
            own.update(theirs)

    def rows(self) -> Iterator[OwedRow]:
        """Give a row a name."""
        sorts = (COMPONENT, HOLDER, PERSON, STRAND)
        for sort, numbers in zip(sorts, self.sets()[:4], strict=True):
            yield from (OwedRow(sort, one, None) for one in numbers)
        yield from (OwedRow(OBJECT, None, one) for one in self.objects)


def owed_of(rows: Iterable[OwedRow]) -> Owed:
    """Read rows again.

    >>> owed_of([OwedRow("person", 7, None), OwedRow("object", None, "k")]).people
    {7}
    """
    found = Owed()
    numbers = {
        COMPONENT: found.components,
        HOLDER: found.holders,
        PERSON: found.people,
        STRAND: found.strands,
    }
    for sort, number, key in rows:
        if sort == OBJECT and key is not None:
            found.objects.add(key)
        elif number is not None:
            numbers[sort].add(number)
    return found
