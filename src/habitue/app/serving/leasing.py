"""The right to lead: asked for, and kept while this process leads or comes to lead."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from habitue.app.projection.lease import Lease
from habitue.base.clock import Clock
from habitue.base.errors import HabitueError

_log = logging.getLogger("habitue.engine")

# The lease lasts ten seconds; it is renewed, or asked for, as often as this.
LOOK_S = 2.0


class LeaseLostError(HabitueError):
    """Another process leads now; start this one again and it follows."""


class Leasing:
    """Takes the lease when it is free, and has this process lead from then on."""

    def __init__(
        self,
        lease: Lease,
        clock: Clock,
        lead: Callable[[], Awaitable[None]],
        fail: Callable[[BaseException], None],
    ) -> None:
        """lead: comes back once this process leads; fail: ends it."""
        self._lease = lease
        self._clock = clock
        self._lead = lead
        self._fail = fail
        self._ours = False
        self._coming: asyncio.Task[None] | None = None

    async def take(self) -> bool:
        """Say whether the lease is this process's, for as long as it is kept."""
        now_us = self._clock.now_us()
        self._ours = await asyncio.to_thread(self._lease.take, now_us)
        return self._ours

    async def keep(self) -> None:
        """Renew the lease for good, or take it and lead as soon as it is free.

        Coming to lead may take longer than a lease lasts, so it is renewed meanwhile.
        """
        try:
            while True:
                await asyncio.sleep(LOOK_S)
                held = self._ours
                if await self.take() and not held:
                    _log.info("leading from now on")
                    self._coming = asyncio.create_task(self._come(), name="coming")
                elif held and not self._ours:
                    self._fail(LeaseLostError())
                    return
        except Exception as error:  # noqa: BLE001 - whatever it was, we may not go on
            self._fail(error)
        finally:
            if self._coming is not None:
                self._coming.cancel()

    async def _come(self) -> None:
        try:
            await self._lead()
        except Exception as error:  # noqa: BLE001 - whatever it was, we may not go on
            self._fail(error)
