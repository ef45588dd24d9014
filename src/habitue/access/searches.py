"""How often a team member may look for people within an hour.

Whoever carries all customers away name by name is slowed down, and stands in the audit
once an hour. Keys of the shop's own systems have their rate by the minute, and who
works at the machine has the folder anyway; neither is counted here.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from habitue.access.deeds import NOTHING, Deed, Object, deed
from habitue.access.often import Often
from habitue.base.clock import HOUR_US, SECOND_US, Clock
from habitue.base.errors import TooManyError

# What a route declares that looks for people: the parameters one of which makes it a
# search, or none where each call is one.
SEARCHES = "searches"
STOPPED = "people:search"


class Seeker(Protocol):
    """Somebody who looks for people."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...


class Audit(Protocol):
    """Writes down what somebody did."""

    async def write(self, who: Seeker, action: str, what: Object = NOTHING) -> None: ...


class TooManySearchesError(TooManyError):
    """People are looked for more often than once in a while."""

    def __init__(self, per_hour: int, retry_s: int) -> None:
        super().__init__(
            f"You looked for people {per_hour} times within this hour, which is all a"
            f" team member may. Go on in {retry_s // 60 + 1} minutes, or have"
            " searches.per_hour raised in the settings."
        )
        self.per_hour, self.retry_s = per_hour, retry_s


class Searches:
    """Counts by name, an hour at a time."""

    def __init__(self, clock: Clock, audit: Audit, often: Often, per_hour: int) -> None:
        """per_hour: 0 is without a limit."""
        self._clock = clock
        self._audit = audit
        self._often = often
        self._per_hour = per_hour

    async def count(
        self, who: Seeker, asked: Mapping[str, Any], declared: Mapping[str, Any]
    ) -> None:
        """Count a search; TooManySearchesError if it is one too many.

        asked: the parameters that came; declared: what the route says of itself.
        """
        wanted = declared.get(SEARCHES)
        if wanted is None or not self._per_hour:
            return
        if not wanted or any(asked.get(name) for name in wanted):
            await self._add(who)

    async def _add(self, who: Seeker) -> None:
        now_us = self._clock.now_us()
        since_us, most = now_us - now_us % HOUR_US, self._per_hour
        # The first one too many is kept, too: the audit has it, and no other one.
        times = await asyncio.to_thread(
            self._often.add, STOPPED, who.name, since_us, most + 1
        )
        if times <= most:
            return
        if times == most + 1:
            what = deed(Deed.SEARCHES, count=most)
            await self._audit.write(who, STOPPED, what)
        left_s = (HOUR_US - now_us % HOUR_US) // SECOND_US
        raise TooManySearchesError(most, left_s)
