"""Today as API and console ask for it: visitors, receipts, and what was sold.

A number stands beside the usual of its weekday: the mean of that weekday in the weeks
before it, of those since anything of the sort is known. Where nothing is, it is not
known, which is not the same as nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import structs

from habitue.app.insights.figures import money
from habitue.app.insights.framing import Framing, day_of, span
from habitue.app.lake.asking import READY_S, OneOffset
from habitue.base.clock import to_iso
from habitue.base.days import day_at
from habitue.base.errors import InvalidError
from habitue.journey.asking import Asked, query
from habitue.lake.port import NotAnsweredError, Question
from habitue.measure.kpi.cells import Cell

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.copy import LakeCopy

View = dict[str, Any]
Row = Mapping[str, Any]
WEEK = timedelta(days=7)
USUAL_WEEKS = 4
SHOWN_MAX = 500
SORTS = ("all", "receipts", "known")
_NONE = "This installation keeps no analytic copy: see the setting lake.enabled."
_ROWS = (
    "SELECT * FROM sale WHERE day = $day AND (NOT $receipts OR till)"
    " AND (NOT $known OR (kind <> 'return' AND person_id IS NOT NULL))"
    " AND (at_us, object) < ($before_us, $before)"
    " ORDER BY at_us DESC, object DESC LIMIT $more"
)
_VISITORS = "SELECT DISTINCT person_id FROM visited"
_LAST = "\U0010ffff"


class TodayDesk:
    """Answers how a day goes, beside the days of its weekday before it."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._framing = Framing(home)

    @property
    def _copy(self) -> "LakeCopy":
        if self._home.lake is None:
            raise NotAnsweredError(_NONE)
        return self._home.lake

    async def figures(self, day: str = "") -> View:
        """Say how many visitors and receipts of stores a day had, and the usual.

        day: of the shop's zone; without it, today.
        """
        meant = self._day(day)
        asked = self._asked(meant, USUAL_WEEKS)
        async with self._copy.asking.at_one_offset(READY_S) as at:
            rows, offset = await _ask(at, asked, "today_sums")
            since = await _since(at, asked)
        told = meant.isoformat()
        visitors = _figure(rows, "visitors", meant, since["visitors"])
        if visitors["count"]:
            cell = Cell(what="visitors", since=told, until=told)
            visitors["cell"] = msgspec.to_builtins(cell)
        return {
            "day": told,
            "time_zone": self._framing.zone,
            "as_of": to_iso(asked.more["now_us"]),
            "offset": offset,
            "visitors": visitors,
            "receipts": _figure(rows, "receipts", meant, since["receipts"]),
        }

    async def sold(
        self, day: str = "", sort: str = "all", cursor: str = "", limit: int = 100
    ) -> View:
        """Give what was sold on a day, the latest first: the rows behind its sums.

        sort: all (orders and receipts, and returns that come off), receipts of stores
        alone, or known: purchases of people we know. cursor: as the page before says.
        """
        if sort not in SORTS:
            raise InvalidError(
                f"'{sort[:40]}' is no sort; name all, receipts or known."
            )
        meant, limit = self._day(day), min(limit, SHOWN_MAX)
        before_us, before = _behind(cursor)
        asked = self._asked(meant, 0)
        more = {"day": meant.isoformat(), "receipts": sort == "receipts"}
        more["known"] = sort == "known"
        more |= {"before_us": before_us, "before": before, "more": limit + 1}
        asked = structs.replace(asked, more={**asked.more, **more})
        made = query(asked, _ROWS)
        async with self._copy.asking.at_one_offset(READY_S) as at:
            found = await at.ask(
                Question(sql=made.sql, values=made.values, trusted=True)
            )
        rows = found.table.to_pylist()
        last = rows[limit - 1] if len(rows) > limit else None
        return {
            "day": meant.isoformat(),
            "offset": found.offset,
            "sold": [_sold(row) for row in rows[:limit]],
            "next_cursor": None
            if last is None
            else f"{last['at_us']}:{last['object']}",
        }

    # -- who stands behind the visitors -------------------------------------------

    async def people(
        self, at: OneOffset, cell: Cell, after: int, limit: int
    ) -> tuple[list[int], int]:
        """Give the visitors of a day behind an id, in order, and the offset."""
        sql = (
            f"SELECT person_id FROM ({_VISITORS}) WHERE person_id > $after"
            " ORDER BY person_id LIMIT $limit"
        )
        found = await self._visitors(at, cell, sql, after=after, limit=limit)
        # In a thread: there may be very many.
        ids: list[int] = await asyncio.to_thread(found.table["person_id"].to_pylist)
        return ids, found.offset

    async def count(self, at: OneOffset, cell: Cell) -> tuple[int, int]:
        """Count the visitors of a day, and give the offset."""
        sql = f"SELECT count(*) AS people FROM ({_VISITORS})"
        found = await self._visitors(at, cell, sql)
        return int(found.table["people"][0].as_py()), found.offset

    async def _visitors(self, at: OneOffset, cell: Cell, sql: str, **more: int) -> Any:
        asked = self._asked(day_of(cell.since), 0)
        made = query(structs.replace(asked, more={**asked.more, **more}), sql)
        # As many as a list may hold are asked for at most.
        rows_max = more.get("limit", 1)
        return await at.ask(
            Question(sql=made.sql, values=made.values, rows_max=rows_max, trusted=True)
        )

    # -- how --------------------------------------------------------------------------

    def _day(self, told: str) -> date:
        if told:
            return day_of(told)
        return day_at(self._home.engine.clock.now_us(), self._framing.zone)

    def _asked(self, day: date, weeks: int) -> Asked:
        days = [(day - WEEK * week).isoformat() for week in range(weeks + 1)]
        spans = [span(one, one, self._framing.zone) for one in days]
        return self._framing.asked(
            days[-1],
            days[0],
            days=days,
            days_since_us=[since_us for since_us, _ in spans],
            days_until_us=[until_us for _, until_us in spans],
            now_us=self._home.engine.clock.now_us(),
        )


async def _ask(at: OneOffset, asked: Asked, table: str) -> tuple[list[Row], int]:
    made = query(asked, f"SELECT * FROM {table}")
    found = await at.ask(Question(sql=made.sql, values=made.values, trusted=True))
    return found.table.to_pylist(), found.offset


async def _since(at: OneOffset, asked: Asked) -> dict[str, str | None]:
    """Say since which day visitors and receipts are known; None: by then none are.

    What is known from before the days asked for is so from the first of them on: that
    there is something is found sooner than what was first.
    """
    ((before,), _) = await _ask(at, asked, "known_before")
    found: dict[str, str | None] = dict.fromkeys(before, min(asked.more["days"]))
    if not all(before.values()):
        rows, _ = await _ask(at, asked, "known_since")
        first = {row["sort"]: row["day"] for row in rows}
        found |= {sort: first[sort] for sort, is_so in before.items() if not is_so}
    return found


def _figure(rows: Sequence[Row], sort: str, day: date, since: str | None) -> View:
    """Give a day's number and the usual: None where it is not known."""
    counts = {row["day"]: row for row in rows if row["sort"] == sort}
    today = counts.get(day.isoformat(), {})
    known = since is not None and since <= day.isoformat()
    before = [
        counts.get(one, {}).get("count", 0)
        for week in range(1, USUAL_WEEKS + 1)
        if since is not None and since <= (one := (day - WEEK * week).isoformat())
    ]
    return {
        "count": today.get("count", 0) if known else None,
        # Half to even.
        "usual": round(sum(before) / len(before)) if before else None,
        "weeks": len(before),
        "simulated": bool(today.get("simulated", False)),
    }


def _sold(row: Row) -> View:
    return {
        "object": row["object"],
        "kind": row["kind"],
        "at": to_iso(row["at_us"]),
        "source": row["source"],
        "channel": row["channel"],
        "store": row["store"] or None,
        "currency": row["currency"],
        "amount": money(row["amount_minor"], row["currency"]),
        "amount_minor": row["amount_minor"],
        "returned_minor": row["returned_minor"],
        "simulated": row["simulated"],
        # None: nobody knows whose.
        "person_id": row["person_id"],
    }


def _behind(cursor: str) -> tuple[int, str]:
    if not cursor:
        return 2**62, _LAST
    at_us, _, name = cursor.partition(":")
    if not (at_us.lstrip("-").isdecimal() and at_us.isascii() and len(at_us) < 19):
        raise InvalidError("This is no cursor; take one as the page before tells it.")
    return int(at_us), name
