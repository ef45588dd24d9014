"""What is asked of journeys where they are measured: whole rows, as the product asks.

Beside most stands plain SQL over the same copy that finds less.
"""

import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any, NamedTuple

from msgspec import structs

from habitue.app.bench.gallery_goods import known_of
from habitue.app.bench.journey_rows import LIMITS, YEAR_US
from habitue.app.lake.arrow import goods_table
from habitue.app.lake.beside import ROWS_MAX, all_of
from habitue.base.sql import named_statements, read_sql
from habitue.journey.asking import Asked, Query, Span, query
from habitue.journey.handover import Handover
from habitue.journey.parts import Parts, by_parts, cuts, parts_of, spans_of
from habitue.lake.port import Asking as LakeAsking
from habitue.lake.port import Lake, Packed, Question, Tail
from habitue.measure.channels import default_rules
from habitue.measure.channels_sql import channel_sql
from habitue.measure.kpi import asking as kpi
from habitue.segment.compile_comparison import Bound


class Asking(NamedTuple):
    """A question, the plain SQL beside it, and how long it may take (seconds)."""

    name: str
    table: str
    floor: str = ""
    bar_s: float | None = None
    # Of which goods the catalogue is asked first.
    lacking: str = ""
    note: str = ""


# What people did in order, as key figures count it.
STEPS = ("Product Viewed", "Product Added", "Receipt Issued")
# Of sessions there are millions: each column is read and summed, no row written out.
_SUMMED = "SELECT count(*) AS n, sum(hash(COLUMNS(*))) FROM touch"
_KEPT = "; read as they are kept, and each column summed"
QUESTIONS = (
    Asking("sessions", "touch", "plain_sessions", 0.8, note=_KEPT),
    Asking("ordered funnel", "step", "plain_funnel", 1.0),
    Asking("top paths", "top_path", "plain_paths", 1.0),
    Asking("ROPO", "ropo_all", "plain_ropo", 3.0, "lacking"),
    Asking("intentions", "intent_all", lacking="bought_lacking"),
    Asking("hand-overs", "handover_all", "plain_handovers"),
)


class Put(NamedTuple):
    """A question as it is put, and the one about goods that goes before it, if any."""

    made: Parts
    lacking: Query | None = None


def put(asked: Asked, one: Asking, spans: Sequence[Span]) -> Put:
    """Put a question as the product does: about journeys, or of key figures."""
    last = _SUMMED if one.table == "touch" else f"SELECT * FROM {one.table}"
    if one.table == "step":
        return Put(_of_steps(asked, last))
    pairs = f"SELECT product, source FROM {one.lacking}"
    lacking = query(asked, pairs) if one.lacking else None
    return Put(by_parts(asked, last, spans), lacking)


def plain(name: str) -> Put:
    """Put a query that stands beside one."""
    sql = named_statements(read_sql("habitue.app.bench", "journeys.sql"))[name]
    return Put(Parts((), Query(sql, {})))


def answer(lake: Lake, one: Put) -> Any:
    """Give the rows of an answer, as a table."""
    with closing(lake.begin(Tail(lake.offset))) as asking:
        tables = {"goods": _goods(asking, one.lacking)} if one.lacking else {}
        question = Question(sql="", tables=tables, rows_max=ROWS_MAX, trusted=True)
        return asking.answer(one.made.asked(question)).table


def timed(lake: Lake, one: Put) -> float:
    """Give how long a question takes that is answered the second time, in seconds."""
    took = 0.0
    for _ in range(2):
        began = time.perf_counter()
        answer(lake, one)
        took = time.perf_counter() - began
    return took


def cut(lake: Lake, asked: Asked) -> list[Span]:
    """Cut people as the product does, by the size of the copy."""
    parts = parts_of(lake, asked, LIMITS.memory_mb)
    if parts == 1:
        return spans_of(None)
    with closing(lake.begin(Tail(lake.offset))) as asking:
        found = asking.answer(Question(sql=cuts(parts), trusted=True))
        return spans_of(found.table["cuts"][0].as_py())


def asked_at(now_us: int) -> Asked:
    """Frame all questions: of the year before now, by the rules of a new shop."""
    bound, lost = Bound(), Handover()
    return Asked(
        since_us=now_us - YEAR_US,
        until_us=now_us,
        channel=channel_sql(default_rules(), bound),
        values=bound.values,
        more={
            "currency": "EUR",
            "paths_max": 100,
            "bags_max": 20_000,
            "signs": list(lost.events),
            "shown_in": list(lost.contacts),
            "missing_in": list(lost.awaited),
            "for_purchase": False,
            "days_us": lost.days_us,
            "now_us": now_us,
        },
    )


def _of_steps(asked: Asked, last: str) -> Parts:
    span = (asked.since_us, asked.until_us)
    made = kpi.query(
        kpi.Asked(
            since_us=span[0],
            until_us=span[1],
            months_since_us=span[0],
            months_until_us=span[1],
            now_us=span[1],
            steps=STEPS,
        ),
        last,
    )
    return Parts((), Query(made.sql, made.values))


def _goods(asking: LakeAsking, lacking: Query) -> Packed:
    """Have the catalogue say what events left untold of goods."""
    wanted = structs.replace(all_of(lacking.sql), values=lacking.values)
    told = asking.answer(wanted).table.to_pylist()
    return goods_table(
        [(one["product"], one["source"], known_of(one["product"]), {}) for one in told]
    )
