"""What the copy has to take up: who moved, of whom more is known, what was bought.

The fold notes it as it goes; it is read from state when it is taken, a few at a time,
by the time of a question at the latest. Till then a copy may be content with names:
they are put by, and recalled when what they name is to be read.
"""

from collections.abc import Sequence

from habitue.app.lake.known import KnownRows
from habitue.app.lake.tail import LakeTail
from habitue.app.projection.fold import Fold
from habitue.identity.moved import Held, Names
from habitue.lake.moves import Moves
from habitue.lake.owed import Owed

_ALL = 2**62


class LakeNotes:
    """Notes for a copy, and what it takes of them into its tail."""

    def __init__(self, fold: Fold, tail: LakeTail) -> None:
        self._fold = fold
        self._tail = tail
        self._moved = fold.identity.moved
        self._changed = fold.profiles.changed
        self._rows = KnownRows(fold, fold.zone)
        # Who was read at a place of the fold; at another one they are read again.
        self._place, self._read = (-1, False), set[int]()
        # What is folded anew: rows of events held already are in other strands now.
        self.moves = Moves()
        # Whose names were put by, and who was not read since.
        self._owed = Owed()

    def begin(self) -> None:
        """Note changes from here on."""
        self._fold.moves = self.moves
        self._moved.note()
        self._changed.begin()

    def rest_people(self) -> None:
        """Note of people nothing any more: all of them will be read."""
        self._moved.rest()
        self._changed.rest()
        self._owed = Owed()

    def rest(self) -> None:
        """Note nothing any more."""
        self.rest_people()
        self.moves.take()
        self._fold.moves = None

    @property
    def pending(self) -> int:
        """Count what was noted of people and not taken."""
        return self._moved.pending + self._changed.pending + len(self._owed)

    @property
    def is_paid(self) -> bool:
        """Say whether all whose names were put by have been read."""
        return not self._owed

    def put_by(self) -> Owed:
        """Give the names of who has changed since the last time; they stay pending."""
        new = Owed(*self._moved.put_by(), *self._changed.put_by())
        new = new.without(self._owed)
        self._owed.add(new)
        return new

    def recall(self) -> None:
        """Have those be read whose names were put by."""
        owed, self._owed = self._owed, Owed()
        self.remember(owed)

    def remember(self, owed: Owed) -> None:
        """Have those be read who are named."""
        self._moved.remember(Names(owed.components, owed.holders, owed.people))
        self._changed.remember(owed.strands, owed.objects)

    @property
    def of_everybody(self) -> bool:
        """Say whether anybody may be another than before."""
        return self._changed.everybody

    def everybody_is_read(self) -> None:
        """Take note that all people are read from here on, whoever was before."""
        self._changed.everybody = False
        self._read.clear()

    def take(self, limit: int) -> None:
        """Take so many notes: what they concern is read as it is now."""
        if self._moved.pending:
            for held in self._moved.take(limit):
                self._hold(held)
            return
        for _ in range(limit):
            if self._changed.strands:
                self._take_strand(self._changed.strands.pop())
            elif self._changed.objects:
                self._take_object(self._changed.objects.pop())

    def page(self, after: int, limit: int) -> int | None:
        """Take so many people above an id, in order; give where the next ones begin."""
        found, more = self._moved.page(after, limit)
        for held in found:
            self._hold(held)
        return more

    def page_bought(self, after: str | None, limit: int) -> str | None:
        """Take so many orders, receipts and returns behind a key, in order of keys."""
        keys = self._fold.profiles.object_keys(after, limit)
        for key in keys:
            self._take_object(key)
        return keys[-1] if len(keys) == limit else None

    def _hold(self, held: Held) -> None:
        self._tail.hold(held)
        self._know(*held)

    def _know(self, person_id: int, strands: Sequence[int]) -> None:
        place = (self._fold.offset, not self._fold.is_amid)
        if place != self._place or not place[1]:
            self._place, self._read = place, set()
        # The same person is noted in more ways than one.
        if person_id not in self._read:
            self._read.add(person_id)
            self._tail.know(person_id, self._rows.person(person_id, strands))
        # What else was noted of them is in it.
        self._changed.strands.difference_update(strands)

    def _take_strand(self, strand: int) -> None:
        identity = self._fold.identity
        person_id = identity.person_of(strand)
        if person_id is not None:
            self._know(person_id, identity.outline(person_id, _ALL).strands)

    def _take_object(self, key: str) -> None:
        self._tail.buy(key, self._rows.purchase(key))
