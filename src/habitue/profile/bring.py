"""What orders, receipts and returns bring to strands and to the shop's totals."""

from collections.abc import Sequence

from habitue.base.days import Days
from habitue.profile.changed import Changed
from habitue.profile.port import Rows
from habitue.profile.rows import COUNTED, NOBODY, Head, Part, StrandState
from habitue.profile.sums import RETURN_KIND, add_lines, add_total
from habitue.profile.weigh import Weighed


class Bringing:
    """Gives what objects bring to strands and totals, and takes it back, exactly."""

    def __init__(
        self,
        strands: Rows[int, StrandState],
        totals: Rows[int, dict[str, list[int]]],
        days: Days,
    ) -> None:
        """days: of the shop, by which totals are added up."""
        self.changed = Changed()
        self._strands = strands
        self._totals = totals
        self._days = days

    def give(self, key: str, weighed: Weighed) -> None:
        """Add what an object brings."""
        strand, head, lines = weighed
        self.changed.object(key)
        if strand != NOBODY:
            state = self.strand(strand)
            if state.objects is None:
                state.objects = {}
            state.objects[key] = head
            if lines:
                add_lines(state, head, lines, 1)
        if head.flags & COUNTED:
            self._total(head, 1)

    def take(self, key: str, weighed: Weighed, parts: Sequence[Part]) -> None:
        """Take away what an object brought; parts are what is told of it now."""
        strand, head, lines = weighed
        self.changed.object(key)
        if strand != NOBODY:
            state = self.strand(strand)
            told = key in state.claims or any(part.strand == strand for part in parts)
            if told and state.objects is not None:
                state.objects[key] = None
            elif state.objects is not None:
                state.objects.pop(key, None)
                state.objects = state.objects or None
            if lines:
                add_lines(state, head, lines, -1)
        if head.flags & COUNTED:
            self._total(head, -1)

    def note(self, key: str, strand: int) -> None:
        """Keep in a strand that it told of the object, so that it can forget it."""
        self.changed.object(key)
        if strand == NOBODY:
            return
        state = self.strand(strand)
        if state.objects is None:
            state.objects = {}
        if key not in state.objects:
            state.objects[key] = None

    def strand(self, strand: int) -> StrandState:
        """Give the state of a strand, to change."""
        self.changed.strand(strand)
        state = self._strands.edit(strand)
        if state is None:
            state = StrandState()
            self._strands.put(strand, state)
        return state

    def _total(self, head: Head, sign: int) -> None:
        day = self._days.of(head.at_us)
        sums = self._totals.edit(day)
        if sums is None:
            sums = {}
            self._totals.put(day, sums)
        add_total(sums, head.kind, head, (sign, sign * head.amount))
        if head.returned:
            add_total(sums, RETURN_KIND, head, (sign, sign * head.returned))
        if not sums:
            self._totals.delete(day)
