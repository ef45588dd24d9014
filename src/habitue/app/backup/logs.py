"""Where logs lie that are copied: a data folder, a backup of one, or a database."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from msgspec import Struct

from habitue.access.port import SecretStore
from habitue.access.secrets import FileSecrets
from habitue.app.backup.bundle import unpacked
from habitue.app.backup.manifest import NAME, SECRETS, TRUTH
from habitue.app.projection.storage import PostgresMissingError, secrets_of
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.backends.sqlite.truth_contents import SqliteContents
from habitue.backends.sqlite.truth_fill import copy_file, fill
from habitue.base.settings import Settings, load
from habitue.log.contents import Contents, Told

_DATABASE = ("postgresql://", "postgres://")


def open_file(path: Path) -> Contents:
    """Open a truth.db to read all of it."""
    return SqliteContents(path)


def upgrade(path: Path) -> None:
    """Bring a truth.db that nobody else uses to the version of this program."""
    SqliteTruth(path).close()


def copy_log(settings: Settings, into: Path) -> None:
    """Copy the log that the settings name into a truth.db, as of one moment."""
    if not settings.database.url:
        copy_file(Path(settings.data.folder) / TRUTH, into)
        return
    contents = open_database(settings.database.url)
    try:
        fill(into, contents)
    finally:
        contents.close()


def fill_log(settings: Settings, folder: Path, contents: Told) -> None:
    """Make the log of a deployment that has none: in its database, or its folder."""
    if not settings.database.url:
        fill(folder / TRUTH, contents)
        return
    try:
        # The driver is optional.
        from habitue.backends.postgres import truth_fill  # noqa: PLC0415
    except ImportError as error:
        raise PostgresMissingError from error
    truth_fill.fill(settings.database.url, contents)


def open_database(url: str) -> Contents:
    """Open the log of a database at one snapshot."""
    try:
        from habitue.backends.postgres.truth_contents import (  # noqa: PLC0415
            PostgresContents,
        )
    except ImportError as error:
        raise PostgresMissingError from error
    return PostgresContents(url)


class Place(Struct, frozen=True):
    """A log that is somewhere else, and the secrets beside it."""

    contents: Contents
    secrets: SecretStore


@contextmanager
def opened(where: str, scratch: Path) -> Iterator[Place]:
    """Open the log of a data folder, in use or not, of a backup or of a database.

    scratch: the folder that a backup is unpacked into for the while.
    """
    if where.startswith(_DATABASE):
        secrets = secrets_of(load({"database.url": where}))
        with closing(open_database(where)) as contents:
            yield Place(contents, secrets)
        return
    path = Path(where)
    if path.is_dir() and not (path / NAME).exists():
        with closing(open_file(path / TRUTH)) as contents:
            yield Place(contents, FileSecrets(path / SECRETS))
        return
    with unpacked(path, scratch) as (folder, _):
        upgrade(folder / TRUTH)
        with closing(open_file(folder / TRUTH)) as contents:
            yield Place(contents, FileSecrets(folder / SECRETS))
