"""Of the people whose card is open: how far in the log something of theirs came."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec import Struct

from habitue.app.projection.fold import Fold

Newest = Callable[[], int]
# So many parts of somebody are looked at for what was parted from them.
STRANDS_MAX = 50


class _Card(Struct, eq=False, gc=False):
    """An open card: of whom, whose that is by now, and the newest offset of theirs.

    strands: what they are made of, as it was looked at last.
    """

    named: int
    person_id: int
    newest: int
    strands: tuple[int, ...]


class Followed:
    """Hears each event that is applied, and remembers those of people looked at.

    However many events of others come between two looks, none of theirs is missed.
    """

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._cards: dict[int, list[_Card]] = {}

    def heard(self, strand: int | None, offset: int) -> None:
        """Note an event if a card is open of whoever it belongs to now."""
        if self._cards and strand is not None:
            for card in self._cards.get(self._fold.identity.person_of(strand) or 0, ()):
                card.newest = offset

    @contextmanager
    def follow(self, person_id: int, newest: int) -> Iterator[Newest]:
        """Give what says the newest offset of a person's, from the newest so far on."""
        card = _Card(person_id, person_id, newest, self._strands(person_id))
        self._cards.setdefault(person_id, []).append(card)
        try:
            yield lambda: self._look(card)
        finally:
            self._close(card)

    def _look(self, card: _Card) -> int:
        whose = self._whose(card)
        if whose != card.person_id:
            # Joined with somebody older, or parted again: the card is another.
            self._close(card)
            card.person_id, card.newest = whose, self._fold.offset
            self._cards.setdefault(whose, []).append(card)
        strands = self._strands(whose)
        if strands != card.strands:
            # What was parted from them leaves them their number.
            card.strands, card.newest = strands, self._fold.offset
        return card.newest

    def _strands(self, person_id: int) -> tuple[int, ...]:
        """Give what a person is made of; of a large one the first parts."""
        return self._fold.identity.outline(person_id, STRANDS_MAX).strands

    def _whose(self, card: _Card) -> int:
        if self._fold.identity.oldest(card.named) is not None:
            return card.named
        current = self._fold.identity.current(card.named)
        return card.person_id if current is None else current

    def _close(self, card: _Card) -> None:
        cards = self._cards[card.person_id]
        cards.remove(card)
        if not cards:
            del self._cards[card.person_id]
