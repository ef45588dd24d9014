"""A copy of the audit on another machine, as lines of syslog (RFC 5424, 6587).

Whoever leads sends what stands in the log, in its order. An entry counts as sent where
the connection still stood a look after it went out: what lay between is sent again, so
that none is missing, and who receives tells a second one by its offset. Nothing of the
product waits for it.
"""

import asyncio
import json
import logging
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from habitue.access.baits import ALARM
from habitue.base.clock import to_iso
from habitue.base.egress import Line, line_to
from habitue.base.errors import HabitueError
from habitue.base.receiver import place_of
from habitue.model.operator import AuditEntry
from habitue.model.record import Record

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.log.port import Truth

_log = logging.getLogger("habitue.audit")

FILE = "audit-copied"
LOOK_S, RETRY_S = 0.5, 5.0
BATCH_MAX = 200
# Of the facility for audits: something to act on at once, and something to note.
ALERT, NOTICE = 13 * 8 + 1, 13 * 8 + 5
NAME_MAX = 32
_read = msgspec.json.Decoder(AuditEntry).decode


class Mark:
    """How far in the log the audit is copied, kept in a file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def begin(self, head: int) -> None:
        """Begin behind what there is, where nothing was ever copied from here.

        By each process that may lead, so that none begins behind what another left.
        """
        if not self._path.exists():
            self.move(head)

    def read(self) -> int:
        return int(self._path.read_text())

    def move(self, offset: int) -> None:
        draft = self._path.with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(str(offset))
        draft.replace(self._path)


def begin_copy(folder: Path, url: str, truth: "Truth") -> None:
    """Take note of where the copy of the audit begins, if there is to be one."""
    if url:
        Mark(folder).begin(truth.head())


class AuditCopy:
    """Sends entries on while this process leads."""

    def __init__(self, home: "Home") -> None:
        settings = home.engine.settings
        self._home = home
        self._place = place_of(settings.audit.copy_url)
        self._mark = Mark(Path(settings.data.folder))

    async def run_on(self) -> None:
        """Send for ever; where nobody receives, it is told once and tried again."""
        if self._place is None:
            return
        waits = False
        while True:
            try:
                async with line_to(*self._place) as line:
                    waits = False
                    await self._send_on(line)
            except (OSError, TimeoutError, HabitueError) as error:
                if not waits:
                    _log.warning("the copy of the audit waits: %s", error)
                waits = True
            await asyncio.sleep(RETRY_S)

    async def _send_on(self, line: Line) -> None:
        """Send entries as long as the other side is there."""
        sent = await asyncio.to_thread(self._mark.read)
        while line.stands:
            await self._home.fold.whole()
            found = self._next(sent)
            if found:
                await line.send(b"".join(map(self.framed, found)))
                sent = found[-1].offset
            await asyncio.sleep(LOOK_S)
            if found and line.stands:
                await asyncio.to_thread(self._mark.move, sent)

    def _next(self, sent: int) -> list[Record]:
        fold = self._home.fold
        at = fold.record_at(sent)
        # Time never goes back along the log.
        low = (0, 0) if at is None else (at.received_us, sent + 1)
        places = fold.audited.span(0, low=low, limit=BATCH_MAX)
        found = (fold.record_at(offset) for _, offset, _ in places if offset > sent)
        return [one for one in found if one is not None and one.body is not None]

    @staticmethod
    def framed(record: Record) -> bytes:
        """Give an entry as a line, with its length before it."""
        entry = _read(record.body or b"")
        urgency = ALERT if entry.action == ALARM else NOTICE
        told = {
            "offset": record.offset,
            "at": to_iso(record.received_us),
            **msgspec.to_builtins(entry),
            "chain": record.chain.hex(),
        }
        host = platform.node() or "-"
        name = entry.action[:NAME_MAX] or "-"
        head = f"<{urgency}>1 {told['at']} {host} habitue - {name} -"
        # Beyond ASCII all is escaped, so nothing in a name can end a line.
        line = f"{head} {json.dumps(told)}".encode("ascii")
        return b"%d %b" % (len(line), line)
