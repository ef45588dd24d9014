"""Which leaves an event may concern, by its name, and what is looked at for them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct

from habitue.segment.appending import AddTime, add_every, add_latest
from habitue.segment.compare import Moment
from habitue.segment.condition import Sum, Where
from habitue.segment.doing import Match
from habitue.segment.facts import ANY_EVENT, EVERYTHING, OBJECTS, WORDS, Done, Look
from habitue.segment.leaf import (
    Amounts,
    Every,
    Latest,
    Leaf,
    asks_goods,
    asks_prices,
    key_of,
    properties_of,
)
from habitue.segment.leaves import sum_of
from habitue.segment.pages import entries_max
from habitue.segment.reading import LIST_PRICE, TEXTS_OF_LINE, is_of_line
from habitue.segment.testing import (
    ReadAmount,
    Tester,
    amount_reader,
    seeker,
    tester,
    text_wanted,
)


class Wanted(Struct, frozen=True):
    """A leaf in use, by its number.

    since: from behind this record on it is noted as records come; what lies before
    is filled in by a job, 0 once that is done.
    """

    number: int
    leaf: Leaf
    since: int = 0
    job: int = 0


# A leaf that keeps moments, and how one is added to these; what comes last is put
# behind them, where there are fewer than so many and the first is no older than so. Of
# those that keep no more than so many anyway (true) the first goes.
OfTimes = tuple[int, AddTime, Any, int, int, bool]
# A leaf that keeps amounts, by its number, and how many of them a row holds.
OfAmounts = tuple[int, Any, int]
# No moment is so old.
_FOREVER_US = 2**62


class Asked(NamedTuple):
    """Leaves that ask the same of an event; what they mean of it is found once."""

    # None: all of it is meant.
    test: Tester | None
    wanted: tuple[Wanted, ...]
    # By what they keep: moments, sums of one property each, and all others.
    times: tuple[OfTimes, ...]
    sums: tuple[tuple[ReadAmount, tuple[OfAmounts, ...]], ...]
    others: tuple[Wanted, ...]


# From something done to what is asked of it, with what is meant.
Seek: TypeAlias = Callable[[Done, Moment], Iterable[tuple[Asked, Match]]]


class Plan(NamedTuple):
    """All that is asked of an event of a name."""

    asked: tuple[Asked, ...] = ()
    # The same: what means all, what is tested one by one, and what is looked up by the
    # value it asks.
    whole: Asked | None = None
    tested: tuple[Asked, ...] = ()
    sought: tuple[Seek, ...] = ()
    # They look at nothing but plain properties; or at words of goods, too; of these at
    # category and brand alone.
    plain: bool = True
    words: bool = False
    kinds: bool = False
    look: Look = EVERYTHING


class Index:
    """The leaves that may note something, by the names of events."""

    def __init__(self, wanted: Iterable[Wanted] = ()) -> None:
        self.wanted = {one.number: one for one in wanted}
        goods = [one.leaf for one in self.wanted.values() if asks_goods(one.leaf)]
        # Something asks the catalogue; and what it asks for a product.
        self.asks_goods = bool(goods)
        self.asks_prices = any(map(asks_prices, goods))
        bought = [one for one in goods if OBJECTS & {*one.names}]
        # What of purchases has to be seen; None: nothing of them asks the catalogue.
        self.sees = look_of_goods(bought) if bought else None
        named: dict[str, list[Wanted]] = {}
        for one in self.wanted.values():
            for name in one.leaf.names:
                named.setdefault(name, []).append(one)
        # Parts of these plans, by the numbers of their leaves.
        self._parts: dict[tuple[int, ...], Plan] = {}
        of_any = named.get(ANY_EVENT, [])
        self._any = plan_of(of_any)
        self._named = {
            name: plan_of(
                [*found, *(one for one in of_any if name not in one.leaf.names)]
            )
            for name, found in named.items()
        }

    def of(self, name: str) -> Plan:
        """Give what is asked of events of a name, or by type without one."""
        return self._named.get(name, self._any)

    def of_some(self, name: str, is_meant: Callable[[Wanted], bool]) -> Plan:
        """Give what is asked of such events for some leaves alone."""
        own = (one for same in self.of(name).asked for one in same.wanted)
        numbers = tuple([one.number for one in own if is_meant(one)])
        found = self._parts.get(numbers)
        if found is None:
            found = plan_of(map(self.wanted.__getitem__, numbers))
            self._parts[numbers] = found
        return found


def plan_of(wanted: Iterable[Wanted]) -> Plan:
    """Group leaves by what they ask of an event."""
    found: dict[bytes, list[Wanted]] = {}
    for one in wanted:
        found.setdefault(key_of(one.leaf.where), []).append(one)
    leaves = [one.leaf for same in found.values() for one in same]
    asked, look = tuple(_asked(same) for same in found.values()), look_of(leaves)
    names = {name for leaf in leaves for name in properties_of(leaf)}
    return Plan(
        asked,
        *_parted(asked),
        plain=all(_is_plain(leaf) for leaf in leaves),
        words=look == WORDS,
        kinds=look == WORDS and names.isdisjoint(("$product", "$product_name")),
        look=look,
    )


def _parted(
    asked: Sequence[Asked],
) -> tuple[Asked | None, tuple[Asked, ...], tuple[Seek, ...]]:
    """Part what means all, what is tested, and what asks for texts of one property."""
    by_name: dict[str, dict[str, Asked]] = {}
    for one in asked:
        where = one.wanted[0].leaf.where
        # An edge takes note of what is not meant, too.
        text = None if one.others else text_wanted(where)
        if text is not None:
            by_name.setdefault(where[0].property, {})[text] = one
    several = {name: found for name, found in by_name.items() if len(found) > 1}
    inside = {id(one) for found in several.values() for one in found.values()}
    whole = next((one for one in asked if one.test is None and not one.others), None)
    tested = [one for one in asked if id(one) not in inside and one is not whole]
    return (
        whole,
        tuple(tested),
        tuple(seeker(name, found) for name, found in several.items()),
    )


def _asked(wanted: Sequence[Wanted]) -> Asked:
    times: list[OfTimes] = []
    sums: dict[bytes, tuple[Sum, list[OfAmounts]]] = {}
    others: list[Wanted] = []
    for one in wanted:
        keep = one.leaf.keep
        if one.leaf.dates is not None:
            others.append(one)
        elif isinstance(keep, Latest):
            most, rolls = keep.most, keep.most <= entries_max()
            most = most if rolls else entries_max()
            times.append((one.number, add_latest, keep, most, _FOREVER_US, rolls))
        elif isinstance(keep, Every):
            for_us = keep.for_us or _FOREVER_US
            most = entries_max()
            times.append((one.number, add_every, keep, most, for_us, False))
        elif isinstance(keep, Amounts):
            of = sum_of(keep.of, keep.currency)
            of_amounts = (one.number, keep, entries_max())
            sums.setdefault(key_of(of), (of, []))[1].append(of_amounts)
        else:
            others.append(one)
    where: tuple[Where, ...] = wanted[0].leaf.where
    return Asked(
        tester(where) if where else None,
        tuple(wanted),
        tuple(times),
        tuple((amount_reader(of), tuple(same)) for of, same in sums.values()),
        tuple(others),
    )


def _currencies(leaf: Leaf) -> list[str | None]:
    return [getattr(leaf.keep, "currency", None), *(one.currency for one in leaf.where)]


def _is_plain(leaf: Leaf) -> bool:
    return not (
        any(name.startswith("$") or is_of_line(name) for name in properties_of(leaf))
        or any(_currencies(leaf))
    )


def look_of_goods(leaves: Iterable[Leaf]) -> Look:
    """Say what leaves look at of goods and stores: no amounts of what was done."""
    return Look(
        amounts=False,
        total=False,
        channel=False,
        money=False,
        prices=any(map(asks_prices, leaves)),
    )


def look_of(leaves: Iterable[Leaf]) -> Look:
    """Say what leaves look at of what was done."""
    leaves = list(leaves)
    names = {name for leaf in leaves for name in properties_of(leaf)}
    amounts = any(map(is_of_line, names - TEXTS_OF_LINE.keys() - {LIST_PRICE}))
    total = "$total" in names
    return Look(
        lines=any(map(is_of_line, names)),
        amounts=amounts,
        total=total,
        channel="$channel" in names,
        money=amounts or total or any(any(_currencies(leaf)) for leaf in leaves),
        store=not names.isdisjoint(("$store", "$region")),
        prices=LIST_PRICE in names,
    )
