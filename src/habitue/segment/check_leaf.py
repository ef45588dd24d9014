"""Whether what one leaf of a condition says makes sense together."""

from collections.abc import Iterator

from habitue.base.clock import DAY_US
from habitue.segment.check_alike import faults_of_alike
from habitue.segment.check_value import faults_of_comparison, is_text
from habitue.segment.condition import (
    Absence,
    Condition,
    Count,
    Did,
    DidNot,
    Distinct,
    Doing,
    HasComputed,
    HasConsent,
    HasIdentifier,
    HasTrait,
    InSegment,
    Sequence,
    Step,
    Sum,
    Where,
    Window,
    names_of,
)
from habitue.segment.facts import OBJECTS
from habitue.segment.fault import Fault
from habitue.segment.limits import (
    AMOUNT_MAX,
    COUNT_MAX,
    NAME_MAX,
    NAMES_MAX,
    PATH_MAX,
    STEPS_MAX,
    WINDOW_YEARS_MAX,
)
from habitue.segment.moments import begins_us, ends_us, is_date, is_open, window_us
from habitue.segment.reading import (
    EVENT_WORDS,
    LINE_WORDS,
    MONEY_WORDS,
    PURCHASE_FIELDS,
)

_UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
_WINDOW_US_MAX = WINDOW_YEARS_MAX * 365 * DAY_US


def faults(leaf: Condition, place: str) -> Iterator[Fault]:
    """Give what is wrong with a leaf at a place."""
    match leaf:
        case Did():
            yield from _of_did(leaf, place)
        case DidNot(within=within):
            yield from _of_doing(leaf, place)
            yield from of_window(within, f"{place}/within")
        case Sequence():
            yield from _of_sequence(leaf, place)
        case HasTrait(name=name) | HasComputed(name=name):
            yield from _of_path(name, f"{place}/name")
            yield from faults_of_comparison(leaf, place, moving=True)
        case HasConsent(purpose=purpose, channel=channel):
            yield from _of_name(purpose, f"{place}/purpose")
            yield from _of_name(channel, f"{place}/channel")
        case HasIdentifier(kind=kind):
            yield from _of_name(kind, f"{place}/kind")
        case InSegment(segment=segment):
            yield from _of_name(segment, f"{place}/segment")
        case _:
            pass


def _of_did(did: Did, place: str) -> Iterator[Fault]:
    yield from _of_doing(did, place)
    yield from of_window(did.within, f"{place}/within")
    told = [one for one in (did.count, did.sum, did.distinct) if one is not None]
    if len(told) > 1:
        yield Fault(place, "Say one of count, sum and distinct; join two with 'all'.")
    if told and did.which != "any":
        yield Fault(f"{place}/which", "The first and the last are one: leave it out.")
    if did.count is not None:
        yield from _of_count(did.count, f"{place}/count")
    if did.sum is not None:
        yield from _of_sum(did.sum, f"{place}/sum")
        yield from _of_purchases(did, did.sum.of, f"{place}/sum/of")
    if did.distinct is not None:
        yield from _of_distinct(did, did.distinct, f"{place}/distinct")


def _of_distinct(did: Did, told: Distinct, place: str) -> Iterator[Fault]:
    yield from _of_count(told, place)
    yield from _of_property(told.of, f"{place}/of", None)
    yield from _of_purchases(did, told.of, f"{place}/of")


def _of_doing(doing: Doing, place: str) -> Iterator[Fault]:
    names = names_of(doing)
    if not 0 < len(names) <= NAMES_MAX:
        yield Fault(f"{place}/event", f"Name 1 to {NAMES_MAX} events.")
    for name in names:
        yield from _of_name(name, f"{place}/event")
    for at, test in enumerate(doing.where):
        yield from _of_where(test, f"{place}/where/{at}")
        yield from _of_purchases(doing, test.property, f"{place}/where/{at}/property")


def _of_purchases(doing: Doing, name: str, place: str) -> Iterator[Fault]:
    """Refuse what no purchase has: it would hold of nobody, without a word."""
    if not OBJECTS.issuperset(names_of(doing)) or name.startswith("$"):
        return
    if name not in PURCHASE_FIELDS:
        reason = (
            f"Orders, receipts and returns as they stand have no '{name[:40]}'; they"
            f" have {', '.join(PURCHASE_FIELDS)} and the words that begin with $. Ask"
            " for the event that told it, like Order Completed."
        )
        yield Fault(place, reason)


def _of_where(test: Where, place: str) -> Iterator[Fault]:
    yield from _of_property(test.property, f"{place}/property", test.currency)
    yield from faults_of_comparison(test, place, moving=False)


def _of_property(name: str, place: str, currency: str | None) -> Iterator[Fault]:
    yield from _of_path(name, place)
    if name.startswith("$") and name not in EVENT_WORDS and name not in LINE_WORDS:
        words = ", ".join([*EVENT_WORDS, *LINE_WORDS])
        yield Fault(place, f"There is no word '{name[:40]}'; there are {words}.")
    elif name in MONEY_WORDS and currency is None:
        yield Fault(place, f"{name} is money: say its currency.")
    elif name.startswith("$") and name not in MONEY_WORDS and currency is not None:
        yield Fault(place, f"{name} is no money: leave the currency out.")
    if currency is not None and not _is_currency(currency):
        yield Fault(place, f"'{currency[:10]}' is no currency; write it like PLN.")


def _of_word(name: str, place: str) -> Iterator[Fault]:
    yield from _of_property(name, place, None)


def _is_currency(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


def _of_path(name: str, place: str) -> Iterator[Fault]:
    yield from _of_name(name, place)
    parts = name.split(".")
    if len(parts) > PATH_MAX or "" in parts:
        yield Fault(place, f"A path is of 1 to {PATH_MAX} names with dots between.")


def _of_name(name: str, place: str) -> Iterator[Fault]:
    if not name or len(name) > NAME_MAX:
        yield Fault(place, f"A name is of 1 to {NAME_MAX} letters.")
    elif not is_text(name):
        yield Fault(place, "A name has no control characters, and no half letters.")


def _of_count(told: Count | Distinct, place: str) -> Iterator[Fault]:
    if not 0 <= told.value <= COUNT_MAX:
        yield Fault(f"{place}/value", f"A count is of 0 to {COUNT_MAX}.")


def _of_sum(told: Sum, place: str) -> Iterator[Fault]:
    yield from _of_property(told.of, f"{place}/of", told.currency)
    if isinstance(told.value, bool) or not abs(told.value) <= AMOUNT_MAX:
        yield Fault(f"{place}/value", f"An amount is below {AMOUNT_MAX}.")
    elif told.currency is not None and told.value != int(told.value):
        yield Fault(f"{place}/value", "Money is in minor units: a whole number.")


def _of_sequence(leaf: Sequence, place: str) -> Iterator[Fault]:
    least = 1 if leaf.then_not is not None else 2
    if not least <= len(leaf.steps) <= STEPS_MAX:
        reason = f"A sequence is of 2 to {STEPS_MAX} steps, or of 1 with then_not."
        yield Fault(f"{place}/steps", reason)
    for at, step in enumerate(leaf.steps):
        yield from _of_step(step, f"{place}/steps/{at}", first=at == 0)
    yield from of_window(leaf.within, f"{place}/within")
    if leaf.then_not is not None:
        yield from _of_absence(leaf.then_not, f"{place}/then_not")
    yield from faults_of_alike(leaf, place, _of_word)


def _of_step(step: Step, place: str, *, first: bool) -> Iterator[Fault]:
    yield from _of_doing(step, place)
    if first and (step.after is not None or step.without):
        yield Fault(place, "Nothing comes before the first step: leave that out.")
    for at, deed in enumerate(step.without):
        yield from _of_doing(deed, f"{place}/without/{at}")
    gap = step.after
    if gap is None:
        return
    yield from _of_span(gap.least, f"{place}/after/least")
    yield from _of_span(gap.most, f"{place}/after/most")
    least_us, most_us = (
        0 if one is None else window_us(one) for one in (gap.least, gap.most)
    )
    if 0 < most_us <= least_us:
        yield Fault(f"{place}/after", "least has to be shorter than most.")


def _of_absence(absence: Absence, place: str) -> Iterator[Fault]:
    yield from _of_doing(absence, place)
    yield from _of_span(absence.lasting, f"{place}/lasting")


def _of_span(window: Window | None, place: str) -> Iterator[Fault]:
    if window is not None and not is_open(window):
        yield Fault(place, "Say how long, in seconds to years: dates don't fit here.")
    else:
        yield from of_window(window, place)


def of_window(window: Window | None, place: str) -> Iterator[Fault]:
    """Give what is wrong with a window at a place."""
    if window is None:
        return
    told = [unit for unit in _UNITS if getattr(window, unit)]
    if not is_open(window):
        if told:
            yield Fault(place, "Say how long, or from when to when: not both.")
        yield from _of_dates(window, place)
    elif any(getattr(window, unit) < 0 for unit in _UNITS):
        yield Fault(place, "A window is of no less than nothing.")
    elif not 0 < window_us(window) <= _WINDOW_US_MAX:
        reason = f"A window is of a second to {WINDOW_YEARS_MAX} years."
        yield Fault(place, reason)


def _of_dates(window: Window, place: str) -> Iterator[Fault]:
    wrong = False
    for name in ("since", "until"):
        text = getattr(window, name)
        if text is not None and not is_date(text):
            wrong = True
            reason = f"'{text[:40]}' is no date; write 2026-03-01, or a moment."
            yield Fault(f"{place}/{name}", reason)
    if wrong or window.since is None or window.until is None:
        return
    if begins_us(window.since, "UTC") >= ends_us(window.until, "UTC"):
        yield Fault(place, "since has to be before until.")
