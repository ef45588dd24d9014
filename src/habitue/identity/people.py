"""The list of people, and what is counted over all."""

from enum import Enum

from habitue.identity import rows
from habitue.state.table import Index, Store, Table

# People are listed in parts of so many ids (as a power of two): 4,096 records.
_SHIFT = 17


class Who(Enum):
    """Who is listed: somebody known, a stranger, or a contact that nobody owns.

    What an id stands for it stands for as long as it is listed.
    """

    KNOWN = 1
    STRANGER = 2
    SHARED = 3


class People:
    """Who there is: person_id with the strand it is the birth of."""

    def __init__(self, store: Store) -> None:
        self._tallies: Table[int, rows.Tally] = store.table(rows.TALLY)
        self._index = store.index(rows.PEOPLE)
        # As the tally says; None until it was read, once the store is open.
        self._pending: int | None = None

    @property
    def index(self) -> Index:
        """The list itself, for who notes where it changes."""
        return self._index

    def enlist(
        self, person_id: int, oldest: int, who: Who = Who.KNOWN, *, new: bool = False
    ) -> None:
        """List a person by the strand it has its id from.

        new: the id is of this record, so nobody can be listed by it.
        """
        part = person_id >> _SHIFT
        if who is not Who.SHARED and (new or self.oldest_of(person_id) is None):
            self._count(who, 1)
        self._index.put(part, person_id, 0, oldest)
        self.reach(person_id)

    def reach(self, person_id: int) -> None:
        """Have the list looked through as far as an id, whether it is listed or not."""
        part = person_id >> _SHIFT
        tally = self._tallies.get(0)
        if tally is None or tally.people_part < part:
            self.tally().people_part = part

    def delist(self, person_id: int, who: Who = Who.KNOWN) -> None:
        """Take a person off the list; it need not be there."""
        if who is not Who.SHARED and self.oldest_of(person_id) is not None:
            self._count(who, -1)
        self._index.remove(person_id >> _SHIFT, person_id, 0)

    def relist(self, before: dict[int, int], after: dict[int, int]) -> None:
        """List known people as they are now, not as they were.

        By person_id the strand it is from; before: 0 where it may not be listed.
        """
        for person_id in before:
            if person_id not in after:
                self.delist(person_id)
        for person_id, oldest in after.items():
            if before.get(person_id) != oldest:
                self.enlist(person_id, oldest)

    def _count(self, who: Who, step: int) -> None:
        tally = self.tally()
        if who is Who.KNOWN:
            tally.known += step
        else:
            tally.strangers += step

    def known(self) -> int:
        """Count the people who hold an anchor or a contact."""
        tally = self._tallies.get(0)
        return tally.known if tally is not None else 0

    def strangers(self) -> int:
        """Count the visitors of whom there is nothing but a device."""
        tally = self._tallies.get(0)
        return tally.strangers if tally is not None else 0

    def oldest_of(self, person_id: int) -> int | None:
        """Give the strand that a person has its id from; None if not listed."""
        part = person_id >> _SHIFT
        low, high = (person_id, 0), (person_id, 1)
        held = self._index.span(part, low=low, high=high, limit=1)
        return held[0][2] if held else None

    def after(self, person_id: int, limit: int) -> list[int]:
        """Give the ids of people above one, ascending."""
        tally = self._tallies.get(0)
        found: list[int] = []
        part = max(0, person_id >> _SHIFT)
        while tally is not None and part <= tally.people_part and len(found) < limit:
            low, left = (person_id + 1, 0), limit - len(found)
            found += [at for at, _, _ in self._index.span(part, low=low, limit=left)]
            part += 1
        return found

    def pending(self) -> int:
        """Count the keys that were retracted before they came in."""
        if self._pending is None:
            tally = self._tallies.get(0)
            self._pending = tally.pending if tally is not None else 0
        return self._pending

    def expect(self, step: int) -> None:
        """Count a key that was retracted before it came in, or that came in now."""
        tally = self.tally()
        tally.pending += step
        self._pending = tally.pending

    def nobody(self) -> int:
        """Count the items in force that have no identifier."""
        tally = self._tallies.get(0)
        return tally.nobody if tally is not None else 0

    def tally(self) -> rows.Tally:
        """Give the counts over all, to change."""
        tally = self._tallies.edit(0)
        if tally is None:
            tally = rows.Tally()
            self._tallies.put(0, tally)
        return tally
