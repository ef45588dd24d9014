"""Who projects: one process, alone by its folder's lock or leading by a lease."""

from typing import Protocol


class Lease(Protocol):
    """The right to project, to be renewed while it is used; called in a thread."""

    def take(self, now_us: int) -> bool:
        """Take or renew it; False if it is somebody else's."""
        ...

    def give_up(self) -> None: ...


class AlwaysOurs:
    """The right of the process that owns the data folder."""

    def take(self, now_us: int) -> bool:
        return True

    def give_up(self) -> None:
        """Nothing: the folder's lock says it all."""
