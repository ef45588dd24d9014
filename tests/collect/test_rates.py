"""How much may come in a second, and from whom: rates, tries, and who waits first."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.base.clock import SECOND_US
from habitue.collect.dialects.own import PATH
from habitue.collect.limits import Limits
from habitue.collect.pace import Addresses, Bucket, Failures, block_of, house_of
from habitue.model.source import Source, Writer
from tests.collect.driver import Reply, ask, scope_of
from tests.collect.shop import NOW_US, Shop, track

LIMITS = Limits()
RATE = LIMITS.public_items_per_s_max
PER_ADDRESS = LIMITS.public_items_per_s_per_address_max
KEPT = LIMITS.public_quarantined_per_s_max
TRIES = 60


def batch(items: int) -> dict[str, Any]:
    return {"batch": [track()] * items}


def use_up(shop: Shop, rate: int = RATE) -> list[int]:
    """Send all that a source may in a second, from many addresses."""
    return [
        shop.post(batch(PER_ADDRESS), "web", client=f"198.51.100.{n}").status
        for n in range(rate // PER_ADDRESS)
    ]


def test_a_public_source_has_a_rate_though_none_is_set(shop: Shop) -> None:
    statuses = use_up(shop)
    over = shop.post(track(), "web")
    shop.clock.move(SECOND_US)
    later = shop.post(track(), "web")

    assert set(statuses) == {200}
    assert (over.status, over.data["reason"]) == (429, "source_too_fast")
    assert over.headers["retry-after"] == "1"
    assert f"{RATE} events a second" in over.data["detail"]
    assert later.status == 200


@pytest.mark.parametrize("bulk", [False, True], ids=["server", "import"])
def test_a_server_and_an_import_have_no_rate_of_their_own(
    shop: Shop, bulk: bool
) -> None:
    key = "server"
    if bulk:
        key = "import"
        shop.keys[key] = shop.runner.run(shop.sources.issue("web", bulk=True))

    statuses = [shop.post(batch(2_500), key).status for _ in range(3)]

    assert statuses == [200, 200, 200]


def at_once(shop: Shop, times: int, body: bytes, key: str = "") -> list[Reply]:
    """Send the same body so often that all requests are read before one is stored."""
    headers = {"Authorization": f"Bearer {shop.keys[key]}"} if key else {}

    async def all_of_them() -> list[Reply]:
        one = (ask(shop.collector, body, headers=headers) for _ in range(times))
        return await asyncio.gather(*one)

    return shop.runner.run(all_of_them())


def test_requests_at_once_share_one_rate(shop: Shop) -> None:
    shop.add(Source(name="noisy", events_per_s_max=10))

    replies = at_once(shop, 9, b'[{"type":"page"},{"type":"page"}]', "noisy")

    assert Counter(one.status for one in replies) == {200: 5, 429: 4}
    assert len(shop.events()) == 10


def test_a_batch_over_what_is_left_waits_whole(shop: Shop) -> None:
    shop.add(Source(name="noisy", events_per_s_max=10))
    shop.post(batch(4), "noisy")

    reply = shop.post(batch(7), "noisy")

    assert reply.status == 429
    assert len(shop.events()) == 4


def test_a_batch_larger_than_the_store_passes_a_full_one_and_is_owed() -> None:
    bucket = Bucket(10, 0)

    assert bucket.take(25, 0) == 0
    assert bucket.take(1, 0) == 2
    assert bucket.take(25, SECOND_US) == 2
    assert bucket.take(25, 3 * SECOND_US) == 0


def test_a_request_long_on_its_way_fills_no_second_store() -> None:
    bucket = Bucket(10, 10 * SECOND_US)

    assert bucket.take(10, 10 * SECOND_US) == 0
    assert bucket.take(1, 0) == 1
    assert bucket.take(1, 10 * SECOND_US) == 1


def test_few_unusable_items_of_a_public_key_are_kept(shop: Shop) -> None:
    reply = shop.post({"batch": [{"type": "x"}] * (KEPT + 5) + [track()]}, "web")
    shop.clock.move(SECOND_US)
    later = shop.post({"type": "x"}, "web")

    assert reply.outcomes == ["quarantined"] * KEPT + ["refused"] * 5 + ["stored"]
    assert reply.results[KEPT]["reason"] == "too_many_unusable"
    assert later.outcomes == ["quarantined"]
    assert len(shop.truth.quarantined(0, 1_000)) == KEPT + 1
    counts = shop.truth.counts(0)
    assert sum(one.items for one in counts if one.source == "web") == KEPT + 7


def test_all_unusable_items_of_a_server_are_kept(shop: Shop) -> None:
    reply = shop.post({"batch": [{"type": "x"}] * (KEPT + 5)})

    assert set(reply.outcomes) == {"quarantined"}


def test_the_key_of_an_import_gives_way_before_its_source(shop: Shop) -> None:
    shop.keys["import"] = shop.runner.run(shop.sources.issue("server", bulk=True))
    shop.pressure = 1.0

    assert shop.post(track(), "import").status == 429
    assert shop.post(track(), "server").status == 200


def test_tries_at_once_do_not_slip_by_the_limit(shop: Shop) -> None:
    reading = 0

    async def receive() -> dict[str, Any]:
        nonlocal reading
        reading += 1
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses[message["status"]] += 1

    async def all_of_them() -> None:
        scope = {
            "method": "POST",
            "path": PATH,
            "query_string": b"",
            "headers": [],
        }
        told = {**scope, "client": ("192.0.2.7", 1)}
        calls = (shop.collector(told, receive, send) for _ in range(TRIES + 40))
        await asyncio.gather(*calls)

    statuses: Counter[int] = Counter()
    shop.runner.run(all_of_them())

    assert reading == TRIES
    assert statuses == {401: TRIES, 429: 40}


def test_who_has_a_key_in_the_body_is_no_failure(shop: Shop) -> None:
    item = {"writeKey": shop.keys["web"], **track()}

    statuses = {shop.post(item, key="").status for _ in range(TRIES + 10)}

    assert statuses == {200}


def test_who_goes_away_before_the_body_is_whole_is_no_failure(shop: Shop) -> None:
    for _ in range(TRIES + 10):
        shop.send(b"{", key="", disconnects=True)

    assert shop.post(track(), key="").status == 401


def test_a_try_is_forgiven_in_its_own_minute_only() -> None:
    failures = Failures(per_minute_max=2)
    for now_us in (0, 60 * SECOND_US, 60 * SECOND_US):
        failures.add("192.0.2.7", now_us)

    failures.forgive("192.0.2.7", 0)
    held = failures.wait_s("192.0.2.7", 60 * SECOND_US)
    failures.forgive("192.0.2.7", 60 * SECOND_US)

    assert held == 60
    assert failures.wait_s("192.0.2.7", 60 * SECOND_US) == 0


def test_a_public_source_keeps_the_rate_it_was_given(shop: Shop) -> None:
    shop.add(Source(name="site", kind=Writer.PUBLIC, events_per_s_max=2))

    statuses = [shop.post(track(), "site").status for _ in range(3)]

    assert statuses == [200, 200, 429]


@pytest.mark.parametrize("reason", ["overloaded", "source_too_fast"])
def test_who_has_to_wait_is_told_so_before_a_body_is_read(
    shop: Shop, reason: str
) -> None:
    if reason == "overloaded":
        shop.pressure = 5.0
    else:
        use_up(shop)
    asked: list[None] = []
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        asked.append(None)
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"authorization", b"Bearer " + shop.keys["web"].encode())]
    scope = {
        "method": "POST",
        "path": PATH,
        "query_string": b"",
        "headers": headers,
    }
    shop.runner.run(shop.collector(scope, receive, send))

    assert sent[0]["status"] == 429
    assert reason.encode() in sent[1]["body"]
    assert asked == []


@pytest.mark.parametrize("pressure", [0.9, 1.0, 1.5, 4.9, 5.0])
@pytest.mark.parametrize("key", ["web", "till", "import", "nobody"])
@pytest.mark.parametrize("path", [PATH, f"{PATH}/", "/v1/batch", "/elsewhere"])
def test_who_is_turned_away_at_once_is_answered_as_the_door_would(
    shop: Shop, path: str, key: str, pressure: float
) -> None:
    shop.add(Source(name="till", priority=0))
    bulk = shop.runner.run(shop.sources.issue("web", bulk=True))
    shop.keys |= {"import": bulk, "nobody": "k"}
    shop.pressure = pressure
    headers = {
        "authorization": f"Bearer {shop.keys[key]}",
        "origin": "https://shop.example",
    }
    scope = scope_of("POST", path, headers=headers)

    told = shop.collector.turn_away(scope)

    reply = shop.runner.run(
        ask(shop.collector, b'{"batch": []}', path=path, headers=headers)
    )
    if told is None:
        assert reply.status != 429
        return
    status, lines, body = told
    assert (status, body) == (reply.status, reply.body)
    assert {name.decode(): value.decode() for name, value in lines} == reply.headers
    assert shop.collector.turned_away == {"overloaded": 2}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_brings_no_events_is_never_turned_away_at_once(
    shop: Shop, method: str
) -> None:
    shop.pressure = 9.0
    headers = {"authorization": f"Bearer {shop.keys['web']}"}

    assert shop.collector.turn_away(scope_of(method, PATH, headers=headers)) is None
    assert shop.collector.turn_away(scope_of("POST", PATH, headers=headers)) is not None


def test_a_flooding_address_waits_while_another_is_served(shop: Shop) -> None:
    shop.post(batch(PER_ADDRESS), "web", client="192.0.2.7")
    for _ in range(RATE // PER_ADDRESS):
        flood = shop.post(batch(PER_ADDRESS), "web", client="192.0.2.7")
    visitor = shop.post(track(), "web", client="192.0.2.8")
    shop.clock.move(SECOND_US)
    later = shop.post(track(), "web", client="192.0.2.7")

    assert (flood.status, flood.data["reason"]) == (429, "address_too_fast")
    assert flood.headers["retry-after"] == "1"
    assert f"{PER_ADDRESS} events a second" in flood.data["detail"]
    assert visitor.status == 200
    assert later.status == 200


def test_the_rate_of_an_address_holds_for_a_key_in_the_body(shop: Shop) -> None:
    item = {**batch(PER_ADDRESS), "writeKey": shop.keys["web"]}

    statuses = [shop.post(item, key="").status for _ in range(2)]

    assert statuses == [200, 429]


def test_a_server_has_no_rate_by_address(shop: Shop) -> None:
    shop.add(Source(name="erp", events_per_s_max=10 * PER_ADDRESS))

    statuses = [shop.post(batch(PER_ADDRESS), "erp").status for _ in range(3)]

    assert statuses == [200, 200, 200]


def test_what_the_source_has_no_room_for_is_not_the_addresses(shop: Shop) -> None:
    shop.add(Source(name="site", kind=Writer.PUBLIC, events_per_s_max=2))
    shop.post(track(), "site")
    refused = [shop.post(batch(2), "site").data["reason"] for _ in range(PER_ADDRESS)]

    assert set(refused) == {"source_too_fast"}
    assert shop.post(batch(PER_ADDRESS - 1), "web").status == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.7", "192.0.2.8", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("x" * 64 + "1", "x" * 64 + "2", True),
    ],
)
def test_an_address_of_ipv6_is_its_house(one: str, other: str, same: bool) -> None:
    assert (house_of(one) == house_of(other)) is same


@given(st.lists(st.tuples(st.integers(1, 25), st.integers(0, 3 * SECOND_US))))
def test_an_address_has_the_rate_of_a_bucket(asked: list[tuple[int, int]]) -> None:
    bucket, addresses, now_us = Bucket(10, NOW_US), Addresses(10), NOW_US
    for items, passed_us in asked:
        now_us += passed_us // 100_000 * 100_000
        assert addresses.take("a", items, now_us) == bucket.take(items, now_us)


def test_who_was_turned_away_is_known_until_one_item_may_come() -> None:
    addresses = Addresses(10)
    before = addresses.wait_s("a", 0)
    addresses.take("a", 10, 0)
    addresses.take("a", 5, 0)

    assert before == 0
    assert addresses.wait_s("a", 0) == 1
    assert addresses.wait_s("b", 0) == 0
    assert addresses.wait_s("a", SECOND_US // 10) == 0


def test_addresses_without_end_are_forgotten_the_silent_first() -> None:
    addresses = Addresses(1)
    for house in ("loud", "silent"):
        addresses.take(house, 5, 0)
    for n in range(20_000):
        assert addresses.take("loud", 1, 0) == 5
        addresses.take(str(n), 1, 0)

    assert len(addresses) <= 10_000
    assert addresses.take("silent", 1, 0) == 0


def test_clients_of_ipv4_on_a_socket_of_ipv6_are_not_one_block() -> None:
    assert block_of("::ffff:192.0.2.7") == "192.0.2.0/24"
    assert block_of("::ffff:198.51.100.1") == "198.51.100.0/24"
