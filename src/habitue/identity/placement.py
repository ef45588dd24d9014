"""What an event's strand is, and what has to be folded anew because of it."""

from typing import NamedTuple

from habitue.base.steps import Steps, finish
from habitue.identity.change import Outcome


class Placement(NamedTuple):
    """Where an event belongs, and what must be folded anew because of it.

    strand: the event's; None if it is nobody's or was retracted. Then, in this
    order. gone: strands to be dropped. refold: numbers of identifiers whose strands
    are to be dropped and folded again from items(no), each at strand_at(no, ..).
    anew: strands to be folded from items_in(strand), dropped already. takes_in: what
    was just observed is among the items of the last two. nobody: the offset of an item
    without identifiers that came in force; withdrawn: of one that went out of force.
    """

    strand: int | None
    refold: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    anew: tuple[int, ...] = ()
    takes_in: bool = False
    nobody: int | None = None
    withdrawn: int | None = None

    @property
    def moves(self) -> bool:
        """Say whether anything must be folded anew."""
        return bool(self.gone or self.refold or self.anew)


# Where an event belongs, or the work that finds it.
Placing = Placement | Steps[Placement]


def placed(placing: Placing) -> Placement:
    """Find at once where an event belongs."""
    return placing if isinstance(placing, Placement) else finish(placing)


def placement(outcome: Outcome) -> Placement:
    """Say what is to be done; of what is folded anew as a whole, no part is."""
    whole = outcome.refold
    anew = tuple(one for one, number in outcome.anew.items() if number not in whole)
    own = outcome.strand
    takes_in = own is not None and (outcome.decider in whole or own in anew)
    return Placement(own, tuple(whole), tuple(outcome.gone), anew, takes_in)
