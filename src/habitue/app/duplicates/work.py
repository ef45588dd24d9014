"""Work for a process of its own: people go in by portions, pairs come out."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable

import msgspec

from habitue.app.duplicates.framing import framed
from habitue.app.duplicates.order import Answer, Known, Wanted
from habitue.base.errors import HabitueError
from habitue.collect.files.streaming import environment

PORTION_PEOPLE = 500


class NotFoundOutError(HabitueError):
    """Duplicates could not be looked for."""


async def look(wanted: Wanted, people: Callable[[], AsyncIterator[Known]]) -> Answer:
    """Have duplicates looked for; it takes cores and minutes, so not in here.

    People are asked for as fast as the process takes them, so few are held at a time.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "habitue.app.duplicates.child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # A traceback may quote customers' data: it must not reach our log.
        stderr=asyncio.subprocess.DEVNULL,
        env=environment(),
    )
    try:
        told = await _converse(process, wanted, people())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    answer = msgspec.msgpack.decode(told, type=Answer) if told else Answer(fault=_ENDED)
    if answer.fault:
        raise NotFoundOutError(answer.fault)
    return answer


_ENDED = (
    "Duplicates could not be looked for: the process ended early, as one does that"
    " finds no memory."
)


async def _converse(
    process: asyncio.subprocess.Process, wanted: Wanted, people: AsyncIterator[Known]
) -> bytes:
    write, read = process.stdin, process.stdout
    if write is None or read is None:
        raise NotFoundOutError(_ENDED)
    try:
        write.write(framed(msgspec.msgpack.encode(wanted)))
        portion: list[Known] = []
        async for one in people:
            portion.append(one)
            if len(portion) == PORTION_PEOPLE:
                write.write(framed(msgspec.msgpack.encode(portion)))
                portion = []
                await write.drain()
        write.write(framed(msgspec.msgpack.encode(portion)) + framed(b""))
        await write.drain()
        write.close()
    except (BrokenPipeError, ConnectionResetError):
        return b""
    told = await read.read()
    return told if await process.wait() == 0 else b""
