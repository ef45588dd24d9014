"""All that the schema truth holds at one moment, for a copy of it."""

from collections.abc import Iterator

from habitue.backends.postgres.truth_open import migrations
from habitue.backends.postgres.truth_read import Reader
from habitue.base.errors import NotFoundError
from habitue.log.contents import ErasedKey
from habitue.log.telling import Telling


class PostgresContents(Telling):
    """Reads everything in one transaction, so at one snapshot; in one thread."""

    def __init__(self, url: str) -> None:
        self._reader = Reader(url)
        super().__init__(self._reader)
        try:
            self._reader.stand_still()
            self._check_schema()
            self.check_version(migrations()[-1][0], "")
        except BaseException:
            self.close()
            raise

    def erased_keys(self) -> Iterator[list[ErasedKey]]:
        rows = self._reader.rows("all_erased_keys")
        yield [ErasedKey(offset, b"", key.bytes) for offset, key in rows]

    def close(self) -> None:
        self._reader.close()

    def _check_schema(self) -> None:
        if self._reader.one("has_schema") != (True,):
            raise NotFoundError(
                "There is no log in this database: start a server on it first."
            )
