"""Intentions and hand-overs as API and console ask for them."""

from typing import TYPE_CHECKING, Any

import msgspec

from habitue.app.insights.desk import InsightDesk
from habitue.app.insights.handover_segment import condition_of
from habitue.app.insights.lacking import OF_BOUGHT, goods_lacking
from habitue.app.lake.asking import READY_S
from habitue.journey.asking import Asked
from habitue.journey.handover import BOUGHT, Handover
from habitue.segment.words import sentence

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
# Sorts of sessions that the learned variant is compared on.
BAGS_MAX = 20_000


class IntentDesk:
    """Answers what people had in mind, and where they got lost between channels."""

    def __init__(self, home: "Home", insights: InsightDesk) -> None:
        self._home = home
        self._insights = insights

    async def intent(self, first: str, last: str) -> View:
        """Say what sessions were for, and where people went from each intention."""
        asked = self._insights.framing.asked(first, last, bags_max=BAGS_MAX)
        copy = self._insights.copy
        async with copy.asking.at_one_offset(READY_S) as at:
            goods = await goods_lacking(at, self._home, asked, OF_BOUGHT)
        return await self._insights.report(
            *("intent", "intent_all", asked, {"since": first, "until": last}),
            {"goods": goods},
        )

    async def handovers(self, first: str, last: str, wanted: Handover) -> View:
        """Say how many hand-overs were kept and lost, and who is meant as a segment."""
        asked = self._asked(first, last, wanted)
        condition = condition_of(wanted, first, last, asked.played)
        view = {
            "shown_in": wanted.shown_in,
            "missing_in": wanted.missing_in,
            "intents": [one.value for one in wanted.intents],
            "days": wanted.days,
            "signs": list(wanted.events),
            "condition": msgspec.to_builtins(condition),
            "words": sentence(condition),
        }
        return await self._insights.report("handovers", "handover_all", asked, view)

    async def lost(
        self, first: str, last: str, wanted: Handover, limit: int, form: str
    ) -> tuple[bytes, View]:
        """Give who got lost, as JSON lines or ("arrow") an Arrow stream."""
        # One more says that there are more.
        asked = self._asked(first, last, wanted, lost_max=limit + 1)
        return await self._insights.rows(
            asked, "SELECT * FROM handover_lost", limit, form
        )

    async def waited_for(
        self, first: str, last: str, wanted: Handover, limit: int
    ) -> list[View]:
        """Give who got lost and has not come since, the latest first."""
        asked = self._asked(first, last, wanted, lost_max=limit)
        select = "SELECT * FROM handover_missing"
        found = await self._insights.ask(asked, select, {}, limit)
        rows: list[View] = found.table.to_pylist()
        return rows

    def _asked(self, first: str, last: str, wanted: Handover, **more: Any) -> Asked:
        return self._insights.framing.asked(
            first,
            last,
            signs=list(wanted.events),
            shown_in=list(wanted.contacts),
            missing_in=list(wanted.awaited),
            for_purchase=wanted.missing_in == BOUGHT,
            days_us=wanted.days_us,
            now_us=self._home.engine.clock.now_us(),
            **more,
        )
