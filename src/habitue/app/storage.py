"""Opens truth and state on the backend that the settings name."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.errors import HabitueError
from habitue.base.settings import Settings
from habitue.log.port import Truth
from habitue.state.port import StateBackend


class PostgresMissingError(HabitueError):
    """PostgreSQL needs the extra 'postgres': pip install 'habitue[postgres]'."""


class Storage(Struct):
    """The two stores of one deployment, and what ends them."""

    truth: Truth
    state: StateBackend
    close: Callable[[], None]


def open_storage(settings: Settings) -> Storage:
    """Open truth and state; on PostgreSQL where a database is named, else SQLite."""
    if settings.database.url:
        return _postgres(settings.database.url)
    folder = Path(settings.data.folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    truth = SqliteTruth(folder / "truth.db")
    state = SqliteState(folder / "state.db")

    def close() -> None:
        state.close()
        truth.close()

    return Storage(truth, state, close)


def _postgres(url: str) -> Storage:
    try:
        from habitue.backends.postgres.state import PostgresState
        from habitue.backends.postgres.truth import PostgresTruth
    except ImportError as error:
        raise PostgresMissingError from error
    truth = PostgresTruth(url)
    state = PostgresState(url)

    def close() -> None:
        state.close()
        truth.close()

    return Storage(truth, state, close)
