"""A pytest plugin: only files with an example in them are looked through for examples.

To look through a module for doctests takes longer than to collect its tests, each
worker looks through more than two thousand, and one in ten has any.
"""

from collections.abc import Generator
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule

PROMPT = ">>>"


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path,
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Leave a module to whoever looks for examples if it has some."""
    found = yield
    if PROMPT in file_path.read_text("utf-8", "replace"):
        return found
    return [one for one in found if not isinstance(one, DoctestModule)]
