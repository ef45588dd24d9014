"""A real server for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    running = Shop(tmp_path / "data").start()
    yield running
    if running.process.poll() is None:
        running.stop()
