"""A data folder opened in a notebook."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitue.base.errors import HabitueError
from habitue.base.settings import load
from habitue.client.asking import Answered, ask

if TYPE_CHECKING:
    import pyarrow as pa


class ExtraMissingError(HabitueError):
    """A library is not installed."""


class Rows:
    """The rows of an answer, as of one offset of the log."""

    def __init__(self, found: Answered) -> None:
        self._found = found

    @property
    def offset(self) -> int:
        """The record up to which the answer tells."""
        return self._found.offset

    @property
    def more(self) -> bool:
        """Whether there were more rows than are here."""
        return self._found.more

    def arrow(self) -> "pa.Table":
        """Give the rows as an Arrow table."""
        return self._found.table

    def df(self) -> Any:
        """Give the rows as a pandas data frame."""
        try:
            return self._found.table.to_pandas()
        except ImportError as error:
            raise ExtraMissingError("df() needs pandas: pip install pandas.") from error

    def pl(self) -> Any:
        """Give the rows as a polars data frame."""
        try:
            polars = import_module("polars")
        except ImportError as error:
            raise ExtraMissingError("pl() needs polars: pip install polars.") from error
        return polars.DataFrame(self._found.table)

    def __len__(self) -> int:
        return int(self._found.table.num_rows)

    def __repr__(self) -> str:
        return f"<{len(self)} rows as of record {self.offset}>"


class Opened:
    """A data folder: a running server's, or opened for as long as each question."""

    def __init__(self, folder: str | Path, **flags: Any) -> None:
        """flags: settings, as lake__memory_mb=2048 or database__url=".."."""
        told = {name.replace("__", "."): value for name, value in flags.items()}
        self._settings = load({"data.folder": folder, **told})

    def sql(self, query: str, rows_max: int | None = None) -> Rows:
        """Answer one SELECT over events, lines, holding and person_events."""
        return Rows(ask(self._settings, query, rows_max))
