"""What the core says by itself, in the reader's language.

The core says it in English, each sentence by a code and with values. Here it is found
by these, said anew, and the values put back; what is not known is shown as it came.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from habitue.access.deeds import DEEDS
from habitue.base.said import meant, values_in
from habitue.base.settings import declared
from habitue.collect.assumed import ASSUMED
from habitue.collect.reason import (
    OTHER_VALUE,
    QUARANTINE_REASONS,
    VALUE_REASONS,
    WARNING_REASONS,
)
from habitue.collect.vocabulary.catalogue import CATALOGUE
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.refusals import REFUSALS
from habitue.console.text import visible, words
from habitue.journey.intent import signs
from habitue.measure.experiment.plan import ALARM, UNPLANNED
from habitue.measure.geo.said import UNMOVED, UNTOLD
from habitue.measure.influence.adjusted import NOBODY_ALIKE
from habitue.measure.influence.observed import NO_ORDERS, NO_RECEIPTS, UNMATCHED
from habitue.measure.said import UNTOLD as NO_FIGURE
from habitue.privacy.said import HOLDS
from habitue.profile.parse import NO_CURRENCY
from habitue.profile.said import CONSENTS, HEARSAY, UNCOUNTED, WARNINGS
from habitue.segment.gallery import templates

Texts: TypeAlias = Mapping[str, str]
Words: TypeAlias = Mapping[str, Texts]
NO_WORDS: Mapping[str, Any] = MappingProxyType({})
ITEMS: Texts = {
    **QUARANTINE_REASONS,
    **WARNING_REASONS,
    **VALUE_REASONS,
    "other_value": OTHER_VALUE,
}
EVENTS = frozenset(one.name for one in CATALOGUE)
# What an event is called that has no name of its own: by its type.
TYPES = {
    "track": later("Anything with a name"),
    "page": later("Page"),
    "screen": later("Screen"),
    "identify": later("Identify"),
    "group": later("Group"),
    "alias": later("Alias"),
}
# What the product and its demo send that is in no vocabulary.
OWN = {
    "Canary Sent": later("Trial event of the server"),
    "Review Read": later("Review read"),
}
# What stands for a value that is not shown itself.
SHOWN = {
    "empty": later("empty"),
    "yes or no": later("yes or no"),
    "a number": later("a number"),
    "a list": later("a list"),
    "an object": later("an object"),
}
# All of it that has to be translated; tools.catalogues gathers it from here.
SAID = (
    *(*CONSENTS.values(), HEARSAY.strip()),
    *(*WARNINGS.values(), *UNCOUNTED.values()),
    *(*ITEMS.values(), *sorted(EVENTS)),
    *(ALARM, UNPLANNED, UNMOVED, UNTOLD, UNMATCHED, NO_RECEIPTS, NO_ORDERS),
    NOBODY_ALIKE,
    *(*NO_FIGURE.values(), *sorted(HOLDS)),
    *ASSUMED.values(),
    *DEEDS.values(),
    *(one.because for one in signs()),
    *REFUSALS,
)


def of_gallery() -> Iterator[str]:
    """Give what the segments to start from are called, and how they are told of."""
    for one in templates(NO_CURRENCY).values():
        yield from (one.name, one.description, *one.tags)


def of_settings() -> Iterator[str]:
    """Give what each setting means."""
    yield from (one.setting.text for one in declared().values())


def consent_reason(text: str, look: Look) -> str:
    """Say why somebody may be written to, or not."""
    told = text.removesuffix(HEARSAY)
    said = anew(CONSENTS, told, look)
    return said if told == text else f"{said} {look.say(HEARSAY.strip())}"


def found_said(text: str, look: Look) -> str:
    """Say what was found of somebody: of a consent, told as "state: reason", anew."""
    state, mark, reason = text.partition(": ")
    return f"{state}{mark}{consent_reason(reason, look)}" if mark else text


def warning(text: str, look: Look) -> str:
    """Say a warning about a person, told as "code: sentence"."""
    code, _, sentence = text.partition(": ")
    if not sentence or not code.isidentifier():
        return text
    return _by_code(WARNINGS, code, sentence, look)


def uncounted(text: str, look: Look) -> str:
    """Say why an order, receipt or return does not count."""
    return anew(UNCOUNTED, text, look)


def item_detail(reason: str, text: str, look: Look) -> str:
    """Say what is wrong with an item, by its reason."""
    return _by_code(ITEMS, reason if reason in ITEMS else "other_value", text, look)


def untold(text: str, look: Look) -> str:
    """Say why a figure is not told."""
    return anew(NO_FIGURE, text, look)


def holds(text: str, look: Look) -> str:
    """Say what holds of a store of which somebody was erased, if it is known."""
    return look.say(text) if text in HOLDS else visible(text)


def done(text: str, look: Look, words_of: Words) -> str:
    """Say what somebody did to what, as the audit tells it."""
    return anew(DEEDS, text, look, words_of)


def event_named(name: object, look: Look) -> str:
    """Call an event that is known by a name of the reader's language."""
    if name in EVENTS:
        return look.say(str(name))
    known = {**TYPES, **OWN}.get(str(name))
    return words(name) if known is None else look.say(known)


def anew(texts: Texts, told: str, look: Look, words_of: Words = NO_WORDS) -> str:
    """Say a sentence of some anew; words_of has, by its name, a value's own words."""
    code, values = meant(texts, told)
    if not code:
        return told
    own = {
        name: look.say(words_of[name][value])
        for name, value in values.items()
        if value in words_of.get(name, NO_WORDS)
    }
    return _filled(texts[code], values, look, own)


def _by_code(texts: Texts, code: str, told: str, look: Look) -> str:
    template = texts.get(code)
    values = None if template is None else values_in(template, told)
    if template is None or values is None:
        return told
    return _filled(template, values, look)


def _filled(template: str, values: Texts, look: Look, own: Texts = NO_WORDS) -> str:
    put = {name: _value(text, look) for name, text in values.items()}
    return look.say(template).format(**{**put, **own})


def _value(text: str, look: Look) -> str:
    known = SHOWN.get(text)
    return visible(text) if known is None else look.say(known)
