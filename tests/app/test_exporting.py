"""An export holds what the log holds, also what has not been applied yet."""

import asyncio
import json
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from habitue.app.desks.exporting import Exporting
from habitue.app.serving.engine import Engine
from habitue.base.clock import ManualClock
from habitue.base.sections import Data, Settings
from habitue.log.port import Entry
from tests.app.folded import NOW_US, event

# Litestar's word on how 3.0 will want bodies declared, at any start of the engine.
pytestmark = pytest.mark.filterwarnings("ignore:.*Reserved kwarg")


def write(engine: Engine, name: str) -> int:
    """Put an event of one and the same customer in the log; give its offset."""
    body = msgspec.json.encode(event("user_id:anna"))
    entry = Entry(source="web", message_id=name, body=body)
    (outcome,) = engine.truth.commit([entry], NOW_US)
    return outcome.offset


async def whose(engine: Engine, after: int) -> list[int | None]:
    """Export what lies behind an offset; give whose it is said to be."""
    assert engine.leader is not None
    page, _ = await Exporting(engine.leader).page("events", after, 100)
    return [json.loads(line)["person_id"] for line in page.splitlines()]


async def apply(engine: Engine, offset: int) -> None:
    assert engine.leader is not None
    engine.leader.projector.hear(offset)
    assert await engine.leader.projector.applied(offset)


def test_what_is_not_applied_yet_is_exported_without_a_person(tmp_path: Path) -> None:
    told = structs.replace(Settings(), data=Data(folder=tmp_path))

    async def seen() -> list[list[int | None]]:
        engine = Engine(told, ManualClock(NOW_US))
        await engine.start()
        first = write(engine, "m1")
        await apply(engine, first)
        anna = await whose(engine, first - 1)
        # Nothing is awaited between this and the export, so nothing is applied.
        second = write(engine, "m2")
        before = await whose(engine, first)
        await apply(engine, second)
        after = await whose(engine, first)
        await engine.stop()
        return [anna, before, after]

    anna, before, after = asyncio.run(seen())

    assert anna != [None]
    assert (before, after) == ([None], anna)
