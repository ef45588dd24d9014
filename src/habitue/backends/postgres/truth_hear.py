"""Hears what another process tells: where the log ends, and what else is asked for."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import psycopg

CHANNEL = "habitue_log"
RETRY_S = 1.0

OnHead = Callable[[int], None]


async def hear(
    url: str,
    on_head: OnHead,
    *,
    also: Mapping[str, OnHead] | None = None,
    retry_s: float = RETRY_S,
) -> None:
    """Call back with the log's last offset, at once and whenever it has grown.

    also: other channels, and whom to call with the offsets that are told there.

    Runs until it is cancelled; where the server goes away it asks again.
    """
    while True:
        try:
            await _hear(url, {**(also or {}), CHANNEL: on_head})
        except psycopg.Error:
            # Nothing is lost: the head is asked for when the server is back, and
            # the truth itself says what ails it.
            await asyncio.sleep(retry_s)


async def _hear(url: str, calls: Mapping[str, OnHead]) -> None:
    db: psycopg.AsyncConnection[tuple[Any, ...]]
    db = await psycopg.AsyncConnection.connect(url, autocommit=True)
    async with db:
        for channel in calls:
            await db.execute(f"LISTEN {channel}")
        # After LISTEN, so that nothing falls between the two.
        cursor = await db.execute('SELECT coalesce(max("offset"), 0) FROM truth.record')
        row = await cursor.fetchone()
        calls[CHANNEL](row[0] if row else 0)
        async for notice in db.notifies():
            calls[notice.channel](int(notice.payload))
