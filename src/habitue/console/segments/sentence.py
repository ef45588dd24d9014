"""Conditions in words, in the reader's language."""

from functools import cache
from typing import Any

import msgspec

from habitue.console.channel_names import CHANNELS
from habitue.console.language import FIRST, language
from habitue.console.look import Look
from habitue.console.said import EVENTS
from habitue.console.traits import COMPUTED, TOLD
from habitue.segment.condition import Condition
from habitue.segment.texts import ENGLISH, Texts
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
    return _texts(look.language.code)


@cache
def _texts(code: str) -> Texts:
    told = language(code)
    texts = {name: told.say(text) for name, text in ENGLISH.items()}
    if code == FIRST:
        return texts
    # In English events and traits are called as they are in the condition itself.
    named = {name: QUOTES[code].format(told.say(name)) for name in EVENTS}
    counted = {
        f"computed_{name}": QUOTES[code].format(told.say(called))
        for name, called in COMPUTED.items()
    }
    traits = {
        f"trait_{name}": QUOTES[code].format(told.say(called))
        for name, called in TOLD.items()
    }
    channels = {f"channel_{name}": told.say(text) for name, text in CHANNELS.items()}
    events = {f"event_{name}": text for name, text in named.items()}
    return events | counted | traits | channels | texts
