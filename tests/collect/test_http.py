"""Bodies over the limit: how much is read before the answer."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from habitue.collect.http import Fault, Headers
from habitue.collect.limits import Limits
from habitue.collect.reading import Budget, bounds, discard, read_body

LIMITS = Limits(wire_bytes_max=1_000, keyless_wire_bytes_max=100, body_timeout_s=5)
TOLD: Headers = {b"content-length": b"1500"}


class Client:
    """Sends parts one after the other, then waits for ever."""

    def __init__(self, *sizes: int, ends: bool = True) -> None:
        self.sent = 0
        self._messages = self._make(sizes, ends)

    def _make(self, sizes: tuple[int, ...], ends: bool) -> Iterator[dict[str, Any]]:
        for at, size in enumerate(sizes, 1):
            more = not (ends and at == len(sizes))
            yield {"type": "http.request", "body": b" " * size, "more_body": more}

    async def receive(self) -> dict[str, Any]:
        message = next(self._messages, None)
        if message is None:
            await asyncio.Event().wait()
            raise AssertionError
        self.sent += len(message["body"])
        return message


def refused(client: Client, headers: Headers, *, known: bool = True) -> str:
    with pytest.raises(Fault) as told:
        read(client, headers, known=known)
    return told.value.reason


def read(client: Client, headers: Headers, *, known: bool) -> bytes:
    with Budget(LIMITS.bodies_bytes_max).claim(1.0) as claim:
        within = bounds(LIMITS, known=known)
        return asyncio.run(read_body(client.receive, headers, within, claim))


@pytest.mark.parametrize("headers", [TOLD, {}])
def test_a_client_may_finish_a_body_over_the_limit_before_it_is_told(
    headers: Headers,
) -> None:
    client = Client(500, 500, 400, 100)

    assert refused(client, headers) == "body_too_big"
    assert client.sent == 1_500


@pytest.mark.parametrize("headers", [TOLD, {}])
def test_so_may_one_whose_key_is_not_known(headers: Headers) -> None:
    client = Client(500, 500, 400, 100)

    assert refused(client, headers, known=False) == "keyless_too_big"
    assert client.sent == 1_500


@pytest.mark.parametrize("headers", [TOLD, {}])
def test_a_body_without_end_is_not_read_for_ever(headers: Headers) -> None:
    client = Client(*[500] * 100, ends=False)

    assert refused(client, headers) == "body_too_big"
    assert client.sent <= 3 * LIMITS.wire_bytes_max


def test_a_client_that_waits_for_our_word_is_told_at_once() -> None:
    client = Client(1_500)

    assert refused(client, {**TOLD, b"expect": b"100-continue"}) == "body_too_big"
    assert client.sent == 0


def test_a_client_that_stalls_is_not_waited_for() -> None:
    client = Client(100, ends=False)

    asyncio.run(discard(client.receive, 1_000, timeout_s=0.01))

    assert client.sent == 100


async def arrive_slowly(sizes: tuple[int, ...]) -> bytes:
    """Read a body whose parts come one by one, each after a while."""
    client = Client(*sizes)

    async def receive() -> dict[str, Any]:
        for _ in range(3):
            await asyncio.sleep(0.001)
        return await client.receive()

    with Budget(LIMITS.bodies_bytes_max).claim(1.0) as claim:
        return await read_body(receive, {}, bounds(LIMITS, known=True), claim)


@pytest.mark.parametrize("sizes", [(10,), (10, 20, 30), (0, 5, 0)])
def test_a_body_that_has_to_be_waited_for_is_read_whole(sizes: tuple[int, ...]) -> None:
    assert asyncio.run(arrive_slowly(sizes)) == b" " * sum(sizes)


def test_who_waits_for_a_body_can_be_stopped() -> None:
    async def stop() -> None:
        waiting = asyncio.create_task(arrive_slowly((10,) * 50))
        await asyncio.sleep(0.002)
        waiting.cancel()
        await waiting

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(stop())
