"""Quarantined items as the API asks for them: list, show, replay."""

from collections.abc import Callable
from typing import Any

from msgspec import structs

from habitue.access.sources import Sources
from habitue.app.desks.writing import Writing
from habitue.base.clock import to_iso
from habitue.base.errors import ConflictError, NotFoundError
from habitue.collect.arrive import replay
from habitue.collect.item import Rules
from habitue.collect.pipeline import refuse_suppressed
from habitue.collect.port import Credential
from habitue.collect.proved import UNPROVED
from habitue.log.port import Entry, Quarantined, Truth
from habitue.model.event import names_of
from habitue.model.identifier import Identifier
from habitue.model.outcome import Fate

View = dict[str, Any]


class QuarantineDesk:
    """Shows what needs fixing, and tries it again."""

    def __init__(
        self,
        truth: Truth,
        writing: Writing,
        sources: Sources,
        rules: Callable[[], Rules],
        suppressed: Callable[[tuple[Identifier, ...]], bool],
    ) -> None:
        """rules: gives those the door goes by now; suppressed: as its ports have it."""
        self._suppressed = suppressed
        self._truth = truth
        self._writing = writing
        self._sources = sources
        self._rules = rules

    def page(self, after: int, limit: int) -> tuple[list[View], int | None]:
        """Give items in order, and the cursor of the next page."""
        items = self._truth.quarantined(after, limit)
        more = items[-1].quarantine_id if len(items) == limit else None
        return [_view(item) for item in items], more

    def item(self, quarantine_id: int) -> View | None:
        """Give one item; None if there is none."""
        item = self._truth.quarantine_item(quarantine_id)
        return None if item is None else _view(item)

    async def replay(self, quarantine_id: int, original: str | None) -> View:
        """Send an item through the steps again; stored once, however often tried."""
        item = self._truth.quarantine_item(quarantine_id)
        if item is None:
            raise NotFoundError(f"There is no quarantined item {quarantine_id}.")
        if item.replayed_offset is not None:
            return {"outcome": "duplicate", "offset": item.replayed_offset}
        source = self._sources.get(item.source)
        if source is None:
            raise ConflictError(
                f"Source '{item.source}' is gone; set it up again to replay its items."
            )
        taken = replay(
            item.original if original is None else original.encode(),
            self._rules(),
            # What a file lacked is asked for again.
            Credential(source=source, writer=source.kind, bulk=item.reason == UNPROVED),
            received_us=item.received_us,
            message_id=item.message_id,
        )
        if taken.event is not None and self._suppressed(names_of(taken.event)):
            taken = refuse_suppressed(taken)
        return await self._try(item, taken.entry)

    async def _try(self, item: Quarantined, entry: Entry) -> View:
        if entry.reason is not None:
            return {
                "outcome": (Fate.REFUSED if entry.refused else Fate.QUARANTINED).value,
                "reason": entry.reason,
                "detail": entry.detail,
            }
        # Under the id of the first time, whatever a mended text says: that is what
        # makes the second replay a duplicate.
        entry = structs.replace(entry, message_id=item.message_id or entry.message_id)
        outcome = await self._writing.replay(item.quarantine_id, entry)
        return {
            "outcome": outcome.fate.value,
            "reason": outcome.reason,
            "detail": outcome.detail,
            "offset": outcome.offset,
        }


def _view(item: Quarantined) -> View:
    return {
        "quarantine_id": item.quarantine_id,
        "received_at": to_iso(item.received_us),
        "source": item.source,
        "message_id": item.message_id,
        "reason": item.reason,
        "detail": item.detail,
        "original": item.original.decode("utf-8", "replace"),
        "replayed_offset": item.replayed_offset,
    }
