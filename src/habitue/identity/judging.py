"""Judgements on pairs, kept so that the later in force wins (rule 13)."""

from typing import NamedTuple

from habitue.identity import rows
from habitue.identity.drawing import Drawing, pair_key
from habitue.identity.rows import Told


class Ruled(NamedTuple):
    """A judgement on a pair that comes, or goes in or out of force."""

    left: int
    right: int
    told: Told


class Judging:
    """Keeps what was judged, and at each identifier what stands."""

    def __init__(self, drawing: Drawing) -> None:
        self.book = drawing.book
        self.drawing = drawing

    def apply(self, ruled: list[Ruled]) -> None:
        """Take judgements, and say at both identifiers what stands between them."""
        for left, right, told in ruled:
            self._keep(left, right, told)
            standing = self.drawing.standing(left, right)
            for one, other in ((left, right), (right, left)):
                row = self.book.edit(one)
                row.same = [kept for kept in row.same if kept != other]
                row.apart = [kept for kept in row.apart if kept != other]
                if standing is not None:
                    held = row.same if standing.same else row.apart
                    held.append(other)
                    held.sort()

    def _keep(self, left: int, right: int, told: Told) -> None:
        key = pair_key(left, right)
        pair = self.book.pairs.edit(key)
        if pair is None:
            pair = rows.Pair([])
            self.book.pairs.put(key, pair)
        pair.told = [one for one in pair.told if one.offset != told.offset]
        pair.told.append(told)
        pair.told.sort(key=lambda one: (one.at_us, one.source, one.message_id))
