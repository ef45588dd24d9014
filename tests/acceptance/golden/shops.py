"""Servers over real shops that several files of tests begin with.

Each shop is imported once a run, and each file gets a server over a copy of its own.
"""

import json
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.acceptance.golden.electronics import Electronics
from tests.acceptance.golden.retail import Retail
from tests.acceptance.kept import kept
from tests.acceptance.shop import Shop


def now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC).replace(microsecond=0)


def retail_year(folders: pytest.TempPathFactory, name: str) -> tuple[Shop, Retail]:
    """Give a server over the year of a shop, and what pandas makes of it."""

    def fill(shop: Shop, folder: Path) -> None:
        of = Retail(now())
        of.write(folder / "year.parquet")
        taken_in(shop, folder / "year.parquet", "--source", "year")
        (folder / "now").write_text(of.now.isoformat())

    made = _kept(folders, "retail", fill)
    of = Retail(datetime.fromisoformat((made / "now").read_text()))
    return _copied(made, folders.mktemp(name)), of


def electronics(
    folders: pytest.TempPathFactory, name: str, data: Path
) -> tuple[Shop, Electronics]:
    """Give a server over customers and their sales, and what pandas makes of them."""
    of = Electronics(data, now().date())

    def fill(shop: Shop, folder: Path) -> None:
        sales, customers, mapping = of.write(folder)
        words = ("--what", "contacts", "--source", "crm", "--mapping", str(mapping))
        assert taken_in(shop, customers, *words) == len(of.customers)
        assert taken_in(shop, sales, "--source", "erp") == len(of.sales)

    return _copied(_kept(folders, "electronics", fill), folders.mktemp(name)), of


def taken_in(shop: Shop, file: Path, *words: str) -> int:
    """Import a file, all of it; give the number of its lines."""
    told = shop.command("import", str(file), *words, "--json")
    lines: dict[str, int] = json.loads(told)["lines"]
    assert set(lines) == {"stored"}, told
    shop.settle()
    return lines["stored"]


def _kept(
    folders: pytest.TempPathFactory, name: str, fill: Callable[[Shop, Path], None]
) -> Path:
    def make(folder: Path) -> None:
        shop = Shop(folder / "data").start()
        fill(shop, folder)
        assert shop.stop() == 0

    return kept(folders, name, make)


def _copied(made: Path, folder: Path) -> Shop:
    shutil.copytree(made / "data", folder / "data")
    return Shop(folder / "data").start()
