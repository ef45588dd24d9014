"""What was worked out for pages: one working out for all who ask, kept while it holds.

An answer holds while the log stands where it stood as the work on it began, and for ten
minutes at most, since a question may look at the clock. In a busy shop the log never
stands: there an answer is given for two minutes more, told as of when it is, while the
next one is worked out. Not if something was set meanwhile, so that who changed a rule
sees what it changed; and nothing outlives an erasure.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import Any

from msgspec import Struct, structs

from habitue.base.clock import MINUTE_US, Clock
from habitue.base.errors import TooManyError
from habitue.console.language import later

KEPT_MAX = 64
KEPT_US = 10 * MINUTE_US
# Figures of days and months are hardly others by then, and what takes half a minute to
# be worked out is there for whoever comes after.
AGED_US = 2 * MINUTE_US
# So many questions are worked on at a time; whoever asks one more is told to wait.
RUNNING_MAX = 32
Work = Callable[[], Awaitable[Any]]


BUSY = later(
    "So many figures are being worked out that no more can be begun; look again in a"
    " while."
)


class BusyError(TooManyError):
    """No more figures can be worked out at a time; look again in a while."""

    retry_s = 10


class Answer(Struct, frozen=True):
    """What was worked out; how far in the log all stood, and when it was begun.

    aged: the log has gone on since.
    """

    view: Any
    offset: int
    at_us: int
    aged: bool = False


class Worked:
    """Shares what is being worked out, and keeps what was."""

    def __init__(
        self, applied: Callable[[], int], defined: Callable[[], int], clock: Clock
    ) -> None:
        """Keep answers for as long as they hold.

        applied: says how far in the log what is asked stands; defined: where in it
        something was last set that figures go by.
        """
        self._applied = applied
        self._defined = defined
        self._clock = clock
        self._kept: dict[Hashable, Answer] = {}
        self._running: dict[Hashable, asyncio.Task[Answer]] = {}
        # All that run, those begun before an erasure too: the loop alone drops tasks.
        self._tasks: set[asyncio.Task[Answer]] = set()

    async def answer(
        self,
        question: Hashable,
        work: Work,
        *,
        wait_s: float | None,
        keeps: Callable[[Any], bool] = lambda _: True,
        anew: bool = False,
    ) -> Answer | None:
        """Give the answer of a question; None if it is not there within wait_s.

        It is worked on meanwhile. keeps: says of what was worked out whether it may be
        kept; anew: an aged answer will not do. What the work raises is raised here, and
        never kept.
        """
        held = self._kept.get(question)
        if held is not None and self._holds(held):
            return held
        task = self._running.get(question)
        if held is not None and self._is_near(held) and not anew:
            if task is None and len(self._tasks) < RUNNING_MAX:
                task = self._begin(question, work, keeps)
            return structs.replace(held, aged=True)
        task = task or self._begin(question, work, keeps)
        done, _ = await asyncio.wait({task}, timeout=wait_s)
        return task.result() if done else None

    def forget(self) -> None:
        """Keep nothing of before; what is worked on now is given to who waits alone."""
        self._kept.clear()
        self._running.clear()

    def _holds(self, answer: Answer) -> bool:
        age_us = self._clock.now_us() - answer.at_us
        return answer.offset == self._applied() and age_us < KEPT_US

    def _is_near(self, answer: Answer) -> bool:
        """Say whether an answer will do for a while, though the log has gone on."""
        age_us = self._clock.now_us() - answer.at_us
        return answer.offset >= self._defined() and age_us < AGED_US

    def _begin(
        self, question: Hashable, work: Work, keeps: Callable[[Any], bool]
    ) -> asyncio.Task[Answer]:
        if len(self._tasks) >= RUNNING_MAX:
            raise BusyError(BUSY)
        task = asyncio.create_task(self._work(work), name="figures of a page")
        self._tasks.add(task)
        self._running[question] = task
        task.add_done_callback(partial(self._ended, question, keeps))
        return task

    async def _work(self, work: Work) -> Answer:
        offset, at_us = self._applied(), self._clock.now_us()
        return Answer(await work(), offset, at_us)

    def _ended(
        self,
        question: Hashable,
        keeps: Callable[[Any], bool],
        task: asyncio.Task[Answer],
    ) -> None:
        self._tasks.discard(task)
        failed = task.cancelled() or task.exception() is not None
        # What runs no more under its question was begun before an erasure.
        if self._running.get(question) is not task:
            return
        del self._running[question]
        if not failed and keeps(task.result().view):
            self._keep(question, task.result())

    def _keep(self, question: Hashable, answer: Answer) -> None:
        self._kept.pop(question, None)
        self._kept = {
            name: one
            for name, one in self._kept.items()
            if self._holds(one) or self._is_near(one)
        }
        self._kept[question] = answer
        if len(self._kept) > KEPT_MAX:
            del self._kept[next(iter(self._kept))]
