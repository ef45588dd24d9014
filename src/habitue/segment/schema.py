"""The condition language as a JSON Schema, published as it is checked."""

from functools import lru_cache
from typing import Any

import msgspec

from habitue.segment.condition import Condition
from habitue.segment.limits import DEPTH_MAX, INLINED_NODES_MAX, NODES_MAX
from habitue.segment.reading import EVENT_WORDS, LINE_WORDS, MONEY_WORDS

SCHEMA_ID = "urn:habitue:condition:1"


@lru_cache(maxsize=1)
def condition_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a condition, with what else is checked."""
    schema = msgspec.json.schema(Condition)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Condition",
        "description": (
            f"At most {DEPTH_MAX} conditions in one another and {NODES_MAX} parts;"
            f" {INLINED_NODES_MAX} with the segments it asks for."
        ),
        **schema,
        "x-limits": {
            "depth": DEPTH_MAX,
            "parts": NODES_MAX,
            "parts_with_segments": INLINED_NODES_MAX,
        },
        "x-words": {
            name: {"says": says, "of": of, "money": name in MONEY_WORDS}
            for of, words in (("event", EVENT_WORDS), ("line", LINE_WORDS))
            for name, says in words.items()
        },
    }
