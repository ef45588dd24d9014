"""The pages of guarantees and threats name tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


@pytest.mark.parametrize("page", ["guarantees.md", "threats.md"])
def test_every_test_that_the_page_names_exists(page: str) -> None:
    named = NAMED.findall((ROOT / "docs" / page).read_text("utf-8"))

    assert len(named) > 20
    for path, test in named:
        assert f"def {test}" in (ROOT / path).read_text("utf-8"), (path, test)
