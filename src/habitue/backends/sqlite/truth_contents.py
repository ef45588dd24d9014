"""All that truth.db holds, for a copy of it."""

from collections.abc import Iterator
from pathlib import Path

from habitue.backends.sqlite.truth_open import migrations
from habitue.backends.sqlite.truth_read import Reader
from habitue.base.errors import NotFoundError
from habitue.log.contents import ErasedKey
from habitue.log.telling import Telling


class SqliteContents(Telling):
    """Reads a file that nobody writes; of one in use, what older records hold."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise NotFoundError(f"There is no log: {path} is missing.")
        self._reader = Reader(path)
        super().__init__(self._reader)
        try:
            self.check_version(migrations()[-1][0], f" in {path}")
        except BaseException:
            self.close()
            raise

    def erased_keys(self) -> Iterator[list[ErasedKey]]:
        yield [ErasedKey(*row) for row in self._reader.rows("all_erased_keys")]

    def close(self) -> None:
        self._reader.close()
