"""What access needs of the rest: where definitions live, and where secrets do."""

from collections.abc import Sequence
from typing import Protocol

from habitue.log.port import Definition, Entry
from habitue.model.outcome import Outcome


class Definitions(Protocol):
    """Keeps the whole text of what is defined; defining is a record in the log."""

    async def define(self, kind: str, name: str, body: bytes) -> Definition: ...

    def definitions(self, kind: str) -> Sequence[Definition]: ...


class SecretStore(Protocol):
    """Keeps secrets that have to be usable, and so can't be kept as hashes.

    They never stand in the log: the log is exported, copied and shown.
    """

    def get(self, name: str) -> bytes | None: ...

    def put(self, name: str, secret: bytes) -> None: ...

    def names(self) -> list[str]:
        """Name all secrets, for a backup of them."""
        ...


class Appender(Protocol):
    """Writes entries into the log, and has them flushed when it answers."""

    async def append(self, entries: Sequence[Entry]) -> list[Outcome]: ...
