"""Key figures as API and console ask for them, and the people behind each number."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import structs

from habitue.api.port_kpis import Wanted
from habitue.api.segments import ID
from habitue.app.desks.profile_view import called
from habitue.app.insights.framing import SPAN_DAYS_MAX, Framing
from habitue.app.insights.journey_people import JourneyPeople
from habitue.app.insights.kpi_costs import KpiCosts
from habitue.app.insights.kpi_day import DAY, LOOKED, day_view
from habitue.app.insights.kpi_framing import asked_of, with_ways
from habitue.app.insights.kpi_steps import KpiSteps
from habitue.app.insights.kpi_view import Frame, kpi_view
from habitue.app.insights.lists import Lists, condition_of_list
from habitue.app.insights.today_desk import TodayDesk
from habitue.app.lake.asking import READY_S, OneOffset
from habitue.app.lake.counting import Asking, LakeCounting
from habitue.app.segments.desk import SegmentDesk
from habitue.app.segments.library import SegmentLibrary
from habitue.base.clock import DAY_US, to_iso
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.lake.port import NotAnsweredError, Question
from habitue.measure.kpi.asking import Asked, Meant, query
from habitue.measure.kpi.cells import LISTED, Cell, condition_of
from habitue.measure.said import UNTOLD
from habitue.profile.parse import NO_CURRENCY
from habitue.segment.condition import Condition, InSegment
from habitue.segment.words import sentence

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.copy import LakeCopy

View = dict[str, Any]
Rows = list[dict[str, Any]]
# Who knows the people of a cell; some of them, how many, and of which record's state.
Listing = JourneyPeople | KpiSteps | TodayDesk
Told = tuple[list[int], int, int | None]
T = TypeVar("T")
# Who is on one list at most; more are a segment's, by a condition.
LISTED_MAX = 100_000
# Rows of sums: parts of the span by currency, cohorts, tenths.
ROWS_MAX = 200_000
_NONE = "This installation keeps no analytic copy: see the setting lake.enabled."


class KpiDesk:
    """Answers key figures, each number of people with the cell that says whose."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._library = SegmentLibrary(home.engine.truth, home.engine.writing)
        self._counting = LakeCounting(home)
        self._costs = KpiCosts(home)
        self._framing = Framing(home)
        self._journeys = JourneyPeople(home)
        self._today = TodayDesk(home)
        self._lists = Lists(home)
        self._segments = SegmentDesk(home, self._counting)
        # One report at a time: each may take a core.
        self._turn = asyncio.Lock()

    @property
    def _copy(self) -> "LakeCopy":
        if self._home.lake is None:
            raise NotAnsweredError(_NONE)
        return self._home.lake

    @property
    def zone(self) -> str:
        return self._home.fold.zone

    async def report(self, first: str, last: str, wanted: Wanted) -> View:
        """Give the key figures of days, all at one offset of the log."""
        now_us = self._home.engine.clock.now_us()
        asked = asked_of((first, last), self.zone, now_us, wanted)
        asked = structs.replace(asked, currency=wanted.currency)
        asked = with_ways(asked, self._framing)
        frame = Frame(first, last, wanted.segment, asked)
        if wanted.segment:
            return await self._of_segment(frame)
        async with self._turn, self._copy.asking.at_one_offset(READY_S) as at:
            return await self._told(at, frame, {})

    async def day(self, day: str) -> View:
        """Give of a day's report what was bought by store, and who looked."""
        now_us = self._home.engine.clock.now_us()
        asked = asked_of((day, day), self.zone, now_us, Wanted(steps=LOOKED))
        async with self._turn, self._copy.asking.at_one_offset(READY_S) as at:
            rows, _ = await _ask(at, asked, DAY, {})
        return day_view(rows, Frame(day, day, "", asked))

    async def _of_segment(self, frame: Frame) -> View:
        """Give the key figures of a segment's people, whatever its condition asks."""
        self._library.get(frame.segment)
        condition = self._library.condition(InSegment(segment=frame.segment))

        async def ask(asking: Asking) -> View:
            (one,) = asking.made
            asked = structs.replace(frame.asked, meant=Meant(one.sql, one.values))
            of = Frame(frame.first, frame.last, frame.segment, asked)
            told = await self._told(asking.at, of, asking.tables)
            # Of who was judged one by one while more came in there is no offset.
            return told if asking.whole else {**told, "offset": None}

        async with self._turn:
            return await self._counting.people(condition, ask, wait_s=READY_S)

    async def _told(self, at: OneOffset, frame: Frame, tables: dict[str, Any]) -> View:
        """Give the key figures of a frame. tables: what its people are told by."""
        asked = frame.asked
        currency = asked.currency or await self._currency(at, asked, tables)
        asked = structs.replace(asked, currency=currency)
        frame = Frame(frame.first, frame.last, frame.segment, asked)
        rows, offset = await _ask(at, asked, "SELECT * FROM all_sums", tables)
        steps, _ = await _ask(at, asked, "SELECT * FROM step", tables)
        costs = await self._costs_view(at, frame)
        # Beside the loop: of many months and stores there are thousands of cells.
        told = await asyncio.to_thread(kpi_view, rows, steps, frame)
        return {
            "from": frame.first,
            "to": frame.last,
            "time_zone": self.zone,
            "as_of": to_iso(asked.now_us),
            "offset": offset,
            "currency": currency,
            "segment": frame.segment or None,
            **told,
            **costs,
        }

    async def _costs_view(self, at: OneOffset, frame: Frame) -> View:
        if frame.segment:
            return {"costs": None, "costs_because": UNTOLD["costs_of_segment"]}
        days = (frame.asked.until_us - frame.asked.since_us) // DAY_US
        if days > SPAN_DAYS_MAX:
            because = UNTOLD["costs_of_long"].format(days=SPAN_DAYS_MAX)
            return {"costs": None, "costs_because": because}
        return {"costs": await self._costs.view(at, frame), "costs_because": None}

    # -- the people of a cell ---------------------------------------------------------

    async def cell(self, cell: Cell, sample: int) -> View:
        """Say who a cell counts: by which condition, how many, and some of them."""
        ids, count, offset = await self._first(cell, sample)
        condition = None if cell.is_listed else condition_of(cell)
        return {
            "cell": msgspec.to_builtins(cell),
            # None: only a list, fixed when it is made, can be a segment of it.
            "condition": msgspec.to_builtins(condition),
            "words": None if condition is None else sentence(condition),
            "count": count,
            "offset": offset,
            "sample": [{"person_id": one} for one in ids],
        }

    async def _first(self, cell: Cell, sample: int) -> Told:
        if cell.is_listed:

            async def ask(at: OneOffset, listing: Listing) -> Told:
                ids, offset = await listing.people(at, cell, 0, sample)
                count, _ = await listing.count(at, cell)
                return ids, count, offset

            return await self._list(cell, ask)
        condition = self._condition(cell)
        counted = await self._counting.count(condition, sample=sample)
        return list(counted.sample), counted.count, counted.offset

    async def people(
        self, cell: Cell, after: int, limit: int
    ) -> tuple[list[int], int | None]:
        """Give people of a cell behind an id, and the id behind which it goes on."""
        if cell.is_listed:
            ids = await self._listed(cell, after, limit)
            return ids, (ids[-1] if len(ids) == limit else None)
        condition = self._condition(cell)
        return await self._counting.page(condition, after, limit)

    def _condition(self, cell: Cell) -> Condition:
        """Give the condition of a cell, those of other segments put in their place."""
        condition = condition_of(cell)
        self._library.check(condition)
        return self._library.condition(condition)

    def row(self, person_id: int, *, named: bool) -> View:
        """Give a person's id, and the name if it may be told."""
        if not named:
            return {"person_id": person_id, "name": None}
        fold = self._home.fold
        person = fold.identity.person(person_id, 0)
        strands = () if person is None else person.strands
        return {"person_id": person_id, "name": called(fold.profiles.traits(strands))}

    async def make(self, segment_id: str, name: str, cell: Cell) -> View:
        """Make a segment of a cell: by its condition, or of the people it is now."""
        if re.fullmatch(ID, segment_id) is None:
            raise InvalidError(
                "A segment's id begins with a small letter; small letters, figures, -"
                " and _ follow, 60 of them at most."
            )
        if segment_id in self._library.all():
            raise ConflictError(
                f"There is a segment '{segment_id}'; choose another id for this one."
            )
        if not cell.is_listed:
            condition = condition_of(cell)
        else:
            ids = await self._listed(cell, 0, LISTED_MAX + 1)
            if len(ids) > LISTED_MAX:
                raise InvalidError(
                    f"A list is of {LISTED_MAX:,} people at most; ask for fewer days."
                )
            listed = self._list_name(segment_id)
            condition = condition_of_list(listed)
            await self._lists.note(listed, ids)
        told = {"name": name, "condition": msgspec.to_builtins(condition)}
        return await self._segments.add(segment_id, told)

    def _list_name(self, segment_id: str) -> str:
        """Name a list; of a segment of this id that was ended, others were noted."""
        try:
            before = len(self._library.versions(segment_id))
        except NotFoundError:
            before = 0
        return f"{segment_id}.{before + 1}"

    async def _listed(self, cell: Cell, after: int, limit: int) -> list[int]:
        async def ask(at: OneOffset, listing: Listing) -> list[int]:
            ids, _ = await listing.people(at, cell, after, limit)
            return ids

        return await self._list(cell, ask)

    async def _list(
        self, cell: Cell, ask: Callable[[OneOffset, Listing], Awaitable[T]]
    ) -> T:
        """Ask who knows the people of a cell that no condition says, at one offset."""
        if cell.segment and cell.what == "step":
            return await self._list_of_segment(cell, ask)
        async with self._turn, self._copy.asking.at_one_offset(READY_S) as at:
            return await ask(at, self._listing(cell))

    async def _list_of_segment(
        self, cell: Cell, ask: Callable[[OneOffset, Listing], Awaitable[T]]
    ) -> T:
        self._library.get(cell.segment)
        condition = self._library.condition(InSegment(segment=cell.segment))

        async def of(asking: Asking) -> T:
            return await ask(asking.at, KpiSteps(self._home, asking))

        async with self._turn:
            return await self._counting.people(condition, of, wait_s=READY_S)

    def _listing(self, cell: Cell) -> Listing:
        """Give who knows the people of a cell that no condition says."""
        if cell.what == "visitors":
            return self._today
        return self._journeys if cell.what in LISTED else KpiSteps(self._home)

    # -- how --------------------------------------------------------------------------

    async def _currency(
        self, at: OneOffset, asked: Asked, tables: dict[str, Any]
    ) -> str:
        rows, _ = await _ask(at, asked, "SELECT * FROM currency", tables)
        return str(rows[0]["currency"]) if rows else NO_CURRENCY


async def _ask(
    at: OneOffset, asked: Asked, last: str, tables: dict[str, Any]
) -> tuple[Rows, int]:
    made = query(asked, last)
    found = await at.ask(
        Question(
            sql=made.sql,
            values=made.values,
            tables=tables,
            rows_max=ROWS_MAX,
            trusted=True,
        )
    )
    rows: Rows = await asyncio.to_thread(found.table.to_pylist)
    return rows, found.offset
