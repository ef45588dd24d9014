"""A log of goods for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalog.goods import Goods


@pytest.fixture
def goods(tmp_path: Path) -> Iterator[Goods]:
    opened = Goods(tmp_path)
    yield opened
    opened.close()
