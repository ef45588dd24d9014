"""The answer: which strand is each event's, and which strands are one person."""

from msgspec import Struct

from habitue.identity.history import History
from habitue.identity.places import Places
from habitue.model.evidence import Key
from habitue.model.identifier import IDENTIFIERS_MAX, Identifier
from habitue.model.kind import Role
from habitue.model.person import Person, Place


class Resolution(Struct, frozen=True):
    """A history resolved: strands of events, persons of strands.

    strand_of: each item in force that has identifiers; nobody: how many have none.
    """

    strand_of: dict[Key, int]
    persons: dict[int, Person]
    nobody: int
    told: History
    places: Places
    strands: dict[Place, int]
    holders: dict[int, int]

    def person_of(self, strand: int) -> int | None:
        """Say whose a strand is; None if nothing in force lies in it."""
        return self.holders.get(strand)

    def current(self, person_id: int) -> int | None:
        """Say who an old person_id is now: whose is the mention it was born from."""
        mention = self.told.mentions.get(person_id // IDENTIFIERS_MAX)
        position = person_id % IDENTIFIERS_MAX
        if mention is None or position >= len(mention.identifiers):
            return None
        identifier = mention.identifiers[position]
        return self._whose(self.places.at(identifier, mention.moment))

    def find(self, identifier: Identifier) -> int | None:
        """Say who holds an identifier now; None if no item in force carries it.

        A contact is its last tenure's. A device is whose the stretch of its last
        item is: after a logout that is the old holder until it is seen again.
        """
        role = self.places.fitting.policy.kind(identifier.kind).role
        if role is Role.DEVICE:
            return self._holder_of_device(identifier)
        known = self.places.tenures.get(identifier)
        return self._whose(Place(identifier, len(known.opens) if known else 0))

    def _holder_of_device(self, device: Identifier) -> int | None:
        turns = self.places.turns.get(device)
        if not turns:
            return None
        return self._whose(self.places.at(device, turns[-1].moment))

    def _whose(self, place: Place) -> int | None:
        strand = self.strands.get(place)
        return None if strand is None else self.holders.get(strand)
