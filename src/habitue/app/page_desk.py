"""What the page reads: the stream, a search, a person's card."""

from collections import deque

from habitue.access.sources import Sources
from habitue.app.event_view import event_view
from habitue.app.fold import Applied, Fold, event_of, evidence_of
from habitue.app.people_desk import PeopleDesk
from habitue.app.profile_view import View, name_of
from habitue.app.source_desk import outcomes
from habitue.app.tally import Tally
from habitue.identity.kinds import normalise
from habitue.log.port import Count, Truth
from habitue.model.evidence import Evidence
from habitue.model.identifier import Identifier
from habitue.model.record import Record

RECENT_MAX = 500
FOUND_MAX = 20


class PageDesk:
    """Fills the page's port from the fold."""

    def __init__(
        self,
        people: PeopleDesk,
        fold: Fold,
        truth: Truth,
        sources: Sources,
        tally: Tally,
    ) -> None:
        self._people = people
        self._tally = tally
        self._fold = fold
        self._truth = truth
        self._sources = sources
        self._recent: deque[tuple[Record, Applied]] = deque(maxlen=RECENT_MAX)

    def heard(self, record: Record, applied: Applied) -> None:
        """Keep an event that has just been applied, for the stream."""
        self._recent.append((record, applied))

    def remember(self, head: int) -> None:
        """Read the newest events from the log, so that a restart shows them still."""
        for record in self._truth.read(max(0, head - RECENT_MAX), RECENT_MAX):
            if self._fold.faults.get(record.offset) is not None:
                # What could not be folded may not even be readable.
                continue
            event, evidence = event_of(record), evidence_of(record)
            if event is not None and isinstance(evidence, Evidence):
                strand = self._fold.identity.strand_of(evidence)
                self._recent.append((record, Applied(event, strand)))

    def recent(self, limit: int, after: int = 0) -> list[View]:
        """Give the newest applied events beyond an offset, newest first."""
        found: list[View] = []
        for record, applied in reversed(self._recent):
            if record.offset <= after or len(found) == limit:
                break
            found.append(self._event(record, applied))
        return found

    def _event(self, record: Record, applied: Applied) -> View:
        view = event_view(record, applied.event, self._fold.source(record.source))
        person_id, name, known = None, None, False
        if applied.strand is not None:
            person_id = self._fold.identity.person_of(applied.strand)
        if person_id is not None:
            name, known = self._name(person_id), self._known(person_id)
        return {**view, "person_id": person_id, "person": name, "known": known}

    def _known(self, person_id: int) -> bool:
        """Say whether an anchor or a contact is theirs; a mere device is nobody's."""
        person = self._fold.identity.person(person_id)
        return person is not None and bool(person.nodes)

    def _name(self, person_id: int) -> str | None:
        person = self._fold.identity.person(person_id)
        if person is None:
            return None
        profile = self._fold.profiles.read(person.strands, 0, purchases_max=0)
        return name_of(profile)

    def search(self, text: str) -> list[View]:
        """Find people by an identifier of any kind, as kind:value or bare."""
        found: dict[int, View] = {}
        for identifier in self._meant(text.strip()):
            person_id = self._fold.identity.find(identifier)
            if person_id is not None and person_id not in found:
                found[person_id] = self._found(person_id, identifier)
        return list(found.values())[:FOUND_MAX]

    def _meant(self, text: str) -> list[Identifier]:
        policy = self._people.policy
        kinds = {kind.name for kind in policy.kinds}
        kind, colon, value = text.partition(":")
        pairs = (
            [(kind, value)] if colon and kind in kinds else [(k, text) for k in kinds]
        )
        told = [normalise(*pair, self._people.country, policy) for pair in pairs]
        return sorted(one for one in told if isinstance(one, Identifier))

    def _found(self, person_id: int, matched: Identifier) -> View:
        person = self._fold.identity.person(person_id)
        nodes = () if person is None else person.nodes
        return {
            "person_id": person_id,
            "name": self._name(person_id),
            "identifiers": [str(node.identifier) for node in nodes],
            "matched": str(matched),
        }

    def person(self, person_id: int) -> View | None:
        """Give a person's card; None if there is none."""
        view = self._people.person(person_id)
        if view is None:
            return None
        return {**view, "known": self._known(view["person_id"])}

    def timeline(
        self, person_id: int, cursor: str | None
    ) -> tuple[list[View], str | None]:
        """Give a page of a person's events."""
        return self._people.timeline(person_id, cursor, 50) or ([], None)

    def overview(self) -> View:
        """Give the sums of what the sources sent, and each source's part."""
        by_source: dict[str, list[Count]] = {
            source.name: [] for source in self._sources.all()
        }
        # What the house writes itself (settings, judgements, canaries) is left out.
        counts = [one for one in self._tally.counts() if one.source in by_source]
        for count in counts:
            by_source[count.source].append(count)
        return {
            "outcomes": outcomes(counts),
            "sources": [
                {
                    "name": source.name,
                    "kind": source.kind.value,
                    "mode": source.mode.value,
                    "simulated": source.simulated,
                    "stored": outcomes(by_source[source.name])["stored"],
                }
                for source in self._sources.all()
            ],
        }
