"""Each segment of the gallery counted on a copy of so many events, and of a tenth.

Asked is what the product asks of its copy, with its limits and what it puts beside it:
the catalogue of goods, the days of time zones. One sequence stands beside plain SQL
that finds the same. Growth is how many times as long ten times the events take.
"""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from habitue.app.bench.figure import Figure, Say, less, quantile
from habitue.app.bench.gallery_goods import CURRENCY, known_of
from habitue.app.bench.gallery_rows import EVENTS_A_PERSON, fill, people_of
from habitue.app.bench.ground import Ground
from habitue.app.bench.memory import forget_peak, peak_mb
from habitue.app.bench.prepared import Cache, DataSet, Kept
from habitue.app.lake.arrow import goods_table, zones_table
from habitue.app.lake.beside import ZONES, all_of, asked_goods
from habitue.backends.duckdb.cores import usable
from habitue.backends.duckdb.lake import DuckLake, Limits
from habitue.base.clock import DAY_US, Clock
from habitue.base.settings import Settings
from habitue.base.sql import named_statements, read_sql
from habitue.lake.port import Asking, Lake, Packed, Question, Tail
from habitue.segment.compile_sql import Asked, compiled
from habitue.segment.compiled import Compiled
from habitue.segment.condition import AllOf, AnyOf, Condition, Gap, Not, Step, Window
from habitue.segment.condition import Sequence as Steps
from habitue.segment.figures import counted_sql
from habitue.segment.gallery import templates

# How the data set is called where it is kept.
NAME = "gallery"
TIMES, SAMPLE = 3, 10
# What DESIGN asks for, of so many events on two cores.
BAR_EVENTS, BAR_S, SEQUENCE_BAR_S = 20_000_000, 1.0, 2.0
HALF_A_YEAR = 180
# As the plain query has it, word for word.
STEPS: Condition = Steps(
    steps=(
        Step(event="Product Viewed"),
        Step(event="Product Added", after=Gap(most=Window(days=7))),
        Step(event="$purchase", after=Gap(most=Window(days=30))),
    ),
    within=Window(days=HALF_A_YEAR),
)


class Timed(NamedTuple):
    """What a question found, and how long it took each time, in seconds."""

    found: int
    took_s: tuple[float, ...]

    @property
    def usual_s(self) -> float:
        return median(self.took_s)


class Measured(NamedTuple):
    """A copy of one size: each template, and the steps beside their plain query."""

    events: int
    each: Mapping[str, Timed]
    steps: Timed
    plain: Timed
    peak_mb: float


def sizes(events: int) -> tuple[int, int]:
    """Say at how many events all is measured: a tenth of them, and all."""
    return max(events // 10, EVENTS_A_PERSON), events


def measure(  # noqa: PLR0913 - what is measured, where, and how much of it
    ground: Ground,
    clock: Clock,
    say: Say,
    *,
    events: int,
    cache: Cache,
    names: Sequence[str] = (),
) -> list[Figure]:
    """Count each segment of the gallery at a tenth of so many events, and at all.

    A copy that was prepared is taken from the cache; else one is made for the time.
    names: these segments alone, at least one with steps and one without.
    """
    wanted_names = names or tuple(conditions())
    made = Cache(ground.folder / "made")
    small, large = (
        _measured(ground.folder / f"{NAME}-{size}", say, wanted_names, kept)
        for size in sizes(events)
        for wanted in [DataSet(NAME, size, clock.now_us(), make_copy)]
        for kept in [cache.taken(made, wanted, say)]
    )
    ordered = {name for name in wanted_names if is_ordered(conditions()[name])}
    return [
        _slowest(small, large, [one for one in wanted_names if one not in ordered]),
        _slowest(small, large, sorted(ordered)),
        _of_steps(small, large),
    ]


def make_copy(folder: Path, events: int, now_us: int) -> None:
    """Fill a copy with so many events of the years before now, twenty a person.

    One chance makes them all, so what broke off is begun again from the first.
    """
    for one in folder.glob("lake.duckdb*"):
        one.unlink()
    shutil.rmtree(folder / "days", ignore_errors=True)
    lake = _lake(folder)
    lake.open()
    try:
        fill(lake, now_us, events)
        lake.settle()
    finally:
        lake.close()


def _lake(folder: Path) -> DuckLake:
    told = Settings().lake
    limits = Limits(told.memory_mb, told.query_seconds_max, told.spill_mb, cores=0)
    return DuckLake(folder / "lake.duckdb", folder / "days", limits)


def conditions() -> dict[str, Condition]:
    """Give the condition of each segment of the gallery."""
    return {name: one.condition for name, one in templates(CURRENCY).items()}


def is_ordered(condition: Condition) -> bool:
    """Say whether a condition asks for steps one after another, anywhere in it."""
    match condition:
        case Steps():
            return True
        case AllOf(of=of) | AnyOf(of=of):
            return any(map(is_ordered, of))
        case Not(of=inner):
            return is_ordered(inner)
        case _:
            return False


# -- figures -----------------------------------------------------------------------


def _slowest(small: Measured, large: Measured, names: Sequence[str]) -> Figure:
    """Show the slowest of some templates, and in its note what all of them took."""
    sort = "a sequence" if is_ordered(conditions()[names[0]]) else "no sequence"
    bar_s = SEQUENCE_BAR_S if sort == "a sequence" else BAR_S
    took = sorted(one for name in names for one in large.each[name].took_s)
    growth = {
        name: large.each[name].usual_s / small.each[name].usual_s for name in names
    }
    slowest = max(names, key=lambda name: large.each[name].usual_s)
    over = [name for name in names if large.each[name].usual_s > bar_s]
    return less(
        f"lake: slowest count of the gallery, {sort}",
        large.each[slowest].usual_s,
        "s",
        bar=bar_s if large.events >= BAR_EVENTS else None,
        note=f"{slowest}; {len(names)} segments, each {TIMES} times: p50"
        f" {quantile(took, 0.5):.3f} s, p95 {quantile(took, 0.95):.3f} s; over"
        f" {bar_s:g} s: {', '.join(over) or 'none'}; {_of(large)}; of ten times the"
        f" events {growth[slowest]:.1f} times as long, half of them no more than"
        f" {median(growth.values()):.1f} times",
    )


def _of_steps(small: Measured, large: Measured) -> Figure:
    return less(
        "lake: count of three steps in order",
        large.steps.usual_s,
        "s",
        floor=large.plain.usual_s,
        bar=SEQUENCE_BAR_S if large.events >= BAR_EVENTS else None,
        note=f"floor: plain SQL that joins all with all; {large.steps.found:,} people"
        f" by one, {large.plain.found:,} by the other; {_of(large)}; of ten times the"
        f" events {large.steps.usual_s / small.steps.usual_s:.1f} times as long"
        f" (plain SQL {large.plain.usual_s / small.plain.usual_s:.1f} times)",
    )


def _of(one: Measured) -> str:
    return (
        f"{people_of(one.events):,} people, {one.events:,} events,"
        f" {usable()} cores,"
        f" {one.peak_mb:,.0f} MB at most"
    )


# -- asking ------------------------------------------------------------------------


def _measured(
    folder: Path, say: Say, names: Sequence[str], lent: tuple[Cache, Kept]
) -> Measured:
    cache, kept = lent
    cache.lend(kept, folder)
    say(f"{NAME}: asking {kept.rows:,} events")
    lake = _lake(folder)
    lake.open()
    forget_peak()
    try:
        each = {
            name: _timed(_counting(lake, conditions()[name], kept.now_us))
            for name in names
        }
        steps = _timed(_counting(lake, STEPS, kept.now_us))
        plain = _timed(lambda: _plain(lake, kept.now_us))
        return Measured(kept.rows, each, steps, plain, peak_mb())
    finally:
        lake.close()


def _timed(count: Callable[[], int]) -> Timed:
    took, found = [], 0
    for _ in range(TIMES):
        began = time.perf_counter()
        found = count()
        took.append(time.perf_counter() - began)
    return Timed(found, tuple(took))


def _counting(lake: Lake, condition: Condition, now_us: int) -> Callable[[], int]:
    return lambda: count(lake, condition, now_us)


def count(lake: Lake, condition: Condition, now_us: int) -> int:
    """Count who satisfies a condition, as the product has its copy count them."""
    made = compiled(condition, Asked(now_us=now_us))
    with closing(lake.begin(Tail(lake.offset))) as asking:
        question = Question(
            sql=counted_sql(made, SAMPLE),
            values=made.values,
            tables=_beside(asking, made, now_us),
            trusted=True,
        )
        return int(asking.answer(question).table["n"][0].as_py())


def _beside(asking: Asking, made: Compiled, now_us: int) -> dict[str, Packed]:
    found: dict[str, Packed] = {}
    if "goods" in made.reads:
        told = _rows(asking, asked_goods(made, found))
        found["goods"] = goods_table([(*one, known_of(one[0]), {}) for one in told])
    if "zones" in made.reads:
        found["zones"] = zones_table(
            (zone for (zone,) in _rows(asking, all_of(ZONES))), now_us
        )
    return found


def _rows(asking: Asking, question: Question) -> list[tuple[Any, ...]]:
    table = asking.answer(question).table
    return list(zip(*(one.to_pylist() for one in table.columns), strict=True))


def _plain(lake: Lake, now_us: int) -> int:
    plain = named_statements(read_sql("habitue.app.bench", "gallery.sql"))
    values = {
        "now_us": now_us,
        "since_us": now_us - HALF_A_YEAR * DAY_US,
        "day_us": DAY_US,
    }
    with closing(lake.begin(Tail(lake.offset))) as asking:
        question = Question(sql=plain["plain_steps"], values=values, trusted=True)
        return int(asking.answer(question).table["n"][0].as_py())
