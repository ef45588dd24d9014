"""Which events of the analytic copy a condition means, as SQL over one pass of them."""

import re
from collections.abc import Iterable
from typing import NamedTuple, get_args

from habitue.model.event import EventType
from habitue.profile.parse import NO_CURRENCY
from habitue.segment.compile_comparison import Bound, test_sql
from habitue.segment.compile_line import LACKS, Lines, Purchases
from habitue.segment.condition import Doing, Window, names_of
from habitue.segment.facts import ANY_EVENT, OBJECTS, PURCHASE, RETURN
from habitue.segment.moments import bounds, is_open, window_us
from habitue.segment.reading import is_of_line

# Orders as they stand have numbers below zero, events those of the log.
_EVENT = "d.log_offset > 0"
# A column of a deed, where SQL names one.
_DEED = re.compile(r"\bd\.(\w+)")
# What has no name is called by its type.
_TYPES = frozenset(get_args(EventType))
_CALLED = "CASE WHEN e.name = '' THEN e.type ELSE e.name END"
_IS_RETURN = "e.kind = 'return'"


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
        # The first moment that anything asks about; None: it asks about all of them.
        self._since_us: int | None = 2**62
        self._properties = self._regions = self._lines = False
        # Of any event it is asked whether there was one since some moment, and no more.
        self._last_alone = True
        # Columns of deeds that lines tell of theirs.
        self._of_deed = {"strand"}
        # What is asked of goods that the catalogue may have to say.
        self._goods: set[str] = set()
        # All that is asked of lines, once it is known.
        self._asked: Lines | None = None

    def doer(self, doing: Doing, *, ever: bool = False) -> Doer:
        """Give what is meant as SQL; NotInCopyError where the copy can't tell.

        ever: it is asked whether it was done by now, in a window without an end at
        most, and not how often: then of all that somebody did the last says it.
        """
        names = names_of(doing)
        if ANY_EVENT in names and (doing.where or not ever):
            self._last_alone = False
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
            self._goods |= {name} & LACKS.keys()
        elif not name.startswith("$"):
            self._properties = True
        elif name == "$region":
            self._regions = True

    def in_lines(self, sql: str) -> str:
        """Have SQL about a deed d be about that of a line l: a join takes long."""
        self._of_deed.update(_DEED.findall(sql))
        return _DEED.sub(r"l.d_\1", sql)

    def looks_back(self, since_us: int | None) -> None:
        """Note from when on something is looked at; None: from the beginning."""
        if since_us is None or self._since_us is None:
            self._since_us = None
        else:
            self._since_us = min(self._since_us, since_us)

    def _named(self, names: tuple[str, ...]) -> str:
        objects = OBJECTS.intersection(names)
        if ANY_EVENT not in names:
            return f"d.name IN ({self._told(names)})"
        # Any event is meant, and of orders as they stand those that are named.
        return f"(d.log_offset > 0{self._or_named(objects)})" if objects else _EVENT

    def _or_named(self, objects: Iterable[str]) -> str:
        return f" OR d.name IN ({self._told(sorted(objects))})"

    def _told(self, names: Iterable[str]) -> str:
        return ", ".join(map(self.bound.add, names))

    def catalogue(self) -> frozenset[str]:
        """Give the tables of the catalogue that are read."""
        read = {"goods": bool(self._goods), "stores": self._regions}
        return frozenset(name for name, is_read in read.items() if is_read)

    # -- tables ------------------------------------------------------------------

    def tables(self) -> dict[str, str]:
        """Give the tables of what was done by now, those that are read."""
        if not self._names:
            return {}
        purchases = self._which_purchases(sorted(OBJECTS & self._names))
        found = {"deed": self._deed(purchases)}
        if self._lines:
            self._asked = Lines(
                frozenset(self._names),
                frozenset(self._of_deed),
                frozenset(self._goods),
                purchases,
            )
            found["line"] = self._asked.known()
        return found

    def goods(self, deed: str) -> str:
        """Give the query for goods of which the catalogue has to say what is asked.

        deed: the query for what was done. "" where the catalogue isn't asked.
        """
        return "" if self._asked is None else self._asked.lacking(deed)

    def _deed(self, purchases: Purchases) -> str:
        objects = OBJECTS & self._names
        events = self._names - OBJECTS
        parts = []
        if ANY_EVENT in events and self._last_alone:
            events -= {ANY_EVENT}
            parts += self._last_events(events)
        named = events.isdisjoint({*_TYPES, ANY_EVENT})
        name = "e.name" if named else _CALLED
        parts += [self._events(self._any_name(events), name)] if events else []
        parts += [self._purchases(purchases)] if objects else []
        return " UNION ALL ".join(parts)

    def _events(self, which: str, name: str = _CALLED, table: str = "events") -> str:
        now = self.bound.add(self.now_us)
        return self._select(
            table,
            (
                "e.log_offset, e.strand, e.happened_at, epoch_us(e.happened_at) AS t",
                f"{name} AS name",
                "e.type, e.source, e.channel, e.store, e.amount_minor",
                f"coalesce(e.currency, '{NO_CURRENCY}') AS currency",
            ),
            f"e.strand <> 0 AND e.happened_at <= make_timestamp({now}){self._since()}"
            f"{which}",
        )

    def _any_name(self, names: set[str]) -> str:
        """Say which events; the engine passes over others where names stand alone."""
        if ANY_EVENT in names:
            return f" AND e.name NOT IN ({self._told(sorted(OBJECTS))})"
        told, types = self._told(sorted(names)), sorted(names & _TYPES)
        if not types:
            return f" AND e.name IN ({told})"
        unnamed = f"e.name <> '' OR e.type IN ({self._told(types)})"
        return f" AND e.name IN ({told}, '') AND ({unnamed})"

    def _last_events(self, named: set[str]) -> list[str]:
        """Give the last event of each strand; all of whose last is still to come.

        named: events of these names are there beside, and must not be counted twice.
        """
        others = f" AND NOT (TRUE{self._any_name(named)})" if named else ""
        now = self.bound.add(self.now_us)
        ahead = f"SELECT strand FROM lasts WHERE happened_at > make_timestamp({now})"
        which = self._any_name({ANY_EVENT})
        return [
            self._events("", table="lasts"),
            self._events(f" AND e.strand IN ({ahead}){which}{others}"),
        ]

    def _purchases(self, purchases: Purchases) -> str:
        """Give orders, receipts and returns that count, by numbers below zero."""
        return self._select(
            "purchases",
            (
                "-e.purchase_id AS log_offset, e.strand, e.happened_at",
                f"epoch_us(e.happened_at) AS t, {purchases.called} AS name",
                "e.kind AS type, e.source, e.channel, e.store, e.amount_minor",
                "e.currency",
            ),
            purchases.which,
        )

    def _which_purchases(self, names: list[str]) -> Purchases:
        """Say which purchases some names mean, and how they are called."""
        now = self.bound.add(self.now_us)
        back, bought = self.bound.add(RETURN), self.bound.add(PURCHASE)
        called, which = f"CASE WHEN {_IS_RETURN} THEN {back} ELSE {bought} END", ""
        if len(names) == 1:
            is_back = names[0] == RETURN
            called = back if is_back else bought
            which = f" AND {'' if is_back else 'NOT '}({_IS_RETURN})"
        counts = f"e.counted AND e.happened_at <= make_timestamp({now}){self._since()}"
        return Purchases(called, f"{counts}{which}")

    def _since(self) -> str:
        """Leave out what lies before all that is looked at: most asks of late."""
        if not self._since_us or self._since_us < 0:
            return ""
        since_us = min(self._since_us, self.now_us)
        return f" AND e.happened_at >= make_timestamp({self.bound.add(since_us)})"

    def _select(self, table: str, columns: tuple[str, ...], where: str) -> str:
        more, stores = "", ""
        if self._properties:
            more += ", e.properties"
        if self._regions:
            more += ", stores.region"
            stores = " LEFT JOIN stores USING (store, source)"
        told = f"{', '.join(columns)}{more}"
        return f"SELECT {told} FROM {table} AS e{stores} WHERE {where}"


def in_window(window: Window | None, deeds: Deeds) -> str:
    """Say as SQL whether an event d lies in a window; all of them are of by now.

    What must not lie between two steps, or after the last, lies in theirs.
    """
    if window is None:
        deeds.looks_back(None)
        return "TRUE"
    if is_open(window):
        deeds.looks_back(deeds.now_us - window_us(window))
        return f"d.t > {deeds.now_us - window_us(window)}"
    since_us, until_us = bounds(window, deeds.shop_zone)
    deeds.looks_back(since_us)
    return f"(d.t >= {since_us} AND d.t < {until_us})"
