"""A log in a folder with its fold, for what the desks read of them."""

from pathlib import Path
from typing import Any

import msgspec

from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import open_fold
from habitue.app.projection.taking import Applied
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.record import Record

NOW_US = 1_772_366_400_000_000
MINUTE_US = 60_000_000


class Folded:
    """Items go into a real log and from there into the fold."""

    def __init__(self, folder: Path) -> None:
        self.truth = SqliteTruth(folder / "truth.db")
        self.state = SqliteState(folder / "state.db")
        self.fold: Fold = open_fold(self.truth, self.state, 100_000)

    def tell(self, *events: Event) -> list[tuple[Record, Applied]]:
        """Store and apply events; give each record with what was applied."""
        start = self.truth.head()
        entries = [
            Entry(source="web", message_id=f"m{start + at}", body=_encode(event))
            for at, event in enumerate(events)
        ]
        self.truth.commit(entries, NOW_US)
        told = []
        for record in self.truth.read(start, len(events)):
            applied = self.fold.apply(record)
            assert applied is not None
            told.append((record, applied))
        return told

    def close(self) -> None:
        self.truth.close()
        self.state.close()


def event(*who: str, at: int = 0, verified: bool = False, **fields: Any) -> Event:
    """Make an event of kind:value identifiers, so many minutes after NOW_US."""
    told = {"type": "track", "name": "Viewed", **fields}
    return Event(
        at_us=NOW_US + at * MINUTE_US,
        identifiers=tuple(Identifier(*one.split(":", 1)) for one in who),
        verified=verified,
        **told,
    )


_encode = msgspec.json.Encoder().encode
