"""Generated people in an analytic copy, and what the compiler's query says of them."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from habitue.app.lake.rows import Rows
from habitue.backends.duckdb.lake import DuckLake, Limits
from habitue.lake.port import Question, Seal, Tail
from habitue.lake.rows import HoldingRow
from habitue.model.record import Record, RecordKind
from habitue.model.source import Source
from habitue.segment.compile_sql import Compiled, compiled
from habitue.segment.condition import Condition
from habitue.segment.facts import Facts
from habitue.segment.meaning import holds, moment
from tests.segment.generated import (
    CATEGORIES,
    REGIONS,
    SHOP_ZONE,
    SOURCES,
    Human,
    Regions,
    facts_of,
)

STRAND = 1_000


class Copied:
    """People by number, their events by strand: two strands each, by turns."""

    def __init__(self, folder: Path, people: Sequence[Human]) -> None:
        self.facts: list[Facts] = [facts_of(human) for human in people]
        self.lake = DuckLake(
            folder / "lake.duckdb", folder / "lake", Limits(1024, 30, 64)
        )
        self.lake.open()
        rows, held, offset = Rows(), [], 0
        for number, human in enumerate(people):
            strands = ((number + 1) * STRAND, (number + 1) * STRAND + 1)
            held += [HoldingRow(one, None, None, number) for one in strands]
            for at, (source, event) in enumerate(human.events):
                offset += 1
                rows.add(
                    _record(offset, source), event, strands[at % 2], Source(name=source)
                )
        tail = Tail(
            offset,
            (self.lake.pack_events(rows.events),),
            (self.lake.pack_lines(rows.lines),),
            tuple(range(len(people))),
            (self.lake.pack_holding(held),),
        )
        self.lake.seal(Seal(tail))

    def close(self) -> None:
        self.lake.close()

    def ask(self, condition: Condition, now_us: int, among: Sequence[int]) -> set[int]:
        """Say who of some people satisfies a condition, by its query."""
        made = compiled(condition, now_us, SHOP_ZONE)
        tables = {**_catalogue(), **self._outside(made, now_us, among)}
        asking = self.lake.begin(Tail(self.lake.offset))
        try:
            found = asking.answer(
                Question(
                    sql=made.sql,
                    values=made.values,
                    tables=tables,
                    rows_max=1_000_000,
                    trusted=True,
                )
            )
        finally:
            asking.close()
        return set(found.table["person_id"].to_pylist()) & set(among)

    def _outside(
        self, made: Compiled, now_us: int, among: Sequence[int]
    ) -> dict[str, pa.Table]:
        """Give who satisfies what the query can't judge, by the meaning."""
        return {
            f"outside_{place}": pa.table(
                {
                    "person_id": pa.array(
                        [
                            number
                            for number in among
                            if holds(
                                leaf,
                                self.facts[number],
                                moment(self.facts[number], now_us),
                            )
                        ],
                        pa.int64(),
                    )
                }
            )
            for place, leaf in enumerate(made.outside)
        }


def _record(offset: int, source: str) -> Record:
    return Record(
        offset=offset,
        received_us=offset,
        kind=RecordKind.EVENT,
        source=source,
        message_id=f"m{offset}",
        body=None,
        salt=None,
        digest=b"",
        chain=b"",
    )


def _catalogue() -> dict[str, pa.Table]:
    goods, products = Regions(), ("17",)
    told = [
        (product, source, goods.product(product, source))
        for product in products
        for source in SOURCES
    ]
    assert CATEGORIES
    return {
        "goods": pa.table(
            {
                "product": [product for product, _, _ in told],
                "source": [source for _, source, _ in told],
                "category": [fields["category"] for _, _, fields in told],
                "brand": [fields["brand"] for _, _, fields in told],
            }
        ),
        "stores": pa.table(
            {
                "store": [store for store in REGIONS for _ in SOURCES],
                "source": [source for _ in REGIONS for source in SOURCES],
                "region": [REGIONS[store] for store in REGIONS for _ in SOURCES],
            }
        ),
    }
