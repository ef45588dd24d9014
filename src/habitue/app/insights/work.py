"""Work for a process of its own: rows of a query become a report."""

import asyncio
import sys
from typing import Any

import msgspec

from habitue.app.insights.order import Made, Order
from habitue.base.errors import HabitueError, InvalidError
from habitue.collect.files.streaming import environment

View = dict[str, Any]


class ReportError(HabitueError):
    """A report could not be made."""


async def make(order: Order) -> View:
    """Have a report made; it takes the interpreter for longer than the loop may."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "habitue.app.insights.child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # A traceback may quote customers' data: it must not reach our log.
        stderr=asyncio.subprocess.DEVNULL,
        env=environment(),
    )
    try:
        told, _ = await process.communicate(msgspec.msgpack.encode(order))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise ReportError(
            "The report could not be made: its process ended early, as one does that"
            " finds no memory. Ask for fewer days."
        )
    made = msgspec.msgpack.decode(told, type=Made)
    if made.fault:
        raise InvalidError(made.fault)
    return made.view
