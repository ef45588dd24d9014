"""What the proofs share: a real server for each test, and a seed that is told."""

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

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


@pytest.fixture
def seed() -> int:
    """Chance anew in each run; told, so that a run can be played again."""
    told = os.environ.get("HABITUE_SEED")
    found = int(told) if told else Random().randrange(2**32)
    print(f"HABITUE_SEED={found}")
    return found


def end(shop: Shop) -> None:
    if shop.process is not None and shop.process.poll() is None:
        shop.kill()
