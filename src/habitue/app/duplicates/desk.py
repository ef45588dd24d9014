"""Duplicates as API and console ask for them: look, show side by side, judge."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from habitue.app.desks.judging_desk import JudgingDesk
from habitue.app.desks.slices import Slices
from habitue.app.duplicates.keeping import Couple, Keeping
from habitue.app.duplicates.likely import bits, percent, word
from habitue.app.duplicates.order import Answer, Wanted
from habitue.app.duplicates.people import contact_limits, everybody
from habitue.app.duplicates.side import side
from habitue.app.duplicates.work import look
from habitue.base.clock import DAY_US, HOUR_US, to_iso
from habitue.base.errors import ConflictError, HabitueError
from habitue.model.duplicate import Look, Postponed, Suggestion
from habitue.model.person import Person

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
_log = logging.getLogger("habitue.duplicates")

# How often it is asked whether a look is due.
DUE_LOOK_S = 600.0


class DuplicateDesk:
    """Suggests who is likely one person, and takes what somebody says to it."""

    def __init__(self, home: "Home") -> None:
        engine = home.engine
        self._home = home
        self._told = engine.settings.duplicates
        self._clock = engine.clock
        self._keeping = Keeping(engine.writing)
        self._judging = JudgingDesk(
            home.people, home.fold, engine.writing, engine.truth
        )
        self._looking: asyncio.Task[None] | None = None
        self._fault = ""
        self._since_us = engine.clock.now_us()

    # -- looking --------------------------------------------------------------------

    async def find(self, wait_s: float) -> View:
        """Look for duplicates, or join who looks already; say how it stands then."""
        if self._looking is None or self._looking.done():
            self._fault = ""
            self._looking = asyncio.create_task(self._look(), name="duplicates")
            self._looking.add_done_callback(_say_why)
        return await self.state(wait_s)

    async def state(self, wait_s: float = 0.0) -> View:
        """Say how the last look went, and whether one is under way still."""
        if self._looking is not None and not self._looking.done():
            await asyncio.wait({self._looking}, timeout=wait_s)
        held = self._keeping.look
        return {
            "running": self._looking is not None and not self._looking.done(),
            "at": to_iso(held.at_us) if held.at_us else None,
            "people": held.people,
            "compared": held.compared,
            "found": len(held.suggestions),
            "more": held.more,
            "trained": held.trained,
            "fault": self._fault or None,
        }

    async def run_on(self) -> None:
        """Look from time to time, as often as the setting says."""
        while True:
            await asyncio.sleep(DUE_LOOK_S)
            if self.is_due():
                await self.find(0.0)

    def is_due(self) -> bool:
        """Say whether it is time to look again."""
        hours = self._told.every_hours
        last_us = self._keeping.look.at_us or self._since_us
        return hours > 0 and self._clock.now_us() - last_us >= hours * HOUR_US

    async def stop(self) -> None:
        """End a look that is under way; nothing of it is kept."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look(self) -> None:
        try:
            await self._keeping.keep(await self._found())
        except (HabitueError, OSError) as error:
            self._fault = str(error)
            _log.warning("duplicates: %s", error)

    async def _found(self) -> Look:
        wanted = Wanted(
            contact_limits(self._home.fold.identity.policy),
            self._told.kept_max,
            bits(self._told.likely_percent),
            self._told.memory_mb,
        )
        known = self._home.fold.identity.known_people
        answer = Answer(people=known)
        if known > 1:
            answer = await look(wanted, lambda: everybody(self._home))
        return Look(
            at_us=self._clock.now_us(),
            people=answer.people,
            compared=answer.compared,
            trained=answer.trained,
            more=answer.more,
            suggestions=answer.pairs,
        )

    # -- showing --------------------------------------------------------------------

    async def page(self, limit: int) -> View:
        """Give the likeliest pairs that nobody judged yet, and whether there are more.

        People are read as they are now: who was joined, told apart or forgotten since
        is left out, and so is what is postponed.
        """
        shown: list[View] = []
        seen: set[Couple] = set()
        slices = Slices(self._home.fold)
        for told in self._keeping.look.suggestions:
            pair = self._open(told, seen)
            if pair is not None and len(shown) == limit:
                return {"duplicates": shown, "more": True}
            if pair is not None:
                shown.append(self._view(told, *pair))
            await slices.turn()
        return {"duplicates": shown, "more": False}

    def _open(
        self, told: Suggestion, seen: set[Couple]
    ) -> tuple[Person, Person] | None:
        """Give the two as they are now, if they still are to be judged."""
        left, right = self._person(told.left), self._person(told.right)
        if left is None or right is None:
            return None
        couple = _couple(left.person_id, right.person_id)
        # Two of a pair that were joined to others may come up as one pair.
        if couple[0] == couple[1] or couple in seen:
            return None
        seen.add(couple)
        if self._keeping.until_us(*couple) > self._clock.now_us():
            return None
        parted = self._home.fold.identity.parted(left, right)
        return None if parted else (left, right)

    def _person(self, person_id: int) -> Person | None:
        identity = self._home.fold.identity
        now_id = identity.current(person_id)
        person = None if now_id is None else identity.person(now_id, 0)
        return person if person is not None and person.nodes else None

    def _view(self, told: Suggestion, left: Person, right: Person) -> View:
        return {
            "left": side(self._home, left),
            "right": side(self._home, right),
            "agree": told.agree,
            "weight_bits": f"{told.weight / 10:.1f}",
            "percent": percent(told.weight),
            "likely": word(told.weight),
            "group": told.group,
        }

    # -- judging --------------------------------------------------------------------

    async def judge(
        self, couple: tuple[int, int], verdict: str, operator: str, reason: str
    ) -> View:
        """Take what somebody says of two: same, not_same, or later."""
        left, right = couple
        if verdict == "same":
            return await self._judging.merge(left, right, operator, reason)
        if verdict == "not_same":
            return await self._judging.part(left, right, operator, reason)
        one, other = self._person(left), self._person(right)
        if one is None or other is None or one.person_id == other.person_id:
            raise ConflictError(f"{left} and {right} are no two people any more.")
        now_us = self._clock.now_us()
        until_us = now_us + self._told.later_days * DAY_US
        now = _couple(one.person_id, other.person_id)
        await self._keeping.postpone(Postponed(*now, until_us, operator))
        return {"command": None, "people": [], "until": to_iso(until_us)}


def _say_why(look: "asyncio.Task[None]") -> None:
    """Say what ended a look that ought not to: by its name, it may quote customers."""
    fault = None if look.cancelled() else look.exception()
    if fault is not None:
        _log.error("duplicates: the look ended with %s", type(fault).__name__)


def _couple(left: int, right: int) -> Couple:
    return (min(left, right), max(left, right))
