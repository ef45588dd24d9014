"""Refusals of the core on pages: each is a sentence of its own, said anew."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import habitue
from habitue.console.language import LANGUAGES, language
from habitue.console.look import Look
from habitue.console.refusals import FRAMES, REFUSALS
from habitue.console.refused import refused
from habitue.console.segments.sentence import words_of
from habitue.console.traits import COMPUTED
from habitue.profile.computed import DECLARED
from habitue.segment.check import BrokenConditionError, read

SRC = Path(habitue.__file__).parent
FIELD = re.compile(r"\{[^{}]*\}")
OTHERS = tuple(code for code in LANGUAGES if code != "en")
CASES = [text for text in REFUSALS if text not in FRAMES]


def look(code: str) -> Look:
    return Look(language=language(code))


def forms() -> Iterator[str]:
    """Give the texts of the core, {} in place of each value."""
    for path in SRC.rglob("*.py"):
        if "console" in path.relative_to(SRC).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                parts = (getattr(part, "value", "") for part in node.values)
                yield "".join(one if isinstance(one, str) else "{}" for one in parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield FIELD.sub("{}", node.value)


def test_each_is_a_sentence_of_the_core() -> None:
    known = set(forms())

    assert [one for one in CASES if FIELD.sub("{}", one) not in known] == []


@pytest.mark.parametrize("code", OTHERS)
def test_each_is_said_anew_with_its_values(code: str) -> None:
    for text in CASES:
        names = set(re.findall(r"\{(\w+)\}", text))
        values = {name: f"<{name}>" for name in names}

        said = refused(text.format(**values), look(code))

        assert said != text.format(**values), text
        assert [one for one in values.values() if one not in said] == [], text


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_wrong_with_a_condition_is_said_with_its_place(code: str) -> None:
    day = {"type": "did", "event": "page", "within": {"since": "someday"}}
    with pytest.raises(BrokenConditionError) as caught:
        read({"type": "all", "of": [day, {**day, "event": []}]})

    said = refused(caught.value, look(code))

    [first, *_] = caught.value.places
    assert refused(first.reason, look(code)) in said
    assert "/of/0/within/since" in said
    assert not re.search("condition|places|date", said)


def test_the_api_s_own_language_and_the_unknown_stay_as_they_came() -> None:
    assert refused("The file is empty.", look("en")) == "The file is empty."
    assert refused("Nobody knows this.", look("pl")) == "Nobody knows this."


def test_a_value_shows_what_can_t_be_seen() -> None:
    said = refused("There is no segment 'a\u202eb'.", look("ru"))

    assert said == "Сегмента «a[U+202E]b» нет."


def test_all_that_is_computed_of_everybody_has_a_name() -> None:
    assert [one.name for one in DECLARED if one.name not in COMPUTED] == []


def test_a_computed_trait_in_a_condition_is_called_in_the_reader_s_words() -> None:
    told = {"type": "computed", "name": "revenue.GBP.net", "op": ">=", "value": 5}

    assert "„Wydane” GBP.net" in words_of(told, look("pl"))
    assert "revenue.GBP.net" in words_of(told, look("en"))
