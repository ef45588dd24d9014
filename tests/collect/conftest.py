"""A shop for each test of the doors."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.shop import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        yield opened
