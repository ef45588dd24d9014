"""A line that was undone and is told again: it is a new one, not a duplicate.

Message ids of lines say what they tell, so the corrected file brings most of them as
they were. What is undone counts for nothing; were these duplicates of it, the file
could never be taken in any more.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence

import msgspec
from msgspec import Struct, structs

from habitue.collect.pipeline import Taken
from habitue.log.port import Truth
from habitue.model.record import RecordKind

_SLICE = 20


class _Origin(Struct):
    """Of an event: the import it came with."""

    imported: str = ""


_origin = msgspec.json.Decoder(_Origin).decode


class Again:
    """Gives items whose former telling is undone an id of their own."""

    def __init__(self, truth: Truth, undone: Callable[[], Collection[str]]) -> None:
        """undone: gives the ids of imports that are undone."""
        self._truth = truth
        self._undone = undone

    async def named(self, taken: Sequence[Taken]) -> Sequence[Taken]:
        """Give the items of a packet, those told again under another id."""
        if not self._undone():
            return taken
        found = []
        for at, one in enumerate(taken):
            if at % _SLICE == _SLICE - 1:
                # Each is a question to the log.
                await asyncio.sleep(0)
            found.append(self._named(one))
        return found

    def _named(self, one: Taken) -> Taken:
        entry, number = one.entry, 1
        if entry.reason is not None or entry.refused:
            return one
        name = entry.message_id
        while self._is_undone(entry.source, name):
            number += 1
            name = f"{entry.message_id}/{number}"
        if number == 1:
            return one
        return structs.replace(one, entry=structs.replace(entry, message_id=name))

    def _is_undone(self, source: str, message_id: str) -> bool:
        offset = self._truth.find(source, message_id)
        record = None if offset is None else self._truth.get(offset)
        if record is None or record.kind is not RecordKind.EVENT or not record.body:
            return False
        try:
            return _origin(record.body).imported in self._undone()
        except msgspec.MsgspecError:
            return False
