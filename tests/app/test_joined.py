"""What leaves a connection, and in how many pieces, over a real socket."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from habitue.app.desks.joined import Joined, JoiningProtocol
from tests.app.sockets import talk

GET = b"GET /%b HTTP/1.1\r\nhost: shop\r\n\r\n"
START = {"type": "http.response.start", "status": 200}


def body(data: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["path"] == "/slow":
        # The head must be there though the body is not, or nobody could wait for it.
        await send(START)
        await asyncio.sleep(0.05)
        await send(body(b"HTTP/1.1 \r\n\r\n", more=True))
        await asyncio.sleep(0.05)
        await send(body(b"last"))
        return
    await send({**START, "headers": [(b"content-length", b"5")]})
    await send(body(b"hello"))


asked = partial(talk, app, JoiningProtocol)


class Wire(asyncio.Transport):
    """A transport that keeps what it is given, write by write."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.written.append(b"closed")


HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"


def written(story: Callable[[Joined], Any]) -> list[bytes]:
    wire = Wire()

    async def run() -> None:
        story(Joined(wire))
        await asyncio.sleep(0)

    asyncio.run(run())
    return wire.written


def test_head_and_body_of_an_answer_are_one_write() -> None:
    assert written(lambda to: (to.write(HEAD), to.write(b"hello"))) == [HEAD + b"hello"]


def test_a_head_without_a_body_is_written_at_the_next_turn_or_the_end() -> None:
    assert written(lambda to: to.write(HEAD)) == [HEAD]
    assert written(lambda to: (to.write(HEAD), to.close())) == [HEAD, b"closed"]


def test_answers_to_requests_sent_at_once_come_whole_and_in_order() -> None:
    async def story(reader: Any, writer: Any) -> None:
        writer.write(GET % b"x" * 50)
        for _ in range(50):
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK\r\n")
            assert await reader.readexactly(5) == b"hello"

    asked(story)


def test_an_answer_told_bit_by_bit_begins_at_once() -> None:
    async def story(reader: Any, writer: Any) -> None:
        writer.write(GET % b"slow")
        head = await reader.read(65_536)
        assert head.endswith(b"\r\n\r\n")
        assert head.count(b"\r\n\r\n") == 1
        # Two chunks; the first one looks like a head and ends the wait for nothing.
        assert await reader.readexactly(18) == b"d\r\nHTTP/1.1 \r\n\r\n\r\n"
        assert await reader.readexactly(14) == b"4\r\nlast\r\n0\r\n\r\n"

    asked(story)
