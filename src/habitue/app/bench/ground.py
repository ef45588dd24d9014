"""Where the benchmark keeps its data: folders and databases of its own, new each."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from msgspec import structs

from habitue.app.projection.storage import PostgresMissingError
from habitue.base.sections import Data, Database, Settings


class Ground:
    """Gives settings of an empty deployment, as often as asked.

    With a database the deployments lie on its server, each in a database made for
    it and dropped afterwards: what the named one holds is not touched.
    """

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder = folder
        self.database = database
        self._number = itertools.count(1)
        self._made: list[str] = []

    @property
    def backend(self) -> str:
        return "PostgreSQL" if self.database else "SQLite"

    @property
    def share(self) -> float:
        """What part of a bar this backend is held to."""
        return 0.5 if self.database else 1.0

    def fresh(self) -> Settings:
        """Give settings of a deployment that holds nothing yet."""
        name = f"{self.folder.name.replace('-', '_')}_{next(self._number)}".lower()
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        url = self._make(name) if self.database else ""
        return structs.replace(
            Settings(), data=Data(folder=folder), database=Database(url=url)
        )

    def drop(self) -> None:
        """Drop the databases that were made; the folder is its maker's."""
        for name in self._made:
            self._tell(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.clear()

    def _make(self, name: str) -> str:
        self._tell(f'CREATE DATABASE "{name}"')
        self._made.append(name)
        return urlunsplit(urlsplit(self.database)._replace(path=f"/{name}"))

    def _tell(self, statement: str) -> None:
        try:  # the driver is optional
            from habitue.backends.postgres.truth_open import connect  # noqa: PLC0415
        except ImportError as error:
            raise PostgresMissingError from error
        with connect(self.database) as connection:
            connection.execute(statement)


@contextmanager
def ground(database: str = "") -> Iterator[Ground]:
    """Lend a ground in the folder for temporary files (TMPDIR), and clear it away."""
    folder = Path(tempfile.mkdtemp(prefix="habitue-bench-"))
    lent = Ground(folder, database)
    try:
        yield lent
    finally:
        lent.drop()
        shutil.rmtree(folder, ignore_errors=True)
