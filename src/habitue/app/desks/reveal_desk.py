"""Seeing what is hidden of somebody: with a reason, written down, so many a day."""

import asyncio
from typing import TYPE_CHECKING, Protocol

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission, Role
from habitue.app.desks.spent import Spent
from habitue.base.clock import DAY_US
from habitue.base.errors import InvalidError

if TYPE_CHECKING:
    from habitue.app.desks.home import Home


class Who(Protocol):
    """Somebody who wants to see what is hidden."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...


class RevealBudgetError(InvalidError):
    """More is looked at than a role may see unmasked in 24 hours."""


class RevealDesk:
    """Writes down who sees what is hidden of whom, within the budget of their role."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._spent = Spent(home, Permission.PEOPLE_REVEAL, lambda _: 1)
        # One at a time: two at once would each see the last one that is left.
        self._turn = asyncio.Lock()

    async def note(self, who: Who, person_id: int, reason: str) -> None:
        """Write a reveal down before it is made; RevealBudgetError if too many."""
        async with self._turn:
            budget = self._budget(who)
            spent = await self._spent.today(who.name) >= budget
            if spent or not await self._counts(who, budget):
                raise RevealBudgetError(
                    f"Your role may see what is hidden of {budget} people in 24 hours,"
                    " and you have. Wait, ask somebody who sees it anyway, or have"
                    " reveals.*_people_per_day raised in the settings."
                )
            what = deed(Deed.PERSON, person=person_id)
            audit = self._home.engine.audit
            await audit.write(who, Permission.PEOPLE_REVEAL, what, reason)
            self._spent.add(who.name, 1)

    async def _counts(self, who: Who, budget: int) -> bool:
        """Say whether one more is within the budget, by what other processes count."""
        engine = self._home.engine
        since_us = engine.clock.now_us() - DAY_US + 1
        name = Permission.PEOPLE_REVEAL, who.name
        times = await asyncio.to_thread(engine.often.add, *name, since_us, budget)
        return times <= budget

    def _budget(self, who: Who) -> int:
        limits = self._home.engine.settings.reveals
        return {
            Role.ADMINISTRATOR.value: limits.administrator_people_per_day,
            Role.AGENT.value: limits.agent_people_per_day,
        }.get(str(who.role), 0)
