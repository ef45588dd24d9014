"""How long people are judged one by one for one question."""

import time
from collections.abc import Callable

from habitue.lake.port import NotAnsweredError

JUDGED_S = 30.0
_TOO_LONG = (
    "What is asked for has to be judged person by person, and in {limit:g} s only"
    " {done} were. Save the condition as a segment: who is in it is kept from then on,"
    " and counted at once. Or ask for more that the copy for analysis can judge, so"
    " that fewer people are left."
)


class TooLongError(NotAnsweredError):
    """It took too long to judge people one by one; nobody else can say it sooner."""


class Limit:
    """Lets people be judged until it is too late."""

    def __init__(
        self,
        limit_s: float = JUDGED_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit_s = limit_s
        self._monotonic = monotonic
        self._until_s = monotonic() + limit_s
        self._done = 0

    def judged(self) -> None:
        """Count one more; TooLongError if it is too late."""
        self._done += 1
        if self._monotonic() > self._until_s:
            raise TooLongError(
                _TOO_LONG.format(limit=self._limit_s, done=f"{self._done:,}")
            )
