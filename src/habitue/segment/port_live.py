"""What live segments need of the rest: rows to keep things in, and a view of people."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from habitue.model.event import Event
from habitue.segment.facts import Done, Facts, Look
from habitue.segment.wants import Wants
from habitue.state.port import IndexSpec, TableSpec
from habitue.state.registry import Drop

V = TypeVar("V")


class Rows(Protocol[V]):
    """Rows by key; habitue.state.rows.Table is one."""

    def get(self, key: Any) -> V | None: ...

    def edit(self, key: Any) -> V | None: ...

    def put(self, key: Any, value: V) -> None: ...

    def delete(self, key: Any) -> None: ...

    def prefetch(self, keys: Iterable[Any]) -> None: ...

    def items(self) -> Iterator[tuple[Any, V]]: ...


class Order(Protocol):
    """Entries by part, in order; habitue.state.index.Index is one."""

    def put(self, part: int, at_us: int, offset: int, value: int) -> None: ...

    def remove(self, part: int, at_us: int, offset: int) -> None: ...

    def span(
        self,
        part: int,
        low: tuple[int, int] = ...,
        high: tuple[int, int] = ...,
        *,
        limit: int = ...,
    ) -> list[tuple[int, int, int]]: ...


class Tables(Protocol):
    """Makes tables and indexes; habitue.state.store.Store is one."""

    def table(self, spec: TableSpec, drop: Drop | None = None) -> Any: ...

    def index(self, spec: IndexSpec) -> Any: ...


class Timers(Protocol):
    """Has something fire at a moment; habitue.timers.timers.Timers is one."""

    def set(self, strand: int, due_us: int, what: str) -> None: ...

    def cancel(self, strand: int, what: str) -> None: ...

    def when(self, strand: int, what: str) -> int | None: ...


class Told(Struct, frozen=True, gc=False):
    """A record of the log that tells of something done."""

    event: Event
    source: str
    offset: int


class Sight(Protocol):
    """People as they stand after the records so far."""

    def person_of(self, strand: int) -> int | None:
        """Say whose a strand is; None if nobody's any more."""
        ...

    def strands(self, person_id: int) -> Sequence[int]:
        """Give a person's strands, the oldest one first; none if there is no such."""
        ...

    def birth(self, strand: int) -> int:
        """Give the id that a person of this strand, were it the oldest, would have."""
        ...

    def people(self, after: int, limit: int) -> Sequence[int]:
        """Give ids of people above one, ascending."""
        ...

    def facts(self, strands: Sequence[int], wants: Wants, now_us: int) -> Facts:
        """Give what is known of a person; of things done, purchases alone."""
        ...

    def purchases(self, strands: Sequence[int]) -> Iterable[tuple[str, Any]]:
        """Give the purchases of a person that count: their keys, and how each stands.

        One that stands equal, and is not restated, is the same purchase still.
        """
        ...

    def bought(
        self, key: str, stands: Any, *, goods: bool, prices: bool
    ) -> tuple[Done, bool]:
        """Give a purchase that stands so, and whether it hangs on itself alone.

        goods: with what the catalogue says of it; prices: and what it asks for it.
        """
        ...

    def restated(self) -> Collection[str]:
        """Give the purchases that something was told of since this was last asked."""
        ...

    def done(self, told: Told, look: Look) -> Done:
        """Give what a record says was done, as far as it is looked at.

        The goods and the store it names are kept as seen.
        """
        ...

    def see(self, strands: Sequence[int], look: Look) -> None:
        """Keep the goods and stores that a person's purchases name as seen."""
        ...

    def see_told(self, told: Told, look: Look) -> None:
        """Keep the goods and the store that a report of a purchase names as seen."""
        ...


class Backfill(Protocol):
    """Tells what lies before a record of the log, bit by bit.

    Identifiers have numbers in the order in which they were first named. Of each, the
    things that it decides are told in order of time.
    """

    def numbers(self, after: int, until: int, limit: int) -> Sequence[int]:
        """Give numbers of identifiers behind one, first named by a record until one."""
        ...

    def items(
        self, number: int, after: tuple[int, int], limit: int
    ) -> Sequence[tuple[int, int]]:
        """Give (at_us, offset) of what an identifier decides, behind a place."""
        ...

    def told(self, number: int, at_us: int, offset: int) -> tuple[int, Told] | None:
        """Give a record and the strand it belongs to now; None if it tells nothing."""
        ...

    def number_at(self, strand: int) -> int:
        """Give the number of the identifier that a strand belongs to."""
        ...
