"""Conditions in words, in the reader's language."""

from functools import cache, lru_cache, partial
from typing import Any

import msgspec

from habitue.base.clock import to_iso
from habitue.console.channel_names import CHANNELS
from habitue.console.kind_names import KINDS
from habitue.console.language import FIRST, language
from habitue.console.look import Look
from habitue.console.said import EVENTS, OWN, TYPES
from habitue.console.segments.counts import counted
from habitue.console.traits import COMPUTED, TOLD
from habitue.segment.condition import Condition
from habitue.segment.texts import ENGLISH, Texts, plain_count
from habitue.segment.words import sentence

# How a language writes what something is called; in English it stands as it is.
QUOTES = {"pl": "„{}”", "ru": "«{}»", "kk": "«{}»"}


def sentence_of(condition: Condition, look: Look) -> str:
    """Say who is meant, in one sentence."""
    return sentence(condition, texts_of(look))


def words_of(told: Any, look: Look) -> str:
    """Say who is meant by a condition that is in force, told in JSON."""
    return sentence_of(msgspec.convert(told, Condition), look)


def texts_of(look: Look) -> Texts:
    """Give the words that conditions are said in to who looks."""
    return _texts(look.language.code, look.zone)


@lru_cache(maxsize=100)
def _texts(code: str, zone: str) -> Texts:
    look = Look(language=language(code), zone=zone)
    count = plain_count if code == FIRST else partial(counted, look.language)
    return Texts(
        _words(code),
        money=look.money,
        day=look.day_or_moment,
        moment=lambda at_us: look.moment(to_iso(at_us)),
        count=count,
    )


@cache
def _words(code: str) -> dict[str, str]:
    told = language(code)
    texts = {name: told.say(text) for name, text in ENGLISH.items()}
    if code == FIRST:
        return texts
    # In English events and traits are called as they are in the condition itself.
    known = {**{name: name for name in EVENTS}, **TYPES, **OWN}
    named = {name: QUOTES[code].format(told.say(one)) for name, one in known.items()}
    counted = {
        f"computed_{name}": QUOTES[code].format(told.say(called))
        for name, called in COMPUTED.items()
    }
    traits = {
        f"trait_{name}": QUOTES[code].format(told.say(called))
        for name, called in TOLD.items()
    }
    channels = {f"channel_{name}": told.say(text) for name, text in CHANNELS.items()}
    kinds = {f"kind_{name}": told.say(text) for name, text in KINDS.items()}
    events = {f"event_{name}": text for name, text in named.items()}
    return events | counted | traits | channels | kinds | texts
