"""Who is turned away where requests are parsed, over a real socket."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import uvicorn

from habitue.app.serving.turning import TurningProtocol

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

SAID = b"come later"
TURNED = (429, [(b"retry-after", b"1"), (b"content-length", b"10")], SAID)


def post(path: bytes, body: bytes = b"{}", more: bytes = b"") -> bytes:
    length = b"content-length: %d\r\n" % len(body)
    return b"POST %b HTTP/1.1\r\nhost: shop\r\n%b%b\r\n%b" % (path, length, more, body)


def turn_away(scope: Any) -> Any:
    return TURNED if scope["path"] == "/pressed" else None


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer with what was told, once all of it is there."""
    told, more = b"", True
    while more:
        message = await receive()
        told, more = told + message["body"], message["more_body"]
    headers = [(b"content-length", b"%d" % len(told))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": told})


def talk(story: Talk) -> None:
    """Let a story talk to a server over a connection of its own."""

    async def run() -> None:
        config = uvicorn.Config(
            app,
            port=0,
            http=partial(TurningProtocol, turn_away),  # type: ignore[arg-type]
            lifespan="off",
            log_level="error",
            server_header=False,
            date_header=False,
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


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bytes]:
    """Read one answer: status, its other lines, body."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, _, lines = head.partition(b"\r\n")
    length = int(lines.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return int(first.split()[1]), lines, await reader.readexactly(length)


def test_it_is_answered_before_its_body_is_there_and_the_next_is_served() -> None:
    async def story(reader: Any, writer: Any) -> None:
        whole = post(b"/pressed", b"x" * 100_000)
        writer.write(whole[:200])
        status, lines, said = await answer(reader)
        assert (status, said) == (429, SAID)
        assert b"retry-after: 1\r\n" in lines
        assert b"connection" not in lines
        writer.write(whole[200:] + post(b"/open", b"mine"))
        assert (await answer(reader))[::2] == (200, b"mine")

    talk(story)


def test_who_wants_no_more_after_it_is_let_go() -> None:
    async def story(reader: Any, writer: Any) -> None:
        writer.write(post(b"/pressed", more=b"connection: close\r\n"))
        status, lines, _ = await answer(reader)
        assert (status, b"connection: close\r\n" in lines) == (429, True)
        assert await reader.read() == b""

    talk(story)


def test_answers_come_in_the_order_of_what_was_asked_at_once() -> None:
    async def story(reader: Any, writer: Any) -> None:
        paths = [b"/pressed", b"/open", b"/open", b"/pressed", b"/open"] * 4
        writer.write(b"".join(post(path, b"%d" % at) for at, path in enumerate(paths)))
        for at, path in enumerate(paths):
            status, _, said = await answer(reader)
            # What waited behind another was begun by then: it is asked as ever.
            assert said in (
                (SAID, b"%d" % at) if path == b"/pressed" else (b"%d" % at,)
            )
            assert status == (429 if said == SAID else 200)

    talk(story)


def test_of_a_thousand_in_one_piece_sixteen_hold_the_loop() -> None:
    async def story(reader: Any, writer: Any) -> None:
        writer.write(post(b"/pressed") * 1_000)
        statuses = [(await answer(reader))[0] for _ in range(1_000)]
        assert statuses[:17] == [429] * 16 + [200]
        assert statuses.count(429) < 400

    talk(story)
