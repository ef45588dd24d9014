"""What an event's strand is, and what has to be folded anew because of it."""

from typing import NamedTuple

from habitue.identity.change import Outcome
from habitue.model.strand import identifier_no


class Placement(NamedTuple):
    """Where an event belongs, and what must be folded anew because of it.

    strand: the event's; None if it is nobody's or was retracted. Then, in this
    order. gone: strands to be dropped. moved: strands that have another number now,
    old and new, all at once. refold: numbers of identifiers whose strands are to be
    dropped and folded again from items(no), each at strand_at(no, ..). anew: strands
    to be folded from items_in(strand), dropped already. What was just observed is
    among the items of the last two if it is theirs. nobody: the offset of an item
    without identifiers that came in force; withdrawn: of one that went out of force.
    """

    strand: int | None
    refold: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    moved: tuple[tuple[int, int], ...] = ()
    anew: tuple[int, ...] = ()
    nobody: int | None = None
    withdrawn: int | None = None

    @property
    def takes_in(self) -> bool:
        """Say whether folding anew takes in what was just observed."""
        return self.strand is not None and (
            identifier_no(self.strand) in self.refold or self.strand in self.anew
        )


def placement(outcome: Outcome) -> Placement:
    """Say what is to be done; what is folded anew as a whole is not moved first."""
    whole = outcome.refold
    moved = [one for one in outcome.moved.items() if identifier_no(one[0]) not in whole]
    dropped = [old for old in outcome.moved if identifier_no(old) in whole]
    return Placement(
        outcome.strand,
        tuple(whole),
        (*outcome.gone, *dropped),
        tuple(moved),
        tuple(one for one in outcome.anew if identifier_no(one) not in whole),
    )
