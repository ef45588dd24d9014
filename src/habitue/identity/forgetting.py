"""Forgets records as if they had never come in: what they touch begins anew.

Numbers are births, heads and tenures go by what came first, and a component remembers
how it grew: so what an erased record touched is not mended but taken out whole, down to
the last row, and built again from the records that stay. What a record touches is all
that mentions one of its identifiers, and all that those mention in turn: nothing beyond
depends on it.
"""

from collections.abc import Iterable, Iterator

from habitue.base.steps import MANY, parts
from habitue.identity.book import Book, role_of
from habitue.identity.drawing import pair_key
from habitue.identity.history import mentioned, ranked
from habitue.identity.observing import ruling_key
from habitue.identity.people import Who
from habitue.identity.rows import Row
from habitue.model.evidence import Evidence, Judgement, Key
from habitue.model.identifier import Identifier, birth
from habitue.model.kind import Role
from habitue.model.strand import strand
from habitue.state.index import Index


class Touched:
    """The identifiers and records that records to be forgotten are tied up with."""

    def __init__(self) -> None:
        self.numbers: dict[int, None] = {}
        self.records: dict[int, None] = {}
        # Of the records: their keys, and the pairs that they judge.
        self.keys: list[Key] = []
        self.pairs: set[str] = set()
        # The ids that people of these identifiers have, or had before a merge.
        self.births: set[int] = set()


class Forgetting:
    """Finds what records are tied up with, and takes it out of the tables."""

    def __init__(self, book: Book) -> None:
        self.book = book

    # Finding.

    def touch(self, touched: Touched, offsets: Iterable[int]) -> Iterator[int]:
        """Find all that records are tied up with; yields with each that is read."""
        waiting = [iter(offsets)]
        while waiting:
            offset = next(waiting[-1], None)
            if offset is None:
                waiting.pop()
                continue
            record = None if offset in touched.records else self.book.record(offset)
            if record is not None:
                touched.records[offset] = None
                yield offset
                waiting += self._next(touched, record)

    def _next(
        self, touched: Touched, record: Evidence | Judgement
    ) -> Iterator[Iterator[int]]:
        """Note a record, and give the records that it leads to."""
        self._note(touched, record)
        yield iter(self._ruled(touched, record))
        for one in mentioned(record, self.book.policy):
            number = self.book.number(one)
            if number is not None and number not in touched.numbers:
                touched.numbers[number] = None
                yield (offset for _, offset, _ in self.book.entries(number))

    def _ruled(self, touched: Touched, record: Evidence | Judgement) -> list[int]:
        """Give what was ruled on a record, and what it rules on itself."""
        found = self.rulings(record.key)
        target = record.target if isinstance(record, Judgement) else None
        if target is not None:
            touched.keys.append(target)
            found += self.rulings(target)
            offset = self.book.find_key(target)
            found += [] if offset is None else [offset]
        return found

    def rulings(self, key: Key) -> list[int]:
        """Give the records that retract a key or restore it."""
        held = self.book.rulings.get(ruling_key(key))
        return [] if held is None else list(held.told)

    def _note(self, touched: Touched, record: Evidence | Judgement) -> None:
        touched.keys.append(record.key)
        pair = self._pair(record)
        numbers = [self.book.number(one) for one in pair]
        known = [one for one in numbers if one is not None]
        if len(known) == 2:
            touched.pairs.add(pair_key(*known))

    def _pair(self, record: Evidence | Judgement) -> tuple[Identifier, ...]:
        if isinstance(record, Judgement):
            return tuple(one for one in (record.left, record.right) if one is not None)
        if record.formerly is None or not record.identifiers:
            return ()
        return record.formerly, ranked(record.identifiers, self.book.policy)[0]

    def uncount(self, offset: int) -> bool:
        """Count an item of nobody no more; say whether it was one, and in force."""
        record = self.book.record(offset)
        if not isinstance(record, Evidence) or record.identifiers:
            return False
        held = self.book.rulings.get(ruling_key(record.key))
        if held is not None and held.retracted:
            return False
        self.book.people.tally().nobody -= 1
        return True

    # Taking out.

    def take_out(self, touched: Touched, offset: int) -> Iterator[int]:
        """Take it all out, rows and entries; yields with each identifier.

        offset: of the record that asks for it. The list of people is looked through
        up to there from now on, however far those reached that were forgotten.
        """
        for number in touched.numbers:
            yield from self._take_out(number, touched.births)
        for pairs in parts(touched.pairs, MANY):
            for pair in pairs:
                self.book.pairs.delete(pair)
            yield offset
        for keys in parts(touched.keys, MANY):
            for key in keys:
                self._unrule(key)
            yield offset
        self.book.people.reach(birth(offset, 0))
        self.book.recent.forget()

    def _take_out(self, number: int, gone: set[int]) -> Iterator[int]:
        book, row = self.book, self.book.row(number)
        births = [number]
        if row.device is not None:
            births += book.past.forget(number, row.device)
        elif row.contact is not None:
            births += [one.birth for one in row.contact.tenures]
        gone.update(births)
        who = _who(row)
        for one in dict.fromkeys(births):
            book.people.delist(one, who)
        yield from self._ungroup(number, row)
        yield from book.order.forget(number)
        for part in (number * 2, number * 2 + 1):
            yield from _clear(book.links, part)
        book.classes.delete(number)
        book.numbers.delete(f"{row.kind}:{row.value}")
        book.rows.delete(number)
        yield number

    def _ungroup(self, number: int, row: Row) -> Iterator[int]:
        """Take out the components of an identifier's nodes, and what they hold."""
        tenures = [] if row.contact is None else row.contact.tenures
        components = [one.component for one in tenures]
        if row.anchor is not None:
            components.append(row.anchor.component)
        for component in components:
            if component:
                self.book.components.delete(component)
        for at in range(max(1, len(tenures))):
            yield from _clear(self.book.handed, strand(number, at))

    def _unrule(self, key: Key) -> None:
        name = ruling_key(key)
        held = self.book.rulings.get(name)
        if held is None:
            return
        if held.pending:
            self.book.people.expect(-1)
        self.book.rulings.delete(name)


def _who(row: Row) -> Who:
    if role_of(row) is Role.DEVICE:
        return Who.STRANGER
    return Who.SHARED if row.contact is not None and row.contact.shared else Who.KNOWN


def _clear(index: Index, part: int) -> Iterator[int]:
    while page := index.span(part, limit=MANY):
        for at_us, offset, _ in page:
            index.remove(part, at_us, offset)
        yield part
