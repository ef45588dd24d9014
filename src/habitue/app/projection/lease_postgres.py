"""The right to project on PostgreSQL: a lease whose epoch fences every snapshot."""

from habitue.backends.postgres.lease import Leases, fence
from habitue.backends.postgres.state import PostgresState
from habitue.base.clock import SECOND_US
from habitue.base.ids import new_id

NAME = "projector"
FOR_US = 10 * SECOND_US


class PostgresLease:
    """Takes the lease when it is free, and ties the state store to its epoch."""

    def __init__(self, url: str, state: PostgresState) -> None:
        self._leases = Leases(url)
        self._state = state
        self._holder = new_id()
        self._epoch: int | None = None

    def take(self, now_us: int) -> bool:
        """Renew the lease, or take it if it is free; a lost one is not taken again."""
        if self._epoch is not None:
            return self._leases.renew(NAME, self._epoch, now_us, FOR_US)
        self._epoch = self._leases.acquire(NAME, self._holder, now_us, FOR_US)
        if self._epoch is None:
            return False
        self._state.fence = fence(NAME, self._epoch)
        return True

    def give_up(self) -> None:
        if self._epoch is not None:
            self._leases.release(NAME, self._epoch)

    def close(self) -> None:
        self._leases.close()
