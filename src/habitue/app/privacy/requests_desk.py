"""Requests of people as they are listed, and what became of them."""

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from habitue.access.pasted import masked
from habitue.api.port import View
from habitue.app.projection.evidence import event_of
from habitue.base.clock import DAY_US, to_iso
from habitue.base.errors import NotFoundError
from habitue.model.event import Event
from habitue.model.record import Record
from habitue.privacy.requested import ANSWERED, ASKED

if TYPE_CHECKING:
    from habitue.app.serving.leader import Leader

# What a request tells of itself, as the systems that take them call it.
_TOLD = ("request_id", "scope", "shop")
# Who asks has to have an answer within a month (GDPR, article 12(3)).
ANSWER_US = 30 * DAY_US
# How long it may take until it is seen that a request waits no more.
_WAIT_S = 5.0


class Answered(Struct, frozen=True, kw_only=True):
    """What became of a request: by whom, when, and a word about it."""

    by: str
    at_us: int
    note: str = ""


class RequestsDesk:
    """Lists what people asked for, and takes down what was done."""

    def __init__(self, leader: "Leader") -> None:
        self._fold = leader.fold
        self._projector = leader.projector
        self._truth = leader.engine.truth
        self._writing = leader.engine.writing

    def waiting(self, cursor: int, limit: int) -> View:
        """Give a page of requests nobody has acted on, oldest first."""
        offsets = self._fold.requests.waiting(cursor, limit)
        records = (self._fold.record_at(offset) for offset in offsets)
        return {
            "requests": [self._view(one) for one in records if one is not None],
            "next_cursor": offsets[-1] if len(offsets) == limit else None,
        }

    async def answer(self, request: int, by: str, note: str) -> View:
        """Take down that a request has been acted on; it waits no more."""
        if request not in self._fold.requests.waiting(request - 1, 1):
            raise NotFoundError(f"No request {request} waits for an answer.")
        said = masked(note)
        told = Answered(by=by, at_us=self._writing.now_us(), note=said)
        body = msgspec.json.encode(told)
        await self._writing.define(ANSWERED, str(request), body)
        await self._projector.applied(self._truth.head(), _WAIT_S)
        return {"request": request, "by": by, "at": to_iso(told.at_us), "note": said}

    def _view(self, record: Record) -> View:
        event = event_of(record)
        told = {} if event is None else event.properties
        return {
            "request": record.offset,
            "asks": "" if event is None else ASKED[event.name],
            "source": record.source,
            "received_at": to_iso(record.received_us),
            "answer_by": to_iso(record.received_us + ANSWER_US),
            "person_id": None if event is None else self._person(event),
            **{name: told.get(name) for name in _TOLD},
        }

    def _person(self, event: Event) -> int | None:
        found = map(self._fold.identity.find, event.identifiers)
        return next((one for one in found if one is not None), None)
