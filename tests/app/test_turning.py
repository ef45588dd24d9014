"""Who is turned away where requests are parsed, over a real socket."""

import asyncio
from functools import partial
from typing import Any

import pytest

from habitue.app.serving.turning import TurningProtocol
from tests.app import sockets

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


talk = partial(sockets.talk, app, partial(TurningProtocol, turn_away))


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


@pytest.mark.parametrize("fold", [b"\r\n ", b"\r\n\t", b"\n", b"\r", b"\x00", b"\x0b"])
def test_what_is_said_back_of_a_header_begins_no_other(fold: bytes) -> None:
    def tells(scope: Any) -> Any:
        origin = dict(scope["headers"]).get(b"origin", b"")
        return 429, [(b"x-said", origin), (b"content-length", b"0")], b""

    async def story(reader: Any, writer: Any) -> None:
        writer.write(post(b"/", more=b"origin: a%bx-evil: 1\r\n" % fold))
        writer.write_eof()
        head = (await reader.read()).partition(b"\r\n\r\n")[0]
        assert head.startswith((b"HTTP/1.1 429", b"HTTP/1.1 400"))
        assert b"x-evil" not in {
            line.split(b":")[0].strip() for line in head.splitlines()
        }
        assert not any(code in head for code in (b"\x00", b"\x0b"))

    sockets.talk(app, partial(TurningProtocol, tells), story)


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
