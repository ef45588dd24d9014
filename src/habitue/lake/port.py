"""What a backend must do to keep the analytic copy."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from msgspec import Struct

from habitue.base.errors import HabitueError, InvalidError
from habitue.lake.moves import Fixes
from habitue.lake.owed import Owed
from habitue.lake.rows import LeftRow

# Rows as a backend holds them in memory, ready to be read by a query.
Packed = Any


class NotAnsweredError(HabitueError):
    """The analytic copy can't answer now."""


class QueryError(InvalidError):
    """A query can't be used as it is."""


# What can be packed, each in the order of its row in habitue.lake.rows.
Sort = Literal[
    "event", "line", "holding", "fact", "allowed", "purchase", "bought", "owed"
]


class Known(Struct, frozen=True):
    """What is known now of people of whom that changed: traits, consents."""

    people: tuple[int, ...] = ()
    facts: tuple[Packed, ...] = ()
    allowed: tuple[Packed, ...] = ()


class Bought(Struct, frozen=True):
    """Orders, receipts and returns that changed, by key, and what they are now."""

    keys: tuple[str, ...] = ()
    purchases: tuple[Packed, ...] = ()
    lines: tuple[Packed, ...] = ()


class Tail(Struct, frozen=True):
    """What was packed since the last seal, and the offset that it reaches."""

    offset: int
    events: tuple[Packed, ...] = ()
    lines: tuple[Packed, ...] = ()
    # Of people that changed: whom, and what they hold now.
    people: tuple[int, ...] = ()
    holding: tuple[Packed, ...] = ()
    known: Known = Known()
    bought: Bought = Bought()


class Seal(Struct, frozen=True):
    """A tail to be kept for good, in one transaction, with the offset it reaches.

    mark: what the log says at that offset, to know it by when the copy is opened;
    noted: up to where changes of people were read or are owed, at least as far;
    anew: what was held of people and purchases goes first, and all of it is to come,
    in this seal and others; whole: with this one, all of it is there. expired:
    what rows tell from now on of what expired. paid: rows of all who were owed till now
    are in it, or came before; owed: who has changed since, and is read later.
    """

    tail: Tail
    mark: str = ""
    noted: int = 0
    fixes: Fixes | None = None
    anew: bool = False
    whole: bool = False
    expired: tuple[LeftRow, ...] = ()
    paid: bool = False
    owed: Owed | None = None


class Making(Struct, frozen=True):
    """A SELECT of rows that are made to be read again, and the values of its names."""

    sql: str
    values: Mapping[str, Any]


class Question(Struct, frozen=True, kw_only=True):
    """A query, the values of its names ($city), and how many rows it may give.

    tables: rows that it reads beside the copy's, packed, by name; gathered: what is
    made beforehand, one by one, so that it reads all of it as the table `gathered`.
    """

    sql: str
    values: Mapping[str, Any] = {}
    tables: Mapping[str, Packed] = {}
    gathered: tuple[Making, ...] = ()
    rows_max: int = 10_000
    # Ours, not a stranger's: it is not looked through.
    trusted: bool = False


class Found(Struct, frozen=True):
    """Rows found, packed; the offset that they tell of, and if there were more."""

    offset: int
    table: Packed
    more: bool


class Sessions(Struct, frozen=True):
    """How sessions are made that are kept, of the people in the view `stale_person`.

    rows: by the sort of what is kept, as sessions and looks, how it is made;
    events are there without what they told beside (properties), lines without money.
    stamp: what tells apart
    what is made so from what is made otherwise.
    """

    rows: Mapping[str, Making]
    stamp: str


class Asking(Protocol):
    """A query that sees the copy as it stood when it was begun."""

    def answer(self, question: Question) -> Found:
        """Give the rows; QueryError or NotAnsweredError where there are none."""
        ...

    def interrupt(self) -> None:
        """Break it off, from any thread."""
        ...

    def close(self) -> None: ...


class Lake(Protocol):
    """Keeps the copy. Opened and written by one thread at a time, asked by others.

    A seal is whole or not at all, whatever happens amid it.
    """

    @property
    def offset(self) -> int:
        """Up to where the log is kept."""
        ...

    @property
    def mark(self) -> str:
        """What the log said there."""
        ...

    @property
    def noted(self) -> int:
        """Up to where changes of people and purchases are kept, or owed."""
        ...

    @property
    def rows(self) -> int:
        """Count the events kept."""
        ...

    def open(self) -> None:
        """Open the copy; what can't be read, or means something else, is made anew."""
        ...

    @property
    def whole(self) -> bool:
        """Say whether what people hold and are, and what was bought, is all there."""
        ...

    def owed(self) -> Owed:
        """Give the names of all who have changed and whose rows are older."""
        ...

    def pack(self, sort: Sort, rows: Sequence[tuple[Any, ...]]) -> Packed:
        """Pack rows in the order of that sort's row in habitue.lake.rows."""
        ...

    def seal(self, seal: Seal) -> None: ...

    def begin(self, tail: Tail) -> Asking:
        """Begin a query over what is sealed and this tail; no seal is under way."""
        ...

    def settle(self) -> bool:
        """Bring rows in order where many are not; True if it did anything."""
        ...

    def expire(self, expired: Sequence[LeftRow]) -> None:
        """Have rows tell what is left of what they told, and no more."""
        ...

    def forget(self, strands: Sequence[int], offsets: Sequence[int]) -> None:
        """Erase the rows of these strands and offsets; their bytes go with scrub."""
        ...

    @property
    def stamp(self) -> str:
        """Say how the sessions that are kept were made; '' if none are."""
        ...

    @property
    def stale(self) -> int:
        """Count the people whose kept sessions are not looked at, as they changed."""
        ...

    def keep_sessions(self, made: Sessions, people_max: int) -> None:
        """Make sessions anew of so many of the stale at most, of one at least.

        If what is kept was made otherwise, all are stale.
        """
        ...

    @property
    def unscrubbed(self) -> bool:
        """Say whether bytes of erased rows may lie in the file still."""
        ...

    def scrub(self) -> None:
        """Write the file anew without them. Nobody asks meanwhile."""
        ...

    def days(self) -> list[str]:
        """Give the days on which events were received, as 2026-11-25."""
        ...

    def days_of(self, strands: Sequence[int], offsets: Sequence[int]) -> list[str]:
        """Give the days on which events of strands and offsets were received."""
        ...

    def write_day(self, day: str) -> None:
        """Write the events and lines received on a day as Parquet, and who is who."""
        ...

    def written_days(self) -> list[str]:
        """Give the days that are written."""
        ...

    def drop_days(self, days: Sequence[str]) -> None:
        """Delete what was written of days; it may be written anew."""
        ...

    def close(self) -> None: ...

    def throw_away(self) -> None:
        """Close it and delete what is kept: it is made anew from the log."""
        ...
