"""Hand-overs between channels: an intention shown in one, and then somebody in another.

This is what kept, lost and open mean; SQL and the segment's condition are held to it.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from habitue.base.clock import DAY_US
from habitue.base.errors import InvalidError
from habitue.journey.intent import INTENTS, Intent, signs_of

# Where an intention may be shown, or somebody may come, and the contacts that are it.
SIDES: dict[str, tuple[str, ...]] = {
    "online": ("web", "app"),
    "web": ("web",),
    "app": ("app",),
    "store": ("store", "pos"),
    "call": ("call",),
    "chat": ("chat", "whatsapp"),
}
# Bought anywhere, in place of having come somewhere.
BOUGHT = "purchase"
DAYS, DAYS_MAX = 14, 180
# What is shown before something is bought.
SHOWN = (Intent.SEARCH, Intent.COMPARE, Intent.RECOMMEND)


class Handover(Struct, frozen=True, kw_only=True):
    """What is asked: intentions shown on a side, and nothing on another for days."""

    shown_in: str = "online"
    missing_in: str = "store"
    intents: tuple[Intent, ...] = SHOWN
    days: int = DAYS

    @property
    def events(self) -> tuple[str, ...]:
        """The events that show one of the intentions."""
        return signs_of(self.intents)

    @property
    def contacts(self) -> tuple[str, ...]:
        """The contacts in which they are shown."""
        return SIDES[self.shown_in]

    @property
    def awaited(self) -> tuple[str, ...]:
        """The contacts in which somebody is waited for; none for a purchase."""
        return SIDES.get(self.missing_in, ())

    @property
    def days_us(self) -> int:
        return self.days * DAY_US


def handover(shown_in: str, missing_in: str, intents: str, days: int) -> Handover:
    """Read what is asked; InvalidError says what of it can't be.

    intents: as "compare,recommend"; without any, all that come before buying.
    """
    for told, more in ((shown_in, ()), (missing_in, (BOUGHT,))):
        if told not in {*SIDES, *more}:
            raise InvalidError(
                f"'{told[:40]}' is no side; there are {', '.join((*SIDES, *more))}."
            )
    if set(SIDES[shown_in]) & set(SIDES.get(missing_in, ())):
        raise InvalidError(
            f"From {shown_in} to {missing_in} nothing is handed over: name two sides."
        )
    if not 1 <= days <= DAYS_MAX:
        raise InvalidError(f"It is waited for 1 to {DAYS_MAX} days.")
    names = [one.strip() for one in intents.split(",") if one.strip()]
    for name in names:
        if name not in INTENTS:
            raise InvalidError(
                f"'{name[:40]}' is no intention; there are {', '.join(INTENTS)}."
            )
    return Handover(
        shown_in=shown_in,
        missing_in=missing_in,
        intents=tuple(one for one in INTENTS if one in names) or SHOWN,
        days=days,
    )


class Fate(StrEnum):
    """What came of a hand-over."""

    # Somebody came within the days.
    KEPT = "kept"
    LOST = "lost"
    # Nobody came yet, and the days are not over.
    OPEN = "open"


class Spell(NamedTuple):
    """All that one person showed until they came, if they did; times in microseconds.

    It counts from the first sign: who shows much and comes late was waited for.
    """

    first_us: int
    last_us: int
    signs: int
    came_us: int | None

    def fate(self, days_us: int, now_us: int) -> Fate:
        """Say what came of it by now."""
        over_us = self.first_us + days_us
        if self.came_us is not None and self.came_us <= over_us:
            return Fate.KEPT
        if self.came_us is None and now_us < over_us:
            return Fate.OPEN
        return Fate.LOST


def spells_of(shown: Iterable[int], came: Sequence[int]) -> list[Spell]:
    """Part what one person showed by when they came; all that is known is of by now.

    Who comes at the very moment of a sign has not come after it.
    """
    groups: dict[int | None, list[int]] = {}
    for at_us in sorted(shown):
        after = min((one for one in came if one > at_us), default=None)
        groups.setdefault(after, []).append(at_us)
    return [
        Spell(signs[0], signs[-1], len(signs), after) for after, signs in groups.items()
    ]
