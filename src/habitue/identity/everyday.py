"""The everyday item: a visit goes on as it went, and nothing but counters moves.

It names a device, alone or after the account that holds it, each known and in order.
What it is not sure of it leaves to habitue.identity.quick, which gives the same.
"""

from habitue.identity import rows
from habitue.identity.book import Book, moment_of
from habitue.identity.rows import Device, Row
from habitue.model.evidence import Evidence
from habitue.model.identifier import Identifier
from habitue.model.strand import STRANDS_MAX


class Everyday:
    """Takes in what the latest stretch of a device goes on with."""

    def __init__(self, book: Book) -> None:
        self._rank = book.rank
        # Where the hold of a device may run out, each item has to be looked at.
        self._holds = book.policy.hold_us is None
        # What these lines call for nearly every event.
        self._number = book.numbers.get
        self._edit = book.rows.edit
        self._put = book.items.put

    def take(self, evidence: Evidence) -> int | None:
        """Take an item in and give its strand; None, and nothing done, if unsure."""
        identifiers = evidence.identifiers
        if (
            len(identifiers) > 2
            or evidence.ends
            or evidence.shared_device
            or not self._holds
        ):
            return None
        number, row = self._known(evidence, identifiers[-1])
        device = None if row is None else row.device
        if row is None or device is None or device.marks or row.apart:
            return None
        if not device.stretch.seen:
            return None
        flags = rows.VERIFIED if evidence.verified else 0
        own = number * STRANDS_MAX + device.ordinal
        decides = len(identifiers) == 1
        if not decides:
            held = self._held_by(evidence, device, flags)
            if held is None:
                return None
            own = held
        self._enter(evidence, row, number * 2 + decides, flags)
        device.latest = moment_of(evidence)
        return own

    def _held_by(self, evidence: Evidence, device: Device, flags: int) -> int | None:
        """Take an item in at the account that holds the device; give its strand."""
        first, second = evidence.identifiers
        if self._rank[first.kind] >= self._rank[second.kind] or device.login is None:
            return None
        number, row = self._known(evidence, first)
        anchor = None if row is None else row.anchor
        if row is None or anchor is None:
            return None
        node = number * STRANDS_MAX
        if device.stretch.holder != node:
            return None
        if flags:
            # The first item that verifies an account may unite it with others.
            if not anchor.verified:
                return None
            anchor.verified += 1
        self._enter(evidence, row, number * 2 + 1, flags)
        return node

    def _known(
        self, evidence: Evidence, identifier: Identifier
    ) -> tuple[int, Row | None]:
        """Find an identifier; no row if it is new, or mentioned at a later time."""
        kind, value = identifier
        number = self._number(f"{kind}:{value}")
        if number is None:
            return 0, None
        row = self._edit(number)
        if row is None or not row.items or evidence.at_us <= row.last_at:
            return 0, None
        return number, row

    def _enter(self, evidence: Evidence, row: Row, part: int, flags: int) -> None:
        row.items += 1
        row.last_at, row.last_offset = evidence.at_us, evidence.offset
        self._put(part, evidence.at_us, evidence.offset, flags)
