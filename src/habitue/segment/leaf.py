"""What is kept of things done, so that conditions are judged without reading them.

A leaf says of which things done what is noted. Conditions that need the same share
it: "bought tea three times" and "bought tea within a week" rest on one list of times.
So a leaf knows no window of its own, unless that bounds what has to be kept.
"""

from typing import TypeAlias

import msgspec
from msgspec import Struct

from habitue.base.clock import DAY_US
from habitue.segment.alike import compared
from habitue.segment.condition import (
    Condition,
    Did,
    DidNot,
    Doing,
    Sequence,
    Where,
    Which,
    Window,
    names_of,
)
from habitue.segment.moments import is_open, window_us
from habitue.segment.reading import GOODS_WORDS, LIST_PRICE
from habitue.segment.walk import doings

# Who asks for more of the latest than this has a list of its own, which fills pages.
SHARED_MAX = 256


class _Keep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a leaf keeps of each thing done."""


class Latest(_Keep, frozen=True, kw_only=True, tag="latest"):
    """The latest times at which it was done, so many of them."""

    most: int


class Every(_Keep, frozen=True, kw_only=True, tag="every"):
    """All times at which it was done, for so long; 0: for ever."""

    for_us: int = 0


class Amounts(_Keep, frozen=True, kw_only=True, tag="amounts"):
    """What a property tells, in millionths, with its time; for so long, 0: for ever."""

    of: str
    currency: str | None = None
    for_us: int = 0


class Values(_Keep, frozen=True, kw_only=True, tag="values"):
    """The different values of a property, with the last time of each."""

    of: str
    for_us: int = 0


class Faces(_Keep, frozen=True, kw_only=True, tag="faces"):
    """What steps of a sequence are compared by, with the time; 0: for ever."""

    of: tuple[str, ...]
    for_us: int = 0


class Edge(_Keep, frozen=True, kw_only=True, tag="edge"):
    """The first or last time it was done at all, and whether as it was asked."""

    which: Which


Keep: TypeAlias = Latest | Every | Amounts | Values | Faces | Edge


class Leaf(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is noted of which things done; dates: only of these between them."""

    names: tuple[str, ...]
    where: tuple[Where, ...] = ()
    keep: Keep
    dates: Window | None = None


def properties_of(leaf: Leaf) -> list[str]:
    """Give the properties that a leaf looks at."""
    of = getattr(leaf.keep, "of", ())
    kept = (of,) if isinstance(of, str) else of
    return [*kept, *(one.property for one in leaf.where)]


def asks_goods(leaf: Leaf) -> bool:
    """Say whether what a leaf notes hangs on what the catalogue says."""
    return asks_words(leaf) or asks_prices(leaf)


def asks_words(leaf: Leaf) -> bool:
    """Say whether it hangs on what the catalogue calls a product or a store."""
    return not GOODS_WORDS.isdisjoint(properties_of(leaf))


def asks_prices(leaf: Leaf) -> bool:
    """Say whether it hangs on what the catalogue asks for a product."""
    return LIST_PRICE in properties_of(leaf)


def key_of(told: object) -> bytes:
    """Give the one text of something: what is equal has the same.

    Not by ==, for which 1, 1.0 and True are one.
    """
    return msgspec.json.encode(told)


def leaves_under(condition: Condition) -> tuple[Leaf, ...]:
    """Give the leaves on which a single condition rests; none of what is no deed."""
    match condition:
        case Did():
            return (_of_did(condition),)
        case DidNot(within=within):
            return (_leaf(condition, Latest(most=1), _dates(within)),)
        case Sequence():
            return _of_sequence(condition)
        case _:
            return ()


def _of_sequence(sequence: Sequence) -> tuple[Leaf, ...]:
    """Give a leaf for all that a sequence names; what is compared keeps its faces."""
    for_us = _for_us(sequence.within)
    found = []
    for doing, names in zip(doings(sequence), compared(sequence), strict=True):
        keep: Keep = Every(for_us=for_us)
        if names:
            keep = Faces(of=names, for_us=for_us)
        elif doing is sequence.then_not:
            keep = Latest(most=1)
        found.append(_leaf(doing, keep))
    return tuple(found)


def _of_did(did: Did) -> Leaf:
    dates = _dates(did.within)
    if did.which != "any":
        # The edge is among all of them, whatever dates are asked for.
        return _leaf(did, Edge(which=did.which))
    if did.sum is not None:
        for_us = _for_us(did.within)
        keep = Amounts(of=did.sum.of, currency=did.sum.currency, for_us=for_us)
        return _leaf(did, keep, dates)
    if did.distinct is not None:
        keep_values = Values(of=did.distinct.of, for_us=_for_us(did.within))
        return _leaf(did, keep_values, dates)
    wanted = 1 if did.count is None else max(did.count.value, 0) + 1
    return _leaf(did, Latest(most=_rounded(wanted)), dates)


def _rounded(wanted: int) -> int:
    """Round up to a power of two, so that more conditions share a leaf.

    >>> [_rounded(one) for one in (1, 2, 3, 5, 256)]
    [1, 2, 4, 8, 256]
    """
    return 1 << (wanted - 1).bit_length()


def _leaf(doing: Doing, keep: Keep, dates: Window | None = None) -> Leaf:
    return Leaf(
        names=tuple(sorted(set(names_of(doing)))),
        where=tuple(sorted(doing.where, key=key_of)),
        keep=keep,
        dates=dates,
    )


def _dates(within: Window | None) -> Window | None:
    return within if within is not None and not is_open(within) else None


def _for_us(within: Window | None) -> int:
    """Say for how long entries are asked for, rounded up so that windows share a leaf.

    >>> [_for_us(Window(days=days)) // DAY_US for days in (1, 7, 14, 30, 365)]
    [1, 16, 16, 64, 1024]
    """
    if within is None or not is_open(within):
        return 0
    for_us = DAY_US
    while for_us < window_us(within):
        for_us *= 4
    return for_us
