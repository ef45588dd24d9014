"""What the doors need of the rest; filled by the composition root."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from habitue.log.port import Entry
from habitue.model.event import Unused
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy
from habitue.model.outcome import Outcome
from habitue.model.source import Source, Writer


class Credential(Struct, frozen=True, kw_only=True):
    """Whose key came with a request: its source, its class, and who acted."""

    source: Source
    writer: Writer
    key_id: str = ""
    # Who did it, where the key is an operator's.
    operator: str | None = None
    # The items of a file being imported: they may be large, and can wait.
    bulk: bool = False
    # Its items may be as large as those of a file, and don't wait: an order of a shop.
    large: bool = False

    @property
    def imported(self) -> str:
        """Give the import whose items these are: each has a key of its own."""
        return self.key_id if self.bulk else ""


class Subject(Struct, frozen=True):
    """Whom a signed token speaks for, as it was told; not normalised yet."""

    kind: str
    value: str


class TokenFault(Struct, frozen=True):
    """Why a signed token is worth nothing."""

    reason: str


class Credentials(Protocol):
    """Tells whose a key is, and whom a signed token speaks for."""

    def credential(self, key: str) -> Credential | None: ...

    def subject(self, token: str, source: str, now_us: int) -> Subject | TokenFault:
        """Verify a token that the shop's back end signed for one of its users."""
        ...


class Appender(Protocol):
    """Writes entries to the log and answers when they are on disk, in order."""

    async def append(self, entries: Sequence[Entry]) -> Sequence[Outcome]: ...


class Normalise(Protocol):
    """Brings an identifier into its one form, or says why it is unused."""

    def __call__(
        self, kind: str, value: object, country: str, policy: KindPolicy
    ) -> Identifier | Unused: ...


class Applied(Protocol):
    """Waits until the profiles reflect the log up to an offset; False if too slow."""

    async def __call__(self, offset: int, timeout_s: float = 1.0) -> bool: ...


class Pressure(Protocol):
    """How far the projector is behind: 1.0 is where refusing begins."""

    def __call__(self) -> float: ...
