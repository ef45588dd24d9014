"""Collecting, on a running server: A1, A2, A7, A14."""

import gzip
import http.client
import json
import random
import socket
import threading

import pytest

from habitue.app.bench.sessions import SHOP
from habitue.app.bench.stages import arrivals
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import DAY_US, SystemClock
from habitue.collect.pipeline import take
from tests.acceptance.shop import Shop, identify, track

RECEIPT = {
    "receipt_id": "412-1",
    "store_id": "station",
    "till_id": "2",
    "cashier_id": "7",
    "total": "30.00",
    "currency": "GBP",
    "products": [
        {"product_id": "a", "quantity": 2, "price": "10.00"},
        {"product_id": "b", "quantity": 1, "price": "10.00"},
    ],
}


@pytest.mark.feature("A1", partly="on the timeline within a second: by habitue bench")
def test_a_batch_of_500_mixed_events_gives_a_result_per_item(shop: Shop):
    shop.source("web")
    makers = [
        lambda n: track("Product Viewed", {"product_id": str(n)}),
        lambda n: identify({"plan": n}),
        lambda n: {"type": "page", "name": f"page {n}"},
        lambda n: {"type": "screen", "name": f"screen {n}"},
        lambda n: {"type": "group", "groupId": f"g{n}"},
        lambda n: {"type": "track"},  # no name: quarantined
        lambda n: track("Big", {"text": "x" * 40_000}),
    ]
    items = [{**makers[n % 7](n), "userId": "u1"} for n in range(499)]
    items.append({"type": "alias", "userId": "u1", "previousId": "old"})

    results = shop.send("web", *items)

    assert len(results) == 500
    for at, result in enumerate(results[:499]):
        expected = "quarantined" if at % 7 in (5, 6) else "stored"
        assert result["outcome"] == expected
        assert (result.get("reason") is not None) == (expected == "quarantined")
    stored = sum(result["outcome"] == "stored" for result in results)
    assert len(shop.timeline("user_id:u1")) == stored
    outcomes = shop.outcomes("web")
    assert outcomes["received"] == 500
    assert outcomes["stored"] + outcomes["quarantined"] == 500


@pytest.mark.feature("A1")
def test_gzip_and_every_place_for_the_key_are_understood(shop: Shop):
    key = shop.source("web", "public")["key"]
    body = json.dumps(track("X", messageId="m1", anonymousId="d")).encode()
    basic = __import__("base64").b64encode(f"{key}:".encode()).decode()
    places = [
        ("/api/v1/events", {"authorization": f"Bearer {key}"}),
        ("/api/v1/events/", {"authorization": f"Basic {basic}"}),
        ("/api/v1/events", {"x-write-key": key}),
        (f"/api/v1/events?writeKey={key}", {}),
    ]
    for path, headers in places:
        for wire in (body, gzip.compress(body)):
            status, _, raw = shop.request("POST", path, wire, headers)
            assert status == 200, raw
    assert in_chunks(shop.port, key, body) == [200, 200]
    assert shop.outcomes("web") == {
        "received": 10,
        "stored": 1,
        "duplicate": 9,
        "quarantined": 0,
        "refused": 0,
    }


def in_chunks(port: int, key: str, body: bytes) -> list[int]:
    """Send a body twice over one connection, in chunks of no length told before."""
    head = f"POST /api/v1/events HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer {key}"
    parts = (body[:9], body[9:], b"")
    told = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        return [_status(connection, head, told) for _ in range(2)]


def _status(connection: socket.socket, head: str, chunks: bytes) -> int:
    connection.sendall(f"{head}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    connection.sendall(chunks)
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    answer.read()
    return answer.status


@pytest.mark.feature("A1")
@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"", {}, 400),
        (b'{"type":"track","event":"X"}', {"authorization": "Bearer nobody"}, 401),
        (b" " * 20_100_000, {}, 413),
    ],
)
def test_what_is_not_usable_at_all_gets_its_status(shop: Shop, body, headers, status):
    key = shop.source("web")["key"]
    headers = {"authorization": f"Bearer {key}", **headers}

    got, found, raw = shop.request("POST", "/api/v1/events", body, headers)

    assert got == status
    assert found["content-type"].startswith("application/problem+json")
    assert json.loads(raw)["detail"]


@pytest.mark.feature("A2")
def test_a_batch_sent_again_and_again_at_once_and_after_a_restart_counts_once(
    shop: Shop,
):
    shop.source("till")
    receipts = [
        track("Receipt Issued", {**RECEIPT, "receipt_id": f"r{n}"}, messageId=f"m{n}")
        for n in range(40)
    ]
    for receipt in receipts:
        receipt["identifiers"] = {"loyalty_card": "c1"}

    first = shop.send("till", *receipts)
    threads = [
        threading.Thread(target=shop.send, args=("till", *receipts)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shop.stop()
    shop.start()
    again = shop.send("till", *receipts)

    assert {one["outcome"] for one in first} == {"stored"}
    assert {one["outcome"] for one in again} == {"duplicate"}
    assert [one["offset"] for one in again] == [one["offset"] for one in first]
    outcomes = shop.outcomes("till")
    assert (outcomes["stored"], outcomes["duplicate"]) == (40, 160)
    assert shop.person("loyalty_card:c1")["computed"]["receipts"] == 40


@pytest.mark.feature("A2")
def test_what_came_two_days_ago_is_a_duplicate_when_it_comes_again(tmp_path):
    receipt = track("Receipt Issued", RECEIPT, messageId="m1", userId="u")
    then_us = SystemClock().now_us() - 2 * DAY_US
    taken = take(json.dumps(receipt).encode(), arrivals(then_us)[SHOP])
    shop = Shop(tmp_path / "data")
    truth = SqliteTruth(shop.folder / "truth.db")
    [first] = truth.commit([taken.entry], then_us)
    truth.close()

    shop.start()
    shop.source(SHOP)
    again = shop.send(SHOP, receipt)
    told = shop.person("user_id:u")
    shop.stop()

    assert [(one["outcome"], one["offset"]) for one in again] == [
        ("duplicate", first.offset)
    ]
    assert told["computed"]["receipts"] == 1


@pytest.mark.feature("A2")
def test_one_message_id_with_another_content_needs_fixing(shop: Shop):
    shop.source("web")
    shop.send("web", track("X", {"a": 1}, messageId="m", userId="u"))

    result = shop.send("web", track("X", {"a": 2}, messageId="m", userId="u"))[0]

    assert (result["outcome"], result["reason"]) == ("quarantined", "conflict")


@pytest.mark.feature("A7")
def test_late_doubled_and_shuffled_receipts_and_returns_give_the_totals_of_order(
    shop: Shop,
):
    shop.source("till")
    told = []
    for n in range(30):
        who = {"identifiers": {"loyalty_card": f"c{n % 3}"}} if n % 2 else {}
        receipt = {**RECEIPT, "receipt_id": f"r{n}"}
        time = f"2026-11-{1 + n % 20:02d}T10:00:00Z"
        told.append(
            track("Receipt Issued", receipt, messageId=f"r{n}", timestamp=time, **who)
        )
        if n % 5 == 0:
            back = {
                "return_id": f"b{n}",
                "receipt_id": f"r{n}",
                "total": "10.00",
                "currency": "GBP",
                "products": [{"product_id": "b", "quantity": 1, "price": "10.00"}],
            }
            told.append(
                track("Return Received", back, messageId=f"b{n}", timestamp=time, **who)
            )
    shuffled = told * 3
    random.Random(1).shuffle(shuffled)
    for at in range(0, len(shuffled), 10):
        shop.send("till", *shuffled[at : at + 10])

    rows = shop.api("GET", "/api/v1/totals")["rows"]
    sums = {}
    for row in rows:
        kind = sums.setdefault(row["kind"], [0, 0])
        kind[0] += row["objects"]
        kind[1] += row["amount_minor"]
    assert sums == {"receipt": [30, 90_000], "return": [6, 6_000]}
    unknown = sum(
        r["objects"] for r in rows if r["kind"] == "receipt" and not r["known_buyer"]
    )
    assert unknown == 15


@pytest.mark.feature("A7")
def test_receipts_of_which_85_percent_name_nobody_are_reported_whole(shop: Shop):
    shop.source("till")
    named = {"identifiers": {"loyalty_card": "c1"}}
    told = [
        track("Receipt Issued", {**RECEIPT, "receipt_id": f"r{n}"}, **who)
        for n in range(200)
        for who in [named if n % 20 < 3 else {}]
    ]
    shop.send("till", *told)

    sums = {True: [0, 0], False: [0, 0]}
    for row in shop.api("GET", "/api/v1/totals")["rows"]:
        sums[row["known_buyer"]][0] += row["objects"]
        sums[row["known_buyer"]][1] += row["amount_minor"]
    assert sums == {True: [30, 90_000], False: [170, 510_000]}
    assert shop.person("loyalty_card:c1")["computed"]["receipts"] == 30
    people = shop.api("GET", "/api/v1/people")["people"]
    assert len(people) == 1


@pytest.mark.feature(
    "A14", partly="no scenario, offer or webhook exists yet to be started"
)
def test_an_import_marks_its_events_as_history(shop: Shop, tmp_path):
    file = tmp_path / "receipts.csv"
    file.write_text(
        "receipt_id,date,customer_id,sku,quantity,price,currency\n"
        "1,2026-01-05T10:00:00,c1,a,2,10.00,GBP\n"
        "1,2026-01-05T10:00:00,c1,b,1,5.00,GBP\n"
        "2,2026-01-06T10:00:00,,a,1,10.00,GBP\n"
        "3,not a date,,a,1,10.00,GBP\n"
    )

    first = json.loads(
        shop.command("import", str(file), "--what", "receipts", "--json")
    )
    second = json.loads(
        shop.command("import", str(file), "--what", "receipts", "--json")
    )

    assert first["lines"] == {"stored": 3, "rejected": 1}
    assert second["lines"] == {"duplicate": 3, "rejected": 1}
    events = shop.timeline("customer_id:c1")
    assert [event["historical"] for event in events] == [True]
    assert shop.person("customer_id:c1")["computed"]["receipts"] == 1
