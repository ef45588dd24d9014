"""The everyday item: a visit goes on as it went, and nothing but counters moves.

It names a device, alone or after the account that holds it, or an account or card
alone; each is known and in order. What it is not sure of it leaves to
habitue.identity.quick, which gives the same.
"""

from habitue.identity import rows
from habitue.identity.book import Book
from habitue.identity.recent import Told
from habitue.identity.rows import Row
from habitue.model.evidence import Key
from habitue.model.strand import STRANDS_MAX


class Everyday:
    """Takes in what the latest stretch of a device, or an account, goes on with."""

    def __init__(self, book: Book) -> None:
        self._rank = book.rank
        # Where the hold of a device may run out, each item has to be looked at.
        self._holds = book.policy.hold_us is None
        # What these lines call for nearly every event.
        self._number = book.numbers.get
        self._edit = book.rows.edit
        self._put = book.items.put

    def take(self, told: Told, key: Key, offset: int) -> int | None:
        """Take an item in and give its strand; None, and nothing done, if unsure."""
        identifiers = told.identifiers
        names = len(identifiers)
        if not 0 < names < 3 or told.ends or told.shared_device:
            return None
        at_us = told.at_us
        kind, value = identifiers[-1]
        number = self._number(f"{kind}:{value}")
        row = None if number is None else self._edit(number)
        if number is None or row is None or not row.items or at_us <= row.last_at:
            return None
        device = row.device
        if device is None:
            return self._alone(told, offset, number, row) if names == 1 else None
        if device.marks or row.apart or not device.stretch.seen or not self._holds:
            return None
        flags = rows.VERIFIED if told.verified else 0
        if names == 1:
            own = device.stretch.birth * STRANDS_MAX
            part = number * 2 + 1
        else:
            holder = device.stretch.holder
            if holder is None or device.login is None:
                return None
            if not self._is_held(told, offset, holder):
                return None
            own, part = holder, number * 2
        row.items += 1
        row.last_at, row.last_offset = at_us, offset
        device.latest = (at_us, key[0], key[1], 0)
        self._put(part, at_us, offset, flags)
        return own

    def _alone(self, told: Told, offset: int, number: int, row: Row) -> int | None:
        """Take an item in that names nothing but an anchor."""
        anchor = row.anchor
        if anchor is None:
            return None
        if told.verified:
            # The first item that verifies an account may unite it with others.
            if not anchor.verified:
                return None
            anchor.verified += 1
        row.items += 1
        row.last_at, row.last_offset = told.at_us, offset
        flags = rows.VERIFIED if told.verified else 0
        self._put(number * 2 + 1, told.at_us, offset, flags)
        return number * STRANDS_MAX

    def _is_held(self, told: Told, offset: int, holder: int) -> bool:
        """Take an item in at the account that holds the device, if it names that."""
        first, second = told.identifiers
        if self._rank[first.kind] >= self._rank[second.kind]:
            return False
        kind, value = first
        number = self._number(f"{kind}:{value}")
        if number is None or number * STRANDS_MAX != holder:
            return False
        row = self._edit(number)
        if row is None or not row.items or told.at_us <= row.last_at:
            return False
        return self._alone(told, offset, number, row) is not None
