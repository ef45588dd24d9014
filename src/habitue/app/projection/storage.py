"""Opens truth and state on the backend that the settings name."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from msgspec import Struct

from habitue.access.often import FileOften, Often
from habitue.access.port import SecretStore
from habitue.access.repeats import FileRepeats, Repeats
from habitue.access.sealed import SealedSecrets
from habitue.access.secrets import FileSecrets
from habitue.app.projection.lease import AlwaysOurs, Lease
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import Clock
from habitue.base.errors import HabitueError
from habitue.base.settings import Settings
from habitue.log.port import Truth
from habitue.state.port import ReadingBackend, StateBackend

Heard = Callable[[int], None]
LAKE_FILE = "lake.duckdb"


class Ears(Struct, frozen=True):
    """Whom to call with an offset that another process tells.

    head: the log goes as far; committed: state stands there now; wanted: it is to.
    """

    head: Heard
    committed: Heard
    wanted: Heard


Hear = Callable[[Ears], Coroutine[Any, Any, None]]


class PostgresMissingError(HabitueError):
    """PostgreSQL needs the extra 'postgres': pip install 'habitue[postgres]'."""


class Storage(Struct):
    """The stores of one deployment, who leads on them, and what ends them."""

    truth: Truth
    state: StateBackend
    lease: Lease
    secrets: SealedSecrets
    close: Callable[[], None]
    # What another process tells, and state that it projects; None if there is none.
    hear: Hear | None = None
    reading: Callable[[], ReadingBackend] | None = None


def open_storage(settings: Settings) -> Storage:
    """Open truth and state; on PostgreSQL where a database is named, else SQLite."""
    if settings.database.url:
        return _postgres(settings.database.url, settings.secrets.sealing_key)
    folder = Path(settings.data.folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    truth = SqliteTruth(folder / "truth.db")
    state = SqliteState(folder / "state.db")

    def close() -> None:
        state.close()
        truth.close()

    secrets = SealedSecrets(
        FileSecrets(folder / "secrets"), settings.secrets.sealing_key
    )
    return Storage(truth, state, AlwaysOurs(), secrets, close)


def secrets_of(settings: Settings) -> SecretStore:
    """Give the secrets of a deployment alone, its log and state left closed."""
    if not settings.database.url:
        held = FileSecrets(Path(settings.data.folder) / "secrets")
        return SealedSecrets(held, settings.secrets.sealing_key)
    try:
        from habitue.backends.postgres.secrets import PostgresSecrets
    except ImportError as error:
        raise PostgresMissingError from error
    return SealedSecrets(
        PostgresSecrets(settings.database.url), settings.secrets.sealing_key
    )


def often_of(settings: Settings, clock: Clock) -> Often:
    """Give what counts how often somebody did something, for every process at once."""
    if not settings.database.url:
        return FileOften(Path(settings.data.folder) / "often", clock)
    try:
        from habitue.backends.postgres.often import PostgresOften
    except ImportError as error:
        raise PostgresMissingError from error
    return PostgresOften(settings.database.url, clock)


def repeats_of(settings: Settings, clock: Clock) -> Repeats:
    """Give what is kept of requests with a key: where every process finds it."""
    if not settings.database.url:
        return FileRepeats(Path(settings.data.folder) / "repeats", clock)
    try:
        from habitue.backends.postgres.repeats import PostgresRepeats
    except ImportError as error:
        raise PostgresMissingError from error
    return PostgresRepeats(settings.database.url, clock)


def sweeps(settings: Settings) -> bool:
    """Say whether what erases may tidy up its tables: it owns them, on a database."""
    if not settings.database.url:
        return True
    try:
        from habitue.backends.postgres.rights import owns
    except ImportError as error:
        raise PostgresMissingError from error
    return owns(settings.database.url)


def _postgres(url: str, key: str) -> Storage:
    try:
        from habitue.app.projection.lease_postgres import PostgresLease
        from habitue.backends.postgres.secrets import PostgresSecrets
        from habitue.backends.postgres.state import COMMITTED, PostgresState
        from habitue.backends.postgres.state_reading import WANTED, ReadingState
        from habitue.backends.postgres.truth import PostgresTruth
        from habitue.backends.postgres.truth_hear import hear
    except ImportError as error:
        raise PostgresMissingError from error
    truth = PostgresTruth(url)
    state = PostgresState(url)
    lease = PostgresLease(url, state)

    def close() -> None:
        state.close()
        truth.close()
        lease.close()

    def listen(ears: Ears) -> Coroutine[Any, Any, None]:
        also = {COMMITTED: ears.committed, WANTED: ears.wanted}
        return hear(url, ears.head, also=also)

    return Storage(
        truth,
        state,
        lease,
        SealedSecrets(PostgresSecrets(url), key),
        close,
        listen,
        lambda: ReadingState(url),
    )


def lake_file(settings: Settings) -> Path:
    """Say where the analytic copy lies."""
    return Path(settings.data.folder) / LAKE_FILE
