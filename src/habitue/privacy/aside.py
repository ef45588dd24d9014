"""Where in the log somebody is named whom no index of identity finds there: one list.

Of what was marked and of what was told but not taken there is little; to look for it
takes reading the whole log. So it is looked for once, and from there on in what has
come since: who erases a thousand people reads the log no oftener than for one.
"""

import threading
from array import array
from collections.abc import Iterable

import msgspec

from habitue.log.port import Truth
from habitue.model.event import Event, names_of
from habitue.model.identifier import Identifier
from habitue.model.record import RecordKind

# How what is looked for stands in the body of an event.
MAY_HOLD = (b'"marked":"', b'"unused":[', b'"formerly":[', b'"imported":"')
# So many offsets are looked through at once, or a checkpoint would wait for it.
SPAN = 50_000
# Names kept; what lies behind as many is looked for each time.
NAMES_MAX = 500_000

_event = msgspec.json.Decoder(Event).decode


class Aside:
    """The records that name somebody aside, by hashes of the names. From any thread."""

    def __init__(self, truth: Truth, names_max: int = NAMES_MAX) -> None:
        self._truth = truth
        self._names_max = names_max
        # Up to this record all are in it.
        self._until = 0
        self._names = 0
        self._at: dict[int, array[int]] = {}
        self._turn = threading.Lock()

    def naming(
        self, names: Iterable[Identifier], after: int
    ) -> tuple[frozenset[int], int]:
        """Give the records after an offset that may name one of these, up to another.

        What they are of is to be read in them: hashes may be those of others, and
        records may have been emptied since.
        """
        with self._turn:
            self._read_on()
            found = (self._at.get(hash(one), ()) for one in names)
            offsets = frozenset(at for held in found for at in held if at > after)
            return offsets, self._until

    def _read_on(self) -> None:
        head = self._truth.head()
        while self._until < head and self._names < self._names_max:
            until = min(self._until + SPAN, head)
            for held in self._truth.holding(MAY_HOLD, self._until, until):
                self._take(held)
            self._until = until

    def _take(self, held: int) -> None:
        event = read_event(self._truth, event_at(self._truth, held))
        if event is None:
            return
        told = set(names_of(event))
        # What came with an import is evidence until somebody takes the import back.
        is_aside = event.marked or event.imported
        for name in told if is_aside else told - set(event.identifiers):
            self._at.setdefault(hash(name), array("q")).append(held)
            self._names += 1


def read_event(truth: Truth, offset: int) -> Event | None:
    """Read the event of a record; None where it tells none, or no longer."""
    record = truth.get(offset)
    if record is None or record.body is None:
        return None
    try:
        return _event(record.body)
    except msgspec.MsgspecError:
        # Who looks for what could not be folded finds it, as text.
        return None


def event_at(truth: Truth, offset: int) -> int:
    """Give the event's offset, where something is carried of it at another."""
    record = truth.get(offset)
    if record is None or record.kind is not RecordKind.CARRIED:
        return offset
    return int(record.message_id or offset)
