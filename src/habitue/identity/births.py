"""Births: the first mentions of an identifier, and of each span of its time (19)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Protocol

from habitue.base.steps import FEW, MANY, Steps, parts
from habitue.identity.history import mentioned
from habitue.identity.rows import Moment, Row
from habitue.model.evidence import Evidence, Judgement
from habitue.model.identifier import IDENTIFIERS_MAX, Identifier, birth
from habitue.model.kind import KindPolicy


class Noted(Protocol):
    """What is asked of the book: records, rows, and who mentions whom."""

    @property
    def policy(self) -> KindPolicy: ...

    def record(self, offset: int, /) -> Evidence | Judgement | None: ...

    def row(self, number: int, /) -> Row: ...

    def moment(self, at_us: int, offset: int, /) -> Moment: ...

    def entries(self, number: int, /) -> Iterator[tuple[int, int, int]]: ...

    def is_ranked(self, identifiers: tuple[Identifier, ...], /) -> bool: ...


class Births:
    """Finds births by the mentions that the book holds."""

    def __init__(self, book: Noted) -> None:
        self.book = book

    def of_spans(self, number: int, since: list[Moment]) -> Steps[list[int]]:
        """Find the births of the spans of an identifier that begin at these moments.

        0 for a span in which nothing mentions it.
        """
        least = [0] * (len(since) + 1)
        for some in parts(self.book.entries(number), MANY):
            for at_us, offset, _ in some:
                span = self._span(since, at_us, offset)
                least[span] = min(offset, least[span] or offset)
            yield
        births: list[int] = []
        for firsts in parts(least, FEW):
            births += [offset and self.at(number, offset) for offset in firsts]
            yield
        return births

    def _span(self, since: list[Moment], at_us: int, offset: int) -> int:
        """Count the spans that begin up to a record; since: when, in order."""
        at = bisect_left(since, (at_us, "", "", 0))
        if at == len(since) or since[at][0] != at_us:
            return at
        # Only what lies at the very time has to be read for its key.
        return bisect_right(since, self.book.moment(at_us, offset))

    def at(self, number: int, offset: int) -> int:
        """Number the mention of an identifier in a record."""
        if number // IDENTIFIERS_MAX == offset:
            return number
        record = self.book.record(offset)
        row = self.book.row(number)
        if record is None:
            return birth(offset, 0)
        if isinstance(record, Evidence) and self._is_plain(record):
            named = record.identifiers
        else:
            named = mentioned(record, self.book.policy)
        return birth(offset, named.index(Identifier(row.kind, row.value)))

    def _is_plain(self, evidence: Evidence) -> bool:
        """Say whether an item mentions just what it carries, in that order."""
        return evidence.formerly is None and self.book.is_ranked(evidence.identifiers)
