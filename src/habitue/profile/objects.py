"""Orders, receipts and returns: kept by business key, counted once, for one strand.

Each report goes into its object's row. Then the object's whole family (an order,
its receipts, the returns of these) is weighed before and after, and what changed is
taken from and given to the strands and the totals. So these are at any time a
function of the objects' rows alone.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from habitue.model.source import Source
from habitue.profile.bring import Bringing
from habitue.profile.port import Rows
from habitue.profile.report import Told
from habitue.profile.rows import (
    CLAIMED_OBJECTS_MAX,
    NOBODY,
    ObjectRow,
    Part,
    warn,
)
from habitue.profile.settle import Settled, Sources, settle, told_once
from habitue.profile.version import add_report, links_of
from habitue.profile.weigh import Weighed, weigh

# More objects than this never belong to one purchase: the id means nothing then.
LINKS_MAX = 64


class Objects:
    """All orders, receipts and returns, and what they bring to strands and totals."""

    def __init__(
        self,
        objects: Rows[str, ObjectRow],
        bringing: Bringing,
        told_by: Rows[str, int],
        sources: Sources,
    ) -> None:
        self._objects = objects
        self._bringing = bringing
        self.changed = bringing.changed
        self._sources = sources
        self._told_by = told_by

    def report(self, told: Told, part: Part) -> None:
        """Fold a report of an object in."""
        key, link = told.key, told.report.link if part.verified else None
        if not part.verified and not self._admit_claim(key, part):
            return
        row = self._objects.edit(key)
        if row is None and link is None:
            self._report_first(key, part)
            return
        keys: set[str] = set()
        if row is None:
            row = ObjectRow()
            self._objects.put(key, row)
        else:
            keys = self._family(key)
        if link is not None:
            keys |= self._family(link)
        before = self._weigh(keys) if keys else {}
        known, pointed = len(row.parts), links_of(row)
        gone = add_report(row, part)
        self._tally(part.source, len(row.parts) + len(gone) - known)
        for each in gone:
            self._tally(each.source, -1)
        # A link that only a beaten report told leads nowhere: who forgets that one
        # could not know of it any more.
        points = links_of(row)
        for led_to in points - pointed:
            self._point(key, led_to)
        for led_to in pointed - points:
            self._unpoint(key, led_to)
        keys.add(key)
        self._change(before, self._weigh(keys))
        self._bringing.note(key, part.strand)

    def _report_first(self, key: str, part: Part) -> None:
        """Fold in the first report of an object without relatives: most are that."""
        self._objects.put(key, ObjectRow((part,)))
        self._tally(part.source, 1)
        one = told_once(key, part, self._sources(part.source))
        self._bringing.give(key, weigh([one])[key])

    def forget(self, strand: int, keys: Iterable[str]) -> None:
        """Take all reports told in a strand out of these objects."""
        for key in keys:
            self._strip(key, lambda part: part.strand == strand)

    def withdraw(self, key: str, source: str, offset: int) -> list[int] | None:
        """Take what a source told of an object, naming nobody, out of it.

        Gives the offsets of its other reports, to be folded anew; None if the one
        at this offset is not among them.
        """
        row = self._objects.get(key)
        for part in () if row is None else row.parts:
            if part.strand == NOBODY and part.source == source:
                told = {*part.beaten, *(report.offset for report in part.reports)}
                if offset in told:
                    self._strip(key, partial(_is_same, part))
                    return sorted(told - {offset})
        return None

    def redefine(self, old: Source) -> Iterator[int]:
        """Decide anew after a source's rank, trust or kind changed, bit by bit.

        old is the source as it was when its reports were last weighed. Yields, for
        each object looked at, how many others were weighed anew with it (0 if it
        is not concerned): some 5 us, or 20 us for each that is. No record may be
        folded, and no snapshot begun, until it has come to its end.
        """
        if not self.was_told(old.name):
            return
        new = self._sources(old.name)
        seen: set[str] = set()
        for key, row in self._objects.items():
            if key in seen or not _concerned(row, old, new):
                yield 0
                continue
            family = self._family(key)
            # What it is may differ though what it brings does not.
            self.changed.family(family)
            if old.trust_orders != new.trust_orders:
                self._list_claims(family, old.name)
            if len(family) > 1:
                seen |= family
            before = self._weigh_as(family, old)
            self._change(before, self._weigh(family))
            yield len(family)

    def was_told(self, source: str) -> bool:
        """Say whether a source told of any object that is held."""
        return self._told_by.get(source) is not None

    def _weigh_as(self, keys: set[str], old: Source) -> dict[str, Weighed]:
        now = self._sources
        self._sources = lambda name: old if name == old.name else now(name)
        try:
            return self._weigh(keys)
        finally:
            self._sources = now

    def _admit_claim(self, key: str, part: Part) -> bool:
        """Say whether a claim may enter: the least keys of a strand's claims stay.

        What names nobody is a burden to nobody's strand, and its source may be
        trusted later: it enters, and is weighed as what it is.
        """
        if part.strand == NOBODY or self._sources(part.source).trust_orders:
            return True
        state = self._bringing.strand(part.strand)
        claims = list(state.claims)
        if key in claims:
            return True
        if len(claims) >= CLAIMED_OBJECTS_MAX:
            warn(state, "claims")
            if key > claims[-1]:
                return False
            greatest = claims.pop()
            state.claims = tuple(claims)
            self._strip(greatest, lambda held: _is_claim_in(held, part.strand))
        insort(claims, key)
        state.claims = tuple(claims)
        return True

    def _list_claims(self, keys: Iterable[str], source: str) -> None:
        """List these among the claims of strands, or no more, by who is trusted now.

        So a strand that is folded anew later is the same. Beyond CLAIMED_OBJECTS_MAX
        all stay listed: what was taken in while its source was trusted is kept.
        """
        for key in keys:
            row = self._objects.get(key)
            parts = () if row is None else row.parts
            for strand in sorted({one.strand for one in parts if one.source == source}):
                told = [one for one in parts if one.strand == strand]
                if strand != NOBODY:
                    self._list_claim(key, strand, any(map(self._is_claim, told)))

    def _list_claim(self, key: str, strand: int, is_claim: bool) -> None:
        state = self._bringing.strand(strand)
        others = [one for one in state.claims if one != key]
        state.claims = tuple(sorted([*others, key] if is_claim else others))

    def _is_claim(self, part: Part) -> bool:
        return not part.verified and not self._sources(part.source).trust_orders

    def _strip(self, key: str, goes: Callable[[Part], bool]) -> None:
        """Take some parts out of an object, with all that they brought."""
        row = self._objects.edit(key)
        if row is None:
            return
        family = self._family(key)
        self.changed.object(key)
        before = self._weigh(family)
        links = links_of(row)
        gone = [part for part in row.parts if goes(part)]
        row.parts = tuple(part for part in row.parts if not goes(part))
        for part in gone:
            self._tally(part.source, -1)
        for link in links - links_of(row):
            self._unpoint(key, link)
        self._change(before, self._weigh(family))
        self._tidy(key)

    def settled(self, key: str) -> Settled | None:
        """Give an object as it stands; None if nothing was told of it."""
        row = self._objects.get(key)
        return None if row is None else settle(key, row, self._sources)

    def row(self, key: str) -> ObjectRow | None:
        return self._objects.get(key)

    def weighed(self, key: str) -> Weighed | None:
        """Give what an object brings after a look at its relatives."""
        return self._weigh(self._family(key)).get(key)

    def _point(self, key: str, link: str) -> None:
        target = self._objects.edit(link)
        if target is None:
            target = ObjectRow()
            self._objects.put(link, target)
        if target.overlinked or key in target.back:
            return
        target.back = tuple(sorted((*target.back, key)))
        if len(target.back) > LINKS_MAX:
            target.back, target.overlinked = (), True

    def _unpoint(self, key: str, link: str) -> None:
        target = self._objects.edit(link)
        if target is not None and key in target.back:
            target.back = tuple(each for each in target.back if each != key)
            self._tidy(link)

    def _tidy(self, key: str) -> None:
        row = self._objects.get(key)
        if row is not None and not row.parts and not row.back and not row.overlinked:
            self._objects.delete(key)

    def _family(self, key: str) -> set[str]:
        """Give the keys of all objects that links lead to from one."""
        found = {key}
        pending = [key]
        while pending:
            row = self._objects.get(pending.pop())
            if row is None or row.overlinked:
                continue
            for each in (*links_of(row), *row.back):
                if each not in found:
                    found.add(each)
                    pending.append(each)
        return found

    def _weigh(self, keys: set[str]) -> dict[str, Weighed]:
        """Weigh families: objects are grouped by the purchase they lead up to."""
        if len(keys) == 1:
            one = self.settled(next(iter(keys)))
            return {} if one is None else weigh([one])
        settled = {key: one for key in keys if (one := self.settled(key)) is not None}
        groups: dict[str, list[Settled]] = {}
        for one in settled.values():
            groups.setdefault(self._top(one, settled), []).append(one)
        found: dict[str, Weighed] = {}
        for members in groups.values():
            found.update(weigh(members))
        return found

    def _top(self, one: Settled, settled: dict[str, Settled]) -> str:
        # Returns lead to receipts or orders, receipts to orders: never in a circle.
        at = one.key
        link = one.link
        while link is not None and not self._void(link):
            at = link
            above = settled.get(at)
            link = None if above is None else above.link
        return at

    def _void(self, link: str) -> bool:
        row = self._objects.get(link)
        return row is None or row.overlinked

    def _change(self, before: dict[str, Weighed], after: dict[str, Weighed]) -> None:
        for key, old in before.items():
            if after.get(key) != old:
                row = self._objects.get(key)
                self._bringing.take(key, old, () if row is None else row.parts)
        for key, new in after.items():
            if before.get(key) != new:
                self._bringing.give(key, new)

    def _tally(self, source: str, change: int) -> None:
        """Count the parts that a source told, so that one without is known."""
        if change:
            number = (self._told_by.get(source) or 0) + change
            if number:
                self._told_by.put(source, number)
            else:
                self._told_by.delete(source)


def _concerned(row: ObjectRow, old: Source, new: Source) -> bool:
    """Say whether what an object is may differ under a source's new definition."""
    told = [part for part in row.parts if part.source == old.name]
    if not told:
        return False
    if old.simulated != new.simulated:
        return True
    if old.trust_orders != new.trust_orders and not all(one.verified for one in told):
        return True
    return old.priority != new.priority and len(told) < len(row.parts)


def _is_claim_in(part: Part, strand: int) -> bool:
    return part.strand == strand and not part.verified


def _is_same(one: Part, other: Part) -> bool:
    return one is other
