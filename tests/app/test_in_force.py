"""What a process goes by: read anew as the log grows, and doors with it."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from habitue.app.projection.reckoned import RECKONING
from habitue.app.serving import in_force
from habitue.app.serving.in_force import InForce
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.errors import StorageError
from habitue.base.settings import load
from habitue.identity.defining import SHOP
from habitue.log.port import Truth
from habitue.model.reckoning import Reckoning

NOW_US = 1_780_266_600_000_000
NOBODY: Any = None


class OpenDoors:
    """Doors that nothing comes through: what they were told to go by."""

    def __init__(self, rules: Any) -> None:
        self.rules = rules
        self.changes = 0

    def go_by(self, rules: Any) -> None:
        self.rules = rules
        self.changes += 1


class Counting:
    """Knows definitions; while it reads them first, what is given happens."""

    def __init__(self, happens: Any) -> None:
        self.reads = 0
        self._happens = happens

    def reload(self) -> None:
        self.reads += 1
        if self.reads == 1:
            self._happens()


@pytest.fixture
def truth(tmp_path: Path) -> Iterator[Truth]:
    with closing(SqliteTruth(tmp_path / "truth.db")) as made:
        yield made


def kept(truth: Truth, *known: Counting) -> tuple[InForce, Any]:
    told = InForce(truth, load({"shop.currency": "PEN"}, environ={}))
    doors: Any = OpenDoors(told.rules(NOBODY, NOBODY))
    told.keep(doors, known)
    return told, doors


def define(truth: Truth, currency: str) -> None:
    told = Reckoning(time_zone="Europe/Warsaw", currency=currency)
    truth.define(RECKONING, SHOP, msgspec.json.encode(told), NOW_US)


def test_doors_go_by_another_currency_and_by_nothing_where_nothing_changed(
    truth: Truth,
) -> None:
    told, doors = kept(truth)
    told.reload_rules()
    assert (doors.rules.currency, doors.changes) == ("PEN", 0)

    define(truth, "PLN")
    told.reload_rules()
    told.reload_rules()

    assert (doors.rules.currency, doors.changes) == ("PLN", 1)
    assert told.reckoning == Reckoning(time_zone="Europe/Warsaw", currency="PLN")


def test_what_is_defined_while_definitions_are_read_is_read_once_more(
    truth: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_force, "RELOAD_S", 0)
    one = Counting(lambda: (define(truth, "PLN"), told.hear()))
    told, doors = kept(truth, one)

    async def grow() -> None:
        told.hear()
        told.hear()
        await ended()

    asyncio.run(grow())

    assert (one.reads, doors.rules.currency) == (2, "PLN")


def test_a_log_that_cannot_be_read_for_once_is_read_when_it_grows_again(
    truth: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_force, "RELOAD_S", 0)

    def fail() -> None:
        raise StorageError

    one = Counting(fail)
    told, doors = kept(truth, one)
    define(truth, "PLN")

    async def grow() -> None:
        for _ in range(2):
            told.hear()
            await ended()

    asyncio.run(grow())

    assert (one.reads, doors.rules.currency) == (2, "PLN")


async def ended() -> None:
    """Wait until nothing is read any more."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others)
