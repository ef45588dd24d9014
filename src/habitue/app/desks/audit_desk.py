"""The audit as it is looked at: newest first, with what each entry names."""

from typing import Any

import msgspec

from habitue.access.baits import OF_BAITS
from habitue.app.desks.home import Home
from habitue.base.clock import to_iso
from habitue.base.errors import InvalidError
from habitue.model.operator import AuditEntry

View = dict[str, Any]

_read = msgspec.json.Decoder(AuditEntry).decode
_END = (2**62, 0)


class AuditDesk:
    """Reads the audit out of the log, and checks the log that it stands in."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def page(
        self, cursor: str | None, limit: int, *, baits: bool = False
    ) -> tuple[list[View], str | None]:
        """Give a page of entries, newest first, and the next cursor.

        baits: with those of who is bait, which are not for everybody who reads it.
        """
        fold = self._home.fold
        places = fold.audited.span(
            0, high=_place(cursor), limit=limit, newest_first=True
        )
        found = [self._entry(offset) for _, offset, _ in places]
        last = places[-1] if len(places) == limit else None
        more = None if last is None else f"{last[0]}:{last[1]}"
        told = [one for one in found if one is not None]
        return [one for one in told if baits or not _is_of_baits(one)], more

    def _entry(self, offset: int) -> View | None:
        record = self._home.fold.record_at(offset)
        if record is None or record.body is None:
            return None
        entry = _read(record.body)
        return {
            "offset": offset,
            "at": to_iso(record.received_us),
            **msgspec.to_builtins(entry),
            # Of what the record is made, so that a copy elsewhere can be compared.
            "chain": record.chain.hex(),
        }

    def verify(self) -> View:
        """Check every record of the log: raises with the first that is not right."""
        records = self._home.engine.truth.verify()
        entries = sum(1 for _ in self._offsets())
        return {"records": records, "entries": entries, "intact": True}

    def _offsets(self) -> Any:
        low = (0, 0)
        while True:
            page = self._home.fold.audited.span(0, low=low, limit=1_000)
            yield from page
            if len(page) < 1_000:
                return
            low = (page[-1][0], page[-1][1] + 1)


def _is_of_baits(entry: View) -> bool:
    return str(entry["action"]).startswith(OF_BAITS)


def _place(cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return _END
    at_us, _, offset = cursor.partition(":")
    try:
        return int(at_us), int(offset)
    except ValueError as error:
        raise InvalidError(
            f"'{cursor}' is no cursor; use next_cursor of the page before."
        ) from error
