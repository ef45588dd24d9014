"""The reject file: each line that was not taken, with its number and the reason."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType

from habitue.base.cells import FORMULA
from habitue.collect.files.nouns import Rejected

LINE, REASON = "_line", "_reason"


def ours(headers: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the columns that a reject file adds to those of its file."""
    return tuple(header for header in headers if header not in {LINE, REASON})


class RejectFile:
    """Writes rejected lines as CSV with the columns of the imported file.

    Once put right, it can be imported itself: the two added columns are ignored
    and the guard before what looks like a formula is taken away again.
    """

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        self._headers = [name for name in headers if name not in {LINE, REASON}]
        self._kept = [at for at, name in enumerate(headers) if name in self._headers]
        self._path = path
        self.lines = 0

    def __enter__(self) -> "RejectFile":
        self._file = self._path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([*map(guard, self._headers), LINE, REASON])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, rejected: Iterable[Rejected]) -> None:
        for line in rejected:
            cells = [line.cells[at] for at in self._kept if at < len(line.cells)]
            cells += [""] * (len(self._headers) - len(cells))
            self._writer.writerow([*map(guard, cells), line.line, line.reason])
            self.lines += 1


def guard(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula.

    >>> guard("+48 600 100 200"), unguard(guard("+48 600 100 200"))
    ("'+48 600 100 200", '+48 600 100 200')
    """
    # What already begins with the guard gets another, so that taking one away is exact.
    return "'" + cell if cell.lstrip("'").startswith(FORMULA) else cell


def unguard(cell: str) -> str:
    """Take the guard of a reject file away again."""
    if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA):
        return cell[1:]
    return cell
