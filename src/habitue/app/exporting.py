"""Everything out, page by page, as JSON lines."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from habitue.app.event_view import event_view
from habitue.app.fold import event_of, evidence_of
from habitue.app.profile_view import purchase_view
from habitue.model.evidence import Evidence
from habitue.model.record import Record

if TYPE_CHECKING:
    from habitue.app.leader import Leader

View = dict[str, Any]
_encode = msgspec.json.Encoder().encode
# Reading people costs more than reading events; a page of them stays short.
PEOPLE_MAX = 500


class Exporting:
    """Reads events, people and purchases in order, a page at a time."""

    def __init__(self, leader: "Leader") -> None:
        self._leader = leader

    def page(self, what: str, after: int, limit: int) -> tuple[bytes, int | None]:
        """Give a page as JSON lines, and the cursor that goes on; None at the end."""
        pages: dict[str, Callable[[int, int], tuple[list[View], int | None]]] = {
            "events": self._events,
            "people": self._people,
            "purchases": self._purchases,
        }
        rows, more = pages[what](after, limit)
        return b"".join(_encode(row) + b"\n" for row in rows), more

    def _events(self, after: int, limit: int) -> tuple[list[View], int | None]:
        fold, rows = self._leader.fold, []
        records = self._leader.engine.truth.read(after, limit)
        for record in records:
            event = event_of(record)
            if event is not None:
                view = event_view(record, event, fold.source(record.source))
                view["person_id"] = self._whose(record)
                rows.append(view)
        return rows, records[-1].offset if len(records) == limit else None

    def _whose(self, record: Record) -> int | None:
        evidence = evidence_of(record)
        if not isinstance(evidence, Evidence):
            return None
        identity = self._leader.fold.identity
        strand = identity.strand_of(evidence)
        return None if strand is None else identity.person_of(strand)

    def _people(self, after: int, limit: int) -> tuple[list[View], int | None]:
        limit = min(limit, PEOPLE_MAX)
        ids = self._leader.fold.identity.people(after, limit)
        rows = [view for one in ids if (view := self._leader.people.brief(one))]
        return rows, ids[-1] if len(ids) == limit else None

    def _purchases(self, after: int, limit: int) -> tuple[list[View], int | None]:
        limit = min(limit, PEOPLE_MAX)
        ids = self._leader.fold.identity.people(after, limit)
        rows = [row for one in ids for row in self._bought(one)]
        return rows, ids[-1] if len(ids) == limit else None

    def _bought(self, person_id: int) -> Iterator[View]:
        fold = self._leader.fold
        person = fold.identity.person(person_id)
        if person is not None:
            for purchase in fold.profiles.purchases(person.strands):
                yield {"person_id": person_id, **purchase_view(purchase)}
