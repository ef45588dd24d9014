"""A second way to judge conditions, written from the documentation alone.

It goes by other means on purpose: Fractions for numbers, datetimes for windows, all
ways to choose the steps of a sequence. Slow, and good for short histories.
"""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from habitue.profile.permission import answer
from habitue.segment import condition as c
from habitue.segment.facts import Done, Facts, Line

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNITS = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
    "months": timedelta(days=30),
    "years": timedelta(days=365),
}


class Oracle:
    """Judges one person at one moment."""

    def __init__(self, facts: Facts, now_us: int) -> None:
        self.facts = facts
        self.now = EPOCH + timedelta(microseconds=now_us)
        self.shop = ZoneInfo(facts.shop_zone)
        self.zone = ZoneInfo(facts.time_zone)
        self.past = [one for one in facts.done if time_of(one) <= self.now]

    def holds(self, wanted: c.Condition) -> bool:
        return getattr(self, JUDGES[type(wanted)])(wanted)

    def all_of(self, wanted: c.AllOf) -> bool:
        return not [one for one in wanted.of if not self.holds(one)]

    def any_of(self, wanted: c.AnyOf) -> bool:
        return bool([one for one in wanted.of if self.holds(one)])

    def turned(self, wanted: c.Not) -> bool:
        return not self.holds(wanted.of)

    def trait(self, wanted: c.HasTrait) -> bool:
        values = dig(self.facts.traits, wanted.name.split("."))
        return self.compare(wanted.op, wanted.value, values)

    def computed(self, wanted: c.HasComputed) -> bool:
        values = dig(self.facts.computed, wanted.name.split("."))
        return self.compare(wanted.op, wanted.value, values)

    def consent(self, wanted: c.HasConsent) -> bool:
        told = answer(self.facts.consents, wanted.purpose, wanted.channel)
        return told.state == wanted.state

    def identifier(self, wanted: c.HasIdentifier) -> bool:
        return wanted.known == (wanted.kind in self.facts.identifiers)

    def in_segment(self, wanted: c.InSegment) -> bool:
        return wanted.segment in self.facts.memberships

    def did(self, wanted: c.Did) -> bool:
        pool = self.called(wanted)
        if wanted.which != "any" and pool:
            edge = (min if wanted.which == "first" else max)(map(time_of, pool))
            pool = [one for one in pool if time_of(one) == edge]
        found = [one for one in pool if self.inside(wanted.within, one)]
        found = [one for one in found if self.fits(one, wanted.where)]
        if wanted.sum is not None:
            told = self.gathered(found, wanted.where, wanted.sum.of, wanted.sum)
            amount = sum((rounded(one) for one in told), Fraction(0))
            return order(wanted.sum.op, amount, rounded(wanted.sum.value))
        if wanted.distinct is not None:
            told = self.gathered(found, wanted.where, wanted.distinct.of, None)
            texts = {as_text(one) for one in told} - {None}
            return order(wanted.distinct.op, len(texts), wanted.distinct.value)
        if wanted.count is not None:
            return order(wanted.count.op, len(found), wanted.count.value)
        return len(found) > 0

    def did_not(self, wanted: c.DidNot) -> bool:
        did = c.Did(event=wanted.event, where=wanted.where, within=wanted.within)
        return not self.did(did)

    def sequence(self, wanted: c.Sequence) -> bool:
        steps = [
            [
                (one, line)
                for one in self.called(step)
                if self.inside(wanted.within, one) and self.fits(one, step.where)
                for line in self.lines_or_none(one, step.where)
            ]
            for step in wanted.steps
        ]
        return any(self.follows(wanted, chosen) for chosen in itertools.product(*steps))

    def lines_or_none(self, one: Done, where: Any) -> list[Line | None]:
        """Give the lines of which one is meant at a time."""
        return [*self.lines(one, where)] or [None]

    def follows(self, wanted: c.Sequence, chosen: Any) -> bool:
        for at in range(1, len(chosen)):
            step, before, after = wanted.steps[at], chosen[at - 1][0], chosen[at][0]
            if not self.fits_gap(step.after or c.Gap(), before, after):
                return False
            if not self.resembles(step, chosen[at], chosen, at - 1):
                return False
            for deed in step.without:
                for one in self.called(deed):
                    between = time_of(before) < time_of(one) < time_of(after)
                    if between and self.is_such(deed, one, chosen, at - 1):
                        return False
        return self.left_alone(wanted.then_not, chosen)

    def fits_gap(self, gap: c.Gap, before: Done, after: Done) -> bool:
        pause = time_of(after) - time_of(before)
        if pause <= timedelta(0):
            return False
        if gap.least is not None and pause < span(gap.least):
            return False
        return gap.most is None or pause < span(gap.most)

    def is_such(self, deed: Any, one: Done, chosen: Any, before: int) -> bool:
        return self.fits(one, deed.where) and any(
            self.resembles(deed, (one, line), chosen, before)
            for line in self.lines_or_none(one, deed.where)
        )

    def resembles(self, deed: Any, told: Any, chosen: Any, before: int) -> bool:
        for alike in deed.alike:
            other = chosen[before if alike.step is None else alike.step - 1]
            here = self.texts_of(told, alike.property)
            there = self.texts_of(other, alike.of or alike.property)
            if not here or not there:
                return False
            if (here & there == set()) == (alike.op == "same"):
                return False
        return True

    def texts_of(self, told: Any, name: str) -> set[str]:
        one, line = told
        if not of_line(name):
            values = self.whole_values(one, name, None)
        else:
            values = [] if line is None else line_values(one, line, name, None)
        return {as_text(each) for each in values} - {None}

    def left_alone(self, absence: c.Absence | None, chosen: Any) -> bool:
        end = time_of(chosen[-1][0])
        if absence is None:
            return True
        if absence.lasting is not None and self.now - end < span(absence.lasting):
            return False
        return not [
            one
            for one in self.called(absence)
            if time_of(one) > end
            and self.is_such(absence, one, chosen, len(chosen) - 1)
        ]

    def called(self, doing: Any) -> list[Done]:
        names = [doing.event] if isinstance(doing.event, str) else doing.event
        return [
            one
            for one in self.past
            if any(
                one.name == name or (name == "*" and not one.name.startswith("$"))
                for name in names
            )
        ]

    def inside(self, window: c.Window | None, one: Done) -> bool:
        at = time_of(one)
        if window is None:
            return True
        if window.since is None and window.until is None:
            return at > self.now - span(window)
        if window.since is not None and not self.reached(at, window.since, "since"):
            return False
        return window.until is None or not self.reached(at, window.until, "until")

    def reached(self, at: datetime, text: str, which: str) -> bool:
        """Say if a moment is at a date or later; for until, on a later day."""
        if len(text) == 10:
            day = at.astimezone(self.shop).date().isoformat()
            return day >= text if which == "since" else day > text
        return at >= datetime.fromisoformat(text)

    def fits(self, one: Done, where: tuple[c.Where, ...]) -> bool:
        whole = [test for test in where if not of_line(test.property)]
        rest = [test for test in where if of_line(test.property)]
        for test in whole:
            values = self.whole_values(one, test.property, test.currency)
            if not self.compare(test.op, test.value, values):
                return False
        return not rest or bool(self.lines(one, rest))

    def lines(self, one: Done, where: Any) -> list[Line]:
        tests = [test for test in where if of_line(test.property)]
        return [
            line
            for line in one.lines
            if all(
                self.compare(
                    test.op,
                    test.value,
                    line_values(one, line, test.property, test.currency),
                )
                for test in tests
            )
        ]

    def gathered(self, found: list[Done], where: Any, name: str, money: Any) -> list:
        currency = None if money is None else money.currency
        told = []
        for one in found:
            if of_line(name):
                for line in self.lines(one, where):
                    told += line_values(one, line, name, currency)
            else:
                told += self.whole_values(one, name, currency)
        return [one for one in told if money is None or as_number(one) is not None]

    def whole_values(self, one: Done, name: str, currency: str | None) -> list:
        if currency is not None and one.currency != currency:
            return []
        words = {
            "$type": one.type,
            "$source": one.source,
            "$channel": one.channel,
            "$store": one.store,
            "$region": one.region,
            "$total": one.total_minor,
            "$day": time_of(one).astimezone(self.shop).date().isoformat(),
        }
        if name in words:
            return [words[name]] if words[name] not in (None, "") else []
        return in_currency(dig(one.properties, name.split(".")), currency)

    def compare(self, op: str, wanted: Any, values: list) -> bool:
        if op == "missing":
            return values == []
        if op == "exists":
            return values != []
        if op in ("is_not", "none_of"):
            plain = wanted if op == "none_of" else (wanted,)
            return values != [] and not [
                one for one in values if any(equal(one, each) for each in plain)
            ]
        return bool([one for one in values if self.single(op, wanted, one)])

    def single(self, op: str, wanted: Any, one: Any) -> bool:
        if op in ("is", "one_of"):
            return any(
                equal(one, each) for each in (wanted if op == "one_of" else (wanted,))
            )
        if op in ("contains", "starts_with", "ends_with"):
            text = as_text(one)
            found = -1 if text is None else text.find(wanted)
            return {
                "contains": found >= 0,
                "starts_with": found == 0,
                "ends_with": found >= 0 and text[len(text) - len(wanted) :] == wanted,
            }[op]
        if op in ("<", "<=", ">=", ">"):
            number = as_number(one)
            return number is not None and order(op, rounded(one), rounded(wanted))
        if op == "anniversary":
            return self.comes_round(one, wanted)
        return self.timely(op, wanted, one)

    def timely(self, op: str, wanted: Any, one: Any) -> bool:
        at = as_moment(one, self.shop)
        if at is None:
            return False
        if op in ("before", "after"):
            return (at < as_moment(wanted, self.shop)) == (op == "before")
        if op == "within":
            return self.now - span(wanted) < at <= self.now
        if op == "older":
            return at <= self.now - span(wanted)
        return self.now < at <= self.now + span(wanted)

    def comes_round(self, one: Any, days: int) -> bool:
        if not isinstance(one, str):
            return False
        text = one[2:] if one.startswith("--") else one[5:]
        known = one.startswith("--") or one[:5].rstrip("-").isdigit()
        first = self.now.astimezone(self.zone).date()
        coming = [first + timedelta(days=ahead) for ahead in range(days)]
        return known and any(text[:5] in turns(day) for day in coming)


JUDGES = {
    c.AllOf: "all_of",
    c.AnyOf: "any_of",
    c.Not: "turned",
    c.HasTrait: "trait",
    c.HasComputed: "computed",
    c.HasConsent: "consent",
    c.HasIdentifier: "identifier",
    c.InSegment: "in_segment",
    c.Did: "did",
    c.DidNot: "did_not",
    c.Sequence: "sequence",
}


def turns(day: date) -> set[str]:
    """Give the days of the year that come round on a day."""
    told = {day.isoformat()[5:]}
    leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
    return told | {"02-29"} if told == {"02-28"} and not leap else told


def time_of(one: Done) -> datetime:
    return EPOCH + timedelta(microseconds=one.at_us)


def span(window: c.Window) -> timedelta:
    return sum(
        (getattr(window, unit) * each for unit, each in UNITS.items()), timedelta(0)
    )


def of_line(name: str) -> bool:
    line = [
        "product",
        "product_name",
        "category",
        "brand",
        "price",
        "list_price",
        "quantity",
        "amount",
    ]
    return name.startswith("products.") or name in {f"${one}" for one in line}


def line_values(one: Done, line: Line, name: str, currency: str | None) -> list:
    if name == "$list_price":
        return [line.listed[currency]] if currency in line.listed else []
    if currency is not None and one.currency != currency:
        return []
    words = {
        "$product": line.product,
        "$product_name": line.name,
        "$category": line.category,
        "$brand": line.brand,
        "$price": line.price_minor,
        "$quantity": str(Fraction(line.quantity_milli, 1000).limit_denominator())
        if line.quantity_milli % 1000 == 0
        else f"{line.quantity_milli / 1000}",
        "$amount": line.amount_minor,
    }
    if name == "$quantity":
        return [float(words[name])]
    if name in words:
        return [words[name]] if words[name] not in (None, "") else []
    return in_currency(dig(line.told, name.split(".")[1:]), currency)


def in_currency(values: list, currency: str | None) -> list:
    """Give amounts in minor units; both currencies here have two digits.

    Spreadsheets write a thousand as "1E+03", too: of money, that is one.
    """
    if currency is None:
        return values
    amounts = (as_amount(one) for one in values)
    return [int(one * 100) for one in amounts if one is not None]


def as_amount(one: Any) -> Fraction | None:
    try:
        return Fraction(one.strip()) if type(one) is str else as_number(one)
    except ValueError:
        return None


def dig(held: Any, path: list[str]) -> list:
    told = held if isinstance(held, list) else [held]
    for name in path:
        told = list(
            flat(one[name] for one in told if type(one) is dict and name in one)
        )
    return [one for one in told if one not in (None, "", [])]


def flat(values: Iterator[Any]) -> Iterator[Any]:
    for one in values:
        yield from one if isinstance(one, list) else [one]


def as_text(one: Any) -> str | None:
    if type(one) is str:
        return one
    return str(one) if type(one) is int else None


def as_number(one: Any) -> Fraction | None:
    if type(one) in (int, float):
        return Fraction(str(one))
    try:
        told = Fraction(one.strip()) if type(one) is str and "e" not in one else None
    except ValueError:
        return None
    return told


def rounded(one: Any) -> Fraction:
    return Fraction(round(as_number(one) * 10**6), 10**6)


def equal(one: Any, wanted: Any) -> bool:
    if type(wanted) is bool or type(one) is bool:
        return one is wanted
    if type(wanted) is str:
        return as_text(one) == wanted
    number = as_number(one)
    return number is not None and number == as_number(wanted)


def as_moment(one: Any, zone: ZoneInfo) -> datetime | None:
    if type(one) is str:
        try:
            at = datetime.fromisoformat(one.strip())
        except ValueError:
            return None
        return at if at.tzinfo else at.replace(tzinfo=zone).astimezone(UTC)
    if type(one) not in (int, float):
        return None
    scale = 1 if one > 10**14 else 10**3 if one > 10**11 else 10**6
    return EPOCH + timedelta(microseconds=int(one * scale)) if one >= 0 else None


def order(op: str, held: Any, wanted: Any) -> bool:
    compared = (held > wanted) - (held < wanted)
    return (
        compared in {"<": (-1,), "<=": (-1, 0), "=": (0,), ">=": (0, 1), ">": (1,)}[op]
    )
