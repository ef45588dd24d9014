"""Errors are sentences: what, with the value, and the way out."""

from collections.abc import Sequence


class HabitueError(Exception):
    """Habitué could not do what was asked."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class NotFoundError(HabitueError):
    """There is no such thing here."""


class ConflictError(HabitueError):
    """What was asked contradicts what is already there."""


class InvalidError(HabitueError):
    """What was given can't be used as it is."""

    # Where in it (a JSON pointer) and why, as far as that can be said.
    places: Sequence[tuple[str, str]] = ()


class DeniedError(HabitueError):
    """Whoever asks may not see or do this."""


class TooManyError(HabitueError):
    """Too much was asked for in a while; ask again later."""

    # After so many seconds it may be asked for again.
    retry_s: int = 60


class NotThereYetError(HabitueError):
    """It is being worked out; ask again in a while."""


class StorageError(HabitueError):
    """The store can't be written; nothing more is acknowledged."""


class DiskFullError(StorageError):
    """The disk is full, so nothing was written; make room, and it goes on by itself."""
