"""The JSON door: requests, keys, limits and answers."""

import base64
import gzip
import json
import tracemalloc
import zlib
from pathlib import Path

import pytest

from habitue.access.permission import Role
from habitue.base.clock import MINUTE_US
from habitue.base.errors import StorageError
from habitue.model.source import Source, Writer
from tests.collect.shop import Shop, open_shop, track


def test_one_event_gets_one_outcome_with_its_offset(shop: Shop) -> None:
    reply = shop.post(track(userId="u1"))

    assert reply.status == 200
    [result] = reply.results
    assert result["outcome"] == "stored"
    assert shop.at(result["offset"]).identifiers == (("user_id", "u1"),)


def test_a_batch_gets_its_outcomes_in_order(shop: Shop) -> None:
    batch = [
        track(messageId="m1"),
        {"type": "teapot"},
        track(messageId="m1"),
        "text",
        track(messageId="m2"),
    ]

    reply = shop.post({"batch": batch})

    assert reply.outcomes == [
        "stored",
        "quarantined",
        "duplicate",
        "quarantined",
        "stored",
    ]
    assert reply.results[1]["reason"] == "type_unknown"
    assert reply.results[2]["offset"] == reply.results[0]["offset"]


def test_a_list_of_events_is_a_batch(shop: Shop) -> None:
    assert shop.post([track(), track()]).outcomes == ["stored", "stored"]


def test_an_empty_batch_has_no_outcomes(shop: Shop) -> None:
    assert shop.post({"batch": []}).data == {"results": []}


def test_a_path_with_a_slash_at_its_end_is_the_same(shop: Shop) -> None:
    assert shop.collector.serves("/api/v1/events")
    assert shop.collector.serves("/api/v1/events/")
    assert not shop.collector.serves("/api/v1/eventss")


@pytest.mark.parametrize(
    "headers",
    [
        lambda key: {"Authorization": f"Bearer {key}"},
        lambda key: {"Authorization": f"bearer   {key}"},
        lambda key: {
            "Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()
        },
        lambda key: {"X-Write-Key": key},
        # React Native sends a token of its own and the key in the body; the first
        # that is known counts.
        lambda key: {"Authorization": "Bearer other", "X-Write-Key": key},
    ],
    ids=["bearer", "bearer in small letters", "basic", "write key", "second"],
)
def test_a_key_is_found_in_the_headers(shop: Shop, headers: object) -> None:
    told = headers(shop.keys["server"])  # type: ignore[operator]

    assert shop.post(track(), key="", headers=told).status == 200


def test_a_key_is_found_in_the_body(shop: Shop) -> None:
    key = shop.keys["web"]

    assert shop.post({"writeKey": key, "batch": [track()]}, key="").status == 200
    assert shop.post({"writeKey": key, **track()}, key="").status == 200


def test_a_key_is_found_in_the_address(shop: Shop) -> None:
    reply = shop.post(track(), key="", query=f"x=1&writeKey={shop.keys['web']}")

    assert reply.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer nobody's"},
        {"Authorization": "Basic %%%"},
        {"Authorization": "Bearer " + "x" * 10_000},
        {"Authorization": "Bearer \xff\xfe"},
    ],
)
def test_an_unknown_key_is_401_and_nothing_is_counted(
    shop: Shop, headers: dict[str, str]
) -> None:
    reply = shop.post(track(), key="", headers=headers)

    assert reply.status == 401
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.data["reason"] == "key_unknown"
    assert shop.events() == []


def test_who_tries_many_keys_is_made_to_wait(shop: Shop) -> None:
    for _ in range(60):
        shop.post(track(), key="")

    blocked = shop.post(track(), key="", client="192.0.2.200")
    elsewhere = shop.post(track(), key="", client="198.51.100.1")
    known = shop.post(track())

    assert (blocked.status, elsewhere.status, known.status) == (429, 401, 200)
    assert 0 < int(blocked.headers["retry-after"]) <= 60


def test_who_tried_many_keys_may_try_again_a_minute_later(shop: Shop) -> None:
    for _ in range(60):
        shop.post(track(), key="")

    shop.clock.move(MINUTE_US)

    assert shop.post(track(), key="").status == 401


@pytest.mark.parametrize("body", [b"", b"{", b"]", b"{]}", b"hello", b"{'a': 1}"])
def test_what_is_not_json_is_400(shop: Shop, body: bytes) -> None:
    reply = shop.send(body)

    assert reply.status == 400
    assert reply.data["reason"] == "not_json"


def test_a_batch_cut_off_in_its_middle_is_400(shop: Shop) -> None:
    whole = json.dumps({"batch": [track(), track()]}).encode()

    assert shop.send(whole[:-10]).status == 400


@pytest.mark.parametrize(
    "lies", [{}, {"Content-Encoding": "identity"}, {"Content-Type": "text/plain"}]
)
def test_gzip_is_seen_by_its_first_bytes(shop: Shop, lies: dict[str, str]) -> None:
    body = gzip.compress(json.dumps({"batch": [track()] * 3}).encode())

    assert shop.send(body, headers=lies).outcomes == ["stored"] * 3


def test_plain_json_said_to_be_gzip_is_read(shop: Shop) -> None:
    reply = shop.post(track(), headers={"Content-Encoding": "gzip"})

    assert reply.outcomes == ["stored"]


def test_several_gzip_members_are_one_body(shop: Shop) -> None:
    body = json.dumps(track()).encode()

    assert shop.send(gzip.compress(body[:9]) + gzip.compress(body[9:])).status == 200


def test_damaged_gzip_is_400(shop: Shop) -> None:
    packed = gzip.compress(json.dumps(track()).encode())

    assert shop.send(packed[:-12]).data["reason"] == "not_gzip"
    assert shop.send(packed[:4] + b"\xff" * 30).data["reason"] == "not_gzip"


def test_a_bomb_is_413_and_takes_no_memory(shop: Shop) -> None:
    squeeze = zlib.compressobj(1, wbits=31)
    bomb = b"".join(squeeze.compress(b" " * 2**20) for _ in range(200))
    bomb += squeeze.flush()
    tracemalloc.start()

    reply = shop.send(bomb)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reply.status == 413
    assert reply.data["reason"] == "inflated_too_big"
    assert peak < 120 * 2**20


def test_a_body_over_the_limit_is_413_whether_told_or_not(tmp_path: Path) -> None:
    with open_shop(tmp_path, wire_bytes_max=1_000) as shop:
        told = shop.send(b" " * 10, headers={"Content-Length": "1001"})
        streamed = shop.send(parts=[b" " * 600, b" " * 600])
        small = shop.post(track())

    assert (told.status, streamed.status, small.status) == (413, 413, 200)
    assert told.headers["connection"] == "close"


def test_items_beyond_2500_are_refused_and_the_batch_is_not(shop: Shop) -> None:
    reply = shop.post({"batch": [track(messageId=f"m{n}") for n in range(2_502)]})

    assert reply.outcomes == ["stored"] * 2_500 + ["refused"] * 2
    assert reply.results[-1]["reason"] == "batch_too_long"


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"0," * 2_000_000 + b"0]",
        b'{"batch":[' + b"{}," * 30_000 + b"NaN]}",
        b"[" + b"[]," * 25_001 + b"[]]",
    ],
    ids=["crumbs", "thirty thousand, one broken", "twenty-five thousand"],
)
def test_a_body_of_crumbs_is_turned_away_whole(shop: Shop, body: bytes) -> None:
    reply = shop.send(body)

    assert reply.status == 413
    assert reply.data["reason"] == "too_many_items"
    assert shop.events() == []


def test_outcomes_add_up_to_what_came(shop: Shop) -> None:
    items = [track(messageId="m1"), track(messageId="m1"), {"type": "x"}, 7, None]

    shop.post({"batch": items * 3})

    counts = shop.truth.counts(0)
    assert sum(count.items for count in counts if count.source == "server") == 15


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods_are_405(shop: Shop, method: str) -> None:
    reply = shop.send(method=method)

    assert reply.status == 405
    assert reply.headers["allow"] == "POST, HEAD, OPTIONS"


def test_who_looks_whether_the_door_is_there_stores_nothing(shop: Shop) -> None:
    reply = shop.send(key="", method="HEAD")

    assert (reply.status, reply.body) == (200, b"")
    assert shop.events() == []


def test_a_preflight_needs_no_key(shop: Shop) -> None:
    reply = shop.send(
        key="",
        method="OPTIONS",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,x-habitue-token",
        },
    )

    assert (reply.status, reply.body) == (204, b"")
    assert "content-length" not in reply.headers
    assert reply.headers["access-control-allow-origin"] == "https://shop.example"
    assert reply.headers["access-control-allow-credentials"] == "true"
    assert "x-habitue-token" in reply.headers["access-control-allow-headers"]
    assert reply.headers["vary"] == "Origin"


@pytest.mark.parametrize("key", ["web", ""])
def test_a_page_may_read_every_answer_and_its_retry_after(shop: Shop, key: str) -> None:
    reply = shop.post(track(), key=key, headers={"Origin": "https://shop.example"})

    assert reply.headers["access-control-allow-origin"] == "https://shop.example"
    assert reply.headers["access-control-expose-headers"] == "Retry-After"
    assert reply.headers["vary"] == "Origin"


def test_a_public_key_is_used_on_its_own_origins_only(shop: Shop) -> None:
    shop.add(
        Source(
            name="site",
            kind=Writer.PUBLIC,
            origins=("https://shop.example", "https://*.shop.example"),
        )
    )

    def status(origin: str) -> int:
        return shop.post(track(), "site", headers={"Origin": origin}).status

    assert status("https://shop.example") == 200
    assert status("https://m.shop.example") == 200
    assert status("https://evilshop.example") == 403
    assert status("https://shop.example.evil.example") == 403
    assert status("http://shop.example") == 403
    assert status("null") == 403


def test_a_foreign_origin_may_not_read_the_refusal(shop: Shop) -> None:
    shop.add(Source(name="site", kind=Writer.PUBLIC, origins=("https://a.example",)))

    reply = shop.post(track(), "site", headers={"Origin": "https://b.example"})

    assert "access-control-allow-origin" not in reply.headers


def test_wait_applied_tells_whether_the_profile_reflects_it(shop: Shop) -> None:
    first = shop.post(track(), query="wait=applied")
    shop.is_applied = False
    second = shop.post({"batch": [track(), track()]}, query="a=b&wait=applied")
    third = shop.post(track())

    assert first.data["applied"] is True
    assert second.data["applied"] is False
    assert second.outcomes == ["stored", "stored"]
    assert shop.waited_for == [first.results[0]["offset"], second.results[1]["offset"]]
    assert "applied" not in third.data


def test_wait_applied_has_nothing_to_wait_for_when_all_is_quarantined(
    shop: Shop,
) -> None:
    assert shop.post({"type": "x"}, query="wait=applied").data["applied"] is True
    assert shop.waited_for == []


def test_under_pressure_bulk_waits_first_and_tills_last(shop: Shop) -> None:
    shop.add(Source(name="bulk", historical=True))
    shop.add(Source(name="till", priority=0))

    def turned_away(pressure: float) -> set[str]:
        shop.pressure = pressure
        names = ("bulk", "web", "till")
        return {name for name in names if shop.post(track(), name).status == 429}

    assert turned_away(0.99) == set()
    assert turned_away(1.0) == {"bulk"}
    assert turned_away(1.5) == {"bulk", "web"}
    assert turned_away(4.9) == {"bulk", "web"}
    assert turned_away(5.0) == {"bulk", "web", "till"}


def test_a_request_turned_away_says_when_to_come_back(shop: Shop) -> None:
    shop.pressure = 3.0

    reply = shop.post(track())

    assert reply.status == 429
    assert int(reply.headers["retry-after"]) >= 1
    assert reply.data["reason"] == "overloaded"


def test_a_source_over_its_rate_waits_and_others_do_not(shop: Shop) -> None:
    shop.add(Source(name="noisy", events_per_s_max=10))

    first = shop.post({"batch": [track()] * 25}, "noisy")
    second = shop.post(track(), "noisy")
    other = shop.post(track())
    wait_s = int(second.headers["retry-after"])
    shop.clock.move(wait_s * 1_000_000)
    third = shop.post(track(), "noisy")

    assert (first.status, second.status, other.status, third.status) == (
        200,
        429,
        200,
        200,
    )
    assert wait_s == 2
    assert second.data["reason"] == "source_too_fast"


def test_a_full_queue_is_429(tmp_path: Path) -> None:
    class FullAppender:
        async def append(self, entries: object) -> object:
            from habitue.log.commit import Overloaded

            raise Overloaded(7)

    with open_shop(tmp_path) as shop:
        shop.collector._ports = _with_appender(shop, FullAppender())
        reply = shop.post(track())

    assert (reply.status, reply.headers["retry-after"]) == (429, "7")


def test_a_disk_that_fails_is_503(tmp_path: Path) -> None:
    class BrokenAppender:
        async def append(self, entries: object) -> object:
            raise StorageError("The disk is gone.")

    with open_shop(tmp_path) as shop:
        shop.collector._ports = _with_appender(shop, BrokenAppender())
        reply = shop.post(track())

    assert reply.status == 503
    assert reply.data["reason"] == "storage_failed"
    assert "retry-after" in reply.headers


def _with_appender(shop: Shop, appender: object) -> object:
    from msgspec import structs

    return structs.replace(shop.collector._ports, appender=appender)


def test_a_client_that_goes_away_gets_no_answer_and_stores_nothing(
    shop: Shop,
) -> None:
    reply = shop.send(b'{"type":', disconnects=True)

    assert reply.status == 0
    assert shop.events() == []


def test_a_body_in_many_parts_is_one_body(shop: Shop) -> None:
    body = json.dumps(track()).encode()

    assert shop.send(parts=[body[n : n + 1] for n in range(len(body))]).status == 200


def test_answers_are_never_cached(shop: Shop) -> None:
    assert shop.post(track()).headers["cache-control"] == "no-store"


def test_what_was_not_used_is_counted_by_source_and_reason(shop: Shop) -> None:
    shop.post({"batch": [track(userId="guest"), track(userId="guest")]})

    assert shop.collector.unused["server", "blocked"] == 2


def test_an_operator_writes_under_a_source_of_its_own(shop: Shop) -> None:
    shop.keys["anna"] = shop.runner.run(shop.sources.add_operator("anna", Role.AGENT))

    event = shop.event(track(userId="u1"), "anna")

    assert (event.writer, event.operator, event.verified) == ("operator", "anna", True)
