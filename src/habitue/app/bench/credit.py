"""Attribution measured on made paths, as many as a public file has, and on that file.

Made paths are counted before, and what is measured is all that comes after: each model,
and whole cents. Those of the file are counted within the time, by the product's query.
"""

import csv
import gzip
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path as File

import numpy as np
import pyarrow as pa

from habitue.app.bench.figure import Figure, Say, less
from habitue.app.bench.ground import Ground
from habitue.app.bench.journey_rows import open_copy
from habitue.app.lake.beside import ROWS_MAX
from habitue.base.clock import DAY_US
from habitue.journey.asking import Asked, query
from habitue.journey.attribution import Decayed, credits_of, decayed
from habitue.journey.reading import MODELS, read_tally, shares_by
from habitue.journey.tally import Path, Tally, tally_of
from habitue.lake.port import Lake, Question, Tail

SEED = 19
# channel-attribution-paths: different paths, channels, and how long a path is at most.
PATHS, CHANNELS, LENGTH_MAX = 10_000, 12, 89
FILE = File("data") / "channel-attribution-paths" / "path_data.csv.gz"
# The file tells of a value to its third place.
_UNIT = 1_000
BAR_S, TIMES = 0.1, 3
# What paths alone tell of a tally.
_COUNTED = (
    "SELECT 'spot' AS sort, * FROM tally_spots"
    " UNION ALL BY NAME SELECT 'set' AS sort, * FROM tally_sets"
    " UNION ALL BY NAME SELECT 'step' AS sort, * FROM tally_steps"
)


def credit(ground: Ground, say: Say, shared: File | None = None) -> list[Figure]:
    """Measure all models on a tenth of the paths, and on all; and on the file's.

    shared: the folder that may hold the public file.
    """
    say(f"journeys: crediting {PATHS:,} paths")
    small, large = (took(*counted(paths_of(count))) for count in (PATHS // 10, PATHS))
    made = less(
        "journeys: attribution",
        large,
        "s",
        bar=BAR_S,
        note=f"{len(MODELS)} models of {PATHS:,} different paths over {CHANNELS}"
        f" channels; of ten times the paths {large / small:.1f} times as long",
    )
    file = None if shared is None else shared / FILE
    if file is None or not file.exists():
        return [made]
    return [made, _of_file(ground, list(read(file)))]


def _of_file(ground: Ground, paths: Sequence[Path]) -> Figure:
    walked = sum(one.conversions + one.nulls for one in paths)
    lake = open_copy(ground.folder / "paths")
    try:
        told = packed(paths)
        counting_s = min(_timed(partial(count, lake, told)) for _ in range(TIMES))
        tally = count(lake, told)
    finally:
        lake.close()
    models_s = took(tally, counted(paths)[1])
    return less(
        "journeys: attribution of a public file of paths, counting included",
        counting_s + models_s,
        "s",
        bar=BAR_S,
        note=f"{len(MODELS)} models of channel-attribution-paths: {len(paths):,} paths"
        f" that {walked:,} walked; {counting_s:.3f} s of it is the query that counts,"
        " all but what time decay asks for, as the file tells no times",
    )


def packed(paths: Sequence[Path]) -> pa.Table:
    """Lay paths out as the table of the queries that they are in the product."""
    channels, conversions, values, nulls = zip(*paths, strict=True)
    return pa.table(
        {
            "path": pa.array(channels, pa.list_(pa.string())),
            "conversions": pa.array(conversions, pa.int64()),
            "amount": pa.array(values, pa.int64()),
            "nulls": pa.array(nulls, pa.int64()),
        }
    )


def count(lake: Lake, paths: pa.Table) -> Tally:
    """Count paths by the query that the report of attribution is made of."""
    instead = {"path": "told_path"}
    asked = Asked(since_us=0, until_us=0, more={"order": 1}, instead=instead)
    made = query(asked, _COUNTED)
    with closing(lake.begin(Tail(lake.offset))) as asking:
        question = Question(
            sql=made.sql,
            values=made.values,
            tables={"told_path": paths},
            rows_max=ROWS_MAX,
            trusted=True,
        )
        return read_tally(1, asking.answer(question).table.to_pylist())


def read(file: File) -> Iterator[Path]:
    """Read paths, how many bought by each, for how much, and how many did not."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield Path(
                tuple(row["path"].split(" > ")),
                int(row["total_conversions"]),
                round(float(row["total_conversion_value"]) * _UNIT),
                int(row["total_null"]),
            )


def paths_of(count: int) -> list[Path]:
    """Make so many paths: most are short, and a fifth of those who walk them buy."""
    chance = np.random.default_rng(SEED)
    lengths = np.minimum(chance.geometric(1 / 6, count), LENGTH_MAX)
    names = np.array([f"c{one}" for one in range(CHANNELS)])
    bought, lost = chance.poisson(2, count), chance.poisson(7, count)
    values = chance.integers(100, 100_000, count)
    return [
        Path(
            tuple(names[chance.integers(0, CHANNELS, length)].tolist()),
            int(buys),
            int(buys * value),
            int(more),
        )
        for length, buys, value, more in zip(lengths, bought, values, lost, strict=True)
    ]


def counted(paths: Sequence[Path]) -> tuple[Tally, dict[str, tuple[float, float]]]:
    """Count paths as the models ask for them; a touchpoint a day, for time decay."""
    ways = (Decayed(_aged(one.channels), one.value) for one in paths if one.conversions)
    return tally_of(paths), decayed(ways)


def _aged(channels: Sequence[str]) -> tuple[tuple[str, int], ...]:
    return tuple((name, at * DAY_US) for at, name in enumerate(reversed(channels)))


def took(tally: Tally, decay: Mapping[str, tuple[float, float]]) -> float:
    """Give the seconds that crediting takes, the best of three."""

    def credit_all() -> None:
        for model in MODELS:
            credits_of(tally, shares_by(model, tally, decay))

    return min(_timed(credit_all) for _ in range(TIMES))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
