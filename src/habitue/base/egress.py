"""The one place that connects to another machine, besides a database's driver.

Only addresses that a setting names are connected to: none by default, and
`habitue doctor egress` lists them.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

CONNECT_S = 10.0


class Line:
    """A connection that is written to, and nothing is awaited of."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer

    @property
    def stands(self) -> bool:
        """Say whether the other side has not ended it, as far as is known."""
        return not (self._reader.at_eof() or self._writer.is_closing())

    async def send(self, told: bytes) -> None:
        self._writer.write(told)
        await self._writer.drain()


@asynccontextmanager
async def line_to(host: str, port: int) -> AsyncIterator[Line]:
    """Connect to a place; OSError or TimeoutError if nobody is there."""
    async with asyncio.timeout(CONNECT_S):
        reader, writer = await asyncio.open_connection(host, port)
    try:
        yield Line(reader, writer)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
