"""A shop that takes webhooks, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.webhooks.hooked import HookShop, open_hook_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[HookShop]:
    with open_hook_shop(tmp_path) as opened:
        yield opened
