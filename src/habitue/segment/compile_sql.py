"""A condition as one query over the analytic copy; equal to the meaning.

It gives the ids of the people who satisfy the condition at a moment. What the copy does
not hold (masked texts, other properties of lines, scores that change with the day) is
judged elsewhere: such leaves are named in `outside`, and the query reads a table of
people for each; of whom the rest decides (`at_most`, `at_least`) nobody has to be
judged. What nobody did is no row: what holds of nothing is put in its place.
"""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from habitue.model.kind import DEVICE_KINDS
from habitue.segment.alike import is_compared
from habitue.segment.compare import ordered
from habitue.segment.compile_alike import compared_sql
from habitue.segment.compile_comparison import Bound, NotInCopyError, values_sql
from habitue.segment.compile_fact import People
from habitue.segment.compile_row import Deeds, Doer, in_window
from habitue.segment.compile_sequence import sequence_sql
from habitue.segment.compiled import Compiled, Outside
from habitue.segment.condition import (
    AllOf,
    AnyOf,
    Condition,
    Count,
    Did,
    DidNot,
    HasComputed,
    HasConsent,
    HasIdentifier,
    HasTrait,
    InSegment,
    Not,
    Order,
    Sequence,
)
from habitue.segment.doing import AT_LEAST_ONCE, limit_of
from habitue.segment.reading import is_of_line

_NEVER = Count(op="=", value=0)


class Asked(Struct, frozen=True, kw_only=True):
    """What a condition is compiled for: a moment, the shop's zone, kinds of devices.

    of: tells queries apart that are put together into one (a, b, ..). withheld: the
    places of doubts that are well founded: what they are about is outside.
    """

    now_us: int
    shop_zone: str = "UTC"
    devices: tuple[str, ...] = tuple(sorted(DEVICE_KINDS))
    of: str = ""
    withheld: frozenset[int] = frozenset()


def compiled(condition: Condition, asked: Asked) -> Compiled:
    """Compile a condition, those of other segments put in their place."""
    return _Query(asked).compiled(condition)


class _Query:
    """Gathers what leaves need: one pass over events, and tables of people."""

    def __init__(self, asked: Asked) -> None:
        self.bound = Bound(asked.of)
        self.deeds = Deeds(self.bound, asked.now_us, asked.shop_zone)
        self.people = People(self.bound, asked.now_us, asked.shop_zone, asked.withheld)
        self._asked = asked
        self._negated = False
        # Aggregates of a strand's events, and how those of a person's strands join.
        self.totals: list[tuple[str, str]] = []
        # Tables of people that are made on their own: name -> SQL.
        self.tables: dict[str, str] = {}
        self.joined: list[str] = []
        self.outside: list[Outside] = []

    def compiled(self, condition: Condition) -> Compiled:
        holds = self._holds(condition)
        tables = {**self._common(), **self.tables}
        within = ",\n".join(f"{name} AS ({sql})" for name, sql in tables.items())
        joins = "".join(f"\nLEFT JOIN {name} USING (person_id)" for name in self.joined)
        if self.totals:
            joins = f"\nLEFT JOIN totals USING (person_id){joins}"
        sql = (
            f"WITH {within}\nSELECT people.person_id AS person_id FROM people{joins}"
            f"\nWHERE {holds}"
        )
        return Compiled(
            sql=sql,
            values=self.bound.used(" ".join((sql, *self.people.doubts))),
            outside=tuple(self.outside),
            reads=self.deeds.catalogue() | self.people.reads,
            doubts=tuple(self.people.doubts),
            goods=self.deeds.goods(tables.get("deed", "")),
        )

    def _common(self) -> dict[str, str]:
        """Give the tables that others stand on, those that are needed."""
        found = {"people": "SELECT DISTINCT person_id FROM holding"}
        found |= self.deeds.tables()
        if self.totals:
            columns = ", ".join(
                f"{sql} AS a{at}" for at, (sql, _) in enumerate(self.totals)
            )
            joined = ", ".join(
                f"{how}(a{at}) AS a{at}" for at, (_, how) in enumerate(self.totals)
            )
            found["of_strands"] = (
                f"SELECT d.strand, {columns} FROM deed AS d GROUP BY ALL"
            )
            found["totals"] = (
                f"SELECT person_id, {joined} FROM of_strands"
                " JOIN holding USING (strand) GROUP BY person_id"
            )
        return found

    # -- what holds --------------------------------------------------------------

    def _holds(self, condition: Condition) -> str:
        match condition:
            case AllOf(of=of):
                return _joined(" AND ", map(self._holds, of), "TRUE")
            case AnyOf(of=of):
                return _joined(" OR ", map(self._holds, of), "FALSE")
            case Not(of=inner):
                return f"(NOT {self._less(inner)})"
            case _:
                return self._leaf(condition)

    def _less(self, inner: Condition) -> str:
        self._negated = not self._negated
        try:
            return self._holds(inner)
        finally:
            self._negated = not self._negated

    def _leaf(self, leaf: Condition) -> str:
        try:
            if isinstance(leaf, Did):
                return self._did(leaf)
            if isinstance(leaf, DidNot):
                return self._counted(self.deeds.doer(leaf), leaf.within, _NEVER)
            if isinstance(leaf, Sequence):
                return self._sequence(leaf)
            if not isinstance(leaf, InSegment):
                return self._known(leaf)
        except NotInCopyError:
            pass
        table = f"outside_{self._asked.of}{len(self.outside)}"
        found = Outside(leaf, table, self._negated)
        self.outside.append(found)
        return found.sql

    def _known(self, leaf: Condition) -> str:
        match leaf:
            case HasTrait() | HasComputed():
                return self.people.trait(leaf)
            case HasConsent():
                return self.people.consent(leaf, self._asked.devices)
            case HasIdentifier():
                return self.people.identifier(leaf)
            case _:
                raise NotInCopyError

    def _total(self, sql: str, how: str) -> str:
        self.totals.append((sql, how))
        return f"a{len(self.totals) - 1}"

    def _did(self, did: Did) -> str:
        doer = self.deeds.doer(did)
        if did.which != "any":
            return self._edge(did, doer)
        if did.sum is not None:
            return self._sum(did, doer)
        if did.distinct is not None:
            return self._distinct(did, doer)
        return self._counted(doer, did.within, did.count or AT_LEAST_ONCE)

    def _counted(self, doer: Doer, within: Any, count: Count) -> str:
        meant = f"{doer.meant} AND {in_window(within, self.deeds)}"
        name = self._total(f"count(*) FILTER (WHERE {meant})", "sum")
        return _compared(name, count.op, count.value)

    def _edge(self, did: Did, doer: Doer) -> str:
        """The first or last of that name has to be among those that are meant."""
        how = "min" if did.which == "first" else "max"
        self.deeds.looks_back(None)
        meant = f"{doer.meant} AND {in_window(did.within, self.deeds)}"
        edge = self._total(f"{how}(d.t) FILTER (WHERE {doer.named})", how)
        found = self._total(f"{how}(d.t) FILTER (WHERE {meant})", how)
        return f"coalesce({found} = {edge}, FALSE)"

    def _sum(self, did: Did, doer: Doer) -> str:
        wanted = did.sum
        if wanted is None:
            raise NotInCopyError
        zone = self.deeds.shop_zone
        values = values_sql(wanted.of, wanted.currency, self.bound, zone)
        limit = limit_of(wanted)
        self.deeds.reads(wanted.of)
        meant = f"{doer.meant} AND {in_window(did.within, self.deeds)}"
        if not is_of_line(wanted.of):
            name = self._total(f"sum({values.total}) FILTER (WHERE {meant})", "sum")
            return _compared(name, wanted.op, limit)
        name = self._table(
            f"SELECT person_id, sum({values.total}) AS @figure FROM deed AS d"
            " JOIN holding USING (strand) JOIN line AS l USING (log_offset)"
            f" WHERE {meant} AND {doer.of_line} GROUP BY person_id"
        )
        return _compared(name, wanted.op, limit)

    def _distinct(self, did: Did, doer: Doer) -> str:
        wanted = did.distinct
        if wanted is None or not wanted.of.startswith("$"):
            # What is masked would be one value.
            raise NotInCopyError
        values = values_sql(wanted.of, None, self.bound, self.deeds.shop_zone)
        self.deeds.reads(wanted.of)
        meant = f"{doer.meant} AND {in_window(did.within, self.deeds)}"
        lines, of_line = "", "TRUE"
        if is_of_line(wanted.of):
            lines, of_line = " JOIN line AS l USING (log_offset)", doer.of_line
        name = self._table(
            "SELECT person_id, count(DISTINCT value) AS @figure FROM ("
            f"SELECT person_id, unnest({values.texts}) AS value FROM deed AS d"
            f" JOIN holding USING (strand){lines} WHERE {meant} AND {of_line})"
            " GROUP BY person_id"
        )
        return _compared(name, wanted.op, wanted.value)

    def _sequence(self, sequence: Sequence) -> str:
        prefix = f"s{len(self.tables)}_"
        made = compared_sql if is_compared(sequence) else sequence_sql
        tables, last = made(sequence, self.deeds, prefix)
        self.tables |= tables
        return f"(people.person_id IN (SELECT person_id FROM {last}))"

    def _table(self, sql: str) -> str:
        """Add a table of people with one @figure; give the figure's name."""
        name = f"figure_{len(self.joined)}"
        self.tables[f"of_{name}"] = sql.replace("@figure", name)
        self.joined.append(f"of_{name}")
        return name


def _compared(figure: str, op: Order, wanted: int) -> str:
    """Compare a figure; of who has none it is 0."""
    return f"coalesce({figure} {op} {wanted}, {str(ordered(op, 0, wanted)).upper()})"


def _joined(word: str, parts: Iterable[str], nothing: str) -> str:
    found = list(parts)
    return f"({word.join(found)})" if found else nothing
