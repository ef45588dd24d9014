"""People noted as a list: an event each, by which a condition finds them again.

No list of ids is kept anywhere: what is noted stands in the log with an identifier of
the person, so it goes along when people turn out to be one, comes apart with them, and
goes when somebody is erased. Nothing is triggered by it.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from habitue.app.desks.slices import Slices
from habitue.base.errors import StorageError
from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope
from habitue.collect.pipeline import take
from habitue.collect.port import Credential
from habitue.log.port import Entry
from habitue.model.identifier import Identifier
from habitue.model.person import Person
from habitue.model.source import Source, Writer
from habitue.segment.condition import Condition, Did, Where

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

EVENT = "Segment Listed"
SOURCE = "habitue"
BATCH = 200


def condition_of_list(name: str) -> Condition:
    """Say who was noted on a list."""
    return Did(event=EVENT, where=(Where(property="list", op="is", value=name),))


class Lists:
    """Notes people on lists."""

    def __init__(self, home: "Home") -> None:
        self._home = home

    async def note(self, name: str, people: Sequence[int]) -> int:
        """Note people on a list; give how many. Who can't be named is left out.

        The same list noted again notes the same people once.
        """
        noted, slices = 0, Slices(self._home.fold)
        batch: list[Entry] = []
        for person_id in people:
            person = self._home.fold.identity.person(person_id, 0)
            held = None if person is None else _identifier(person)
            if held is not None:
                batch.append(self._entry(name, person_id, held))
                noted += 1
            if len(batch) == BATCH:
                await self._write(batch)
                batch = []
            await slices.turn()
        await self._write(batch)
        return noted

    async def _write(self, batch: list[Entry]) -> None:
        if batch:
            await self._home.engine.writing.append(batch)

    def _entry(self, name: str, person_id: int, held: Identifier) -> Entry:
        engine = self._home.engine
        told = {
            "type": "track",
            "event": EVENT,
            "messageId": f"list/{name}/{person_id}",
            "identifiers": {held.kind: held.value},
            "properties": {"list": name},
        }
        item = json.dumps(told).encode()
        source = Source(name=SOURCE, historical=True)
        arrival = make_arrival(
            engine.doors.rules,
            Credential(source=source, writer=Writer.SERVER),
            Envelope(items=(item,)),
            engine.clock.now_us(),
        )
        entry = take(item, arrival).entry
        if entry.reason is not None:
            raise StorageError("A note that somebody is on a list can't be written.")
        return entry


def _identifier(person: Person) -> Identifier | None:
    """Give what names somebody now: an anchor or a contact, else a device."""
    held = [node for node in person.nodes if node.until is None]
    if held:
        return min(held, key=lambda node: node.birth).identifier
    devices = [one for one in person.stretches if one.until is None]
    return devices[-1].identifier if devices else None
