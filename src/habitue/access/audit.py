"""The audit: what was done by whom, as records of the log, chained with all others.

It is written before the thing is done and flushed before anybody is answered, so
nothing is done unwritten; what then failed has its entry, too. An entry names nobody's
address: it has to stay when a person is erased; and no secret, in a reason either.
"""

from typing import Protocol

import msgspec

from habitue.access.deeds import NOTHING, Object
from habitue.access.pasted import masked
from habitue.access.port import Appender
from habitue.base.errors import StorageError
from habitue.base.ids import NewId
from habitue.log.port import Entry
from habitue.model.operator import AuditEntry
from habitue.model.outcome import Fate
from habitue.model.record import RecordKind

AUDIT_SOURCE = "audit"
TEXT_MAX = 500


class Who(Protocol):
    """Somebody who does something."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...


class Audit:
    """Writes entries; what can't be written raises, and then nothing is done."""

    def __init__(self, appender: Appender, new_id: NewId) -> None:
        self._appender = appender
        self._new_id = new_id

    async def write(
        self, who: Who, action: str, what: Object = NOTHING, reason: str = ""
    ) -> None:
        """Write down what somebody is about to do, and wait until it is on disk."""
        told = AuditEntry(
            operator=who.name,
            role=str(who.role),
            action=action,
            object=what[:TEXT_MAX],
            reason=masked(reason)[:TEXT_MAX],
        )
        entry = Entry(
            kind=RecordKind.AUDIT,
            source=AUDIT_SOURCE,
            message_id=self._new_id(),
            body=msgspec.json.encode(told),
        )
        outcome = (await self._appender.append([entry]))[0]
        if outcome.fate is not Fate.STORED:
            raise StorageError("The audit could not be written, so nothing was done.")
