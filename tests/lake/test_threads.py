"""What is to be written into the copy is written, whoever is broken off meanwhile."""

import asyncio
import threading
from collections.abc import Callable

from habitue.app.lake.threads import LakeThreads
from habitue.base.errors import StorageError


async def broken_off(work: Callable[[], None]) -> BaseException | None:
    """Have work wait behind other work, and break off who asked; say what they got."""
    threads, gate = LakeThreads(), threading.Event()
    before = asyncio.create_task(threads.write(gate.wait))
    asked = asyncio.create_task(threads.write(work))
    await asyncio.sleep(0)

    asked.cancel()
    await asyncio.sleep(0)
    gate.set()
    await before
    (got,) = await asyncio.gather(asked, return_exceptions=True)
    threads.close()
    return got


def test_what_waits_to_be_written_is_written_though_who_asked_is_broken_off() -> None:
    done: list[str] = []

    got = asyncio.run(broken_off(lambda: done.append("sealed")))

    assert isinstance(got, asyncio.CancelledError)
    assert done == ["sealed"]


def test_that_it_could_not_be_written_goes_before_that_it_was_broken_off() -> None:
    def fails() -> None:
        raise StorageError("No room.")

    got = asyncio.run(broken_off(fails))

    assert isinstance(got, StorageError)
