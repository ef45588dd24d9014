"""How one page is written: for whom, in which language and time zone, at what time."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from habitue.access.permission import Permission, may
from habitue.access.scope import Sees, sums_up
from habitue.base.clock import (
    DAY_US,
    HOUR_US,
    MINUTE_US,
    SECOND_US,
    to_datetime,
    to_iso,
    to_us,
)
from habitue.console.language import Language, language
from habitue.console.text import parsed, parsed_day, visible

DATE, DAY = "d MMM y", "EEEE, d MMMM y"


class Visitor(Struct, frozen=True):
    """Who looks: a team member with a role, and what their forms carry."""

    name: str = ""
    role: str = ""
    form_key: str = ""
    # Says whom they see; None: everybody.
    sees: Sees | None = None

    def may(self, permission: Permission) -> bool:
        """Say whether somebody may do something here."""
        return may(self.role, permission)


class Look(Struct, frozen=True, kw_only=True):
    """What a page needs beside what it shows.

    address is where the page was asked for, as in https://customers.shop.example;
    path where in the console it is; nonce what its scripts carry.
    """

    shop: str = ""
    zone: str = "UTC"
    currency: str = ""
    theme: str = ""
    now_us: int = 0
    address: str = ""
    path: str = ""
    nonce: str = ""
    language: Language = language("en")
    visitor: Visitor = Visitor()
    # What was masked of what they typed, as it is called in English.
    masked: tuple[str, ...] = ()

    def may(self, permission: str) -> bool:
        """Say whether who looks may do something, by the permission's name.

        Sums are of the whole shop, so they are not for who is kept to some stores.
        """
        if self.is_kept and sums_up(permission):
            return False
        return self.visitor.may(Permission(permission))

    @property
    def masked_said(self) -> str:
        """Name what was masked of what they typed; empty where nothing was."""
        return ", ".join(map(self.say, self.masked))

    @property
    def is_kept(self) -> bool:
        """Say whether who looks is kept to the people of some stores."""
        return self.visitor.sees is not None

    def say(self, text: str, /, **values: Any) -> str:
        return self.language.say(text, **values)

    def some(self, one: str, many: str, count: int, /, **values: Any) -> str:
        return self.language.some(one, many, count, **values)

    def number(self, value: object) -> str:
        return self.language.number(value)

    def money(self, minor: object, currency: str) -> str:
        return self.language.money(minor, currency)

    def _local(self, text: object) -> datetime | None:
        """Read a time of a view in the shop's time zone; None if it is none."""
        found = parsed(text)
        return None if found is None else found.astimezone(ZoneInfo(self.zone))

    def _written(self, text: object, write: Callable[[datetime], str]) -> str:
        found = self._local(text)
        return visible(text) if found is None else write(found)

    def moment(self, text: object) -> str:
        """Write a time of a view, in the shop's time zone."""
        return self._written(text, self._moment)

    def _moment(self, at: datetime) -> str:
        return f"{self.language.date(at.date(), DATE)}, {at:%H:%M}"

    def day(self, text: object) -> str:
        """Write the day of a time of a view."""
        return self._written(text, lambda at: self.language.date(at.date(), DAY))

    def date(self, text: object) -> str:
        """Write the date of a time of a view, short."""
        return self._written(text, lambda at: self.language.date(at.date(), DATE))

    def clock(self, text: object) -> str:
        """Write the time of day of a time of a view."""
        return self._written(text, lambda at: f"{at:%H:%M:%S}")

    def date_of(self, at_us: object) -> str:
        """Write the date of microseconds since 1970; empty for anything else."""
        return self.date(to_iso(at_us)) if isinstance(at_us, int) else ""

    def date_unless_today(self, text: object) -> str:
        """Write the date of a time of a view, if that isn't today."""
        found = self._local(text)
        now = to_datetime(self.now_us).astimezone(ZoneInfo(self.zone))
        if found is None or found.date() == now.date():
            return ""
        return self.language.date(found.date(), DATE)

    def calendar_day(self, text: object) -> str:
        """Write a day of a view, told as 2026-11-27: it is the shop's already."""
        found = parsed_day(text)
        return visible(text) if found is None else self.language.date(found, DATE)

    def month(self, text: object) -> str:
        """Write a month of a view, told as 2026-11."""
        found = parsed_day(f"{text}-01")
        return visible(text) if found is None else self.language.month(found)

    def day_or_moment(self, text: object) -> str:
        """Write what may be a day of the shop's or a moment."""
        is_day = parsed_day(text) is not None
        return self.calendar_day(text) if is_day else self.moment(text)

    def ago(self, text: object) -> str:
        """Say how long ago a time of a view was."""
        found = parsed(text)
        if found is None:
            return self.say("never")
        passed = self.now_us - to_us(found)
        if passed >= DAY_US:
            return self.some(
                "%(count)s day ago", "%(count)s days ago", passed // DAY_US
            )
        if passed >= HOUR_US:
            return self.say("%(hours)s h ago", hours=passed // HOUR_US)
        if passed >= MINUTE_US:
            return self.say("%(minutes)s min ago", minutes=passed // MINUTE_US)
        if passed >= SECOND_US:
            return self.say("%(seconds)s s ago", seconds=passed // SECOND_US)
        return self.say("now")

    def flat(self, value: Any, depth: int = 0) -> str:
        """Write a nested value in one line."""
        if isinstance(value, dict) and depth < 3:
            pairs = _first(value.items())
            parts = (f"{visible(k)}: {self.flat(v, depth + 1)}" for k, v in pairs)
            return "; ".join(parts) or self.say("none")
        if isinstance(value, (list, tuple)) and depth < 3:
            told = ", ".join(self.flat(v, depth + 1) for v in _first(value))
            return told or self.say("none")
        if value is None:
            return self.say("none")
        if isinstance(value, bool):
            return self.say("yes") if value else self.say("no")
        return visible(value)


def _first(values: Any, limit: int = 20) -> Iterator[Any]:
    for at, value in enumerate(values):
        if at == limit:
            return
        yield value
