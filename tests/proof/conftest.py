"""What the proofs share: a real server for each test, stopped at the end."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.port import Truth
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


class Stored(NamedTuple):
    """A shop not yet started, and where its log and state lie: SQLite without a URL."""

    shop: Shop
    url: str

    def truth(self) -> Truth:
        if self.url:
            return PostgresTruth(self.url)
        return SqliteTruth(self.shop.folder / "truth.db")

    @property
    def words(self) -> tuple[str, ...]:
        """Give the words that name the database to a command."""
        return ("--database", self.url) if self.url else ()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stored]:
    """A shop on each backend, not yet started; killed at the end if it still runs."""
    postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_url") if postgres else ""
    made = Stored(Shop(tmp_path / "data"), url)
    made.shop.extra += made.words
    yield made
    end(made.shop)
