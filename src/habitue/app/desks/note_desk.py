"""What the staff note of a person: an event shown to who looks, that never counts."""

from typing import Any

import msgspec

from habitue.access.pasted import masked
from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.desks.writing import OPERATOR, Writing
from habitue.base.clock import to_iso
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.note import NOTE, NOTE_CHARS_MAX, TEXT
from habitue.model.outcome import Fate
from habitue.model.person import Person
from habitue.model.source import Writer

View = dict[str, Any]


class NoteDesk:
    """Writes notes; they are read on the timeline."""

    def __init__(self, people: PeopleDesk, writing: Writing) -> None:
        self._people = people
        self._writing = writing

    async def add(self, person_id: int, text: str, operator: str) -> View:
        """Note something of a person, by an identifier that is theirs.

        Gives person_id, offset, at. InvalidError where there is nothing to note.
        """
        said = masked(text.strip())
        if not said or len(said) > NOTE_CHARS_MAX:
            raise InvalidError(f"Write a note of 1 to {NOTE_CHARS_MAX} characters.")
        person = self._people.whose(person_id)
        if person is None:
            raise NotFoundError(f"There is no person {person_id}.")
        at_us = self._writing.now_us()
        event = Event(
            type="track",
            name=NOTE,
            at_us=at_us,
            writer=Writer.OPERATOR,
            identifiers=(_name_of(person),),
            operator=operator,
            # As all that the staff do: shown, and part of no sum, segment or score.
            marked="staff",
            properties={TEXT: said},
        )
        entry = Entry(
            source=OPERATOR,
            message_id=f"note/{self._writing.new_id()}",
            body=msgspec.json.encode(event),
        )
        outcome = (await self._writing.append([entry]))[0]
        if outcome.fate is not Fate.STORED:
            raise ConflictError(outcome.detail or "The note was not stored.")
        return {
            "person_id": person.person_id,
            "offset": outcome.offset,
            "at": to_iso(at_us),
        }


def _name_of(person: Person) -> Identifier:
    """Give what the person is called by longest: no passed-on contact, if it may be."""
    kept = [node.identifier for node in person.nodes if node.until is None]
    named = [node.identifier for node in person.nodes]
    devices = [stretch.identifier for stretch in person.stretches]
    return (kept or named or devices)[0]
