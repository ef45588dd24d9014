"""Brings the copy's rows in order, and drops every byte of what is erased."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from habitue.app.lake.reading import left_of
from habitue.app.lake.threads import ASKED_MAX
from habitue.base.errors import StorageError

if TYPE_CHECKING:
    from habitue.app.lake.copy import LakeCopy

T = TypeVar("T")


class LakeCleaning:
    """What is done to a copy's file while nobody asks."""

    def __init__(self, copy: "LakeCopy") -> None:
        self._copy = copy

    async def settle(self) -> None:
        """Bring rows in order, and drop the bytes of what was erased, if any were."""
        if not self._copy.is_open:
            return
        try:
            if self._copy.lake.unscrubbed:
                await self._alone(self._copy.lake.scrub)
            elif self._copy.live:
                await self._copy.threads.write(self._copy.lake.settle)
        except StorageError as error:
            self._copy.give_up(error)

    async def _alone(self, work: Callable[[], T]) -> T:
        """Do what nobody may ask amid of."""
        for _ in range(ASKED_MAX):
            await self._copy.asked.acquire()
        try:
            async with self._copy.turn:
                return await self._copy.threads.write(work)
        finally:
            for _ in range(ASKED_MAX):
                self._copy.asked.release()

    async def expire(self, offsets: Sequence[int]) -> None:
        """Have rows tell what is carried of their records; settle drops the bytes.

        To be called when nobody reads more of them in the log any more.
        """
        copy = self._copy

        def work() -> None:
            copy.lake.drop_days(copy.lake.days_of((), offsets))
            copy.lake.expire(left_of(copy.truth, offsets))

        if copy.fault:
            return
        try:
            await copy.opening.open_file()
            await copy.seal(people=True)
            await self._alone(work)
        except StorageError as error:
            copy.give_up(error)

    async def forget(self, strands: list[int], offsets: list[int]) -> None:
        """Erase what is kept of strands and offsets, every byte of it.

        To be called when nobody reads them in the log any more. A copy that can't be
        cleaned is thrown away, with its days.
        """

        def work() -> None:
            self._copy.lake.drop_days(self._copy.lake.days_of(strands, offsets))
            self._copy.lake.forget(strands, offsets)
            self._copy.lake.scrub()

        if not self._copy.fault:
            try:
                await self._copy.opening.open_file()
                if not self._copy.whole:
                    # What is known of people by now may be of who is erased.
                    self._copy.read_people_again()
                    await self._copy.sealing.seal(anew=True)
                await self._copy.seal(people=True)
                await self._alone(work)
            except StorageError as error:
                self._copy.give_up(error)
        if self._copy.fault:
            lake = self._copy.lake
            await self._copy.threads.write(lambda: lake.drop_days(lake.written_days()))
