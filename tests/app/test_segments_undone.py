"""Who is in what while imports are undone and redone: what the meaning says."""

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.evidence import Evidence
from habitue.model.import_run import ENDLESS, IMPORT, ImportRun
from habitue.model.record import Record
from tests.app.living import Living
from tests.app.test_segments_live import follow

ID = "0123456789abcdef"


class Importing(Living):
    """A shop in which some of what is told came with an import."""

    def step(self) -> None:
        if self.chance.random() < 0.08:
            self.turn()
        else:
            super().step()

    def turn(self) -> None:
        """Undo the import up to some record, all of it, or none."""
        head = self.truth.head()
        until = self.chance.choice((0, self.chance.randint(0, head), ENDLESS))
        run = ImportRun(
            import_id=ID,
            source="erp",
            file="a.csv",
            by="anna",
            begun_us=self.now_us,
            undone_until=until,
        )
        self.truth.define(IMPORT, ID, msgspec.json.encode(run), self.now_us)
        self.apply()

    def _entry(self, told: Evidence) -> Entry:
        entry = super()._entry(told)
        if self.chance.random() > 0.4:
            return entry
        event = msgspec.json.decode(entry.body, type=Event)
        return replace(entry, body=msgspec.json.encode(replace(event, imported=ID)))

    def _told(self) -> Iterator[tuple[int, Record, Event]]:
        for whose, record, event in super()._told():
            if not self.fold.undone.mark(event, record.offset).marked:
                yield whose, record, event


@pytest.mark.parametrize("seed", range(4))
def test_who_is_in_what_is_what_the_meaning_says_while_imports_are_undone(
    tmp_path: Path, seed: int
) -> None:
    follow(Importing(tmp_path, random.Random(seed)))
