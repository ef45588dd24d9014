"""Which events of the analytic copy a condition means, as SQL over one pass of them."""

from typing import NamedTuple

from habitue.segment.compile_comparison import Bound, NotInCopyError, test_sql
from habitue.segment.condition import Doing, Window, names_of
from habitue.segment.facts import ANY_EVENT, OBJECTS
from habitue.segment.moments import bounds, is_open, window_us
from habitue.segment.reading import is_of_line


class Doer(NamedTuple):
    """What is done, as SQL: the events of its names, those meant, and their lines."""

    # Of an event d: it has one of the names; and satisfies what is asked of it.
    named: str
    meant: str
    # Of a line l: it satisfies what is asked of lines.
    of_line: str


class Deeds:
    """The events and lines that a query reads, and what it reads of them."""

    def __init__(self, bound: Bound, now_us: int, shop_zone: str) -> None:
        self.bound = bound
        self.now_us = now_us
        self.shop_zone = shop_zone
        self._names: set[str] = set()
        self._properties = self._regions = self._lines = self._goods = False

    def doer(self, doing: Doing) -> Doer:
        """Give what is meant as SQL; NotInCopyError where the copy can't tell."""
        names = names_of(doing)
        if OBJECTS.intersection(names):
            raise NotInCopyError
        of_event = [one for one in doing.where if not is_of_line(one.property)]
        of_line = [one for one in doing.where if is_of_line(one.property)]
        tests = [test_sql(one, self.bound, self.shop_zone) for one in of_event]
        line_tests = [test_sql(one, self.bound, self.shop_zone) for one in of_line]
        for one in doing.where:
            self.reads(one.property)
        self._names.update(names)
        named = self._named(names)
        of_lines = " AND ".join(line_tests) or "TRUE"
        if line_tests:
            tests.append(
                f"d.log_offset IN (SELECT log_offset FROM line AS l WHERE {of_lines})"
            )
        return Doer(named, " AND ".join([named, *tests]), of_lines)

    def reads(self, name: str) -> None:
        """Note that a property is read, so that it is there to be read."""
        if is_of_line(name):
            self._lines = True
            self._goods = self._goods or name in {"$category", "$brand"}
        elif not name.startswith("$"):
            self._properties = True
        elif name == "$region":
            self._regions = True

    def _named(self, names: tuple[str, ...]) -> str:
        if ANY_EVENT in names:
            return "TRUE"
        told = ", ".join(self.bound.add(name) for name in names)
        return f"d.name IN ({told})"

    def catalogue(self) -> frozenset[str]:
        """Give the tables of the catalogue that are read."""
        read = {"goods": self._goods, "stores": self._regions}
        return frozenset(name for name, is_read in read.items() if is_read)

    # -- tables ------------------------------------------------------------------

    def tables(self) -> dict[str, str]:
        """Give the tables of what was done by now, those that are read."""
        if not self._names:
            return {}
        found = {"deed": self._deed()}
        if self._lines:
            found["line"] = self._line()
        return found

    def _deed(self) -> str:
        columns = [
            "e.log_offset, e.strand, e.happened_at, epoch_us(e.happened_at) AS t",
            "CASE WHEN e.name = '' THEN e.type ELSE e.name END AS name",
            "e.type, e.source, e.channel, e.store, e.amount_minor",
            "coalesce(e.currency, 'XXX') AS currency",
        ]
        stores = ""
        if self._properties:
            columns.append("e.properties")
        if self._regions:
            columns.append("stores.region")
            stores = " LEFT JOIN stores USING (store, source)"
        now = self.bound.add(self.now_us)
        return (
            f"SELECT {', '.join(columns)} FROM events AS e{stores}"
            " WHERE e.strand <> 0"
            f" AND e.happened_at <= make_timestamp({now}){self._any_name()}"
        )

    def _any_name(self) -> str:
        if ANY_EVENT in self._names:
            return ""
        told = ", ".join(self.bound.add(name) for name in sorted(self._names))
        return f" AND (e.name IN ({told}) OR (e.name = '' AND e.type IN ({told})))"

    def _line(self) -> str:
        if not self._goods:
            return "SELECT lines.* FROM lines SEMI JOIN deed USING (log_offset)"
        # What was not told of a product is as the catalogue has it.
        return (
            "SELECT told.* REPLACE ("
            "coalesce(nullif(told.category, ''), goods.category, '') AS category,"
            " coalesce(nullif(told.brand, ''), goods.brand, '') AS brand)"
            " FROM lines AS told JOIN deed USING (log_offset)"
            " LEFT JOIN goods ON told.product <> '' AND goods.product = told.product"
            " AND goods.source = deed.source"
        )


def in_window(window: Window | None, deeds: Deeds) -> str:
    """Say as SQL whether an event d lies in a window; all of them are of by now."""
    if window is None:
        return "TRUE"
    if is_open(window):
        return f"d.t > {deeds.now_us - window_us(window)}"
    since_us, until_us = bounds(window, deeds.shop_zone)
    return f"(d.t >= {since_us} AND d.t < {until_us})"
