"""Runs the process that reads an uploaded file, and hears what it tells."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import msgspec

from habitue.app.imports.format import Order, encode, read_told
from habitue.base.errors import ConflictError
from habitue.collect.files import FileError
from habitue.collect.files.streaming import environment

CHILD = "habitue.app.calling.upload_child"
# A line of the answer holds the first rows of a file, at the most.
_LINE_BYTES_MAX = 16 << 20
ENDED = "The process that read the file was ended. Try again."

Progress = Callable[[int, int], None]


async def carry_out(order: Order, progress: Progress = lambda _done, _all: None) -> Any:
    """Have an order carried out; give what was found.

    FileError where the file can't be read as it is; whoever stops waiting ends it.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", CHILD),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # A traceback may quote customers' data: it must not reach our log.
        stderr=asyncio.subprocess.DEVNULL,
        env=environment(),
        # A group of its own: it is ended with the process that it starts.
        start_new_session=True,
        limit=_LINE_BYTES_MAX,
    )
    try:
        return await _hear(process, encode(order), progress)
    finally:
        await _end(process)


async def _hear(
    process: asyncio.subprocess.Process, order: bytes, progress: Progress
) -> Any:
    asked, answers = process.stdin, process.stdout
    if asked is None or answers is None:
        raise ConflictError(ENDED)
    with contextlib.suppress(ConnectionError):
        asked.write(order)
        await asked.drain()
    asked.close()
    async for line in answers:
        try:
            told = read_told(line)
        except msgspec.MsgspecError:
            break
        if told.fault is not None:
            raise FileError(told.fault)
        if told.trouble is not None:
            raise ConflictError(told.trouble)
        if told.found is not None:
            return told.found
        progress(told.done, told.total)
    raise ConflictError(ENDED)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
