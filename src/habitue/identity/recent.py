"""Records read lately, kept at hand to settle ties and to refold short histories."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from habitue.model.evidence import Evidence, Judgement, Key
from habitue.model.identifier import Identifier

EvidenceAt = Callable[[int], Evidence | Judgement | None]
EvidenceOf = Callable[[Sequence[int]], Iterable[Evidence | Judgement]]

# So many records are kept, twice.
_RECENT_MAX = 2_048


class Told(Protocol):
    """An item before it is evidence: an event says all but its key and offset."""

    @property
    def at_us(self) -> int: ...
    @property
    def verified(self) -> bool: ...
    @property
    def identifiers(self) -> tuple[Identifier, ...]: ...
    @property
    def ends(self) -> bool: ...
    @property
    def shared_device(self) -> bool: ...
    @property
    def formerly(self) -> Identifier | None: ...


# What a plain item says as evidence: key, at_us, verified, identifiers, ends,
# shared_device. The item itself, which may be large, is let go.
_Plain = tuple[Key, int, bool, tuple[Identifier, ...], bool, bool]


class Recent:
    """Reads records of the log again, those of late from memory."""

    def __init__(self, evidence_at: EvidenceAt) -> None:
        self._evidence_at = evidence_at
        # Reads some records at once; set by whoever can.
        self.evidence_of: EvidenceOf | None = None
        self._recent: dict[int, Evidence | Judgement | _Plain] = {}
        self._older: dict[int, Evidence | Judgement | _Plain] = {}

    def record(self, offset: int) -> Evidence | Judgement | None:
        """Read a record of the log again; None if it was erased."""
        held = self._recent.get(offset) or self._older.get(offset)
        if held is None:
            held = self._evidence_at(offset)
        elif isinstance(held, tuple):
            held = _evidence(held, offset)
        else:
            return held
        if held is not None:
            self.remember(held)
        return held

    def bring(self, offsets: Iterable[int]) -> None:
        """Have records at hand that are about to be asked for, read all at once."""
        lacking = [
            one
            for one in dict.fromkeys(offsets)
            if one not in self._recent and one not in self._older
        ]
        # Of more than are kept the first would be let go before they are asked for.
        if self.evidence_of is not None and 1 < len(lacking) <= _RECENT_MAX:
            for record in self.evidence_of(lacking):
                self.remember(record)

    def remember(self, record: Evidence | Judgement) -> None:
        """Keep a record at hand for a while."""
        if len(self._recent) >= _RECENT_MAX:
            self._older, self._recent = self._recent, {}
        self._recent[record.offset] = record

    def remember_told(self, told: Told, key: Key, offset: int) -> None:
        """Keep an item at hand that names nobody's former name; few are asked for."""
        if len(self._recent) >= _RECENT_MAX:
            self._older, self._recent = self._recent, {}
        self._recent[offset] = (
            key,
            told.at_us,
            told.verified,
            told.identifiers,
            told.ends,
            told.shared_device,
        )

    def forget(self) -> None:
        """Keep nothing at hand any more."""
        self._recent.clear()
        self._older.clear()


def _evidence(plain: _Plain, offset: int) -> Evidence:
    key, at_us, verified, identifiers, ends, shared_device = plain
    return Evidence(
        key=key,
        offset=offset,
        at_us=at_us,
        verified=verified,
        identifiers=identifiers,
        ends=ends,
        shared_device=shared_device,
    )
