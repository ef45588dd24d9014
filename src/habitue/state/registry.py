"""Every table keyed by strand says what drops a strand's rows from it.

A person is what their strands say together, whenever they are read; so a merge moves no
row. What takes rows out is dropping a strand, whose events are erased or are folded
anew into others: a table that is forgotten then keeps what was to be gone. So a store
makes no such table without what drops a strand from it, and who drops one asks this
register, not a table after the other.
"""

from collections.abc import Callable, Collection
from typing import TypeAlias

from habitue.base.errors import InvalidError
from habitue.state.port import TableSpec

# Forgets all that was folded into a strand; there need not be anything.
Drop: TypeAlias = Callable[[int], object]


class Strands:
    """What drops a strand from each table of a store that is keyed by it."""

    def __init__(self) -> None:
        self._drops: dict[str, Drop] = {}
        # One may drop from several tables, whose rows tell of each other.
        self._each: tuple[Drop, ...] = ()

    def register(self, spec: TableSpec, drop: Drop | None) -> None:
        """Take in what drops a strand from a table; None: it is not keyed by strand."""
        if spec.strand_keyed and drop is None:
            raise InvalidError(
                f"Table '{spec.name}' is keyed by strand but nothing drops a strand "
                "from it; make it by Store.table(spec, drop=..)."
            )
        if drop is None:
            return
        if not spec.strand_keyed:
            raise InvalidError(
                f"A strand is dropped from table '{spec.name}', which is not keyed by "
                "one; give its TableSpec strand_keyed=True."
            )
        self._drops[spec.name] = drop
        self._each = tuple(dict.fromkeys(self._drops.values()))

    @property
    def tables(self) -> Collection[str]:
        """The names of the tables keyed by strand."""
        return self._drops.keys()

    def drop(self, strand: int) -> None:
        """Forget all that was folded into a strand, whichever table it lies in."""
        for drop in self._each:
            drop(strand)
