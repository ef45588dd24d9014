"""The page of guarantees names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_test_that_the_page_of_guarantees_names_exists() -> None:
    named = NAMED.findall((ROOT / "docs" / "guarantees.md").read_text("utf-8"))

    assert len(named) > 20
    for path, test in named:
        assert f"def {test}" in (ROOT / path).read_text("utf-8"), (path, test)
