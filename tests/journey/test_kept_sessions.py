"""Sessions that are kept are those that would be made anew, whatever has happened."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from msgspec import structs

from habitue.backends.duckdb.lake import DuckLake, Limits
from habitue.base.clock import to_us
from habitue.journey.acts import SessionRules
from habitue.journey.asking import Asked, query, sessions
from habitue.lake.moves import Fixes
from habitue.lake.port import Question, Seal, Tail
from habitue.lake.rows import EventRow, HoldingRow, LeftRow, LineRow
from habitue.segment.facts import OBJECTS
from tests.journey.test_sessions import CAME, CONTACTS, RULES, asked
from tests.journey.world import DAY_US, END_US, MINUTE_US, START_US

pytestmark = pytest.mark.proof("M01")
NAMES = (
    *("Product Viewed", "Product Clicked", "Cart Viewed", "Staff Assisted", "Form"),
    *("Product Viewed", "Store Visit Started", "Product Scanned"),
    *sorted(OBJECTS),
)
BOUGHT = ("Order Completed", "Order Updated", "Receipt Issued", "Return Received")
STRANDS, PEOPLE, STEPS = 30, 12, 15
LOGS = 60 if os.environ.get("HABITUE_TORTURE") else 2
ANEW = "made by no rules that anything is kept by"
SESSIONS = "SELECT * FROM session ORDER BY ALL"
LASTS = "SELECT strand, max(happened_at) AS at FROM lasts GROUP BY ALL ORDER BY ALL"
# When the last event of strands was, of the rows themselves.
LAST = (
    "SELECT strand, max(happened_at) AS at FROM events WHERE strand <> 0"
    " AND name NOT IN ('$purchase', '$return') GROUP BY ALL ORDER BY ALL"
)
LINKED = "SELECT * FROM linked ORDER BY ALL"
SEEN = "SELECT * FROM seen ORDER BY ALL"
REPORTS = "SELECT * FROM reports ORDER BY log_offset"
# What reports are, of the rows that they were told by.
TOLD = (
    "SELECT log_offset, happened_at, strand, name, source, store, channel, verified,"
    " object, status, currency, amount_minor,"
    " log_offset IN (SELECT log_offset FROM lines) AS has_lines"
    " FROM events WHERE object IS NOT NULL ORDER BY log_offset"
)
REPORT_LINES = "SELECT * FROM report_lines ORDER BY ALL"
# And lines of reports, of all lines.
TOLD_LINES = (
    "SELECT * FROM lines WHERE log_offset IN ("
    "SELECT log_offset FROM events WHERE object IS NOT NULL) ORDER BY ALL"
)
# What who bought looked at on the other side, and on which sides they were seen, of the
# rows themselves.
LOOKED_AT = """
SELECT p.object, h.person_id, epoch_us(e.happened_at) AS at_us, e.log_offset,
  CASE WHEN e.name IN (@tried@) THEN 'store' ELSE 'online' END AS side,
  CASE WHEN e.name IN (@tried@) THEN coalesce(e.store, '') ELSE '' END AS store,
  coalesce(l.product, '') AS product,
  coalesce(nullif(l.category, ''), g.category, '') AS category,
  coalesce(nullif(l.brand, ''), g.brand, '') AS brand
FROM events AS e JOIN holding AS h USING (strand) JOIN purchase AS p USING (person_id)
LEFT JOIN lines AS l USING (log_offset)
LEFT JOIN goods AS g
  ON l.product <> '' AND g.product = l.product AND g.source = e.source
WHERE e.type IN (@act_types@) AND (e.name IN (@tried@)
    OR (e.name IN (@looked@) AND e.channel NOT IN (@offline@)))
  AND (e.name IN (@tried@)) = (p.place = 'online')
  AND p.at_us >= $since_us AND p.at_us < $until_us
  AND epoch_us(e.happened_at) >= p.at_us - $window_us
  AND epoch_us(e.happened_at) < p.at_us
ORDER BY ALL"""
ON_SIDES = """
SELECT DISTINCT h.person_id,
  CASE WHEN e.name IN (@tried@) THEN 'store' ELSE 'online' END AS side
FROM events AS e JOIN holding AS h USING (strand) JOIN buyer AS b USING (person_id)
WHERE e.type IN (@act_types@) AND epoch_us(e.happened_at) < $until_us
  AND (e.name IN (@tried@) OR e.channel IN (@online@)
    OR (e.name IN (@looked@) AND e.channel NOT IN (@offline@)))
ORDER BY ALL"""
# What the catalogue says, of some of what no event does.
GOODS = {
    "goods": pa.table(
        {
            "product": ["p0", "p1"],
            "source": ["shop", "shop"],
            "category": ["tea", ""],
            "brand": ["", "Assam"],
        }
    )
}


class Shop:
    """A copy to which anything may happen that happens to one."""

    def __init__(self, folder: Path, chance: Random) -> None:
        self.folder, self.chance = folder, chance
        self.offset, self.holders = 0, dict[int, int]()
        self.rules = RULES[0]
        self.lake = self.opened()

    def opened(self) -> DuckLake:
        limits = Limits(512, 60, 256)
        lake = DuckLake(self.folder / "lake.duckdb", self.folder / "lake", limits)
        lake.open()
        return lake

    # -- what may happen -----------------------------------------------------------

    def events(self) -> None:
        self.lake.seal(Seal(self.came()))

    def people(self) -> None:
        self.lake.seal(Seal(self.moved(Tail(self.offset))))

    def both(self) -> None:
        self.lake.seal(Seal(self.moved(self.came()), fixes=self.fixes()))

    def placed(self) -> None:
        self.lake.seal(Seal(Tail(self.offset), fixes=self.fixes()))

    def expired(self) -> None:
        rows = tuple(LeftRow(at, "{}", self.way()) for at in self.some())
        self.lake.seal(Seal(Tail(self.offset), expired=rows))

    def expired_alone(self) -> None:
        self.lake.expire([LeftRow(at, "{}") for at in self.some()])

    def erased(self) -> None:
        self.lake.seal(Seal(Tail(self.offset), fixes=Fixes({}, {}, self.some())))

    def forgotten(self) -> None:
        strands = [self.chance.randrange(1, STRANDS)] * self.chance.randrange(2)
        self.lake.forget(strands, self.some())
        if self.chance.random() < 0.5:
            self.lake.scrub()

    def anew(self) -> None:
        tail, first = Tail(self.offset), self.chance.random() < 0.5
        if first:
            self.lake.seal(Seal(tail, anew=True))
        held = {one: self.chance.randrange(1, PEOPLE) for one in self.holders}
        self.holders = held
        rows = self.held(sorted(held))
        told = Tail(self.offset, people=tuple(sorted(set(held.values()))), holding=rows)
        self.lake.seal(Seal(told, anew=not first, whole=True))

    def ruled(self) -> None:
        self.rules = self.chance.choice(RULES)

    def restarted(self) -> None:
        self.lake.close()
        self.lake = self.opened()

    def sorted(self) -> None:
        self.lake.settle()

    def kept(self) -> None:
        made = sessions(asked(self.rules))
        for _ in range(self.chance.randrange(1, 4)):
            self.lake.keep_sessions(made, self.chance.choice((1, 3, 100)))

    # -- of what it is made ----------------------------------------------------------

    def came(self) -> Tail:
        rows = [self.event() for _ in range(self.chance.randrange(1, 15))]
        lines = [
            self.line(row.log_offset) for row in rows if self.chance.random() < 0.5
        ]
        packed = (self.lake.pack("event", rows),)
        return Tail(self.offset, packed, (self.lake.pack("line", lines),))

    def event(self) -> EventRow:
        """Late ones are among them: times say nothing of the order they come in."""
        chance, self.offset = self.chance, self.offset + 1
        bought = chance.random() < 0.2
        at_us = START_US + chance.randrange(3) * DAY_US
        at_us += chance.randrange(60) * 7 * MINUTE_US
        key = (
            f"o/shop/{chance.choice((self.offset, chance.randrange(self.offset) + 1))}"
        )
        return EventRow(
            *(self.offset, at_us, at_us, self.strand()),
            *(chance.choice(("track", "page", "identify")),),
            chance.choice(BOUGHT if bought else NAMES),
            *("shop", chance.choice((None, "s1")), chance.choice(CONTACTS)),
            *(False, None, True, key if bought else None, None),
            *("EUR", 100, "{}", self.way(), chance.choice((None, "mobile"))),
        )

    def line(self, offset: int) -> LineRow:
        product, *told = (
            self.chance.choice(("", one)) for one in ("p1", "tea", "Assam")
        )
        product = product and f"p{self.chance.randrange(5)}"
        return LineRow(offset, 0, product, "", *told, None, 1000, 100, "EUR")

    def strand(self) -> int | None:
        return self.chance.choice((None, 0, *range(1, STRANDS)))

    def way(self) -> str | None:
        return self.chance.choice(CAME)

    def some(self) -> list[int]:
        """Give some offsets, there or not."""
        return self.chance.sample(range(1, self.offset + 2), min(self.offset, 3))

    def fixes(self) -> Fixes:
        chance = self.chance
        dropped = {chance.randrange(1, STRANDS): chance.randrange(self.offset + 2)}
        placed = {at: self.strand() for at in self.some()}
        return Fixes(dropped, placed, self.some() if chance.random() < 0.2 else [])

    def moved(self, tail: Tail) -> Tail:
        """People become one, come apart, or are nobody any more."""
        people: set[int] = set()
        for _ in range(self.chance.randrange(1, 4)):
            strand = self.chance.randrange(1, STRANDS)
            people.add(self.holders.pop(strand, 1))
            if self.chance.random() < 0.8:
                self.holders[strand] = self.chance.randrange(1, PEOPLE)
                people.add(self.holders[strand])
        held = [one for one in sorted(self.holders) if self.holders[one] in people]
        return Tail(
            tail.offset,
            tail.events,
            tail.lines,
            tuple(sorted(people)),
            self.held(held),
        )

    def held(self, strands: list[int]) -> tuple[Any, ...]:
        rows = [HoldingRow(one, None, None, self.holders[one]) for one in strands]
        return (self.lake.pack("holding", rows),) if rows else ()

    # -- what is said ------------------------------------------------------------------

    def rows(self, sql: str, tail: Tail, **more: Any) -> list[dict[str, Any]]:
        made = query(asked(self.rules), sql)
        return told(self.lake, made.sql, {**made.values, **more}, tail)

    def check(self, tail: Tail) -> None:
        found = self.rows(SESSIONS, tail)
        assert found == self.rows(SESSIONS, tail, session_stamp=ANEW)
        reports = told(self.lake, REPORTS, {}, tail)
        assert reports == told(self.lake, TOLD, {}, tail)
        lines = told(self.lake, REPORT_LINES, {}, tail)
        assert lines == told(self.lake, TOLD_LINES, {}, tail)
        assert told(self.lake, LASTS, {}, tail) == told(self.lake, LAST, {}, tail)
        bought_us = sorted(to_us(one["happened_at"]) for one in reports)
        spans = (asked(self.rules), self.early(bought_us))
        self.check_looks(self.chance.choice(spans), tail)

    def early(self, bought_us: list[int]) -> Asked:
        """Ask of an early purchase, and of what was seen on the day before it."""
        until_us = bought_us[min(2, len(bought_us) - 1)] + 1 if bought_us else END_US
        one = asked(self.rules, window_us=DAY_US)
        return structs.replace(one, until_us=until_us)

    def check_looks(self, one: Asked, tail: Tail) -> None:
        """Compare what who bought looked at and where, kept, anew and by all rows."""
        for sql, of_rows in ((SEEN, LOOKED_AT), (LINKED, ON_SIDES)):
            made, plain = query(one, sql), query(one, of_rows)
            anew = {**made.values, "session_stamp": ANEW}
            found = told(self.lake, made.sql, made.values, tail)
            assert found == told(self.lake, made.sql, anew, tail)
            assert found == told(self.lake, plain.sql, plain.values, tail)


def told(
    lake: DuckLake, sql: str, values: dict[str, Any], tail: Tail
) -> list[dict[str, Any]]:
    asking = lake.begin(tail)
    try:
        question = Question(
            sql=sql, values=values, tables=GOODS, rows_max=100_000, trusted=True
        )
        rows: list[dict[str, Any]] = asking.answer(question).table.to_pylist()
        return rows
    finally:
        asking.close()


DEEDS = (
    *("events", "events", "people", "both", "placed", "expired", "expired_alone"),
    *("erased", "forgotten", "anew", "ruled", "restarted", "sorted"),
)


@pytest.mark.parametrize("number", range(LOGS))
def test_what_is_kept_is_what_would_be_made_anew(
    tmp_path: Path, seed: int, number: int
) -> None:
    shop = Shop(tmp_path, Random(f"{seed} {number}"))
    for _ in range(STEPS):
        getattr(shop, shop.chance.choice(DEEDS))()
        if shop.chance.random() < 0.6:
            shop.kept()
        shop.check(Tail(shop.offset))
    # What came since the last seal is in an answer, and is kept nowhere yet.
    shop.kept()
    shop.check(shop.moved(shop.came()))
    shop.lake.close()


@pytest.fixture
def shop(tmp_path: Path, seed: int) -> Iterator[Shop]:
    made = Shop(tmp_path, Random(seed))
    rows = [made.event() for _ in range(200)]
    made.holders = {one: 1 + one % 5 for one in range(1, STRANDS)}
    packed = (made.lake.pack("event", rows),)
    held = made.held(sorted(made.holders))
    made.lake.seal(Seal(Tail(200, packed, (), (1, 2, 3, 4, 5), held), whole=True))
    made.lake.keep_sessions(sessions(asked(made.rules)), 100)
    yield made
    made.lake.close()


def test_of_who_did_not_change_what_is_kept_is_read(shop: Shop) -> None:
    """A row that is nowhere but there is in the answer."""
    before = shop.rows("SELECT DISTINCT campaign FROM session", Tail(200))
    shop.lake._instance.execute("UPDATE kept_session SET campaign = 'kept'")

    kept = shop.rows("SELECT DISTINCT campaign FROM session", Tail(200))

    assert (shop.lake.stale, kept) == (0, [{"campaign": "kept"}])
    assert before != kept


LOSING = {
    "dropped": lambda shop: Seal(Tail(shop.offset), fixes=Fixes({7: 9_999}, {})),
    "placed": lambda shop: Seal(Tail(shop.offset), fixes=Fixes({}, {shop.offset: 8})),
    "erased": lambda shop: Seal(Tail(shop.offset), fixes=Fixes({}, {}, (shop.offset,))),
}


@pytest.mark.parametrize("way", [*LOSING, "forgotten"])
def test_the_last_event_of_a_strand_is_one_that_it_still_has(
    shop: Shop, way: str
) -> None:
    row = shop.event()._replace(strand=7, name="Form", happened_at=END_US)
    packed = (shop.lake.pack("event", [row]),)
    shop.lake.seal(Seal(Tail(shop.offset, packed)))
    shop.check(Tail(shop.offset))

    if way == "forgotten":
        shop.lake.forget([], [shop.offset])
    else:
        shop.lake.seal(LOSING[way](shop))

    shop.check(Tail(shop.offset))
    held = shop.lake._instance.execute(
        "SELECT strand, epoch_us(last_at) FROM kept_last"
    )
    assert (7, END_US) not in held.fetchall()


def test_who_is_told_of_is_made_anew(shop: Shop) -> None:
    """A seal with events of people whose sessions were kept, and a question."""
    for _ in range(5):
        shop.events()
        shop.check(Tail(shop.offset))
        shop.lake.keep_sessions(sessions(asked(shop.rules)), 100)


def test_rows_of_other_rules_are_in_no_answer(shop: Shop) -> None:
    shop.lake._instance.execute("UPDATE kept_session SET campaign = 'kept'")
    changed: list[Asked] = [asked(SessionRules(idle_us=1))]
    changed.append(asked(SessionRules(at_midnight=True, zone="Asia/Almaty")))

    for one in changed:
        made = query(one, "SELECT * FROM touch WHERE campaign = 'kept'")
        assert told(shop.lake, made.sql, made.values, Tail(200)) == []


def test_whatever_days_are_asked_for_sessions_are_made_by_the_same_rules() -> None:
    one = asked(RULES[0])
    other = Asked(since_us=1, until_us=2, channel=one.channel, values=one.values)

    assert sessions(one) == sessions(other)


def test_a_session_is_of_the_days_in_which_it_began_and_whole(shop: Shop) -> None:
    whole = shop.rows("SELECT * FROM session ORDER BY ALL", Tail(200))
    cut_us = max(row["until_us"] for row in whole if row["since_us"] < row["until_us"])
    one = asked(shop.rules)
    until = Asked(since_us=0, until_us=cut_us, channel=one.channel, values=one.values)

    made = query(until, "SELECT * FROM touch ORDER BY ALL")

    found = told(shop.lake, made.sql, made.values, Tail(200))
    assert found == [row for row in whole if row["since_us"] < cut_us]
    assert max(row["until_us"] for row in found) >= cut_us


@pytest.mark.parametrize("way", ["forgotten", "by record", "in a seal", "expired"])
def test_what_is_erased_leaves_no_byte_in_what_is_kept(
    shop: Shop, tmp_path: Path, way: str
) -> None:
    """Whoever held it when it was kept, and whoever does now."""
    canary, source = "canary6180339", '{"source":"x","campaign":"%s"}'
    row = shop.event()._replace(strand=7, type="page", channel="web", name="Form")
    row = row._replace(came=source % canary)
    packed = (shop.lake.pack("event", [row]),)
    shop.lake.seal(Seal(Tail(shop.offset, packed)))
    shop.lake.keep_sessions(sessions(asked(shop.rules)), 100)
    assert canary in json.dumps(shop.rows("SELECT campaign FROM touch", Tail(201)))
    shop.holders[7] = 99
    others = [one for one in sorted(shop.holders) if shop.holders[one] in {99, 3}]
    shop.lake.seal(Seal(Tail(shop.offset, people=(99, 3), holding=shop.held(others))))

    offset = row.log_offset
    if way == "forgotten":
        shop.lake.forget([7], [])
    elif way == "by record":
        shop.lake.forget([], [offset])
    elif way == "expired":
        shop.lake.expire([LeftRow(offset, "{}")])
    else:
        shop.lake.seal(Seal(Tail(shop.offset), fixes=Fixes({}, {}, [offset])))
    shop.lake.scrub()

    for path in tmp_path.rglob("*"):
        assert path.is_dir() or canary.encode() not in path.read_bytes()
    shop.check(Tail(shop.offset))


def test_a_copy_of_whom_all_is_to_be_read_again_keeps_none(shop: Shop) -> None:
    shop.lake.seal(Seal(Tail(200), anew=True))

    assert (shop.lake.stamp, shop.lake.stale) == ("", 0)
    assert shop.lake._instance.execute("FROM kept_session").fetchall() == []
