"""Conditions in words: one sentence that says who is meant.

Every text a reader sees stands in habitue.segment.texts, so that another language is
another table.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from habitue.profile.computed import DECLARED
from habitue.segment.condition import (
    Absence,
    Alike,
    AllOf,
    AnyOf,
    Condition,
    Deed,
    Did,
    DidNot,
    Doing,
    Gap,
    HasComputed,
    HasConsent,
    HasIdentifier,
    HasTrait,
    InSegment,
    Not,
    Step,
    Where,
    Window,
    names_of,
)
from habitue.segment.condition import (
    Sequence as Steps,
)
from habitue.segment.moments import is_open
from habitue.segment.texts import ENGLISH, Texts
from habitue.segment.values import path_of
from habitue.segment.walk import alikes

# Computed traits that are money, so in minor units of a currency their path names.
_SUMS = frozenset(one.name for one in DECLARED if one.unit == "minor units")
_CURRENCY = re.compile("[A-Z]{3}")
_OF_DAYS = frozenset({"before", "after"})
# Of what a number is that was found.
_FOUND = {"times": "times", "sequences": "times", "values": "values"}
_UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")


def sentence(condition: Condition, texts: Texts = ENGLISH) -> str:
    """Say who is meant, in one sentence."""
    told = clause(condition, texts)
    return f"{texts['who']} {told}."


def clause(condition: Condition, texts: Texts = ENGLISH) -> str:
    """Say what a condition asks for, as part of a sentence."""
    match condition:
        case AllOf(of=of) | AnyOf(of=of):
            word = "and" if isinstance(condition, AllOf) else "or"
            if not of:
                return texts["everybody" if word == "and" else "nobody"]
            parts = [_inner(one, texts) for one in of]
            return f" {texts[word]} ".join(parts)
        case Not(of=inner):
            return texts["not"].format(_inner(inner, texts))
        case _:
            return _SAYS[type(condition)](condition, texts)


def _inner(condition: Condition, texts: Texts) -> str:
    told = clause(condition, texts)
    joined = isinstance(condition, AllOf | AnyOf) and len(condition.of) > 1
    return f"({told})" if joined else told


def found_words(what: str, number: int | str, texts: Texts = ENGLISH) -> str:
    """Say what was found in place of what is asked for."""
    code = f"found_{what}"
    noun = _FOUND.get(what)
    if noun is not None and isinstance(number, int):
        return texts[code].format(texts.count(number, noun, code))
    return texts[code].format(number)


def _trait(leaf: Any, texts: Texts) -> str:
    name, currency = _computed(leaf.name, texts), currency_in(leaf.name)
    if isinstance(leaf, HasTrait):
        name, currency = texts.get(f"trait_{leaf.name}", leaf.name), None
    return texts["trait"].format(_compared(name, leaf, texts, currency))


def currency_in(name: str) -> str | None:
    """Give the currency of a computed trait that is money; None of any other.

    >>> currency_in("revenue_by_channel.web.PLN.net"), currency_in("purchases")
    ('PLN', None)
    """
    head, *way = path_of(name)
    named = reversed(way) if head in _SUMS else ()
    return next((one for one in named if _CURRENCY.fullmatch(one)), None)


def _computed(name: str, texts: Texts) -> str:
    """Call a computed trait as a language does, if it has a word for it."""
    head, _, rest = name.partition(".")
    called = texts.get(f"computed_{head}")
    if called is None:
        return name.replace("_", " ")
    return f"{called} {rest.replace('_', ' ')}".rstrip()


def _compared(name: str, told: Any, texts: Texts, currency: str | None = None) -> str:
    value = told.value
    of = getattr(told, "property", "")
    is_day, is_channel = told.op in _OF_DAYS or of == "$day", of == "$channel"

    def said(one: Any) -> str:
        named = texts.get(f"channel_{one}") if is_channel else None
        if named is not None:
            return named
        day = texts.day(one) if is_day and isinstance(one, str) else one
        # A day that is written as it stands is a text as any other.
        return str(day) if day != one else value_words(one, texts, currency)

    if isinstance(value, Window):
        return _spanned(value, f"op_{told.op}", texts, name)
    if told.op == "anniversary" and isinstance(value, int):
        return _spanned(Window(days=value), "op_anniversary", texts, name)
    if isinstance(value, tuple):
        value = ", ".join(map(said, value))
    elif value is not None:
        value = said(value)
    return texts[f"op_{told.op}"].format(name, value)


def value_words(value: Any, texts: Texts = ENGLISH, currency: str | None = None) -> str:
    """Write a value; a whole number of minor units as money of its currency.

    >>> value_words(1150, currency="PLN"), value_words("red"), value_words(True)
    ('11.50 PLN', "'red'", 'yes')
    """
    if isinstance(value, bool):
        return texts["yes" if value else "no"]
    if currency is not None and isinstance(value, int):
        return texts.money(value, currency)
    return texts["quoted"].format(value) if isinstance(value, str) else str(value)


def _did(leaf: Did, texts: Texts) -> str:
    said = texts[f"did_{leaf.which}"].format(_doing(leaf, texts))
    if leaf.count is not None:
        order = _ordered(leaf.count.op, leaf.count.value, "times", texts)
        said = texts["did_count"].format(_doing(leaf, texts), order)
    elif leaf.sum is not None:
        amount = value_words(leaf.sum.value, texts, leaf.sum.currency)
        order = texts[f"order_{leaf.sum.op}"].format(amount)
        said = texts["did_sum"].format(
            _doing(leaf, texts), _property(leaf.sum.of, texts), order
        )
    elif leaf.distinct is not None:
        order = _ordered(leaf.distinct.op, leaf.distinct.value, "values", texts)
        said = texts["did_distinct"].format(
            _doing(leaf, texts), order, _property(leaf.distinct.of, texts)
        )
    return said + _within(leaf.within, texts)


def _ordered(op: str, number: int, noun: str, texts: Texts) -> str:
    code = f"order_{op}"
    return texts[code].format(texts.count(number, noun, code))


def _did_not(leaf: DidNot, texts: Texts) -> str:
    return texts["did_not"].format(_doing(leaf, texts)) + _within(leaf.within, texts)


def _doing(doing: Doing, texts: Texts) -> str:
    names = [_event(name, texts) for name in names_of(doing)]
    told = f" {texts['or']} ".join(names)
    parts = [_alike(one, texts) for one in alikes(doing)]
    if doing.where:
        tests = (_where(one, texts) for one in doing.where)
        parts.insert(0, f"{texts['where']} " + f" {texts['and']} ".join(tests))
    return f"{told} ({', '.join(parts)})" if parts else told


def _event(name: str, texts: Texts) -> str:
    return texts.get(f"event_{name}") or texts["quoted"].format(name)


def _alike(one: Alike, texts: Texts) -> str:
    step = texts["step_before"] if one.step is None else texts["step"].format(one.step)
    name = _property(one.property, texts)
    if one.of is None:
        return texts[one.op].format(name, step)
    return texts[f"{one.op}_of"].format(name, _property(one.of, texts), step)


def _where(test: Where, texts: Texts) -> str:
    return _compared(_property(test.property, texts), test, texts, test.currency)


def _property(name: str, texts: Texts) -> str:
    return texts.get(f"word_{name}", name)


def _within(window: Window | None, texts: Texts) -> str:
    if window is None:
        return ""
    if is_open(window):
        return " " + _spanned(window, "within", texts)
    since = None if window.since is None else texts.day(window.since)
    until = None if window.until is None else texts.day(window.until)
    if until is None:
        return " " + texts["since"].format(since)
    if since is None:
        return " " + texts["until"].format(until)
    return " " + texts["between"].format(since, until)


def _spanned(window: Window, code: str, texts: Texts, *before: str) -> str:
    """Say the words of a code with how long a window is: 'the last day' of one day."""
    spans = [(unit, getattr(window, unit)) for unit in _UNITS]
    told = [(unit, number) for unit, number in spans if number]
    whole = texts.get(f"{code}_one_{told[0][0]}") if told else None
    if whole is not None and len(told) == 1 and told[0][1] == 1:
        return whole.format(*before)
    return texts[code].format(*before, span_words(window, code, texts))


def span_words(window: Window, code: str, texts: Texts = ENGLISH) -> str:
    """Say how long a window is; code: of the words that it stands in.

    >>> span_words(Window(days=1, hours=12), "within")
    '1 day 12 hours'
    """
    numbers = ((getattr(window, unit), unit) for unit in _UNITS)
    return " ".join(texts.count(one, unit, code) for one, unit in numbers if one)


def _sequence(leaf: Steps, texts: Texts) -> str:
    told = _doing(leaf.steps[0], texts)
    for step in leaf.steps[1:]:
        told += f", {_step(step, texts)}"
    said = texts["sequence"].format(told) + _within(leaf.within, texts)
    if leaf.then_not is not None:
        said += f", {_absence(leaf.then_not, texts)}"
    return said


def _step(step: Step, texts: Texts) -> str:
    told = texts["then"].format(_doing(step, texts)) + _gap(step.after, texts)
    if step.without:
        told += " " + texts["without"].format(_deeds(step.without, texts))
    return told


def _deeds(deeds: Sequence[Deed], texts: Texts) -> str:
    return f" {texts['or']} ".join(_doing(one, texts) for one in deeds)


def _gap(gap: Gap | None, texts: Texts) -> str:
    told = ""
    if gap is not None and gap.least is not None:
        told += " " + texts["gap_least"].format(
            span_words(gap.least, "gap_least", texts)
        )
    if gap is not None and gap.most is not None:
        told += " " + texts["gap_most"].format(span_words(gap.most, "gap_most", texts))
    return told


def _absence(absence: Absence, texts: Texts) -> str:
    told = texts["then_not"].format(_doing(absence, texts))
    if absence.lasting is not None:
        told += " " + texts["lasting"].format(
            span_words(absence.lasting, "lasting", texts)
        )
    return told


def _consent(leaf: HasConsent, texts: Texts) -> str:
    state = texts.get(f"state_{leaf.state}", leaf.state)
    channel = texts.get(f"channel_{leaf.channel}", leaf.channel)
    return texts["consent"].format(leaf.purpose, channel, state)


def _identifier(leaf: HasIdentifier, texts: Texts) -> str:
    kind = texts.get(f"kind_{leaf.kind}", leaf.kind)
    return texts["known" if leaf.known else "unknown"].format(kind)


def _in_segment(leaf: InSegment, texts: Texts) -> str:
    return texts["in_segment"].format(leaf.segment)


_SAYS: dict[type, Callable[[Any, Texts], str]] = {
    HasTrait: _trait,
    HasComputed: _trait,
    Did: _did,
    DidNot: _did_not,
    Steps: _sequence,
    HasConsent: _consent,
    HasIdentifier: _identifier,
    InSegment: _in_segment,
}
