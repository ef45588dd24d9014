"""What somebody has used of a budget in the last 24 hours, as the audit tells it.

It is read from there, so that a restart gives nobody more.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from habitue.app.desks.slices import Slices
from habitue.base.clock import DAY_US
from habitue.model.operator import AuditEntry

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

PAGE = 1_000
_read = msgspec.json.Decoder(AuditEntry).decode


class Spent:
    """Adds up by name what entries of one action took."""

    def __init__(
        self, home: "Home", action: str, weigh: Callable[[AuditEntry], int]
    ) -> None:
        """weigh: says how much an entry of the action took."""
        self._home = home
        self._action = action
        self._weigh = weigh
        # By name, when somebody took how much; read from the audit once.
        self._taken: dict[str, list[tuple[int, int]]] = {}

    async def today(self, name: str) -> int:
        """Say how much somebody took in the last 24 hours."""
        since_us = self._home.engine.clock.now_us() - DAY_US
        if name not in self._taken:
            self._taken[name] = await self._audited(name, since_us)
        held = [one for one in self._taken[name] if one[0] > since_us]
        self._taken[name] = held
        return sum(amount for _, amount in held)

    def add(self, name: str, amount: int) -> None:
        """Count what somebody took just now, and was written down."""
        now_us = self._home.engine.clock.now_us()
        self._taken.setdefault(name, []).append((now_us, amount))

    async def _audited(self, name: str, since_us: int) -> list[tuple[int, int]]:
        """Read from the audit what somebody took since a moment."""
        found: list[tuple[int, int]] = []
        slices, low = Slices(self._home.fold), (since_us, 0)
        while True:
            page = self._home.fold.audited.span(0, low=low, limit=PAGE)
            for at_us, offset, _ in page:
                amount = self._amount(offset, name)
                if amount:
                    found.append((at_us, amount))
                await slices.turn()
            if len(page) < PAGE:
                return found
            low = (page[-1][0], page[-1][1])

    def _amount(self, offset: int, name: str) -> int:
        record = self._home.fold.record_at(offset)
        if record is None or record.body is None:
            return 0
        entry = _read(record.body)
        is_theirs = entry.operator == name and entry.action == self._action
        return self._weigh(entry) if is_theirs else 0
