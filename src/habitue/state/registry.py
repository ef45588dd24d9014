"""Every table keyed by strand says how its rows combine and how they are erased.

A person is the combination of its strands, and erasing a person erases all of them:
a table that is forgotten here would lose history at a merge, or keep what was erased.
So the store does not open with one that is not registered.
"""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from habitue.base.errors import ConflictError, InvalidError
from habitue.state.port import TableSpec


class StrandTable(Struct, frozen=True):
    """How a table keyed by strand takes part in combining and in erasing."""

    spec: TableSpec
    # (row, row) -> row: commutative and associative; changes neither.
    combine: Callable[[Any, Any], Any]
    # row -> what may stay of it, or None for nothing.
    erase: Callable[[Any], Any]


STRAND_TABLES: dict[str, StrandTable] = {}


def register(
    spec: TableSpec,
    *,
    combine: Callable[[Any, Any], Any],
    erase: Callable[[Any], Any],
) -> TableSpec:
    """Register a table keyed by strand; give its spec back."""
    if not spec.strand_keyed:
        raise InvalidError(
            f"Table '{spec.name}' is registered for strands but is not keyed by one; "
            "give its TableSpec strand_keyed=True."
        )
    held = STRAND_TABLES.get(spec.name)
    if held is not None and held.spec != spec:
        raise ConflictError(f"Two tables keyed by strand are called '{spec.name}'.")
    STRAND_TABLES[spec.name] = StrandTable(spec, combine, erase)
    return spec


def check(specs: Iterable[TableSpec]) -> None:
    """Raise InvalidError naming a table keyed by strand that is not registered."""
    for spec in specs:
        if spec.strand_keyed and spec.name not in STRAND_TABLES:
            raise InvalidError(
                f"Table '{spec.name}' is keyed by strand but not registered for "
                "combining and erasing; call habitue.state.registry.register."
            )
