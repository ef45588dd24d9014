"""Taking members out: a role's budget holds over a day and a restart."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import msgspec
import pytest

from habitue.access.often import FileOften
from habitue.app.desks.reveal_desk import RevealBudgetError, RevealDesk
from habitue.app.segments.approvals import Approvals
from habitue.app.segments.exporting import BudgetError, MemberExports
from habitue.base.clock import DAY_US, ManualClock
from habitue.base.sections import Exports, Reveals
from habitue.model.operator import AuditEntry

PEOPLE = [{"person_id": one, "name": None} for one in range(1, 1_502)]


class Who(NamedTuple):
    """Somebody who takes people out."""

    name: str
    role: str = "marketer"


class Log:
    """An audit in memory: it is written, and read back by its index."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.entries: list[tuple[int, AuditEntry]] = []

    async def write(self, who: Who, action: str, what: str, _reason: str = "") -> None:
        told = AuditEntry(
            operator=who.name, role=who.role, action=str(action), object=what
        )
        self.entries.append((self.clock.now_us(), told))

    def span(
        self, _part: int, low: tuple[int, int], limit: int
    ) -> list[tuple[int, int, int]]:
        found = [(at_us, place, 0) for place, (at_us, _) in enumerate(self.entries)]
        return [one for one in found if one[:2] > low][:limit]

    def record_at(self, place: int) -> Any:
        return SimpleNamespace(body=msgspec.json.encode(self.entries[place][1]))


class Segment:
    """A segment of some people, a page at a time."""

    def get(self, segment_id: str) -> dict[str, Any]:
        return {"id": segment_id}

    async def page(
        self, _segment_id: str, after: int, limit: int, *, named: bool
    ) -> tuple[list[dict[str, Any]], int | None]:
        found = [one for one in PEOPLE if one["person_id"] > after][:limit]
        return found, found[-1]["person_id"] if len(found) == limit else None


def started(log: Log, budget: int = 2_000) -> MemberExports:
    """Start anew over what was written down."""
    engine = SimpleNamespace(
        clock=log.clock,
        audit=log,
        settings=SimpleNamespace(exports=Exports(marketer_people_per_day=budget)),
    )
    fold = SimpleNamespace(audited=log, record_at=log.record_at)
    home: Any = SimpleNamespace(engine=engine, fold=fold)
    return MemberExports(home, Segment(), Approvals(home))


def test_what_is_left_is_kept_by_name_over_a_restart_and_comes_back_after_a_day() -> (
    None
):
    log = Log(ManualClock(100 * DAY_US))
    anna, ben = Who("anna"), Who("ben")

    async def work() -> list[int]:
        exports = started(log)
        told = await exports.export(anna, "vip", "csv", named=False)
        assert told.people == len(PEOPLE)
        assert told.body.count(b"\r\n") == len(PEOPLE) + 1
        with pytest.raises(BudgetError, match="499 of the 2000"):
            await exports.export(anna, "vip", "csv", named=False)
        again = started(log)
        left = [await again.left(anna), await again.left(ben)]
        log.clock.move(DAY_US)
        return [*left, await again.left(anna), await started(log).left(anna)]

    assert asyncio.run(work()) == [499, 2_000, 2_000, 2_000]
    assert [entry.object for _, entry in log.entries] == ["1501 people of vip as csv"]


def test_an_agent_sees_what_is_hidden_so_often_a_day_and_a_restart_gives_no_more(
    tmp_path: Path,
) -> None:
    log = Log(ManualClock(100 * DAY_US))
    engine = SimpleNamespace(
        clock=log.clock,
        audit=log,
        often=FileOften(tmp_path, log.clock),
        settings=SimpleNamespace(reveals=Reveals(agent_people_per_day=2)),
    )
    fold = SimpleNamespace(audited=log, record_at=log.record_at)
    home: Any = SimpleNamespace(engine=engine, fold=fold)
    anna, ben = Who("anna", "agent"), Who("ben", "agent")

    async def work() -> None:
        desk = RevealDesk(home)
        for who, person in ((anna, 1), (ben, 1), (anna, 2)):
            await desk.note(who, person, "asked")
        for again in (desk, RevealDesk(home)):
            with pytest.raises(RevealBudgetError, match="2 people in 24 hours"):
                await again.note(anna, 3, "asked")
        await desk.note(ben, 3, "asked")
        log.clock.move(DAY_US)
        await desk.note(anna, 3, "asked")
        with pytest.raises(RevealBudgetError):
            await desk.note(Who("ola", "analyst"), 1, "asked")

    asyncio.run(work())
    # A process that has not heard yet of what another one wrote counts it too.
    engine.audit = unheard = Log(log.clock)
    home.fold = SimpleNamespace(audited=unheard, record_at=unheard.record_at)

    async def beside() -> None:
        await RevealDesk(home).note(anna, 4, "asked")
        with pytest.raises(RevealBudgetError):
            await RevealDesk(home).note(anna, 5, "asked")

    asyncio.run(beside())
    assert len(unheard.entries) == 1
    seen = [(entry.operator, entry.object) for _, entry in log.entries]
    assert seen == [
        *(("anna", "person 1"), ("ben", "person 1"), ("anna", "person 2")),
        *(("ben", "person 3"), ("anna", "person 3")),
    ]


def test_a_role_without_a_budget_takes_nobody_out() -> None:
    exports = started(Log(ManualClock(100 * DAY_US)))

    with pytest.raises(BudgetError):
        asyncio.run(exports.export(Who("ola", "analyst"), "vip", "csv", named=False))
