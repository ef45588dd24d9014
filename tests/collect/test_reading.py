"""Nothing that a request brings takes more time or memory than its size is worth."""

import asyncio
import gzip
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from habitue.collect.body import read_loosely
from habitue.collect.dialects.own import PATH
from habitue.collect.http import Fault
from habitue.collect.limits import Limits
from habitue.collect.reading import Budget
from tests.collect.shop import Shop, open_shop, track

LIMITS = Limits()
# Each of these takes hundredths of a second where it is linear, and more than ten
# seconds where it is not.
LINEAR_S = 4.0


@contextmanager
def linear() -> Iterator[None]:
    # Time of its own: what else the machine does is not counted.
    began = time.process_time()
    yield
    assert time.process_time() - began < LINEAR_S


@pytest.mark.parametrize(
    "body",
    [
        b'"' + b'\\"' * 100_000,
        b"[" + b'"' + b'\\"' * 100_000 + b"]",
        b'"' + b"a" * 100_000 + b"\\",
        b'{"a":' + b"[" * 800_000 + b'"",' * 300_000 + b"]",
    ],
    ids=["quotes", "quotes in a list", "a string cut off", "strings in the deep"],
)
def test_a_broken_body_is_gone_through_once(body: bytes) -> None:
    with linear():
        assert read_loosely(body) is None


@pytest.mark.parametrize(
    "text", ["eyJ" * 20_000, "eyJ." * 15_000, "-eyJ.a" * 10_000, "a" * 60_000]
)
def test_tokens_are_searched_for_once(shop: Shop, text: str) -> None:
    with linear():
        reply = shop.post({"batch": [{"type": "x", "writeKey": "k", "a": text}] * 9})

    assert set(reply.outcomes) == {"quarantined"}


@pytest.mark.parametrize("before", ["", "\n", "=", "Bearer ", "x", "eyJ "])
def test_a_token_is_kept_nowhere_whatever_stands_before_it(
    shop: Shop, before: str
) -> None:
    shop.post({"type": "x", "a": f"{before}eyJhbGci.eyJzdWIi.c2ln-_ and more"})

    [kept] = shop.truth.quarantined(0, 10)
    assert json.loads(kept.original)["a"] == f"{before}[removed] and more"


def test_a_gzip_of_many_members_is_413(shop: Shop) -> None:
    nothing, item = gzip.compress(b""), gzip.compress(json.dumps(track()).encode())

    few = shop.send(nothing * 63 + item)
    many = shop.send(nothing * 64 + item)
    with linear():
        assert shop.send(nothing * 800_000).status == 413

    assert few.outcomes == ["stored"]
    assert (many.status, many.data["reason"]) == (413, "too_many_members")


def test_members_larger_than_a_piece_are_one_body(shop: Shop) -> None:
    noise = bytes(range(256)) * 1_500
    text = json.dumps([{"type": "x", "a": noise.hex()[::-1] * 3}]).encode()
    packed = gzip.compress(text[:-5], 0) + gzip.compress(text[-5:], 0)

    assert shop.send(packed).results[0]["reason"] == "event_too_big"


def padded(size: int, **fields: Any) -> bytes:
    return json.dumps({**track(), **fields}).encode().ljust(size)


def test_a_body_is_small_until_a_key_is_known(shop: Shop) -> None:
    size, key = LIMITS.keyless_wire_bytes_max, shop.keys["web"]

    within = shop.send(padded(size, writeKey=key), key="")
    over = shop.send(padded(size + 1, writeKey=key), key="")
    known = shop.send(padded(size + 1), "web")
    queried = shop.send(padded(size + 1), key="", query=f"writeKey={key}")

    assert (within.status, known.status, queried.status) == (200, 200, 200)
    assert (over.status, over.data["reason"]) == (413, "keyless_too_big")
    assert "Authorization: Bearer KEY" in over.data["detail"]


def test_a_packed_body_is_small_until_a_key_is_known(shop: Shop) -> None:
    size, key = LIMITS.keyless_inflated_bytes_max, shop.keys["web"]

    within = shop.send(gzip.compress(padded(size, writeKey=key)), key="")
    over = shop.send(gzip.compress(padded(size + 1, writeKey=key)), key="")

    assert within.status == 200
    assert (over.status, over.data["reason"]) == (413, "keyless_too_big")


def test_a_body_that_does_not_come_is_408(tmp_path: Path) -> None:
    statuses: list[int] = []

    async def never() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 0))

    headers = [(b"authorization", b"Bearer none")]
    scope = {
        "method": "POST",
        "path": PATH,
        "query_string": b"",
        "headers": headers,
    }
    with open_shop(tmp_path, body_timeout_s=0) as shop:
        shop.runner.run(shop.collector(scope, never, send))

    assert statuses[0] == 408


def test_no_room_for_bodies_is_503_and_passes(shop: Shop) -> None:
    budget = shop.collector._budget
    with budget.claim(1.0) as others:
        others.take(LIMITS.bodies_bytes_max)
        full = shop.post(track())
    after = shop.post(track())

    assert (full.status, full.data["reason"]) == (503, "bodies_overflow")
    assert full.headers["retry-after"] == "1"
    assert after.status == 200


def test_strangers_leave_room_for_who_has_a_key(shop: Shop) -> None:
    item = {"writeKey": shop.keys["web"], **track()}
    with shop.collector._budget.claim(1.0) as others:
        others.take(LIMITS.bodies_bytes_max // 2)
        told = [shop.post(item, key).status for key in ("", "web", "server")]
        others.take(LIMITS.bodies_bytes_max * 3 // 8)
        more = [shop.post(item, key).status for key in ("", "web", "server")]

    assert told == [503, 200, 200]
    assert more == [503, 503, 200]


# A packed body tells when it was packed: without names of their own, two workers
# would collect two different tests.
@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", gzip.compress(b"{}", mtime=0), b"\x1f\x8b", b" " * 600_000],
    ids=["cut short", "no item", "packed", "packed cut short", "too long"],
)
@pytest.mark.parametrize("key", ["", "server"])
def test_what_was_held_is_given_back(shop: Shop, body: bytes, key: str) -> None:
    shop.send(body, key)
    shop.send(body, key, disconnects=True)

    assert shop.collector._budget.held == 0


@pytest.mark.parametrize("level", [6, 0], ids=["at once", "in a thread"])
def test_what_is_unpacked_counts_too(shop: Shop, level: int) -> None:
    packed = gzip.compress(padded(4_000_000), level)
    with shop.collector._budget.claim(1.0) as others:
        others.take(LIMITS.bodies_bytes_max - len(packed) - 1_000_000)
        full = shop.send(packed)

    assert full.data["reason"] == "bodies_overflow"


def test_all_that_is_held_is_within_the_budget() -> None:
    budget = Budget(1_000)
    with budget.claim(1.0) as one, budget.claim(1.0) as other:
        one.take(100)
        other.take(800)
        with pytest.raises(Fault, match="bodies_overflow"):
            one.take(101)
        one.take(100)
        assert budget.held == 1_000


def test_one_request_alone_always_fits() -> None:
    budget = Budget(1_000)
    with budget.claim(0.25) as claim:
        claim.take(2_000)
        assert budget.held == 2_000


def test_a_claim_that_is_over_takes_nothing() -> None:
    budget = Budget(1_000)
    with budget.claim(1.0) as claim:
        claim.take(10)

    with pytest.raises(Fault):
        claim.take(10)
    assert budget.held == 0


@pytest.mark.parametrize("fields", [21, 5_000])
def test_a_query_of_many_fields_is_searched_in_part(shop: Shop, fields: int) -> None:
    query = "&".join(["writeKey=a"] * fields)

    first = shop.post(track(), key="", query=f"writeKey={shop.keys['web']}&{query}")
    last = shop.post(track(), key="", query=f"{query}&writeKey={shop.keys['web']}")

    assert (first.status, last.status) == (200, 401)


@pytest.mark.parametrize("digits", [20, 5_000])
def test_a_length_of_too_many_digits_is_400(shop: Shop, digits: int) -> None:
    told = {"Content-Length": "2".rjust(digits, "0")}

    reply = shop.send(b"{}", headers=told)

    assert (reply.status, reply.data["reason"]) == (400, "length_unreadable")
