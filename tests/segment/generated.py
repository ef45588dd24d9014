"""Generated people, histories and conditions, for all who judge conditions.

A case is made from a generator of chance that is handed in: of a seed, to make twenty
thousand quickly (`cases`), or of hypothesis, which makes a failing one small
(`any_case`). Few names, few values and moments on the very edges of windows: so that
conditions do hold, ties are common, and what is off by a microsecond is seen.
"""

import random
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct

from habitue.base.clock import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from habitue.model.consent import Consent, ConsentEntry
from habitue.model.event import Event
from habitue.model.order import Line, Purchase, PurchaseKind
from habitue.segment.check import faults_in
from habitue.segment.condition import (
    Absence,
    Alike,
    AllOf,
    AnyOf,
    Condition,
    Count,
    Deed,
    Did,
    DidNot,
    Distinct,
    Gap,
    HasComputed,
    HasConsent,
    HasIdentifier,
    HasTrait,
    InSegment,
    Not,
    Sequence,
    Step,
    Sum,
    Where,
    Window,
    names_of,
)
from habitue.segment.facts import Facts
from habitue.segment.moments import is_open, window_us
from habitue.segment.telling import NoGoods, done_of, done_of_purchase
from habitue.segment.walk import alikes, doings, leaves

# When clocks are put forward in Warsaw: this day of the shop is of 23 hours.
NOW_US = 1_774_746_000_000_000
SHOP_ZONE = "Europe/Warsaw"
ZONES = ("Europe/Warsaw", "Asia/Almaty", "America/New_York", "UTC")
EVENTS = ("Product Viewed", "Product Added", "Order Completed", "page", "Store Visit")
OBJECTS = ("$purchase", "$return")
PRODUCTS = ("p1", "p2", "17")
CATEGORIES = ("tea", "Tea", "coffee", "")
BRANDS = ("Acme", "Zeta", "")
STORES = ("s1", "s2", "")
REGIONS = {"s1": "north", "s2": "south"}
CHANNELS = ("web", "pos", "app")
CURRENCIES = ("PLN", "EUR")
SOURCES = ("shop", "till")
TEXTS = ("a", "ab", "b", "17", "Łódź", "ß")
NUMBERS = (0, 1, 2, 17, -3, 1.5, 0.1)
ODD = (None, "", True, False, [], ["a", 17], {"x": 1}, "1.50", " 2 ", "1e3", "nan")
AMOUNTS = (0, 1000, 1999, 2000, 5000)
SPANS_US = (SECOND_US, HOUR_US, DAY_US, 7 * DAY_US, 30 * DAY_US, 365 * DAY_US)
WINDOWS = (
    Window(seconds=1),
    Window(minutes=60),
    Window(hours=1),
    Window(days=1),
    Window(weeks=1),
    Window(months=1),
    Window(years=1),
    Window(days=6, hours=24),
)
DATED = (
    Window(since="2026-03-01"),
    Window(until="2026-03-28"),
    Window(since="2026-03-29", until="2026-03-29"),
    Window(since="2026-03-29T01:30:00+02:00", until="2026-03-29T03:30:00+02:00"),
)
ORDERS = ("<", "<=", "=", ">=", ">")
COMPARED = ("is", "is_not", "one_of", "none_of")
TEXTUAL = ("contains", "starts_with", "ends_with")
NUMERIC = ("<", "<=", ">=", ">")
PRESENT = ("exists", "missing")
DATES = ("before", "after")
MOVING = ("within", "older", "ahead")
SEGMENTS = ("vip", "new")
PURPOSES = ("marketing", "marketing/spring")


class Human(Struct, frozen=True, kw_only=True):
    """A generated person: what was told of them."""

    events: tuple[tuple[str, Event], ...] = ()
    purchases: tuple[Purchase, ...] = ()
    traits: dict[str, Any] = {}
    computed: dict[str, Any] = {}
    consents: tuple[ConsentEntry, ...] = ()
    identifiers: frozenset[str] = frozenset()
    memberships: frozenset[str] = frozenset()
    time_zone: str = "UTC"


class Case(Struct, frozen=True, kw_only=True):
    """A condition, a person, and the moment at which one judges the other."""

    condition: Condition
    human: Human
    now_us: int

    @property
    def facts(self) -> Facts:
        return facts_of(self.human)


class Regions(NoGoods):
    """A catalogue that knows where stores are, and what category a product has."""

    def product(self, product, source):
        return {"category": "tea", "brand": "Acme"} if product == "17" else {}

    def prices(self, product, source):
        return {"EUR": 1999, "PLN": 4000} if product == "17" else {}

    def region(self, store, source):
        return REGIONS.get(store, "")


def facts_of(human: Human) -> Facts:
    """Give what conditions may ask of a generated person."""
    goods = Regions()
    done = [
        done_of(event, source, offset, goods)
        for offset, (source, event) in enumerate(human.events, 1)
    ]
    done += [done_of_purchase(one, goods) for one in human.purchases]
    return Facts(
        done=tuple(done),
        traits=human.traits,
        computed=human.computed,
        consents=human.consents,
        identifiers=human.identifiers,
        memberships=human.memberships,
        time_zone=human.time_zone,
        shop_zone=SHOP_ZONE,
    )


def cases(count: int, seed: int = 1) -> Iterator[Case]:
    """Give so many cases, the same for one seed."""
    chance = random.Random(seed)
    for _ in range(count):
        yield case(chance)


def any_case() -> st.SearchStrategy[Case]:
    """Give cases to hypothesis."""
    return st.randoms(use_true_random=False).map(case)


def case(chance: random.Random) -> Case:
    """Make a condition, a person and a moment."""
    # Now and then exactly when something changes.
    now_us = NOW_US + chance.choice((0, 0, 1, -1, *SPANS_US[:3]))
    wanted = condition(chance, chance.choice((1, 1, 1, 2, 3)))
    return Case(condition=wanted, human=human(chance, hints_of(wanted)), now_us=now_us)


class Hints(Struct, frozen=True):
    """What a condition looks at: names of what is done, and how far back."""

    names: tuple[str, ...] = ()
    spans_us: tuple[int, ...] = ()
    # Steps are compared with one another, so most have to have what is compared.
    compares: bool = False


NO_HINTS = Hints()


def hints_of(wanted: Condition) -> Hints:
    """Give what a condition looks at, so that histories come near it."""
    deeds = [deed for leaf in leaves(wanted) for deed in doings(leaf)]
    names = {name for deed in deeds for name in names_of(deed)}
    windows = [one for leaf in leaves(wanted) for one in _windows(leaf) if is_open(one)]
    return Hints(
        tuple(sorted(names & set(EVENTS))),
        tuple(sorted({window_us(one) for one in windows})),
        any(map(alikes, deeds)),
    )


def _windows(leaf: Condition) -> Iterator[Window]:
    found = [getattr(leaf, "within", None), getattr(leaf, "value", None)]
    if isinstance(leaf, Sequence) and leaf.then_not is not None:
        found.append(leaf.then_not.lasting)
    yield from (one for one in found if isinstance(one, Window))


# -- people ------------------------------------------------------------------------


def human(chance: random.Random, hints: Hints) -> Human:
    """Make a person with a short history that comes near what is looked at."""
    many = (3, 6, 9) if hints.compares else (0, 1, 3, 6, 9)
    events = [_told(chance, hints) for _ in range(chance.choice(many))]
    if events and chance.random() < 0.2:
        events.append(chance.choice(events))
    return Human(
        events=tuple(events),
        purchases=tuple(
            _purchase(chance, hints, at) for at in range(chance.randrange(4))
        ),
        traits=_traits(chance),
        computed=_computed(chance, hints),
        consents=tuple(_consent(chance, at) for at in range(chance.randrange(3))),
        identifiers=frozenset(chance.sample(("email", "phone", "user_id"), 2)[:1]),
        memberships=frozenset(chance.sample(SEGMENTS, chance.randrange(3))),
        time_zone=chance.choice(ZONES),
    )


def moment(chance: random.Random, hints: Hints = NO_HINTS) -> int:
    """Give a moment near now, often on the edge of a window and often shared."""
    spans = (0, *SPANS_US, *SPANS_US, 2 * DAY_US, 100 * DAY_US)
    if hints.spans_us and chance.random() < 0.6:
        spans = hints.spans_us
    span_us = chance.choice(spans)
    off_us = chance.choice((0, 1, 1, -1, SECOND_US, MINUTE_US, MINUTE_US, -3 * HOUR_US))
    return NOW_US - span_us + off_us


def _told(chance: random.Random, hints: Hints) -> tuple[str, Event]:
    near = hints.names and chance.random() < 0.6
    name = chance.choice(hints.names if near else EVENTS)
    kind = "page" if name == "page" else "track"
    event = Event(
        type=kind,
        name="" if kind == "page" else name,
        at_us=moment(chance, hints),
        properties=_properties(chance, hints.compares),
    )
    return chance.choice(SOURCES), event


def _properties(chance: random.Random, compares: bool) -> dict[str, Any]:
    may = {
        "plan": (0.6, lambda: value(chance)),
        "score": (0.6, lambda: value(chance)),
        "shipping": (0.3, lambda: {"method": value(chance)}),
        "channel": (0.4, lambda: chance.choice(CHANNELS)),
        "store_id": (0.4, lambda: chance.choice(STORES)),
        "currency": (0.6, lambda: chance.choice(CURRENCIES)),
        "total": (0.5, lambda: chance.choice((10, "19.99", 20, 50.0, "free"))),
    }
    told = {
        name: make() for name, (often, make) in may.items() if chance.random() < often
    }
    if chance.random() < (0.6 if compares else 0.4):
        told["products"] = [_product(chance) for _ in range(chance.randrange(1, 4))]
    elif compares or chance.random() < 0.4:
        told |= _product(chance)
    return told


def _product(chance: random.Random) -> dict[str, Any]:
    told: dict[str, Any] = {"product_id": chance.choice(PRODUCTS)}
    if chance.random() < 0.7:
        told["category"] = chance.choice(CATEGORIES)
    if chance.random() < 0.5:
        told["brand"] = chance.choice(BRANDS)
    if chance.random() < 0.7:
        told["price"] = chance.choice((10, "19.99", 20))
    if chance.random() < 0.4:
        told["quantity"] = chance.choice((1, 2, 0.5))
    if chance.random() < 0.3:
        told["colour"] = value(chance)
    return told


def _purchase(chance: random.Random, hints: Hints, number: int) -> Purchase:
    kind = chance.choice(tuple(PurchaseKind))
    lines = tuple(_line(chance) for _ in range(chance.randrange(3)))
    return Purchase(
        key=f"{kind.value[0]}\x1fshop\x1f{number}",
        kind=kind,
        at_us=moment(chance, hints),
        channel=chance.choice(CHANNELS),
        currency=chance.choice(CURRENCIES),
        amount_minor=chance.choice(AMOUNTS),
        status=chance.choice(("", "completed")),
        store=chance.choice(STORES),
        lines=lines,
        reports=(("shop", 1000 + number),),
    )


def _line(chance: random.Random) -> Line:
    return Line(
        product=chance.choice(PRODUCTS),
        category=chance.choice(CATEGORIES),
        brand=chance.choice(BRANDS),
        quantity_milli=chance.choice((1000, 2000, 500)),
        amount_minor=chance.choice((None, 1000, 1999)),
    )


def _traits(chance: random.Random) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name in ("city", "points"):
        if chance.random() < 0.7:
            told[name] = value(chance)
    if chance.random() < 0.5:
        told["address"] = {"city": value(chance)}
    if chance.random() < 0.6:
        told["birthday"] = chance.choice(
            ("1990-03-29", "--03-30", "1990-04-04", "2000-02-29", "soon", "1990-13-01")
        )
    if chance.random() < 0.6:
        told["until"] = chance.choice(
            (
                "2026-03-29",
                "2026-03-29T01:00:00Z",
                "2026-04-05T01:00:00Z",
                (NOW_US - DAY_US) // SECOND_US,
                "1950-01-01",
                "later",
            )
        )
    return told


def _computed(chance: random.Random, hints: Hints) -> dict[str, Any]:
    last_us = moment(chance, hints)
    told: dict[str, Any] = {"purchases": chance.randrange(3)}
    if chance.random() < 0.6:
        told["last_purchase_us"] = last_us
        told["revenue"] = {chance.choice(CURRENCIES): {"net": chance.choice(AMOUNTS)}}
    if chance.random() < 0.4:
        told["stores"] = [{"store": chance.choice(STORES), "purchases": 1}]
    return told


def _consent(chance: random.Random, number: int) -> ConsentEntry:
    return ConsentEntry(
        contact=chance.choice(("email:a@example.com", "device_id:d1")),
        purpose=chance.choice(PURPOSES),
        channel=chance.choice(("email", "push", "*")),
        state=chance.choice((Consent.GRANTED, Consent.WITHDRAWN, Consent.PENDING)),
        at_us=moment(chance),
        source="shop",
        message_id=f"c{number}",
        offset=number,
        claimed=chance.random() < 0.3,
    )


def value(chance: random.Random) -> Any:
    """Give a value as sources tell them, odd ones and missing ones included."""
    return chance.choice(chance.choice((TEXTS, TEXTS, NUMBERS, ODD)))


# -- conditions --------------------------------------------------------------------


def condition(chance: random.Random, depth: int) -> Condition:
    """Make a condition of at most so many in one another; it is never a broken one."""
    while True:
        found = _condition(chance, depth)
        if not any(faults_in(found)):
            return found


def _condition(chance: random.Random, depth: int) -> Condition:
    if depth <= 1:
        return _leaf(chance)
    sort = chance.choice((AllOf, AnyOf, Not))
    if sort is Not:
        return Not(of=_condition(chance, depth - 1))
    parts = chance.choice((0, 1, 2, 2, 2, 3, 3))
    return sort(of=tuple(_condition(chance, depth - 1) for _ in range(parts)))


def _leaf(chance: random.Random) -> Condition:
    return chance.choice(_LEAVES)(chance)


def _trait(chance: random.Random) -> Condition:
    if chance.random() < 0.2:
        return HasTrait(
            name="birthday", op="anniversary", value=chance.choice((1, 2, 7, 30, 366))
        )
    if chance.random() < 0.3:
        op, wanted = _dated(chance)
        return HasTrait(name="until", op=op, value=wanted)
    op, wanted = comparison(chance)
    name = chance.choice(("city", "points", "address.city", "nothing"))
    return HasTrait(name=name, op=op, value=wanted)


def _computed_trait(chance: random.Random) -> Condition:
    if chance.random() < 0.4:
        op, wanted = _dated(chance)
        return HasComputed(name="last_purchase_us", op=op, value=wanted)
    name = chance.choice(("purchases", "revenue.PLN.net", "stores.store"))
    op, wanted = comparison(chance)
    return HasComputed(name=name, op=op, value=wanted)


def comparison(chance: random.Random) -> tuple[Any, Any]:
    """Give an operator that does not look at the clock, and what it compares with."""
    group = chance.choice((COMPARED, TEXTUAL, NUMERIC, PRESENT, DATES))
    op = chance.choice(group)
    if group is PRESENT:
        return op, None
    if group is DATES:
        return op, chance.choice(("2026-03-29", "2026-03-29T01:00:00Z"))
    if group is NUMERIC:
        return op, chance.choice((*NUMBERS, *AMOUNTS))
    if group is TEXTUAL:
        return op, chance.choice(TEXTS)
    if op in ("one_of", "none_of"):
        return op, tuple(chance.sample((*TEXTS, *NUMBERS, True), 3))
    return op, chance.choice((*TEXTS, *NUMBERS, *STORES[:2], True, False))


def _dated(chance: random.Random) -> tuple[Any, Any]:
    if chance.random() < 0.3:
        return chance.choice(DATES), "2026-03-29"
    return chance.choice(MOVING), chance.choice(WINDOWS)


def _event(chance: random.Random) -> Any:
    names = (*EVENTS, *OBJECTS, *OBJECTS, "*")
    if chance.random() < 0.3:
        return tuple(chance.sample(names, 2))
    return chance.choice(names)


def _wheres(chance: random.Random) -> tuple[Where, ...]:
    return tuple(_where(chance) for _ in range(chance.choice((0, 0, 0, 1, 1, 2))))


def _where(chance: random.Random) -> Where:
    make = chance.choice((_of_property, _of_word, _of_money))
    return make(chance)


def _of_property(chance: random.Random) -> Where:
    op, wanted = comparison(chance)
    name = chance.choice(("plan", "score", "shipping.method", "products.colour"))
    return Where(property=name, op=op, value=wanted)


def _of_word(chance: random.Random) -> Where:
    name, known = chance.choice(
        (
            ("$product", PRODUCTS),
            ("$product_name", TEXTS),
            ("$category", CATEGORIES[:3]),
            ("$brand", BRANDS[:2]),
            ("$store", STORES[:2]),
            ("$region", ("north", "south")),
            ("$channel", (*CHANNELS, "unknown")),
            ("$source", SOURCES),
            ("$type", ("track", "page", "order")),
            ("$day", ("2026-03-28", "2026-03-29")),
            ("$quantity", (1, 2, 0.5)),
        )
    )
    if chance.random() < 0.3:
        op, wanted = comparison(chance)
        return Where(property=name, op=op, value=wanted)
    if chance.random() < 0.3:
        return Where(property=name, op="one_of", value=tuple(chance.sample(known, 2)))
    return Where(property=name, op=chance.choice(("is", "is_not")), value=known[0])


def _of_money(chance: random.Random) -> Where:
    return Where(
        property=chance.choice(("$total", "$list_price", "$price", "$amount", "score")),
        op=chance.choice(NUMERIC),
        value=chance.choice(AMOUNTS),
        currency=chance.choice(CURRENCIES),
    )


def _within(chance: random.Random) -> Window | None:
    if chance.random() < 0.25:
        return None
    return chance.choice(DATED if chance.random() < 0.25 else WINDOWS)


def _did(chance: random.Random) -> Condition:
    measure = chance.choice(("", "", "count", "sum", "distinct"))
    which = "any" if measure else chance.choice(("any", "first", "last"))
    return Did(
        event=_event(chance),
        where=_wheres(chance),
        count=_count(chance) if measure == "count" else None,
        sum=_sum(chance) if measure == "sum" else None,
        distinct=_distinct(chance) if measure == "distinct" else None,
        within=_within(chance),
        which=which,
    )


def _count(chance: random.Random) -> Count:
    return Count(op=chance.choice(ORDERS), value=chance.randrange(4))


def _sum(chance: random.Random) -> Sum:
    if chance.random() < 0.6:
        return Sum(
            of=chance.choice(("$total", "$amount", "$list_price")),
            op=chance.choice(ORDERS),
            value=chance.choice((*AMOUNTS, 4000)),
            currency=chance.choice(CURRENCIES),
        )
    return Sum(
        of=chance.choice(("score", "$quantity")),
        op=chance.choice(ORDERS),
        value=chance.choice((0, 1.5, 2, 17)),
    )


def _distinct(chance: random.Random) -> Distinct:
    names = ("$product", "$category", "$day", "$store", "plan", "products.colour")
    return Distinct(
        of=chance.choice(names),
        op=chance.choice(ORDERS),
        value=chance.randrange(3),
    )


def _did_not(chance: random.Random) -> Condition:
    return DidNot(event=_event(chance), where=_wheres(chance), within=_within(chance))


def _sequence(chance: random.Random) -> Condition:
    # Of what is compared less is asked besides, or hardly anybody would be meant.
    compares = chance.random() < 0.6
    asks = _nothing if compares and chance.random() < 0.7 else _wheres
    steps = [Step(event=_event(chance), where=asks(chance))]
    later = range(1, 1 + chance.choice((1, 1, 2)))
    steps += [_step(chance, number if compares else 0, asks) for number in later]
    then_not = chance.choice((None, True))
    if then_not is not None and chance.random() < 0.5:
        steps = steps[:1]
    last = len(steps) if compares else 0
    within = None if compares and chance.random() < 0.5 else _within(chance)
    return Sequence(
        steps=tuple(steps),
        within=within,
        then_not=None if then_not is None else _absence(chance, last),
    )


def _nothing(_chance: random.Random) -> tuple[Where, ...]:
    return ()


def _step(chance: random.Random, last: int, asks: Any) -> Step:
    """last: the number of the step that it may be compared with; 0: with none."""
    without = Deed(
        event=_event(chance),
        where=asks(chance),
        alike=_alikes(chance, last and last + 1),
    )
    return Step(
        event=_event(chance),
        where=asks(chance)[:1],
        alike=_alikes(chance, last),
        after=None if last and chance.random() < 0.5 else _gap(chance),
        without=chance.choice(((), (without,))),
    )


def _alikes(chance: random.Random, last: int) -> tuple[Alike, ...]:
    if not last:
        return ()
    return tuple(_alike(chance, last) for _ in range(chance.choice((0, 1, 1, 1, 1, 2))))


def _alike(chance: random.Random, last: int) -> Alike:
    words = ("$product",) * 8 + ("$category", "$category", "$brand", "$store")
    words += ("$channel", "$region", "$day", "$source", "$type", "plan")
    name = chance.choice((*words, "products.colour", "nothing"))
    others = ("score", "products.colour", "$category", "$brand")
    return Alike(
        property=name,
        op=chance.choice(("same", "same", "same", "other")),
        step=chance.choice((None, None, chance.randint(1, last))),
        of=chance.choice(others) if chance.random() < 0.1 else None,
    )


def _gap(chance: random.Random) -> Gap | None:
    short, long = Window(minutes=60), chance.choice(WINDOWS[3:])
    return chance.choice(
        (None, Gap(least=short), Gap(most=long), Gap(least=short, most=long))
    )


def _absence(chance: random.Random, last: int) -> Absence:
    return Absence(
        event=_event(chance),
        where=_wheres(chance)[:1],
        alike=_alikes(chance, last),
        lasting=chance.choice((None, chance.choice(WINDOWS))),
    )


def _has_consent(chance: random.Random) -> Condition:
    return HasConsent(
        purpose=chance.choice(PURPOSES),
        channel=chance.choice(("email", "push", "sms")),
        state=chance.choice(("granted", "withdrawn", "pending", "unknown")),
    )


def _has_identifier(chance: random.Random) -> Condition:
    kind = chance.choice(("email", "phone", "user_id"))
    return HasIdentifier(kind=kind, known=chance.random() < 0.5)


def _in_segment(chance: random.Random) -> Condition:
    return InSegment(segment=chance.choice((*SEGMENTS, "nobody")))


_LEAVES = (
    *(_trait, _computed_trait, _has_consent, _has_identifier, _in_segment),
    *(_did, _did, _did, _did_not, _did_not, _sequence, _sequence),
)
