"""A file of people whose truth is known: how well the search does on it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
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

READ = (".csv", ".csv.gz", ".parquet")
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


def files_in(path: Path) -> list[Path]:
    """Give the file, or those of a folder that tell of people."""
    if not path.is_dir():
        return [path]
    return sorted(
        one
        for one in path.iterdir()
        if one.name.endswith(READ) and not any(word in one.name for word in _PAIRS)
    )


def measure(path: Path) -> Measured:
    """Look for duplicates in a file, by one setting for all files, and score it."""
    crowd, truth = _read(path)
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


def _read(path: Path) -> tuple[Crowd, list[str]]:
    """Read a file's people, numbered from 0, and whom each one is in truth."""
    rows = _rows(path)
    columns = guess(next(rows))
    people: list[Known] = []
    truth: list[str] = []
    for row in rows:
        people.append(Known(len(people), canonical(told_in(row, columns))))
        truth.append(truth_in(row, columns))
    return Crowd(people), truth


def _rows(path: Path) -> Iterator[Sequence[str]]:
    """Give the header, then each row as texts; what is missing is empty."""
    if not path.name.endswith(READ):
        raise InvalidError(f"'{path.name}' is no {', '.join(READ)}.")
    sql = "SELECT * FROM read_csv($path, all_varchar = true, header = true)"
    if path.suffix == ".parquet":
        sql = "SELECT * FROM read_parquet($path)"
    with duckdb.connect(":memory:", config={"threads": 1}) as database:
        found: Any = database.execute(sql, {"path": str(path)})
        yield [str(one[0]).strip() for one in found.description]
        for row in found.fetchall():
            yield ["" if value is None else str(value) for value in row]
