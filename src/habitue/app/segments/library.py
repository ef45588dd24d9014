"""The segments that are defined, as the log has them, each read once a version."""

import asyncio
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from habitue.app.desks.writing import Writing
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.log.port import DEFINITION_SOURCE, DefinitionText, Truth, definition_id
from habitue.segment.check import (
    BrokenConditionError,
    check_library,
    missing_segments,
)
from habitue.segment.condition import Condition
from habitue.segment.definition import (
    SEGMENT,
    SEGMENTS_MAX,
    Segment,
    decode,
    encode,
)
from habitue.segment.walk import inlined, segments_in


class Held(Struct, frozen=True):
    """A segment in force: what it is, its version and since which record."""

    segment: Segment
    version: int
    offset: int
    defined_us: int


class Version(Struct, frozen=True):
    """What a segment was from a record on; held is None where it was deleted."""

    version: int
    held: Held | None
    offset: int
    defined_us: int


class SegmentLibrary:
    """Reads and writes definitions of segments, none of which can be a broken one."""

    def __init__(self, truth: Truth, writing: Writing) -> None:
        self._truth = truth
        self._writing = writing
        self._read: dict[tuple[str, int], Held | None] = {}
        # One change at a time: each is checked beside all others.
        self._turn = asyncio.Lock()

    def all(self) -> dict[str, Held]:
        """Give the segments in force, by id."""
        found: dict[str, Held] = {}
        read: dict[tuple[str, int], Held | None] = {}
        for one in self._truth.definitions(SEGMENT):
            key = (one.name, one.version)
            held = self._read.get(key)
            if held is None and one.body != b"null":
                held = self._held(decode(one.body), one.version, one.offset)
            read[key] = held
            if held is not None:
                found[one.name] = held
        self._read = read
        return dict(sorted(found.items()))

    def get(self, segment_id: str) -> Held:
        """Give a segment in force; NotFoundError if there is none of this id."""
        held = self.all().get(segment_id)
        if held is None:
            raise NotFoundError(f"There is no segment '{segment_id}'.")
        return held

    def versions(self, segment_id: str) -> list[Version]:
        """Give all versions of a segment, the first one first."""
        found: list[Version] = []
        while (one := self._version(segment_id, len(found) + 1)) is not None:
            found.append(one)
        if not found:
            raise NotFoundError(f"There is no segment '{segment_id}'.")
        return found

    def version(self, segment_id: str, version: int) -> Held | None:
        """Give a segment as a version had it; None where that can't be read."""
        told = self._version(segment_id, version)
        return None if told is None else told.held

    def _version(self, segment_id: str, version: int) -> Version | None:
        name = definition_id(SEGMENT, segment_id, version)
        offset = self._truth.find(DEFINITION_SOURCE, name)
        record = None if offset is None else self._truth.get(offset)
        if record is None or record.body is None:
            return None
        text = msgspec.json.decode(record.body, type=DefinitionText)
        segment = decode(text.body)
        held = self._held(segment, version, record.offset)
        return Version(version, held, record.offset, record.received_us)

    def condition(self, condition: Condition) -> Condition:
        """Give a condition with those of the segments it asks for in their place."""
        return inlined(condition, self.conditions())

    def conditions(self) -> dict[str, Condition]:
        """Give the conditions of the segments in force, by id."""
        return {name: held.segment.condition for name, held in self.all().items()}

    def reach(self, segment_id: str) -> set[str]:
        """Give the ids of a segment and of all that it asks for, through others too."""
        library, found, left = self.conditions(), set[str](), {segment_id}
        while left:
            name = left.pop()
            found.add(name)
            left |= (segments_in(library[name]) & library.keys()) - found
        return found

    def check(self, condition: Condition, segment_id: str = "") -> None:
        """Refuse a condition that can't be judged beside those in force."""
        library = self.conditions()
        missing = missing_segments(condition, {**library, segment_id: condition})
        if missing:
            raise BrokenConditionError(missing)
        check_library({**library, segment_id: condition})

    async def put(self, segment: Segment) -> Held:
        """Put a segment in force, in place of the one of its id."""
        name = segment.segment_id
        async with self._turn:
            held = self.all()
            if len(held) >= SEGMENTS_MAX and name not in held:
                raise InvalidError(
                    f"There are {SEGMENTS_MAX} segments: delete one first."
                )
            self.check(segment.condition, name)
            await self._writing.define(SEGMENT, name, encode(segment))
            return self.get(name)

    async def delete(self, segment_id: str) -> None:
        """Take a segment out of force; its versions stay in the log."""
        async with self._turn:
            self.get(segment_id)
            asking = _asking_for(segment_id, self.conditions())
            if asking:
                raise ConflictError(
                    f"Segment '{segment_id}' is asked for by {', '.join(asking)}:"
                    " change these first."
                )
            await self._writing.define(SEGMENT, segment_id, b"null")

    def _held(self, segment: Segment | None, version: int, offset: int) -> Held | None:
        record = self._truth.get(offset)
        if segment is None:
            return None
        return Held(segment, version, offset, record.received_us if record else 0)


def _asking_for(segment_id: str, library: Mapping[str, Condition]) -> list[str]:
    return [
        f"'{name}'"
        for name, condition in library.items()
        if segment_id in segments_in(condition)
    ]
