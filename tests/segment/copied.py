"""Generated people in an analytic copy, and what the compiler's query says of them."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from msgspec import structs

from habitue.app.lake.arrow import goods_table, stores_table, zones_table
from habitue.app.lake.beside import asked_goods
from habitue.app.lake.known import allowed_rows, purchase_rows
from habitue.app.lake.rows import Rows
from habitue.backends.duckdb.lake import DuckLake, Limits
from habitue.base.clock import DAY_US
from habitue.lake.port import Bought, Known, Question, Seal, Sort, Tail
from habitue.lake.rows import HoldingRow
from habitue.model.consent import Consent, ConsentEntry
from habitue.model.order import Line as BoughtLine
from habitue.model.order import Purchase
from habitue.model.record import Record, RecordKind
from habitue.model.source import Source
from habitue.segment.compile_comparison import values_in
from habitue.segment.compile_sql import Asked, compiled
from habitue.segment.compiled import Compiled
from habitue.segment.condition import Condition
from habitue.segment.facts import Facts
from habitue.segment.flat import computed_rows, trait_rows, zone_rows
from habitue.segment.meaning import holds, moment
from tests.segment.generated import (
    REGIONS,
    SHOP_ZONE,
    SOURCES,
    ZONES,
    Human,
    Regions,
    facts_of,
)

STRAND = 1_000


class Part:
    """Rows of one part of what is told: what is sealed, or what came since."""

    def __init__(self) -> None:
        self.rows: dict[Sort, list[tuple]] = {
            sort: [] for sort in ("holding", "fact", "allowed", "purchase", "bought")
        }
        self.events = Rows()
        self.people: list[int] = []
        self.keys: list[str] = []

    def buy(self, purchase: Purchase, strand: int) -> None:
        made = purchase_rows(purchase, strand, 0)
        self.rows["purchase"] += made.purchases
        self.rows["bought"] += made.lines

    def tail(self, lake: DuckLake, offset: int) -> Tail:
        packed = {sort: (lake.pack(sort, rows),) for sort, rows in self.rows.items()}
        return Tail(
            offset,
            (lake.pack("event", self.events.events),),
            (lake.pack("line", self.events.lines),),
            tuple(self.people),
            packed["holding"],
            Known((), packed["fact"], packed["allowed"]),
            Bought(tuple(self.keys), packed["purchase"], packed["bought"]),
        )


class Copied:
    """People by number, what they did by strand: two strands each, by turns.

    Every other one came since the last seal, which knows their purchases as they were.
    """

    def __init__(self, folder: Path, people: Sequence[Human]) -> None:
        self.lake = DuckLake(
            folder / "lake.duckdb", folder / "lake", Limits(1024, 30, 64)
        )
        self.lake.open()
        self.facts: list[Facts] = []
        self._offset = 0
        self._sealed, self._since = Part(), Part()
        for number, human in enumerate(people):
            self._add(number, structs.replace(human, consents=_as_kept(human)))
        sealed = self._sealed.tail(self.lake, self._offset)
        self.lake.seal(Seal(sealed, whole=True))
        self._asking = self.lake.begin(self._since.tail(self.lake, self._offset))

    def _add(self, number: int, human: Human) -> None:
        part = self._since if number % 2 else self._sealed
        part.people.append(number)
        strands = ((number + 1) * STRAND, (number + 1) * STRAND + 1)
        kinds = (*human.identifiers, "", "")
        for strand, kind in zip(strands, kinds[:2], strict=True):
            part.rows["holding"].append(HoldingRow(strand, None, None, number, kind))
        for at, (source, event) in enumerate(human.events):
            self._offset += 1
            told = Source(name=source)
            record = _record(self._offset, source)
            part.events.add(record, event, strands[at % 2], told)
        bought = [self._named(one) for one in human.purchases]
        for at, purchase in enumerate(bought):
            part.buy(purchase, strands[at % 2])
            if part is self._since:
                part.keys.append(purchase.key)
                self._sealed.buy(_as_it_was(purchase), strands[(at + 1) % 2])
        facts = facts_of(structs.replace(human, purchases=tuple(bought)))
        self.facts.append(facts)
        part.rows["fact"] += [
            *trait_rows(number, facts.traits, SHOP_ZONE),
            *computed_rows(number, facts.computed, SHOP_ZONE),
            *zone_rows(number, facts.time_zone, SHOP_ZONE),
        ]
        part.rows["allowed"] += allowed_rows(number, facts.consents)

    def _named(self, purchase: Purchase) -> Purchase:
        """Give a purchase a key and a record of its own."""
        self._offset += 1
        key, reports = f"{purchase.key}{self._offset}", (("shop", self._offset),)
        return structs.replace(purchase, key=key, reports=reports)

    def close(self) -> None:
        self._asking.close()
        self.lake.close()

    def everybody(self) -> set[int]:
        """Give all who are in the copy."""
        sql = "SELECT DISTINCT person_id FROM holding"
        found = self._asking.answer(Question(sql=sql, rows_max=1_000, trusted=True))
        return set(found.table["person_id"].to_pylist())

    def plan(self, condition: Condition, now_us: int) -> str:
        """Say how the engine goes about a condition's query."""
        made = compiled(condition, Asked(now_us=now_us, shop_zone=SHOP_ZONE))
        question = Question(
            sql=f"EXPLAIN {made.sql}",
            values=made.values,
            tables={},
            rows_max=1_000,
            trusted=True,
        )
        told = self._asking.answer(question).table.to_pylist()
        return "\n".join(one["explain_value"] for one in told)

    def ask(
        self,
        condition: Condition,
        now_us: int,
        among: Sequence[int],
        *,
        wary: bool = False,
    ) -> set[int] | None:
        """Say who of some people satisfies a condition, by its query.

        None where it is in doubt, and the meaning has to say so; wary: it says of what
        may be masked in any case. Nobody is judged for whom the rest decides.
        """
        asked = Asked(now_us=now_us, shop_zone=SHOP_ZONE)
        made = compiled(condition, asked)
        if wary:
            every = frozenset(range(len(made.doubts)))
            made = compiled(condition, structs.replace(asked, withheld=every))
        doubt = " OR ".join(made.doubts) or "FALSE"
        undecided = set(among)
        if made.outside:
            bounds = f"({made.at_most()}) EXCEPT ({made.at_least()})"
            undecided &= set(self._answer(made, bounds, {}, now_us)["person_id"])
        found = self._answer(
            made,
            f"SELECT person_id, {doubt} AS doubt FROM"
            f" (SELECT NULL AS person_id UNION ALL ({made.sql}))",
            self._outside(made, now_us, sorted(undecided)),
            now_us,
        )
        if found["doubt"][0]:
            return None
        return set(found["person_id"]) & set(among)

    def _answer(
        self, made: Compiled, sql: str, tables: dict[str, pa.Table], now_us: int
    ) -> dict[str, list]:
        beside = {"stores": _stores(), "zones": zones_table(ZONES, now_us)}
        question = Question(
            sql=sql,
            values=values_in(sql, made.values),
            tables={"goods": self._goods(made), **beside, **tables},
            rows_max=1_000_000,
            trusted=True,
        )
        return self._asking.answer(question).table.to_pydict()

    def looked_up(self, condition: Condition, now_us: int) -> int:
        """Count the goods of which a condition has the catalogue asked."""
        made = compiled(condition, Asked(now_us=now_us, shop_zone=SHOP_ZONE))
        return self._goods(made).num_rows

    def _goods(self, made: Compiled) -> pa.Table:
        """Give what the catalogue says of the goods that a query has to know of."""
        if not made.goods:
            return goods_table([])
        asked = asked_goods(made, {"stores": _stores()})
        told = self._asking.answer(asked).table.to_pylist()
        pairs = [(one["product"], one["source"]) for one in told]
        goods = Regions()
        return goods_table(
            [(*one, goods.product(*one), goods.prices(*one)) for one in pairs]
        )

    def _outside(
        self, made: Compiled, now_us: int, among: Sequence[int]
    ) -> dict[str, pa.Table]:
        """Give who satisfies what the query can't judge, by the meaning."""
        return {
            outside.table: pa.table(
                {
                    "person_id": pa.array(
                        [
                            number
                            for number in among
                            if holds(
                                outside.leaf,
                                self.facts[number],
                                moment(self.facts[number], now_us),
                            )
                        ],
                        pa.int64(),
                    )
                }
            )
            for outside in made.outside
        }


def _as_it_was(purchase: Purchase) -> Purchase:
    """Give what was told of a purchase before: all of it was otherwise."""
    return structs.replace(
        purchase,
        at_us=purchase.at_us - DAY_US,
        amount_minor=purchase.amount_minor + 1,
        lines=(BoughtLine(product="w", category="was", quantity_milli=1000),),
        counted=True,
    )


def _as_kept(human: Human) -> tuple[ConsentEntry, ...]:
    """Give a ledger as it may be: what a browser grants is pending."""
    return tuple(
        structs.replace(one, state=Consent.PENDING)
        if one.claimed and one.state is Consent.GRANTED
        else one
        for one in human.consents
    )


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


def _stores() -> pa.Table:
    return stores_table(
        [
            (store, source, region)
            for store, region in REGIONS.items()
            for source in SOURCES
        ]
    )
