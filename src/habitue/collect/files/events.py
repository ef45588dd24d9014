"""A line that tells an event as JSON becomes that event's item."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import msgspec

from habitue.collect.files.chunks import Chunk
from habitue.collect.files.json_lines import EVENT
from habitue.collect.files.nouns import Built, ImportPlan, Parsed
from habitue.collect.files.rows import Alive, Block, RowReader, Run
from habitue.collect.files.tables import table_of
from habitue.collect.files.values import Bad

_NOT_JSON = Bad("The line is no JSON object.")
_decode = msgspec.json.Decoder().decode


class Events:
    """Reads a file of events, a line an event."""

    def __init__(self, plan: ImportPlan, alive: Alive = lambda: None) -> None:
        self._plan, self._alive = plan, alive
        self._table = table_of(plan)
        self._reader = RowReader(plan, self._table, alive)
        self._at = plan.headers.index(EVENT)

    def count(self) -> int:
        """Count the lines of the file."""
        return sum(len(chunk.lines) for chunk in self._table.chunks(()))

    def chunks(self) -> Iterator[Chunk]:
        """Give the lines; the raw event of each stands in the only column."""
        for chunk in self._table.chunks((self._at,)):
            self._alive()
            yield chunk

    def raws(self, chunk: Chunk) -> list[bytes]:
        """Give the raw events of a chunk's lines."""
        return [
            cell if isinstance(cell, bytes) else cell.encode("utf-8", "replace")
            for cell in chunk.columns[self._at]
        ]

    def parse(self, chunk: Chunk, at: int, raw: bytes) -> Parsed:
        """Give the item of a line, or reject the line."""
        item = Bad(chunk.errors[at]) if at in chunk.errors else self._item(raw)
        if isinstance(item, Bad):
            block = Block([], chunk.lines, {}, {}, chunk.texts)
            return next(self._reader.rejected(Run(None, block, at, at + 1), item))
        return Built(item, (chunk.lines[at],))

    def _item(self, raw: bytes) -> dict[str, Any] | Bad:
        return item_of(raw, historical=self._plan.historical)


def item_of(raw: bytes, *, historical: bool) -> dict[str, Any] | Bad:
    """Read an event as the item that the door would be sent now.

    Nobody sends a file, so what it says of its sending does not count: the time of an
    event is the one it names, corrected already where two are named.
    """
    try:
        item = _decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _NOT_JSON
    if not isinstance(item, dict):
        return _NOT_JSON
    item.pop("sentAt", None)
    if item.get("timestamp") is not None:
        item.pop("originalTimestamp", None)
    if not (item.get("messageId") or item.get("message_id")):
        item["messageId"] = event_id(raw)
    context = item.get("context")
    if historical and (context is None or isinstance(context, dict)):
        item["context"] = {**(context or {}), "historical": True}
    return item


def event_id(raw: bytes) -> str:
    """Name an event that brings no id of its own by its line.

    >>> event_id(b'{"type":"page"}')
    'event/eb9e3f6e2505fbcb'
    """
    return f"event/{blake2b(raw.strip(), digest_size=8).hexdigest()}"
