"""Conditions in words, in the reader's language."""

from functools import cache
from typing import Any

import msgspec

from habitue.console.language import FIRST, language
from habitue.console.look import Look
from habitue.console.said import EVENTS
from habitue.segment.condition import Condition
from habitue.segment.texts import ENGLISH, Texts
from habitue.segment.words import sentence


def sentence_of(condition: Condition, look: Look) -> str:
    """Say who is meant, in one sentence."""
    return sentence(condition, _texts(look.language.code))


def words_of(told: Any, look: Look) -> str:
    """Say who is meant by a condition that is in force, told in JSON."""
    return sentence_of(msgspec.convert(told, Condition), look)


@cache
def _texts(code: str) -> Texts:
    """Give the words that conditions are said in, in a language."""
    told = language(code)
    texts = {name: told.say(text) for name, text in ENGLISH.items()}
    if code == FIRST:
        return texts
    # In English an event is called as it is in the condition itself.
    return {f"event_{name}": f"“{told.say(name)}”" for name in EVENTS} | texts
