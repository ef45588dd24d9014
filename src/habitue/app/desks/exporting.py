"""Everything out, page by page, as JSON lines, a slice of the loop at a time."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from habitue.access.reading import saw
from habitue.app.desks.event_view import event_view
from habitue.app.desks.profile_view import purchase_view
from habitue.app.desks.slices import Slices
from habitue.model.evidence import Evidence
from habitue.model.record import Record

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
Rows = Iterator[View | None]
_encode = msgspec.json.Encoder().encode


class Exporting:
    """Reads events, people and purchases in order, a page at a time."""

    def __init__(self, home: "Home") -> None:
        self._home = home

    async def page(self, what: str, after: int, limit: int) -> tuple[bytes, int | None]:
        """Give a page as JSON lines, and the cursor that goes on; None at the end."""
        pages: dict[str, Callable[[int, int], tuple[Rows, int | None]]] = {
            "events": self._events,
            "people": self._people,
            "purchases": self._purchases,
        }
        rows, more = pages[what](after, limit)
        lines, slices = [], Slices(self._home.fold)
        for row in rows:
            if row is not None:
                saw(one for one in (row["person_id"],) if one is not None)
                lines.append(_encode(row))
            await slices.turn()
        return b"\n".join(lines), more

    def _events(self, after: int, limit: int) -> tuple[Rows, int | None]:
        records = self._home.engine.truth.read(after, limit)
        more = records[-1].offset if len(records) == limit else None
        return map(self._event, records), more

    def _event(self, record: Record) -> View | None:
        try:
            event = self._home.fold.undone.event(record)
        except msgspec.DecodeError:
            # Nobody can read it; it is counted among the faults.
            return None
        if event is None:
            return None
        source = self._home.fold.source(record.source)
        view = event_view(record, event, source)
        view["person_id"] = self._whose(record)
        return view

    def _whose(self, record: Record) -> int | None:
        fold = self._home.fold
        # In the log, but not in state: nobody knows yet whose it is.
        if record.offset > fold.offset or fold.faults.get(record.offset) is not None:
            return None
        evidence = fold.undone.evidence(record)
        if not isinstance(evidence, Evidence):
            return None
        strand = fold.identity.strand_of(evidence)
        return None if strand is None else fold.identity.person_of(strand)

    def _people(self, after: int, limit: int) -> tuple[Rows, int | None]:
        ids = self._home.fold.identity.people(after, limit)
        return map(self._home.people.brief, ids), _next(ids, limit)

    def _purchases(self, after: int, limit: int) -> tuple[Rows, int | None]:
        ids = self._home.fold.identity.people(after, limit)
        rows = (row for one in ids for row in self._bought(one))
        return rows, _next(ids, limit)

    def _bought(self, person_id: int) -> Rows:
        fold = self._home.fold
        person = fold.identity.person(person_id, 0)
        if person is not None:
            for purchase in fold.profiles.purchases(person.strands):
                yield {"person_id": person_id, **purchase_view(purchase)}


def _next(ids: list[int], limit: int) -> int | None:
    return ids[-1] if len(ids) == limit else None
