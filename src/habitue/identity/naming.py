"""Heads, names, and whether identifiers fit, kept in rows (rule 5)."""

from collections.abc import Iterable, Sequence

from habitue.base.steps import FEW, Steps, parts
from habitue.identity import rows
from habitue.identity.book import Book, Item
from habitue.identity.fitting import NOT_SAME
from habitue.model.evidence import Evidence

_PAGE = 1_000


class Naming:
    """What each identifier counts as, and who saw it."""

    def __init__(self, book: Book) -> None:
        self.book = book

    # Heads.

    def book_to(self, number: int, item: Item) -> bool:
        """Take note of the heads a verified item offers an anchor; True if changed."""
        offered = self._best(number, item)
        if offered is None:
            return False
        head, rank = offered
        anchor = self.book.row(number).anchor
        if anchor is None or head == anchor.head:
            return self._earlier(number, item)
        if anchor.head:
            held = self._rank(anchor.head)
            told = self.book.moment(anchor.head_at, anchor.head_offset)
            if held < rank or (held == rank and told < item.moment):
                return False
        self.set_head(number, head, item.evidence)
        return True

    def rebook(self, number: int) -> Steps[bool]:
        """Find an anchor's head anew from all its items; True if it changed."""
        best: tuple[int, int] | None = None
        by: Item | None = None
        items = yield from self.book.carried(number, rows.VERIFIED)
        for some in parts(items, FEW):
            for item in some:
                offered = self._best(number, item)
                if offered is not None and (best is None or offered[1] < best[1]):
                    best, by = offered, item
            yield
        anchor = self.book.edit(number).anchor
        head = best[0] if best is not None else 0
        if anchor is None:
            return False
        changed = anchor.head != head
        self.set_head(number, head, by.evidence if by is not None else None)
        return changed

    def _best(self, number: int, item: Item) -> tuple[int, int] | None:
        """Give the head an item offers an anchor, with its rank.

        The numbers come by rank and value, so the first is the best.
        """
        own = self._rank(number)
        apart = self.book.row(number).apart
        for other in item.numbers:
            rank = self._rank(other)
            if rank >= own:
                return None
            if self.book.is_anchor(other) and other not in apart:
                return other, rank
        return None

    def _earlier(self, number: int, item: Item) -> bool:
        anchor = self.book.row(number).anchor
        if anchor is not None and item.moment < self.book.moment(
            anchor.head_at, anchor.head_offset
        ):
            self.set_head(number, anchor.head, item.evidence)
        return False

    def set_head(self, number: int, head: int, told: Evidence | None) -> None:
        """Book an anchor to another, as an item told; 0: to none."""
        anchor = self.book.edit(number).anchor
        if anchor is None:
            return
        if anchor.head and anchor.head != head:
            self.book.links.remove(anchor.head * 2 + 1, number, 0)
        if head and anchor.head != head:
            self.book.links.put(head * 2 + 1, number, 0, 1)
        anchor.head = head
        anchor.head_at = told.at_us if told is not None else 0
        anchor.head_offset = told.offset if told is not None else 0

    def _rank(self, number: int) -> int:
        return self.book.rank[self.book.row(number).kind]

    # Names that judgements made one.

    def head(self, number: int) -> int:
        anchor = self.book.row(number).anchor
        return (anchor.head if anchor is not None else 0) or number

    def recount(self, names: Iterable[int]) -> list[int]:
        """Work out again which names count as one, starting from these.

        Gives the identifiers whose name changed by it.
        """
        affected: dict[int, None] = {}
        for name in names:
            affected[name] = None
            least = self.book.row(name).counts_as or name
            affected.update(dict.fromkeys(self.book.classes.get(least) or ()))
        for name in affected:
            self.book.classes.delete(name)
        changed: dict[int, None] = {}
        placed: set[int] = set()
        for name in affected:
            if name not in placed:
                members = self._one(name)
                placed.update(members)
                changed.update(dict.fromkeys(self._count_as_one(members)))
        return list(changed)

    def _count_as_one(self, members: Sequence[int]) -> list[int]:
        least = min(members)
        if len(members) > 1:
            self.book.classes.put(least, sorted(members))
        changed = []
        for name in members:
            counts_as = least if len(members) > 1 else 0
            row = self.book.edit(name)
            if (row.counts_as or name) != (counts_as or name):
                changed += [name, *self.followers(name)]
            row.counts_as = counts_as
        return changed

    def _one(self, name: int) -> list[int]:
        """Collect all names that judgements connect with one."""
        found = {name: None}
        waiting = [name]
        while waiting:
            for other in self._judged_same(waiting.pop()):
                if other not in found:
                    found[other] = None
                    waiting.append(other)
        return list(found)

    def _judged_same(self, name: int) -> list[int]:
        own = self.book.row(name)
        booked = [name] if own.anchor is None or not own.anchor.head else []
        return [
            self.head(other)
            for member in (*booked, *self.followers(name))
            for other in self.book.row(member).same
        ]

    def followers(self, name: int) -> list[int]:
        """Give the anchors that have this one as head."""
        return self._linked(name * 2 + 1)

    # Who saw an anchor.

    def saw(self, contact: int, anchor: int) -> None:
        """Remember that a contact's tenures depend on an anchor's name."""
        self.book.links.put(anchor * 2, contact, 0, 1)

    def witnesses(self, anchor: int) -> list[int]:
        """Give the contacts whose tenures may depend on an anchor's name."""
        return self._linked(anchor * 2)

    def prefetch_witnesses(self, anchors: Iterable[int]) -> None:
        """Read the witnesses of many anchors at once, who will be asked for."""
        self.book.links.prefetch(anchor * 2 for anchor in anchors)

    def _linked(self, part: int) -> list[int]:
        found: list[int] = []
        low = (0, 0)
        while True:
            page = self.book.links.span(part, low=low, limit=_PAGE)
            found += [entry[0] for entry in page]
            if len(page) < _PAGE:
                return found
            low = (page[-1][0], 1)

    # Fitting.

    def told(self, contact: int, item: Item) -> list[int]:
        """Collect whom an item says a contact belongs to (rule 6)."""
        apart = self.book.row(contact).apart
        told: list[int] = []
        for number in item.numbers:
            if not self.book.is_anchor(number) or number in apart:
                continue
            head = self.head(number)
            pair = [number] if head == number else [number, head]
            if not told or self.misfit(told, pair) is None:
                told += [one for one in pair if one not in told]
        return told

    def misfit(self, held: Sequence[int], told: Sequence[int]) -> str | None:
        """Say why identifiers do not fit those held; None: they do."""
        names = self.names(held)
        over = None
        for rank, new in self.names(told).items():
            have = names.get(rank, [])
            total = len(have) + sum(name not in have for name in new)
            if total > self.book.limits[rank] and (over is None or rank < over):
                over = rank
        if over is not None:
            return f"limit {self.book.policy.at(over).name}"
        if any(self.apart(one, held) for one in told):
            return NOT_SAME
        return None

    def names(self, numbers: Iterable[int]) -> dict[int, list[int]]:
        """Give the names of each kind, by rank of kind."""
        names: dict[int, list[int]] = {}
        for number in numbers:
            held = names.setdefault(self._rank(number), [])
            name = self.book.name(number)
            if name not in held:
                held.append(name)
        return names

    def apart(self, number: int, others: Sequence[int]) -> bool:
        return any(one in others for one in self.book.row(number).apart)
