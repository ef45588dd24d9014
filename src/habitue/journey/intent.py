"""What a session was for. This is what an intention means; SQL is held to it."""

import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec
from msgspec import Struct

from habitue.journey.acts import ONLINE


class Intent(StrEnum):
    """What somebody has in mind, from the first step of a way to the last."""

    SEARCH = "search"
    COMPARE = "compare"
    RECOMMEND = "recommend"
    BUY = "buy"
    USE = "use"


# From the first on; of equal points the one further on wins.
INTENTS = tuple(Intent)
# So many points more than any other, and the rules are sure.
SURE_BY = 3


class Sign(Struct, frozen=True, forbid_unknown_fields=True):
    """What speaks for an intention, by how much, and why.

    different: so many different products have to be told of, or it is no sign at all.
    """

    intent: Intent
    points: int
    most: int
    events: tuple[str, ...]
    because: str
    different: int = 0


class _Signs(Struct, frozen=True):
    signs: tuple[Sign, ...]


class Told(NamedTuple):
    """What a session tells: how often each event, and of which products which did."""

    times: Mapping[str, int]
    products: Iterable[tuple[str, str]] = ()
    # A purchase was made in it, whoever told of it.
    bought: bool = False


class Meant(NamedTuple):
    """A session's intention; None where nothing tells of one."""

    intent: Intent | None
    # Far more points than any other has.
    is_sure: bool


@cache
def signs() -> tuple[Sign, ...]:
    """Give the signs that a session's intention is told by."""
    text = files("habitue.journey").joinpath("intents.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Signs).signs


def signs_of(intents: Iterable[Intent]) -> tuple[str, ...]:
    """Name the events one of which, alone, is a sign of any of some intentions.

    >>> "Product Compared" in signs_of([Intent.COMPARE])
    True
    """
    wanted = set(intents)
    found = {
        name
        for sign in signs()
        if sign.intent in wanted and not sign.different
        for name in sign.events
    }
    return tuple(sorted(found))


def points_of(told: Told) -> dict[Intent, int]:
    """Add up the points of each intention."""
    found = dict.fromkeys(INTENTS, 0)
    for sign in signs():
        found[sign.intent] += sign.points * min(_times(sign, told), sign.most)
    if told.bought:
        found[Intent.BUY] += BOUGHT
    return found


# What a purchase in a session is worth: more than all else together can be.
BOUGHT = 200


def _times(sign: Sign, told: Told) -> int:
    times = sum(told.times.get(name, 0) for name in sign.events)
    if not sign.different:
        return times
    names = set(sign.events)
    different = {product for name, product in told.products if name in names}
    return times if len(different - {""}) >= sign.different else 0


def meant_by(told: Told) -> Meant:
    """Say what a session was for, and whether the signs are sure of it."""
    points = points_of(told)
    best = max(INTENTS, key=lambda one: (points[one], INTENTS.index(one)))
    if not points[best]:
        return Meant(None, is_sure=False)
    rest = max(points[one] for one in INTENTS if one is not best)
    return Meant(best, is_sure=points[best] - rest >= SURE_BY)


def side_of(contact: str) -> str:
    """Name where a contact is, as channels are told apart between which people go.

    >>> side_of("app"), side_of("pos"), side_of("chat")
    ('online', 'store', 'chat')
    """
    if contact in ONLINE:
        return "online"
    return "store" if contact in {"pos", "store"} else contact


class Step(NamedTuple):
    """A session with its intention, or a purchase made in none, of one person."""

    at_us: int
    offset: int
    side: str
    intent: Intent


class Move(NamedTuple):
    """From one step to the next, or to nowhere (None)."""

    intent: Intent
    side: str
    next: Intent | None
    next_side: str | None
    # Nothing came yet, and it may come still.
    is_open: bool = False


def moves_of(steps: Iterable[Step], window_us: int, until_us: int) -> list[Move]:
    """Give where one person went from each step; window: how late a next one may come.

    until_us: up to when anything is known.
    """
    held = sorted(steps)
    found = []
    for at, one in enumerate(held):
        after = held[at + 1] if at + 1 < len(held) else None
        if after is not None and after.at_us - one.at_us <= window_us:
            found.append(Move(one.intent, one.side, after.intent, after.side))
        else:
            waits = after is None and one.at_us + window_us >= until_us
            found.append(Move(one.intent, one.side, None, None, waits))
    return found
