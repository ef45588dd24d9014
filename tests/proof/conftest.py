"""What the proofs share: a real server for each test, stopped at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.shop import Shop


@pytest.fixture
def new_shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop not yet started; killed at the end if it still runs."""
    made = Shop(tmp_path / "data")
    yield made
    end(made)


@pytest.fixture
def shop(new_shop: Shop) -> Shop:
    return new_shop.start()


def end(shop: Shop) -> None:
    if shop.process is not None and shop.process.poll() is None:
        shop.kill()
