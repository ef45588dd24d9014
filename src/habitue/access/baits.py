"""Who is bait: nobody has a reason to read them, so whoever does is found out.

The alarm is on disk before what was read goes out. Who reads the same bait again within
an hour raises no second one, or a page that is left open would drown the first. Who
may not know who is bait is told nothing of it: the audit, too, keeps it from them.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Protocol

import msgspec
from msgspec import structs

from habitue.access.deeds import NOTHING, Deed, Object, deed
from habitue.access.reading import Who
from habitue.base.clock import DAY_US, HOUR_US, SECOND_US, Clock
from habitue.log.port import Definition
from habitue.model.bait import BAIT, Bait

_log = logging.getLogger("habitue.baits")

# What entries about bait begin with in the audit, and what an alarm is called there.
OF_BAITS = "baits:"
ALARM = "baits:alarm"
# So many may be bait: each is looked for in all that is read.
BAITS_MAX = 50
# So long an alarm is shown on pages and told by the doctor.
SHOWN_US = 7 * DAY_US
# Whom a bait was joined with is looked up no more often: it takes a record's reading.
JOINED_US = SECOND_US
NAMED_MAX, WAY_MAX = 20, 150
_read = msgspec.json.Decoder(Bait | None).decode

# Says who a person's id is now, if anybody.
Current = Callable[[int], int | None]
Change = Callable[[bytes | None], bytes | None]


class Definitions(Protocol):
    """Keeps what is bait."""

    def definitions(self, kind: str) -> Sequence[Definition]: ...

    async def redefine(self, kind: str, name: str, change: Change) -> None: ...


class Audit(Protocol):
    """Writes down what somebody did."""

    async def write(self, who: Who, action: str, what: Object = NOTHING) -> None: ...


class Baits:
    """Who is bait, by id, and the alarms of this process."""

    def __init__(self, definitions: Definitions, audit: Audit, clock: Clock) -> None:
        self._definitions = definitions
        self._audit = audit
        self._clock = clock
        # Since the start.
        self.alarms = 0
        # Who was found out reading whom, within this hour.
        self._told: set[tuple[str, int]] = set()
        self._hour = 0
        self._turn = asyncio.Lock()
        self.reload()

    def reload(self) -> None:
        """Read anew who is bait; another process may have said so."""
        told = self._definitions.definitions(BAIT)
        read = ((int(one.name), _read(one.body)) for one in told)
        self.held = {name: bait for name, bait in read if bait is not None}
        # Ids, each with the bait it stands for.
        self._ids: tuple[tuple[int, int], ...] = ()
        self._looked_us = 0

    def recent(self) -> dict[int, Bait]:
        """Give those that were read within some days."""
        since_us = self._clock.now_us() - SHOWN_US
        return {name: one for name, one in self.held.items() if one.read_us > since_us}

    def among(self, people: Collection[int], current: Current) -> list[int]:
        """Give the baits among some people, by the ids they have now or had."""
        return sorted({bait for one, bait in self._known(current) if one in people})

    def _known(self, current: Current) -> tuple[tuple[int, int], ...]:
        now_us = self._clock.now_us()
        if not self._ids or now_us - self._looked_us >= JOINED_US:
            joined = ((current(bait), bait) for bait in self.held)
            told = [(one, bait) for one, bait in joined if one is not None]
            self._ids = (*told, *((bait, bait) for bait in self.held))
            self._looked_us = now_us
        return self._ids

    async def alarm(self, who: Who, way: str, found: Sequence[int]) -> None:
        """Write down that somebody reads these baits, unless they were told of lately.

        way: by what they are read, a method and a path, say.
        """
        async with self._turn:
            fresh = self._fresh(who, found)
            if not fresh:
                return
            named = ", ".join(map(str, fresh[:NAMED_MAX]))
            what = deed(Deed.BAIT_READ, people=named, way=way[:WAY_MAX])
            await self._audit.write(who, ALARM, what)
            self._told.update((who.name, one) for one in fresh)
            self.alarms += 1
            _log.warning("bait was read by %s: %s", who.name, way[:WAY_MAX])
            change = partial(_read_by, who.name, self._clock.now_us())
            for one in fresh:
                await self._definitions.redefine(BAIT, str(one), change)
            self.reload()

    def _fresh(self, who: Who, found: Sequence[int]) -> list[int]:
        hour = self._clock.now_us() // HOUR_US
        if hour != self._hour:
            self._hour, self._told = hour, set()
        return [one for one in found if (who.name, one) not in self._told]


def _read_by(reader: str, now_us: int, body: bytes | None) -> bytes | None:
    """Count a read; what is bait no more stays none."""
    held = None if body is None else _read(body)
    if held is None:
        return None
    told = structs.replace(held, reads=held.reads + 1, read_us=now_us, reader=reader)
    return msgspec.json.encode(told)
