"""What the page reads: the stream, a search, a person's card."""

from collections.abc import Callable, Collection, Sequence

from habitue.access.sources import Sources
from habitue.app.evidence import event_of, evidence_of
from habitue.app.fold import Applied, Fold
from habitue.app.people_desk import PeopleDesk
from habitue.app.profile_view import View
from habitue.app.source_desk import outcomes
from habitue.app.stream_view import RECENT_MAX, StreamView
from habitue.app.tally import Tally
from habitue.identity.kinds import normalise
from habitue.log.port import Count, Truth
from habitue.model.evidence import Evidence
from habitue.model.identifier import Identifier
from habitue.model.record import Record

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
        self._stream = StreamView(fold)
        # Names the watched folders whose file did not come.
        self.missing: Callable[[], Sequence[View]] = lambda: ()
        # Keeps an event that has just been applied; called for each there is.
        self.heard: Callable[[Record, Applied], None] = self._stream.heard

    def remember(self, head: int) -> None:
        """Read the newest events from the log, so that a restart shows them still."""
        for record in self._truth.read(max(0, head - RECENT_MAX), RECENT_MAX):
            if self._fold.faults.get(record.offset) is not None:
                # What could not be folded may not even be readable.
                continue
            event, evidence = event_of(record), evidence_of(record)
            identity, strand = self._fold.identity, None
            if isinstance(evidence, Evidence):
                # What is being erased may still be read, but is not to be shown.
                if not identity.knows(evidence):
                    continue
                strand = identity.strand_of(evidence)
            # What was marked is no evidence, and nobody's.
            if event is not None:
                self._stream.heard(record, Applied(event, strand))

    def forget(self, offsets: Collection[int]) -> None:
        """Show some events no more."""
        self._stream.forget(offsets)

    def recent(self, limit: int, after: int = 0) -> list[View]:
        """Give the newest applied events beyond an offset, newest first."""
        return self._stream.recent(limit, after)

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
        person = self._fold.identity.person(person_id, 0)
        nodes = () if person is None else person.nodes
        return {
            "person_id": person_id,
            "name": self._stream.called(person_id).name,
            "identifiers": [str(node.identifier) for node in nodes],
            "matched": str(matched),
        }

    def person(self, person_id: int) -> View | None:
        """Give a person's card; None if there is none."""
        view = self._people.person(person_id)
        if view is None:
            return None
        return {**view, "known": self._stream.called(view["person_id"]).known}

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
            "people": self._fold.identity.known_people,
            "strangers": self._fold.identity.strangers,
            "outcomes": outcomes(counts),
            "missing": list(self.missing()),
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
