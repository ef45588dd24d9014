"""A server of one app on a port of this machine, and one connection to it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

Story = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def talk(app: Any, http: Any, story: Story) -> None:
    """Let a story talk to a server of an app over a connection of its own.

    http: what makes the protocol that it speaks.
    """

    async def run() -> None:
        config = uvicorn.Config(
            app, port=0, http=http, lifespan="off", log_level="error"
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 uvicorn tells it by this alone
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.wait_for(story(reader, writer), 10)
        finally:
            writer.close()
            server.should_exit = True
            await serving

    asyncio.run(run())
