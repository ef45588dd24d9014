"""What a run of retention took away is waited for until the tables are rewritten."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import DAY_US, ManualClock
from habitue.log.port import Definition, Entry
from habitue.model.event import Event
from habitue.model.retention import RETENTION_RUN, RetentionClass, RetentionRun
from habitue.privacy import retain
from habitue.privacy.retain import Retaining
from habitue.privacy.scrub import Scrub, Scrubbed, unscrubbed_classes

NOON_US = 1_772_366_400_000_000
VISITS = RetentionClass(name="visits", days=90, types=("page",))


class Home:
    """A log with nothing beside it that would have to forget."""

    def __init__(self, folder: Path) -> None:
        self.truth = SqliteTruth(folder / "truth.db")
        self.clock = ManualClock(NOON_US)
        self.now_us = self.clock.now_us
        self.retaining = Retaining(self, self, self)

    def visit(self, number: int) -> None:
        event = Event(type="page", name="Start", at_us=self.now_us())
        body = msgspec.json.encode(event)
        entry = Entry(source="web", message_id=f"v{number}", body=body)
        self.truth.commit([entry], self.now_us())

    async def define(self, kind: str, name: str, body: bytes) -> Definition:
        return self.truth.define(kind, name, body, self.now_us())

    def definitions(self, kind: str) -> Sequence[Definition]:
        return self.truth.definitions(kind)

    async def run(self, job: Callable[[], Any]) -> Any:
        return job()

    async def settled(self) -> None: ...

    def forget(self, offsets: Sequence[int]) -> None: ...

    async def expire(self, offsets: Sequence[int]) -> None: ...

    async def clean(self) -> None: ...

    def waiting(self, last: Scrub | None) -> list[str]:
        held = self.truth.definitions(RETENTION_RUN)
        decode = msgspec.json.Decoder(RetentionRun).decode
        return unscrubbed_classes({one.name: decode(one.body) for one in held}, last)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    # Each run is noted, though it took nothing.
    monkeypatch.setattr(retain, "_RECORDS_A_ROUND", 0)
    made = Home(tmp_path)
    yield made
    made.truth.close()


def scrubbed(began_us: int) -> Scrub:
    return Scrub(
        by="olga",
        began_us=began_us,
        came=Scrubbed(tables=3, bytes=1, locked_s=0.1),
    )


def test_a_class_of_which_something_expired_waits_until_all_is_rewritten(
    home: Home,
) -> None:
    async def live() -> None:
        home.visit(1)
        await home.retaining.define(VISITS)
        assert await home.retaining.run("olga") == {"visits": 0}
        assert home.waiting(None) == []
        home.clock.move(91 * DAY_US)
        assert await home.retaining.run("olga") == {"visits": 1}
        assert home.waiting(None) == ["visits"]

        # Told otherwise, looked through again, and dropped: what it took was taken.
        home.clock.move(DAY_US)
        longer = msgspec.structs.replace(VISITS, days=91)
        await home.retaining.define(longer)
        for _ in range(2):
            assert await home.retaining.run("olga") == {"visits": 0}
        await home.retaining.drop("visits")
        assert home.waiting(None) == ["visits"]
        assert home.waiting(scrubbed(home.now_us())) == []

    asyncio.run(live())


def test_what_expires_while_all_is_rewritten_waits_for_the_next_time(
    home: Home,
) -> None:
    async def live() -> None:
        home.visit(1)
        await home.retaining.define(VISITS)
        home.clock.move(91 * DAY_US)
        began_us = home.now_us()
        home.clock.move(1)
        await home.retaining.run("olga")

        assert home.waiting(scrubbed(began_us)) == ["visits"]

    asyncio.run(live())
