"""Records read lately, kept at hand to settle ties and to refold short histories."""

from collections.abc import Callable
from typing import Protocol

from habitue.model.evidence import Evidence, Judgement, Key
from habitue.model.identifier import Identifier

EvidenceAt = Callable[[int], Evidence | Judgement | None]

# So many records are kept.
_RECENT_MAX = 4_096


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


def evidence_of(told: Told, key: Key, offset: int) -> Evidence:
    """Give the evidence that an item is; only the shop's own word makes two one."""
    return Evidence(
        key=key,
        offset=offset,
        at_us=told.at_us,
        verified=told.verified,
        identifiers=told.identifiers,
        ends=told.ends,
        shared_device=told.shared_device,
        formerly=told.formerly if told.verified else None,
    )


class Recent:
    """Reads records of the log again, those of late from memory."""

    def __init__(self, evidence_at: EvidenceAt) -> None:
        self._evidence_at = evidence_at
        self._recent: dict[int, Evidence | Judgement | tuple[Told, Key]] = {}

    def record(self, offset: int) -> Evidence | Judgement | None:
        """Read a record of the log again; None if it was erased."""
        held = self._recent.get(offset)
        if held is None:
            held = self._evidence_at(offset)
        elif isinstance(held, tuple):
            held = evidence_of(*held, offset)
        else:
            return held
        if held is not None:
            self.remember(held)
        return held

    def remember(self, record: Evidence | Judgement) -> None:
        """Keep a record at hand for a while."""
        if len(self._recent) >= _RECENT_MAX:
            self._recent.clear()
        self._recent[record.offset] = record

    def remember_told(self, told: Told, key: Key, offset: int) -> None:
        """Keep an item at hand as it was told: few are asked for as evidence."""
        if len(self._recent) >= _RECENT_MAX:
            self._recent.clear()
        self._recent[offset] = (told, key)

    def forget(self) -> None:
        """Keep nothing at hand any more."""
        self._recent.clear()
