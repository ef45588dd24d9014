"""A file of people whose truth is known: how well the search does on it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from habitue.app.duplicates.clustering import cluster
from habitue.app.duplicates.columns import guess, told_in, truth_in
from habitue.app.duplicates.crowd import Crowd
from habitue.app.duplicates.fields import canonical
from habitue.app.duplicates.grouping import TUNING
from habitue.app.duplicates.linking import link
from habitue.app.duplicates.measuring import (
    Score,
    b_cubed,
    labelled,
    pairwise,
    reached,
)
from habitue.app.duplicates.order import Known
from habitue.base.errors import InvalidError
from habitue.collect.files.limits import Limits
from habitue.collect.files.nouns import Mapping
from habitue.collect.files.tables import open_table
from habitue.collect.files.values import text

READ = (".csv", ".csv.gz", ".parquet", ".xlsx")
_FORMS = ", ".join(READ)
# Beside a file of people may lie one of pairs: no people in it.
_PAIRS = ("pairs", "labels")


class Measured(Struct, frozen=True):
    """How well the search did on one file.

    reached: of the true pairs, how many are among those compared at all.
    """

    file: str
    records: int
    people: int
    fields: list[str]
    reached: float
    trained: bool
    pairs: Score
    b_cubed: Score

    def told(self) -> dict[str, Any]:
        """Give it in plain words, F1 too, which follows from the others."""
        scores = {"pairs": self.pairs, "b_cubed": self.b_cubed}
        f1 = {name: {"f1": one.f1} for name, one in scores.items()}
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return {**plain, **{name: plain[name] | f1[name] for name in scores}}


def files_in(path: Path) -> list[Path]:
    """Give the file, or those of a folder that tell of people."""
    if not path.is_dir():
        return [path]
    found = sorted(
        one
        for one in path.iterdir()
        if one.name.endswith(READ) and not any(word in one.name for word in _PAIRS)
    )
    if not found:
        raise InvalidError(f"No file in '{path}' is one of {_FORMS}.")
    return found


def measure(path: Path, encoding: str | None = None) -> Measured:
    """Look for duplicates in a file, by one setting for all files, and score it.

    encoding: how its letters are written; found if unsaid.
    """
    crowd, truth = _read(path, encoding)
    linked = link(crowd, TUNING.least)
    found = labelled(cluster(linked.links, tuning=TUNING), len(crowd))
    return Measured(
        file=path.name,
        records=len(crowd),
        people=len(set(truth)),
        fields=linked.fields,
        reached=reached(_meeting(crowd), truth),
        trained=linked.trained,
        pairs=pairwise(found, truth),
        b_cubed=b_cubed(found, truth),
    )


def _meeting(crowd: Crowd) -> Callable[[int, int], bool]:
    """Say whether two share a key, by their places."""
    columns = [column.tolist() for column in crowd.shared().values()]
    return lambda left, right: any(0 != one[left] == one[right] for one in columns)


def _read(path: Path, encoding: str | None) -> tuple[Crowd, list[str]]:
    """Read a file's people, numbered from 0, and whom each one is in truth."""
    rows = _rows(path, encoding)
    columns = guess(next(rows))
    people: list[Known] = []
    truth: list[str] = []
    for row in rows:
        people.append(Known(len(people), canonical(told_in(row, columns))))
        truth.append(truth_in(row, columns))
    return Crowd(people), truth


def _rows(path: Path, encoding: str | None) -> Iterator[Sequence[str]]:
    """Give the header, then each row as texts; what is missing is empty.

    It is read as imports read files: its letters and its marks are found.
    """
    if not path.name.endswith(READ):
        raise InvalidError(f"'{path.name}' is none of {_FORMS}.")
    table = open_table(path, Limits(), Mapping(encoding=encoding)).table
    yield table.headers
    places = range(len(table.headers))
    for chunk in table.chunks(places):
        for at, why in chunk.errors.items():
            raise InvalidError(f"'{path.name}', line {chunk.lines[at]}: {why}")
        for row in zip(*(chunk.columns[at] for at in places), strict=True):
            yield ["" if cell is None else text(cell) for cell in row]
