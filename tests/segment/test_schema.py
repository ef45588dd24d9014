"""The published JSON Schema says what is taken."""

import jsonschema_rs
import msgspec
import pytest

from habitue.segment.reading import EVENT_WORDS, LINE_WORDS
from habitue.segment.schema import condition_schema
from tests.segment.generated import cases


@pytest.fixture(scope="module")
def validator():
    schema = condition_schema()
    jsonschema_rs.meta.validate(schema)
    return jsonschema_rs.Draft202012Validator(schema)


def test_every_generated_condition_is_valid(validator):
    for case in cases(300, seed=31):
        validator.validate(msgspec.json.decode(msgspec.json.encode(case.condition)))


@pytest.mark.parametrize(
    "told",
    [
        {"type": "script"},
        {"type": "did"},
        {"type": "did", "event": 1},
        {"type": "did", "event": "a", "sql": "1"},
        {"type": "trait", "name": "a", "op": "like", "value": "b"},
        {"type": "all", "of": [{"type": "nobody"}]},
    ],
)
def test_what_has_another_shape_is_not(validator, told):
    assert not validator.is_valid(told)


def test_it_names_every_word():
    assert condition_schema()["x-words"].keys() == EVENT_WORDS.keys() | LINE_WORDS
