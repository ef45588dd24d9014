"""What was suggested and what was postponed: definitions in the log, so they last."""

from typing import TYPE_CHECKING

import msgspec

from habitue.model.duplicate import Look, Postponed

if TYPE_CHECKING:
    from habitue.app.desks.writing import Writing

# Under these kinds they stand in the log. They hold numbers and no word of anybody.
LOOK, POSTPONED = "duplicates", "duplicate-postponed"
LAST = "last"
Couple = tuple[int, int]


class Keeping:
    """Keeps the last look for duplicates, and who is to be shown later."""

    def __init__(self, writing: "Writing") -> None:
        self._writing = writing
        looks = [one.body for one in writing.definitions(LOOK) if one.name == LAST]
        self.look = msgspec.json.decode(looks[0], type=Look) if looks else Look()
        self._until: dict[Couple, int] = {}
        for one in writing.definitions(POSTPONED):
            told = msgspec.json.decode(one.body, type=Postponed)
            self._until[told.left, told.right] = told.until_us

    def until_us(self, left: int, right: int) -> int:
        """Say until when two are postponed; 0: they are not."""
        return self._until.get((left, right), 0)

    async def keep(self, look: Look) -> None:
        """Put a look in the place of the one before."""
        await self._writing.define(LOOK, LAST, msgspec.json.encode(look))
        self.look = look

    async def postpone(self, told: Postponed) -> None:
        """Show two later."""
        name = f"{told.left}-{told.right}"
        await self._writing.define(POSTPONED, name, msgspec.json.encode(told))
        self._until[told.left, told.right] = told.until_us
