"""Orders, receipts and returns: kept by business key, counted once, for one strand.

Each report goes into its object's row. Then the object's whole family (an order,
its receipts, the returns of these) is weighed before and after, and what changed is
taken from and given to the strands and the totals. So these are at any time a
function of the objects' rows alone.
"""

from bisect import insort
from collections.abc import Callable, Iterable

from habitue.base.clock import DAY_US
from habitue.model.source import Source
from habitue.profile.port import Rows
from habitue.profile.report import Told
from habitue.profile.rows import (
    CLAIMED_OBJECTS_MAX,
    COUNTED,
    NOBODY,
    Head,
    ObjectRow,
    Part,
    StrandState,
)
from habitue.profile.settle import Settled, Sources, settle
from habitue.profile.sums import RETURN_KIND, add_lines, add_total
from habitue.profile.version import add_report, links_of
from habitue.profile.weigh import Weighed, weigh

# More objects than this never belong to one purchase: the id means nothing then.
LINKS_MAX = 64


class Objects:
    """All orders, receipts and returns, and what they bring to strands and totals."""

    def __init__(
        self,
        objects: Rows[str, ObjectRow],
        strands: Rows[int, StrandState],
        totals: Rows[int, dict[str, list[int]]],
        told_by: Rows[str, int],
        sources: Sources,
    ) -> None:
        self._objects = objects
        self._strands = strands
        self._totals = totals
        self._sources = sources
        self._told_by = told_by

    def report(self, told: Told, part: Part) -> None:
        """Fold a report of an object in."""
        key, link = told.key, told.report.link if part.verified else None
        if not part.verified and not self._admit_claim(key, part):
            return
        row = self._objects.edit(key)
        keys: set[str] = set()
        if row is None:
            row = ObjectRow()
            self._objects.put(key, row)
        else:
            keys = self._family(key)
        if link is not None:
            keys |= self._family(link)
        before = self._weigh(keys) if keys else {}
        known = len(row.parts)
        gone = add_report(row, part)
        self._tally(part.source, len(row.parts) + len(gone) - known)
        for each in gone:
            self._tally(each.source, -1)
        if link is not None:
            self._point(key, link)
        keys.add(key)
        self._change(before, self._weigh(keys))
        self._note(key, part)

    def forget(self, strand: int, keys: Iterable[str]) -> None:
        """Take all reports told in a strand out of these objects."""
        for key in keys:
            self._strip(key, lambda part: part.strand == strand)

    def redefine(self, old: Source) -> int:
        """Decide anew after a source's rank, trust or kind changed.

        old is the source as it was when its reports were last weighed. Gives the
        number of objects looked at; it takes some 20 us for each.
        """
        if self._told_by.get(old.name) is None:
            return 0
        keys = [
            key
            for key, row in self._objects.items()
            if any(part.source == old.name for part in row.parts)
        ]
        seen: set[str] = set()
        for key in keys:
            if key not in seen:
                family = self._family(key)
                seen |= family
                before = self._weigh_as(family, old)
                self._change(before, self._weigh(family))
        return len(keys)

    def _weigh_as(self, keys: set[str], old: Source) -> dict[str, Weighed]:
        now = self._sources
        self._sources = lambda name: old if name == old.name else now(name)
        try:
            return self._weigh(keys)
        finally:
            self._sources = now

    def _admit_claim(self, key: str, part: Part) -> bool:
        """Say whether a claim may enter: the least keys of a strand's claims stay."""
        if self._sources(part.source).trust_orders:
            return True
        if part.strand == NOBODY:
            return False
        state = self._strand(part.strand)
        claims = state.claims
        if key in claims:
            return True
        if len(claims) >= CLAIMED_OBJECTS_MAX:
            state.warned["claims"] = 1
            if key > claims[-1]:
                return False
            greatest = claims.pop()
            self._strip(greatest, lambda held: _is_claim_in(held, part.strand))
        insort(claims, key)
        return True

    def _strip(self, key: str, goes: Callable[[Part], bool]) -> None:
        """Take some parts out of an object, with all that they brought."""
        row = self._objects.edit(key)
        if row is None:
            return
        family = self._family(key)
        before = self._weigh(family)
        links = links_of(row)
        gone = [part for part in row.parts if goes(part)]
        row.parts = [part for part in row.parts if not goes(part)]
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
        target.back = sorted([*target.back, key])
        if len(target.back) > LINKS_MAX:
            target.back, target.overlinked = [], True

    def _unpoint(self, key: str, link: str) -> None:
        target = self._objects.edit(link)
        if target is not None and key in target.back:
            target.back = [each for each in target.back if each != key]
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
                self._add(key, old, -1)
        for key, new in after.items():
            if before.get(key) != new:
                self._add(key, new, 1)

    def _add(self, key: str, weighed: Weighed, sign: int) -> None:
        strand, head, lines = weighed
        if strand != NOBODY:
            state = self._strand(strand)
            if sign > 0:
                state.objects[key] = head
            else:
                self._take(state, strand, key)
            if lines:
                add_lines(state.sums, head, lines, sign)
        if head.flags & COUNTED:
            self._total(head, sign)

    def _take(self, state: StrandState, strand: int, key: str) -> None:
        row = self._objects.get(key)
        parts = () if row is None else row.parts
        if key in state.claims or any(part.strand == strand for part in parts):
            state.objects[key] = None
        else:
            state.objects.pop(key, None)

    def _strand(self, strand: int) -> StrandState:
        state = self._strands.edit(strand)
        if state is None:
            state = StrandState()
            self._strands.put(strand, state)
        return state

    def _tally(self, source: str, change: int) -> None:
        """Count the parts that a source told, so that one without is known."""
        if change:
            number = (self._told_by.get(source) or 0) + change
            if number:
                self._told_by.put(source, number)
            else:
                self._told_by.delete(source)

    def _note(self, key: str, part: Part) -> None:
        """Keep in the strand that it told of the object, so that it can forget it."""
        if part.strand != NOBODY:
            objects = self._strand(part.strand).objects
            if key not in objects:
                objects[key] = None

    def _total(self, head: Head, sign: int) -> None:
        day = head.at_us // DAY_US
        sums = self._totals.edit(day)
        if sums is None:
            sums = {}
            self._totals.put(day, sums)
        add_total(sums, head.kind, head, (sign, sign * head.amount))
        if head.returned:
            add_total(sums, RETURN_KIND, head, (sign, sign * head.returned))
        if not sums:
            self._totals.delete(day)


def _is_claim_in(part: Part, strand: int) -> bool:
    return part.strand == strand and not part.verified
