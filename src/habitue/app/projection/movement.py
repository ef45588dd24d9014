"""Which strands a record changed, and who is made of others than before."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from habitue.app.projection.evidence import evidence_of
from habitue.base.steps import MANY, Steps, parts
from habitue.identity import rows
from habitue.model.evidence import Judgement, Verb
from habitue.model.identifier import IDENTIFIERS_MAX
from habitue.model.record import Record, RecordKind
from habitue.profile.rows import STRANDS
from habitue.segment.concern import Moved
from habitue.segment.live_rows import Cause

if TYPE_CHECKING:
    from habitue.app.projection.fold import Fold


class Movement:
    """What the record under way changed; nothing is noted before begin()."""

    def __init__(self, fold: "Fold") -> None:
        self._fold = fold
        tables, indexes = fold.store.tables, fold.store.indexes
        self._strands = tables[STRANDS.name]
        self._rows = tables[rows.ROWS.name]
        self._components = tables[rows.COMPONENTS.name]
        self._handed = indexes[rows.HANDED.name]
        self._people = indexes[rows.PEOPLE.name]
        # What changed in each of these; and as it is told, where nobody is made of
        # others than before.
        self._noted: list[set[Any]] = []
        self._still = Moved()
        # Of these, where something is noted if somebody may be made of others.
        self.moving: list[set[Any]] = []

    def begin(self) -> None:
        """Note what changes from here on."""
        strands: set[int] = set()
        self._strands.touched, self._still = strands, Moved(strands)
        self._noted = [strands]
        for part in (self._rows, self._components, self._handed, self._people):
            noted: set[Any] = set()
            part.touched = noted
            self._noted.append(noted)
        self.moving = self._noted[2:]

    def end(self) -> None:
        """Forget what the record changed."""
        for noted in self._noted:
            if noted:
                noted.clear()

    def moved(self, record: Record) -> Steps[Moved]:
        """Say which strands changed and who is made of others than before."""
        if not any(self.moving):
            return self._still
        listed = {person_id for _, person_id in self._people.touched or ()}
        people = set(listed)
        for some in parts(self._touched(), MANY):
            people.update(some)
            if len(some) == MANY:
                yield
        return Moved(self._still.strands, people, self._cause(record, listed))

    def _touched(self) -> Iterator[int]:
        """Give the people of rows that changed: components, nodes, what they hold."""
        for key in tuple(self._components.touched or ()):
            row = self._components.get(key)
            if row is not None:
                yield from (group.birth for group in row.groups.values())
        for strand in self._changed_strands():
            person_id = self._fold.identity.person_of(strand)
            if person_id is not None:
                yield person_id

    def _changed_strands(self) -> Iterator[int]:
        for strand, _ in tuple(self._handed.touched or ()):
            yield strand
        for number in tuple(self._rows.touched or ()):
            row = self._rows.get(number)
            # What a device's stretches became, those tell who hold or held them.
            if row is not None and row.device is None:
                yield from self._fold.identity.strands(number)

    def _cause(self, record: Record, listed: set[int]) -> Cause | None:
        """Say whether people became one, or fell apart; None: neither."""
        if record.kind is RecordKind.JUDGEMENT:
            told = evidence_of(record)
            if isinstance(told, Judgement):
                apart = told.verb in (Verb.NOT_SAME, Verb.RETRACT)
                return Cause.UNMERGE if apart else Cause.MERGE
        older = [one for one in listed if one // IDENTIFIERS_MAX != record.offset]
        if not older:
            return None
        gone = any(self._fold.identity.oldest(one) is None for one in older)
        return Cause.MERGE if gone else Cause.UNMERGE
