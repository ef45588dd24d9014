"""Who wrote a version of a segment: the audit has it, by an entry just before."""

from typing import TYPE_CHECKING

import msgspec

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission
from habitue.app.segments.library import Version
from habitue.model.operator import AuditEntry

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

# Others write meanwhile; so many entries before a version are looked at.
LOOKED_MAX = 20
_read = msgspec.json.Decoder(AuditEntry).decode


class Writers:
    """Finds who wrote which version, among the entries since the one before it."""

    def __init__(self, home: "Home") -> None:
        self._home = home

    def of(self, segment_id: str, version: Version, before: Version | None) -> str:
        """Say who wrote a version; "" if no entry tells.

        before: the version before it, which others may have written.
        """
        low = (0, 0) if before is None else (before.defined_us, before.offset)
        places = self._home.fold.audited.span(
            0,
            low=low,
            high=(version.defined_us, version.offset),
            limit=LOOKED_MAX,
            newest_first=True,
        )
        said = _said(segment_id)
        entries = (self._entry(offset) for _, offset, _ in places)
        found = (one.operator for one in entries if one and _is_of(one, said))
        return next(found, "")

    def _entry(self, offset: int) -> AuditEntry | None:
        record = self._home.fold.record_at(offset)
        if record is None or record.body is None:
            return None
        return _read(record.body)


def _said(segment_id: str) -> frozenset[str]:
    """Give what the audit says of defining a segment, and of ending it."""
    deeds = (Deed.SEGMENT_DEFINED, Deed.SEGMENT_ENDED)
    return frozenset({segment_id, *(deed(one, segment=segment_id) for one in deeds)})


def _is_of(entry: AuditEntry, said: frozenset[str]) -> bool:
    return entry.action == Permission.SEGMENTS_WRITE and entry.object in said
