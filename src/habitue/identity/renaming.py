"""Which names a change gives to identifiers: heads, and names made one (rule 5)."""

from collections.abc import Iterable

from habitue.base.steps import Steps
from habitue.identity.book import Item
from habitue.identity.judging import Ruled
from habitue.identity.naming import Naming


class Renaming:
    """Works out again the heads and names that a change touches."""

    def __init__(self, naming: Naming) -> None:
        self.book = naming.book
        self.naming = naming

    def rename(
        self, item: Item | None, adds: bool, ruled: list[Ruled]
    ) -> Steps[dict[int, None]]:
        """Give the identifiers whose name changed by an item or judgements."""
        changed: dict[int, None] = {}
        recount: dict[int, None] = {}
        for number in self._to_rebook(item, ruled):
            before = self.naming.head(number)
            if (yield from self._rebook(number, item, adds, ruled)):
                changed[number] = None
                if self.book.row(number).same:
                    recount[before] = recount[self.naming.head(number)] = None
        for left, right, _ in ruled:
            recount[self.naming.head(left)] = recount[self.naming.head(right)] = None
        if recount:
            changed.update(dict.fromkeys(self.naming.recount(recount)))
        return changed

    def _to_rebook(self, item: Item | None, ruled: list[Ruled]) -> Iterable[int]:
        numbers = [end for left, right, _ in ruled for end in (left, right)]
        if item is not None and item.evidence.verified:
            numbers += item.numbers
        return [one for one in dict.fromkeys(numbers) if self.book.is_anchor(one)]

    def _rebook(
        self, number: int, item: Item | None, adds: bool, ruled: list[Ruled]
    ) -> Steps[bool]:
        if any(number in one[:2] for one in ruled):
            return (yield from self.naming.rebook(number))
        if item is None:
            return False
        if adds:
            return self.naming.book_to(number, item)
        anchor = self.book.row(number).anchor
        if anchor is not None and anchor.head_offset == item.offset:
            return (yield from self.naming.rebook(number))
        return False
