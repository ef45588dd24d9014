"""One request or one event, and what it must not do to everybody else."""

import gzip
import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.shop import Shop, identify, track

pytestmark = pytest.mark.proof("T28")

# An answer takes milliseconds; the attacks below once took minutes to days.
PATIENCE_S = 8
BAD_NUMBER = "9e9999999"


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Shop]]:
    started: list[Shop] = []
    yield started
    for one in started:
        if one.process.poll() is None:
            # What hangs would not hear a polite signal.
            one.kill()


@pytest.fixture
def shop(shops: list[Shop], tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The running shop; another one if an attack has brought it down."""
    if not shops or not is_well(shops[-1]):
        if shops:
            shops[-1].kill()
        shops.append(Shop(tmp_path_factory.mktemp("shop") / "data").start())
        shops[-1].source("crm")
        shops[-1].source("web", "public")
    return shops[-1]


def is_well(shop: Shop) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return not json.loads(connection.getresponse().read())["lag_records"]
    except OSError:
        return False
    finally:
        connection.close()


def post(shop: Shop, body: bytes, **headers):
    """Send a body, and wait for the answer as long as patience lasts."""
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=PATIENCE_S)
    try:
        connection.request("POST", "/api/v1/events", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_quotes_that_never_end_are_read_once(shop: Shop):
    assert post(shop, b'"' + b'\\"' * 250_000) == 400


def test_a_thousand_beginnings_of_tokens_are_searched_once(shop: Shop):
    item = b'{"type":"nothing","x":"%s"}' % (b"eyJ" * 20_000)
    body = b'{"batch":[%s]}' % b",".join([item] * 10)
    assert post(shop, body, authorization=f"Bearer {shop.keys['web']}") == 200


def test_gzip_of_many_empty_members_is_refused(shop: Shop):
    assert post(shop, gzip.compress(b"") * 200_000) in {400, 401, 413}


@pytest.mark.parametrize(
    "query", ["&".join(["writeKey=a"] * 21), "writeKey=" + "%ff" * 99]
)
def test_a_strange_query_is_the_senders_fault(shop: Shop, query):
    assert shop.request("POST", f"/api/v1/events?{query}", b"{}")[0] == 401


def test_a_length_of_thousands_of_digits_is_the_senders_fault(shop: Shop):
    head = b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: %s2\r\n\r\n{}"
    with socket.create_connection(("127.0.0.1", shop.port), PATIENCE_S) as raw:
        raw.sendall(head % (b"0" * 5_000))
        assert raw.recv(12) not in {b"", b"HTTP/1.1 500"}


def test_a_number_no_decimal_holds_breaks_no_page_and_no_export(shop: Shop):
    before = shop.api("GET", "/readyz")["faults"]
    told = {"order_id": "n", "total": BAD_NUMBER, "currency": "GBP"}
    shop.send("web", track("Order Completed", told, anonymousId="number"))

    assert shop.api("GET", "/readyz")["faults"] == before
    assert shop.names("anonymous_id:number") == ["Order Completed"]
    headers = {"authorization": f"Bearer {shop.token()}"}
    assert shop.request("GET", "/api/v1/export/events", headers=headers)[0] == 200


def test_a_strangers_event_takes_no_receipt_off_its_buyer(shop: Shop):
    phone = {"phone": "+442079460018"}
    lines = [{"product_id": "x", "quantity": BAD_NUMBER, "price": "1"}]
    told = {"order_id": "1", "total": "1", "currency": "GBP", "products": lines}
    moment = "2026-01-05T00:00:00Z"
    poison = track("Order Completed", told, identifiers=phone, timestamp=moment)
    shop.send("web", poison)
    for day in (11, 12, 13):
        receipt = {"receipt_id": f"r{day}", "total": "10", "currency": "GBP"}
        moment = f"2026-01-{day}T00:00:00Z"
        told = track("Receipt Issued", receipt, identifiers=phone, timestamp=moment)
        shop.send("crm", told)
    before = shop.api("GET", "/api/v1/totals")["rows"]

    # The number is passed on: what was told of it is folded again.
    for day, who in (("02", "old"), ("03", "new")):
        owner = {"user_id": who, **phone}
        moment = f"2026-01-{day}T12:00:00Z"
        shop.send("crm", identify(identifiers=owner, timestamp=moment))

    assert shop.api("GET", "/api/v1/totals")["rows"] == before != []


def test_a_device_told_backwards_does_not_stop_the_shop(shop: Shop):
    now = datetime.now(UTC)
    batch = [
        track(
            "Viewed",
            anonymousId="d",
            userId=f"u{number % 2}",
            timestamp=(now - timedelta(seconds=10 * number)).isoformat(),
        )
        for number in range(500)
    ]
    shop.send("web", *batch, wait=False)

    last = {"batch": [{**track("Paid", userId="other"), "messageId": "last"}]}
    headers = {"authorization": f"Bearer {shop.keys['crm']}"}
    path, body = "/api/v1/events?wait=applied", json.dumps(last).encode()
    for _ in range(PATIENCE_S):
        status, _, raw = shop.request("POST", path, body, headers)
        if status == 200 and json.loads(raw)["applied"]:
            break
        if status == 429:
            time.sleep(1)
    assert json.loads(raw).get("applied") is True


def test_a_token_file_cut_short_opens_nothing(tmp_path: Path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    (folder / "operator.token").touch(0o600)
    running = Shop(folder)
    running.token = lambda: "none"
    try:
        running.start()
        headers = {"authorization": b"Bearer \xa0"}
        status = running.request("GET", "/api/v1/people", headers=headers)[0]
    except AssertionError:
        # It says why and does not start, which is as good.
        status = 401 if running.process.poll() is not None else 0
    finally:
        if running.process.poll() is None:
            running.kill()
    assert status == 401


def test_a_replay_is_done_once_whoever_else_replays(shop: Shop):
    item = {"type": "nonsense", "messageId": "mended", "userId": "u"}
    kept = shop.send("crm", item)[0]["quarantine_id"]
    path = f"/api/v1/quarantine/{kept}/replay"
    mended = [
        {**track("Mended", userId="u"), "messageId": f"mended{n}"} for n in (1, 2)
    ]
    with ThreadPoolExecutor(2) as pool:
        told = [{"original": json.dumps(one)} for one in mended]
        answers = list(pool.map(lambda body: shop.api("POST", path, body), told))

    assert sorted(one["outcome"] for one in answers) == ["duplicate", "stored"]


def test_a_conflict_replayed_stays_one_item(shop: Shop):
    for number in (1, 2):
        item = track("Viewed", {"n": number}, userId="u", messageId="twice")
        result = shop.send("crm", item)[0]
    before = shop.outcomes("crm")
    for _ in range(3):
        shop.api("POST", f"/api/v1/quarantine/{result['quarantine_id']}/replay", {})

    assert shop.outcomes("crm") == before


def at_once(shop: Shop, method: str, path: str, body: dict, times: int):
    """Send the same command several times at once; give (status, answer) of each."""
    headers = {
        "authorization": f"Bearer {shop.token()}",
        "content-type": "application/json",
    }
    told = json.dumps(body).encode()
    with ThreadPoolExecutor(times) as pool:
        sent = [
            pool.submit(shop.request, method, path, told, headers) for _ in range(times)
        ]
    return [(one.result()[0], json.loads(one.result()[2])) for one in sent]


def test_a_source_set_up_twice_at_once_is_set_up_once(shop: Shop):
    answers = at_once(shop, "POST", "/api/v1/sources", {"name": "app"}, 6)
    assert sorted(status for status, _ in answers) == [201] + [409] * 5


def test_a_merge_clicked_twice_is_undone_by_one_undo(shop: Shop):
    shop.send("crm", identify(userId="a"), identify(userId="b"))
    left, right = shop.id("user_id:a"), shop.id("user_id:b")
    answers = at_once(
        shop, "POST", "/api/v1/people/merge", {"left": left, "right": right}, 5
    )
    command = next(told["command"] for status, told in answers if status == 200)

    shop.api("POST", f"/api/v1/commands/{command}/undo", {})

    assert (shop.id("user_id:a"), shop.id("user_id:b")) == (left, right)
