"""How likely people are one: a model of Splink, trained on themselves, no labels.

Fellegi and Sunter's model: each field adds bits for or against, by how often it agrees
among records of one person and of two. The second is seen in random pairs, the first
by expectation maximisation among pairs that share something. One setting for all data.
"""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa
from msgspec import Struct
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from habitue.app.duplicates.clustering import Link
from habitue.app.duplicates.comparing import comparison
from habitue.app.duplicates.crowd import KEY, Crowd

# With fewer records what is learnt is chance: the starting values stand.
LEARN_MIN = 500
# What so few pairs have in common is no school.
LEARN_PAIRS_MIN = 50
MEMORY_MB = 1024
RANDOM_PAIRS = 2_000_000
EM_PAIRS_MAX = 2_000_000
# What chance there is, is the same each time.
SEED = 1
# Of pairs that are one person so many agree on a rule below, about.
_RULES_FIND = 0.6
_RULES = (("email",), ("phone",), ("number",), ("first", "last", "birth"))
_LEARN_BY = (("birth",), ("first", "last"), ("number",), ("email",), ("phone",))
_PEOPLE = "people"


class Linked(Struct, frozen=True):
    """Links by the places of people, how each one's fields agree, and how it went.

    levels: for each link a number a field, which words_of() puts into words.
    """

    links: list[Link]
    fields: list[str]
    levels: list[tuple[int, ...]]
    trained: bool


def link(crowd: Crowd, least: float, memory_mb: int = MEMORY_MB) -> Linked:
    """Find who is likely one, by places in the crowd, from a weight in bits on."""
    fields, table = crowd.held(), crowd.table()
    keys = [name for name in table.column_names if name.startswith(KEY)]
    if not (fields and keys):
        return Linked([], fields, [], trained=False)
    logging.getLogger("splink").setLevel(logging.ERROR)
    with warnings.catch_warnings(), _database(memory_mb) as database:
        warnings.simplefilter("ignore")
        database.register(_PEOPLE, table)
        linker = _linker(database, table, fields, keys)
        trained = len(crowd) >= LEARN_MIN and _train(linker, database, fields)
        found = linker.inference.predict(
            threshold_match_weight=least, warning_mode="never"
        ).query_sql(f"SELECT {_told(fields)} FROM {{this}}")
        told: pa.Table = found.as_pyarrow_table()  # type: ignore[no-untyped-call]
        return _read(told, fields, trained=trained)


@contextmanager
def _database(memory_mb: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory; what does not fit goes to a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="habitue-") as folder:
        told: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": f"{memory_mb}MB",
            "temp_directory": folder,
        }
        with duckdb.connect(":memory:", config=told) as database:
            yield database


def _linker(
    database: duckdb.DuckDBPyConnection,
    table: pa.Table,
    fields: Sequence[str],
    keys: Sequence[str],
) -> Linker:
    # Of few people the frequency of a name is chance: their own would make it common.
    many = table.num_rows
    settings = SettingsCreator(
        link_type="dedupe_only",
        # Until it is estimated: one in twenty has a double.
        probability_two_random_records_match=0.1 / many,
        comparisons=[comparison(name, counts=many >= LEARN_MIN) for name in fields],
        blocking_rules_to_generate_predictions=[block_on(name) for name in keys],
        # Else how fields agree would not be told either.
        retain_matching_columns=True,
    )
    return Linker(DuckDBAPI(database).register(table), settings, log_level=None)


def _train(
    linker: Linker, database: duckdb.DuckDBPyConnection, fields: Sequence[str]
) -> bool:
    """Learn from the people themselves; False if they hold nothing to learn from."""
    rules = [one for one in _RULES if _pairs_sharing(database, one, fields)]
    ways = [
        one
        for one in _LEARN_BY
        if _pairs_sharing(database, one, fields) >= LEARN_PAIRS_MIN
    ]
    if not (rules and ways):
        return False
    learn = linker.training
    learn.estimate_probability_two_random_records_match(
        [block_on(*one) for one in rules], recall=_RULES_FIND
    )
    learn.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    for way in ways:
        learn.estimate_parameters_using_expectation_maximisation(
            block_on(*way), max_pairs=EM_PAIRS_MAX
        )
    return True


def _pairs_sharing(
    database: duckdb.DuckDBPyConnection, names: Sequence[str], fields: Sequence[str]
) -> int:
    """Count the pairs that have the same values of some fields, if all are held."""
    if any(name not in fields for name in names):
        return 0
    columns = [f'"{name}"' for name in names]
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    groups = (
        f"SELECT count(*) AS many FROM {_PEOPLE} WHERE {known}"
        f" GROUP BY {', '.join(columns)}"
    )
    sql = f"SELECT coalesce(sum(many * (many - 1) // 2), 0) FROM ({groups})"
    return int(database.execute(sql).fetchall()[0][0])


def _told(fields: Sequence[str]) -> str:
    """Name what is read of a pair: less than Splink tells, which is both records."""
    levels = (f'"gamma_{name}"' for name in fields)
    return ", ".join(("unique_id_l", "unique_id_r", "match_weight", *levels))


def _read(found: pa.Table, fields: Sequence[str], *, trained: bool) -> Linked:
    names = ("unique_id_l", "unique_id_r", "match_weight")
    left, right, weight = (found[name].to_pylist() for name in names)
    levels = [found[f"gamma_{name}"].to_pylist() for name in fields]
    return Linked(
        [Link(*told) for told in zip(left, right, weight, strict=True)],
        list(fields),
        list(zip(*levels, strict=True)),
        trained=trained,
    )
