"""A condition as one query over the analytic copy; equal to the meaning.

It gives the ids of the people who satisfy the condition at a moment. What the copy does
not hold (masked texts, other properties of lines, scores that change with the day) is
judged elsewhere: such leaves are named in `outside`, and the query reads a table of
people for each; of whom the rest decides (`at_most`, `at_least`) nobody has to be
judged. What nobody did is no row: what holds of nothing is put in its place.
"""

from collections.abc import Iterable

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
from habitue.segment.doing import AT_LEAST_ONCE, is_once, limit_of
from habitue.segment.reading import is_of_line

_NEVER = Count(op="=", value=0)
_OF_LINES = " FROM line AS l JOIN holding ON holding.strand = l.d_strand"
# Tables of everybody, and of figures of what each did.
PEOPLE, TOTALS = "people", "totals"


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
        # Of figures that are no total the table, and of leaves that hold of nobody who
        # is not in a table that table.
        self._of: dict[str, str] = {}
        self._bases: dict[int, str] = {}
        self.outside: list[Outside] = []

    def compiled(self, condition: Condition) -> Compiled:
        holds = self._holds(condition)
        tables = {**self._common(), **self.tables}
        within = ",\n".join(f"{name} AS ({sql})" for name, sql in tables.items())
        base = self._base(condition)
        joins = "".join(
            f"\nLEFT JOIN {name} USING (person_id)"
            for name in ([TOTALS] if self.totals else []) + self.joined
            if name != base
        )
        sql = (
            f"WITH {within}\nSELECT people.person_id AS person_id"
            f" FROM {base} AS people{joins}\nWHERE {holds}"
        )
        return Compiled(
            sql=sql,
            values=self.bound.used(" ".join((sql, *self.people.doubts))),
            outside=tuple(self.outside),
            reads=self.deeds.catalogue() | self.people.reads,
            doubts=tuple(self.people.doubts),
            goods=self.deeds.goods(tables.get("deed", "")),
        )

    def _base(self, condition: Condition) -> str:
        """Name a table that everybody is in who can satisfy a condition."""
        if isinstance(condition, AllOf):
            found = (self._base(one) for one in condition.of)
            return next((one for one in found if one != PEOPLE), PEOPLE)
        return self._bases.get(id(condition), PEOPLE)

    def _common(self) -> dict[str, str]:
        """Give the tables that others stand on, those that are needed."""
        found = {PEOPLE: "SELECT DISTINCT person_id FROM holding"}
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
            found[TOTALS] = (
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
                return self._counted(leaf, _NEVER)
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
        if did.which != "any":
            return self._edge(did, self.deeds.doer(did))
        if did.sum is not None:
            return self._sum(did, self.deeds.doer(did))
        if did.distinct is not None:
            return self._distinct(did, self.deeds.doer(did))
        return self._counted(did, did.count or AT_LEAST_ONCE)

    def _counted(self, leaf: Did | DidNot, count: Count) -> str:
        within = leaf.within
        ever = is_once(count) and (within is None or within.until is None)
        doer = self.deeds.doer(leaf, ever=ever)
        meant = f"{doer.meant} AND {in_window(within, self.deeds)}"
        name = self._total(f"count(*) FILTER (WHERE {meant})", "sum")
        return self._compared(leaf, name, count.op, count.value)

    def _edge(self, did: Did, doer: Doer) -> str:
        """The first or last of that name has to be among those that are meant."""
        how = "min" if did.which == "first" else "max"
        self.deeds.looks_back(None)
        meant = f"{doer.meant} AND {in_window(did.within, self.deeds)}"
        edge = self._total(f"{how}(d.t) FILTER (WHERE {doer.named})", how)
        found = self._total(f"{how}(d.t) FILTER (WHERE {meant})", how)
        self._bases[id(did)] = TOTALS
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
            return self._compared(did, name, wanted.op, limit)
        name = self._table(
            f"SELECT person_id, sum({values.total}) AS @figure{_OF_LINES}"
            f" WHERE {self.deeds.in_lines(meant)} AND {doer.of_line}"
            " GROUP BY person_id"
        )
        return self._compared(did, name, wanted.op, limit)

    def _distinct(self, did: Did, doer: Doer) -> str:
        wanted = did.distinct
        if wanted is None or not wanted.of.startswith("$"):
            # What is masked would be one value.
            raise NotInCopyError
        values = values_sql(wanted.of, None, self.bound, self.deeds.shop_zone)
        self.deeds.reads(wanted.of)
        meant = f"{doer.meant} AND {in_window(did.within, self.deeds)}"
        rows = f" FROM deed AS d JOIN holding USING (strand) WHERE {meant}"
        if is_of_line(wanted.of):
            rows = f"{_OF_LINES} WHERE {self.deeds.in_lines(meant)} AND {doer.of_line}"
        name = self._table(
            "SELECT person_id, count(value) AS @figure FROM ("
            f"SELECT DISTINCT person_id, {values.text} AS value{rows})"
            " GROUP BY person_id"
        )
        return self._compared(did, name, wanted.op, wanted.value)

    def _sequence(self, sequence: Sequence) -> str:
        prefix = f"s{len(self.tables)}_"
        made = compared_sql if is_compared(sequence) else sequence_sql
        tables, last = made(sequence, self.deeds, prefix)
        self.tables |= tables
        self._bases[id(sequence)] = last
        return f"(people.person_id IN (SELECT person_id FROM {last}))"

    def _compared(self, leaf: Condition, figure: str, op: Order, wanted: int) -> str:
        """Compare a figure; of who has none it is 0."""
        of_nothing = ordered(op, 0, wanted)
        if not of_nothing:
            self._bases[id(leaf)] = self._of.get(figure, TOTALS)
        return f"coalesce({figure} {op} {wanted}, {str(of_nothing).upper()})"

    def _table(self, sql: str) -> str:
        """Add a table of people with one @figure; give the figure's name."""
        name = f"figure_{len(self.joined)}"
        table = self._of[name] = f"of_{name}"
        self.tables[table] = sql.replace("@figure", name)
        self.joined.append(table)
        return name


def _joined(word: str, parts: Iterable[str], nothing: str) -> str:
    found = list(parts)
    return f"({word.join(found)})" if found else nothing
