"""Which records name an identifier, in force or not: births and the last (rule 19)."""

from habitue.identity import rows
from habitue.identity.book import Book, Item, moment_of
from habitue.identity.history import mentioned
from habitue.model.evidence import Evidence, Judgement
from habitue.model.identifier import birth


class Mentions:
    """Notes who is mentioned by each record."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def enter(self, record: Evidence | Judgement) -> None:
        """Number the identifiers a record mentions, and note where it stands."""
        carried = record.identifiers if isinstance(record, Evidence) else ()
        for position, one in enumerate(mentioned(record, self.book.policy)):
            number = self.book.number(one)
            if number is None:
                number = birth(record.offset, position)
                self.book.numbers.put(f"{one.kind}:{one.value}", number)
                self.book.rows.put(number, self.book.new_row(one, number))
            if self.book.is_device(number):
                self.book.order.enter(number, moment_of(record), record.offset)
            self._last(number, record)
            if one not in carried:
                at_us, offset = record.at_us, record.offset
                self.book.items.put(number * 2, at_us, offset, rows.JUDGED)
                self._bear(number, record)

    def holds(self, record: Evidence | Judgement) -> bool:
        """Say whether a record was entered and is not forgotten; of nobody's, always.

        What is being erased can be read for a while after state has forgotten it.
        """
        named = mentioned(record, self.book.policy)
        number = self.book.number(named[0]) if named else None
        if number is None:
            return not named
        place = (record.at_us, record.offset)
        behind = (record.at_us, record.offset + 1)
        return any(
            self.book.items.span(part, place, behind, limit=1)
            for part in (number * 2, number * 2 + 1)
        )

    def _last(self, number: int, record: Evidence | Judgement) -> None:
        row = self.book.edit(number)
        if row.last_offset and record.at_us <= row.last_at:
            last = self.book.moment(row.last_at, row.last_offset)
            if moment_of(record) < last:
                return
        row.last_at, row.last_offset = record.at_us, record.offset

    def void(self, item: Item) -> None:
        """Note an item that is out of force: it still gives births."""
        for number in item.numbers:
            self.book.set_entry(number, item, rows.VOID, decides=False)
            self._bear(number, item.evidence)

    def _bear(self, number: int, record: Evidence | Judgement) -> None:
        """Let a mention be the birth of a stretch that none lay in before."""
        device = self.book.row(number).device
        if device is None:
            return
        moment = moment_of(record)
        if self.book.past.at(number, device, moment).birth:
            return
        born = self.book.births.at(number, record.offset)
        held = self.book.edit(number).device
        if held is None:
            return
        stretch = self.book.past.at(number, held, moment)
        if stretch is held.stretch:
            self.book.past.bear(number, stretch, born)
        else:
            self.book.past.settle(number, stretch, born)
