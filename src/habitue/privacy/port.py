"""What privacy needs of the rest; filled by the composition root."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from habitue.identity.resolve import Resolver
from habitue.log.port import Definition, Truth
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.order import Purchase
from habitue.privacy.subject import Subject

T = TypeVar("T")


class Definitions(Protocol):
    """Keeps the whole text of what is defined; defining is a record in the log."""

    async def define(self, kind: str, name: str, body: bytes) -> Definition: ...

    def definitions(self, kind: str) -> Sequence[Definition]: ...


class SecretStore(Protocol):
    """Keeps secrets that stand in no log."""

    def get(self, name: str) -> bytes | None: ...

    def put(self, name: str, secret: bytes) -> None: ...


class Taken(Struct, frozen=True):
    """What was defined of a person: where former versions name them, and what does.

    offsets: records of the log to be erased; left: definitions, as kind/name, that
    only an administrator can change.
    """

    offsets: tuple[int, ...] = ()
    left: tuple[str, ...] = ()


class Defined(Protocol):
    """What the shop has defined, where it may name people."""

    async def take_out(self, subject: Subject, called: Collection[str]) -> Taken:
        """Define anew, without a person, what names them.

        called: the folded words of their names (habitue.profile.names).
        """
        ...


class Cleared(Struct, frozen=True):
    """How many files were deleted, and how many could not be looked through."""

    deleted: int = 0
    unread: int = 0


class Files(Protocol):
    """Files that came in and are kept."""

    async def clear(self, own: Sequence[Identifier]) -> Cleared:
        """Delete those that name a person."""
        ...


class Answers(Protocol):
    """What the API answered, kept for who sends a request again."""

    def forget_answers(self) -> None:
        """Keep of all that began so far that it was done, and no answer."""
        ...


class Known(Protocol):
    """State as it is read, and brought up to date."""

    @property
    def identity(self) -> Resolver: ...

    def identifier(self, text: str) -> Identifier | None:
        """Read "kind:value"; None if its value is never an identifier."""
        ...

    def mark(self, event: Event, offset: int) -> Event:
        """Give an event marked if it came with an import that is undone."""
        ...

    def purchases(self, strands: Sequence[int]) -> Iterator[Purchase]: ...

    def called(self, strands: Sequence[int]) -> Collection[str]:
        """Give the folded words of the names that anybody tells of a person now."""
        ...

    def card(self, person_id: int) -> dict[str, Any] | None:
        """Give a person whole, as the API shows them."""
        ...

    def faults(self) -> Sequence[int]:
        """Give the offsets of records that could not be folded."""
        ...

    async def settled(self) -> None:
        """Wait until state reflects all that is durable; ConflictError if it can't."""
        ...

    async def put_away(self, offset: int) -> None:
        """Wait until no file of state holds what was forgotten up to an offset.

        ConflictError where somebody who reads the files is in the way.
        """
        ...

    async def leave_copy(self, offsets: Sequence[int]) -> None:
        """Have the lake hold nothing of records whose rows in the log are empty."""
        ...

    def forget(self, offsets: Sequence[int]) -> None:
        """Keep nothing of records in memory, either."""
        ...


class Copies(Protocol):
    """Copies of what the log tells, beside state."""

    async def expire(self, offsets: Sequence[int]) -> None:
        """Have them tell of these records what is carried of them, and no more."""
        ...

    async def clean(self) -> None:
        """Leave no byte of what they tell no more."""
        ...


class Log(Definitions, Protocol):
    """The log: read from any thread, written by the one writer's jobs."""

    @property
    def truth(self) -> Truth: ...

    @property
    def new_id(self) -> Callable[[], str]: ...

    def now_us(self) -> int: ...

    async def run(self, job: Callable[[], T]) -> T: ...

    async def told_everywhere(self) -> None:
        """Wait until every process that takes items goes by what is defined."""
        ...
