"""How the shop reckons, as the API asks for it: the zone of its days, its currency."""

import asyncio
from typing import Any

import msgspec
from msgspec import structs

from habitue.app.desks.home import Home
from habitue.app.projection.reckoned import RECKONING, held_in
from habitue.base.errors import InvalidError
from habitue.base.setting import BadValueError, parse
from habitue.base.settings import declared
from habitue.identity.defining import SHOP
from habitue.model.reckoning import Reckoning

View = dict[str, Any]

NOTHING = "Nothing changed."
AT_ONCE = "Takes effect at once."
AT_NEXT_START = (
    "The time zone takes effect at the next start; state is then computed again from"
    " the log, all of history in that zone."
)


class ShopDesk:
    """Answers how the shop reckons, and writes what an operator changes of it."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._engine = home.engine
        # One change at a time: each is laid over what the one before it made.
        self._turn = asyncio.Lock()

    def show(self) -> View:
        """Give what the log defines, which version, and in which zone days are now.

        Version 0 is what a log begins with that nobody led yet.
        """
        held = held_in(self._engine.truth)
        return {
            **msgspec.to_builtins(self._engine.reckoning),
            "version": 0 if held is None else held.version,
            "days_in": self._home.fold.zone,
        }

    async def change(self, wanted: View) -> View:
        """Define anew what is wanted; what is left out stays as it is."""
        told = {name: _checked(name, value) for name, value in wanted.items()}
        async with self._turn:
            was = self._engine.reckoning
            new = structs.replace(was, **told)
            if new != was:
                body = msgspec.json.encode(new)
                await self._engine.writing.define(RECKONING, SHOP, body)
                self._engine.reload_rules()
        return {**self.show(), "effect": self._effect(was, new)}

    def _effect(self, was: Reckoning, new: Reckoning) -> str:
        if new == was:
            return NOTHING
        waits = new.time_zone not in (was.time_zone, self._home.fold.zone)
        return AT_NEXT_START if waits else AT_ONCE


def _checked(name: str, value: str) -> str:
    """Read a value as the setting of its name is read."""
    known = declared()[f"shop.{name}"]
    try:
        read: str = parse(value, known.type, known.setting)
    except BadValueError as wrong:
        told = name.replace("_", " ")
        raise InvalidError(
            f"'{value[:80]}' is no {told}; it must be {wrong}."
        ) from wrong
    return read
