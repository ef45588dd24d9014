"""What the API needs of whoever knows what people had in mind."""

from typing import Protocol

from habitue.api.port import View
from habitue.journey.handover import Handover


class Intents(Protocol):
    """Reports of intentions and hand-overs; days are those of the shop's zone."""

    async def intent(self, first: str, last: str) -> View: ...

    async def handovers(self, first: str, last: str, wanted: Handover) -> View: ...

    async def lost(
        self, first: str, last: str, wanted: Handover, limit: int, form: str
    ) -> tuple[bytes, View]: ...
