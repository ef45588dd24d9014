"""Members of a segment taken out as a file: within the role's budget, and written down.

How many somebody took out in the last 24 hours is read from the audit, so that a
restart gives nobody more; an entry is on disk before the file goes out.
"""

import asyncio
import re
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from habitue.access.deeds import Deed, Object, deed
from habitue.access.permission import Permission, Role
from habitue.access.reading import saw
from habitue.app.desks.spent import Spent
from habitue.app.segments.approvals import Approvals
from habitue.app.segments.member_forms import MembersFile
from habitue.base.errors import InvalidError
from habitue.model.export_request import ExportRequest
from habitue.model.operator import AuditEntry

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
PAGE = 1_000
FORMS = ("csv", "arrow")
_TAKEN = re.compile(r"(\d+) people of ")


class Who(Protocol):
    """Somebody who takes people out."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...


class Members(Protocol):
    """Who is in a segment; habitue.app.segments.desk.SegmentDesk is one."""

    def get(self, segment_id: str) -> dict[str, Any]: ...

    async def page(
        self, segment_id: str, after: int, limit: int, *, named: bool
    ) -> tuple[list[dict[str, Any]], int | None]: ...


class BudgetError(InvalidError):
    """More people are asked for than a role may take out in 24 hours."""


class Exported(Struct, frozen=True):
    """A file of members, and how many stand in it."""

    body: bytes
    people: int


class MemberExports:
    """Writes files of members, and keeps to the budget of each role."""

    def __init__(self, home: "Home", members: Members, approvals: Approvals) -> None:
        self._home = home
        self._members = members
        self.approvals = approvals
        # One at a time: two at once would each see the whole budget.
        self._turn = asyncio.Lock()
        self._spent = Spent(home, Permission.SEGMENTS_EXPORT, _people_of)

    async def export(
        self, who: Who, segment_id: str, form: str, *, named: bool
    ) -> Exported:
        """Write who is in a segment as "csv" or "arrow".

        BudgetError if they are too many for the role, UnapprovedError if for one alone.
        """
        self._members.get(segment_id)
        async with self._turn:
            left = await self.left(who)
            file, people, taken = MembersFile(form), 0, set[int]()
            after: int | None = 0
            while after is not None:
                rows, after = await self._members.page(
                    segment_id, after, PAGE, named=named
                )
                people += len(rows)
                if people > left:
                    raise BudgetError(self._too_many(who, segment_id, left))
                file.add(rows)
                taken.update(row["person_id"] for row in rows)
            wanted = _wanted(segment_id, form, people)
            approved = self.approvals.check(who, wanted)
            body = await asyncio.to_thread(file.done)
            if approved is not None:
                await self.approvals.taken(approved)
            what = deed(Deed.TAKEN_OUT, count=people, segment=segment_id, form=form)
            await self._note(who, what, people)
            saw(taken)
        return Exported(body, people)

    async def ask(self, who: Who, segment_id: str, form: str, reason: str) -> View:
        """Ask for a second person's yes to an export of a segment as it is now."""
        self._members.get(segment_id)
        people, after = 0, 0
        more: int | None = 0
        while more is not None:
            rows, more = await self._members.page(segment_id, after, PAGE, named=False)
            people, after = people + len(rows), more or 0
        wanted = _wanted(segment_id, form, people, reason)
        return await self.approvals.ask(who, wanted)

    async def left(self, who: Who) -> int:
        """Say how many people somebody may still take out now."""
        return max(0, self._budget(who) - await self._spent.today(who.name))

    def _budget(self, who: Who) -> int:
        limits = self._home.engine.settings.exports
        return {
            Role.ADMINISTRATOR.value: limits.administrator_people_per_day,
            Role.MARKETER.value: limits.marketer_people_per_day,
        }.get(str(who.role), 0)

    def _too_many(self, who: Who, segment_id: str, left: int) -> str:
        return (
            f"'{segment_id}' is of more people than you may take out now: {left} of"
            f" the {self._budget(who)} that your role may in 24 hours. Take a smaller"
            " segment, wait, or have an administrator take it out."
        )

    async def _note(self, who: Who, what: Object, people: int) -> None:
        await self._home.engine.audit.write(who, Permission.SEGMENTS_EXPORT, what)
        self._spent.add(who.name, people)


def _wanted(segment_id: str, form: str, people: int, reason: str = "") -> ExportRequest:
    return ExportRequest(
        segment=segment_id,
        form=form,
        people=people,
        operator="",
        reason=reason,
        asked_us=0,
    )


def _people_of(entry: AuditEntry) -> int:
    told = _TAKEN.match(entry.object)
    return int(told[1]) if told else 0
