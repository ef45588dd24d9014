"""Who listens to a segment: set and taken back, each a definition in the log.

What a subscription makes of who enters and leaves is habitue.segment.subscription.
"""

import asyncio
from typing import Any, Protocol

import msgspec

from habitue.app.desks.writing import Writing
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.log.port import Truth
from habitue.segment.subscription import SUBSCRIPTION, Subscription

View = dict[str, Any]
Views = list[View]
SUBSCRIPTIONS_MAX = 500
_read = msgspec.json.Decoder(Subscription | None).decode


class Segments(Protocol):
    """The segments in force; habitue.app.segments.desk.SegmentDesk is one."""

    def get(self, segment_id: str) -> View: ...


class SubscriptionDesk:
    """Says who listens to which segment, and writes what an operator sets."""

    def __init__(self, truth: Truth, writing: Writing, segments: Segments) -> None:
        self._truth = truth
        self._writing = writing
        self._segments = segments
        # One change at a time: each is checked beside the others.
        self._turn = asyncio.Lock()

    def list(self, segment_id: str) -> Views:
        """List who listens to a segment."""
        self._segments.get(segment_id)
        return [
            _view(name, one)
            for name, one in self._held().items()
            if one.segment == segment_id
        ]

    def _held(self) -> dict[str, Subscription]:
        found = {}
        for text in self._truth.definitions(SUBSCRIPTION):
            one = _read(text.body)
            if one is not None:
                found[text.name] = one
        return dict(sorted(found.items()))

    async def put(self, segment_id: str, name: str, told: View) -> View:
        """Have a name listen to a segment; ConflictError if it listens to another."""
        self._segments.get(segment_id)
        wanted = Subscription(segment=segment_id, **told)
        if not (wanted.entered or wanted.left):
            raise InvalidError(
                "Say what is to be told: who enters, who leaves, or both."
            )
        async with self._turn:
            held = self._held()
            other = held.get(name)
            if other is not None and other.segment != segment_id:
                raise ConflictError(
                    f"'{name}' listens to the segment '{other.segment}'; choose"
                    " another name."
                )
            if len(held) >= SUBSCRIPTIONS_MAX and other is None:
                raise InvalidError(
                    f"There are {SUBSCRIPTIONS_MAX} subscriptions: end one first."
                )
            if other != wanted:
                body = msgspec.json.encode(wanted)
                await self._writing.define(SUBSCRIPTION, name, body)
        return _view(name, wanted)

    async def end(self, segment_id: str, name: str) -> View:
        """Have nobody told any more under a name."""
        async with self._turn:
            held = self._held().get(name)
            if held is None or held.segment != segment_id:
                raise NotFoundError(f"'{name}' does not listen to '{segment_id}'.")
            await self._writing.define(SUBSCRIPTION, name, b"null")
        return {**_view(name, held), "ended": True}


def _view(name: str, one: Subscription) -> View:
    return {
        "name": name,
        "segment": one.segment,
        "entered": one.entered,
        "left": one.left,
        "marked": one.marked,
    }
