"""Webhooks on a running server: A9, and the shops of A11 as far as they push."""

import base64
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.shop import Shop, card, identify, track
from tests.acceptance.test_catalog import check_rebuild

SECRET = "a-secret-that-we-agreed-on"
WOO = Path(__file__).parents[1] / "data" / "webhooks" / "woocommerce"
ORDER = json.loads((WOO / "order-created.json").read_text("utf-8"))["body_json"]
PBX = """
topic = "state"
id = { join = ["call", { const = "/" }, "state"] }

[[events]]
topics = ["up"]
event = "Call Started"
time = "at"
identifiers.phone = "caller"
[events.properties]
call_id = "call"
direction = { const = "inbound" }
phone = "caller"
"""
POLISH = {"country": "PL", "timeZone": "Europe/Warsaw"}


def hook(shop: Shop, name: str, provider: str, secret: str = SECRET, **more: Any):
    webhook = {"provider": provider, "secrets": [secret], **more}
    return shop.source(name, webhook=webhook, **POLISH)["webhook"]


def post(shop: Shop, name: str, body: bytes, headers: dict[str, str]):
    status, _, raw = shop.request("POST", f"/hooks/{name}", body, headers)
    return status, json.loads(raw)


def proof(body: bytes, secret: str = SECRET) -> str:
    mac = hmac.digest(secret.encode(), body, "sha256")
    return base64.b64encode(mac).decode()


def woo(shop: Shop, topic: str, body: Any, delivery: str, secret: str = SECRET):
    raw = json.dumps(body).encode()
    headers = {
        "content-type": "application/json",
        "x-wc-webhook-topic": topic,
        "x-wc-webhook-signature": proof(raw, secret),
        "x-wc-webhook-delivery-id": delivery,
    }
    return post(shop, "shop", raw, headers)


def shopify(shop: Shop, topic: str, body: Any, delivery: str):
    raw = json.dumps(body).encode()
    headers = {
        "content-type": "application/json",
        "x-shopify-topic": topic,
        "x-shopify-hmac-sha256": proof(raw),
        "x-shopify-webhook-id": delivery,
    }
    return post(shop, "shopify", raw, headers)


@pytest.fixture
def pbx(shop: Shop) -> Shop:
    hook(shop, "pbx", "secret", mapping=PBX)
    return shop


def call(shop: Shop, secret: str = SECRET, **told: Any):
    body = {"state": "up", "call": "c-1", "caller": "600 100 200", **told}
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
    return post(shop, "pbx", json.dumps(body).encode(), headers)


@pytest.mark.feature("A9")
def test_a_call_by_phone_is_on_the_profile_within_a_second(pbx: Shop):
    pbx.source("crm")
    pbx.send("crm", identify({"name": "Anna"}, identifiers={"phone": "+48600100200"}))
    begun = time.monotonic()

    status, told = call(pbx)
    while "Call Started" not in pbx.names("phone:+48600100200"):
        assert time.monotonic() - begun < 1
        time.sleep(0.005)

    assert (status, told["results"][0]["outcome"]) == (200, "stored")
    assert time.monotonic() - begun < 1
    assert pbx.person("phone:+48600100200")["name"] == "Anna"


@pytest.mark.feature("A9")
def test_a_wrong_signature_is_refused_counted_and_leaves_nothing(shop: Shop):
    hook(shop, "shop", "woocommerce")
    before = shop.api("GET", "/api/v1/log/verify")["records"]

    status, told = woo(shop, "order.created", ORDER, "d1", secret="another-secret")

    assert (status, told["reason"]) == (401, "signature_wrong")
    assert shop.api("GET", "/api/v1/log/verify")["records"] == before
    outcomes = shop.outcomes("shop")
    assert (outcomes["received"], outcomes["refused"]) == (1, 1)
    listed = shop.api("GET", "/api/v1/sources")["sources"]
    (source,) = [one for one in listed if one["name"] == "shop"]
    assert source["reasons"] == {"refused: signature_wrong": 1}


@pytest.mark.feature("A9")
def test_a_mapping_is_tried_on_a_sample_before_it_is_saved(pbx: Shop):
    before = pbx.api("GET", "/api/v1/log/verify")["records"]
    mended = PBX.replace('"caller"', '"from"').replace('"at"', '"when"')
    sample = {
        "provider": "secret",
        "mapping": mended,
        "country": "PL",
        "body": json.dumps({"state": "up", "call": "c-9", "from": "600 100 200"}),
    }

    told = pbx.api("POST", "/api/v1/webhooks/try", sample)

    (event,) = told["events"]
    assert event["event"]["name"] == "Call Started"
    assert event["event"]["identifiers"] == ["phone:+48600100200"]
    assert event["empty"] == ["time"]
    assert pbx.api("GET", "/api/v1/log/verify")["records"] == before
    assert pbx.person("phone:+48600100200") is None

    pbx.api("PUT", "/api/v1/sources/pbx/webhook", {"mapping": mended})
    status, _ = call(pbx, **{"from": "600 100 200", "caller": "600 999 999"})

    assert status == 200
    pbx.settle()
    assert pbx.names("phone:+48600100200") == ["Call Started"]


@pytest.mark.feature("A9")
def test_an_order_of_woocommerce_is_one_object_however_often_it_is_told(shop: Shop):
    hook(shop, "shop", "woocommerce")
    refund = {"id": 901, "reason": "too small", "total": "-109.90"}
    later = {**ORDER, "status": "completed", "date_modified_gmt": "2026-11-23T12:00:00"}
    back = {**later, "date_modified_gmt": "2026-11-24T09:00:00", "refunds": [refund]}
    told = [
        ("order.updated", back, "d3"),
        ("order.created", ORDER, "d1"),
        ("order.updated", later, "d2"),
    ]

    for topic, body, delivery in [*told, *told]:
        assert woo(shop, topic, body, delivery)[0] == 200
    shop.settle()

    anna = shop.person("email:anna.nowak@example.com")
    assert anna["name"] == "Anna Nowak"
    assert (
        anna["person_id"] == shop.id("phone:+48600100200") == shop.id("customer_id:26")
    )
    order, back_again = sorted(anna["orders"], key=lambda one: one["kind"])
    assert (order["amount"], order["status"]) == ("239.80 PLN", "completed")
    assert order["lines"][0]["quantity_milli"] == 2000
    assert (back_again["kind"], back_again["amount"]) == ("return", "109.90 PLN")
    computed = anna["computed"]
    assert (computed["orders"], computed["revenue"]["PLN"]["net"]) == (1, 12990)
    assert shop.outcomes("shop") == {
        "received": 8,
        "stored": 4,
        "duplicate": 4,
        "quarantined": 0,
        "refused": 0,
    }


@pytest.mark.feature("A9")
def test_an_order_that_waits_for_payment_is_money_when_it_is_paid(shop: Shop):
    hook(shop, "shop", "woocommerce")
    woo(shop, "order.created", {**ORDER, "status": "pending"}, "d1")
    shop.settle()
    assert shop.person("customer_id:26")["computed"]["orders"] == 0

    paid = {**ORDER, "date_modified_gmt": "2026-11-23T10:05:00"}
    woo(shop, "order.updated", paid, "d2")
    shop.settle()
    assert shop.person("customer_id:26")["computed"]["orders"] == 1

    gone = {**paid, "status": "cancelled", "date_modified_gmt": "2026-11-23T11:00:00"}
    woo(shop, "order.updated", gone, "d3")
    shop.settle()
    assert shop.person("customer_id:26")["computed"]["orders"] == 0


@pytest.mark.feature("A9")
def test_shopify_from_cart_to_refund(shop: Shop):
    hook(shop, "shopify", "shopify")
    recorded = Path(__file__).parents[1] / "data" / "webhooks" / "shopify"
    order = json.loads((recorded / "orders-paid.json").read_text())["body_json"]
    refund = json.loads((recorded / "refunds-create.json").read_text())["body_json"]
    customer = {**order["customer"], "updated_at": "2026-11-23T11:00:00+01:00"}
    product = {"id": 632910392, "title": "Sneakers", "vendor": "Acme"}
    cart = {"token": order["cart_token"], "line_items": order["line_items"]}

    for at, (topic, body) in enumerate(
        [
            ("customers/create", customer),
            ("products/update", product),
            ("carts/update", cart),
            ("checkouts/create", {**order, "token": order["checkout_token"]}),
            ("orders/create", order),
            ("orders/paid", order),
            ("refunds/create", refund),
        ]
    ):
        status, told = shopify(shop, topic, body, f"w{at}")
        assert (status, told["results"][0]["outcome"]) == (200, "stored"), topic
    shop.settle()

    anna = shop.person("email:anna.nowak@example.com")
    bought = {one["kind"]: one["amount"] for one in anna["orders"]}
    assert bought == {"order": "239.80 PLN", "return": "109.90 PLN"}
    assert {one["channel"] for one in anna["orders"] if one["kind"] == "order"} == {
        "pos"
    }
    (consent,) = [one for one in anna["consents"] if one["channel"] == "email"]
    assert consent["state"] == "granted"


def requests(shop: Shop) -> dict[tuple[str, str], dict[str, Any]]:
    """Give the requests that wait, by what is asked for and of whom."""
    found = shop.api("GET", "/api/v1/privacy/requests")["requests"]
    return {(one["asks"], one["scope"]): one for one in found}


@pytest.mark.feature("A9")
def test_the_privacy_topics_of_shopify_wait_until_they_are_acted_on(shop: Shop):
    hook(shop, "shopify", "shopify")
    shop.source("web", kind="public")
    folder = Path(__file__).parents[1] / "data" / "webhooks" / "shopify"
    for name in ("customers-data_request", "customers-redact"):
        told = json.loads((folder / f"{name}.json").read_text())
        topic = told["headers"]["X-Shopify-Topic"]
        for _ in range(2):
            shopify(shop, topic, told["body_json"], name)
    closed = {"shop_id": 954889, "shop_domain": "acme.myshopify.com"}
    shopify(shop, "shop/redact", closed, "w3")
    # Anybody can say so in a browser, of anybody.
    shop.send("web", track("Erasure Requested", {"request_id": "x"}, userId="anna"))
    shop.settle()

    names = [one["name"] for one in shop.timeline("customer_id:191167")]
    assert sorted(names) == ["Data Access Requested", "Erasure Requested"]
    of_customer = shop.id("customer_id:191167")
    waiting = requests(shop)
    assert {key: one["person_id"] for key, one in waiting.items()} == {
        ("access", "customer"): of_customer,
        ("erasure", "customer"): of_customer,
        ("erasure", "shop"): None,
    }
    found = json.loads(shop.command("doctor", "--json"))
    (seen,) = [one for one in found if one["what"] == "requests"]
    assert seen["grade"] == "look"
    assert "wait: 3, the oldest for 0 days" in seen["text"]

    number = waiting["erasure", "shop"]["request"]
    assert "acme.myshopify.com" in shop.command("privacy", "requests")
    shop.command("privacy", "answered", str(number), "--note", "the app is gone")
    shop.api("POST", f"/api/v1/privacy/requests/{number}/answer", {}, status=404)
    assert ("erasure", "shop") not in requests(shop)

    who = {"identifier": "customer_id:191167", "reason": "asked"}
    shop.api("POST", "/api/v1/privacy/erase", who)
    assert requests(shop) == {}
    check_rebuild(shop)
    assert requests(shop) == {}


@pytest.mark.feature("A9")
def test_a_provider_is_a_file_of_the_data_folder(shop: Shop):
    folder = shop.folder / "webhooks"
    folder.mkdir()
    (folder / "till-cloud.toml").write_text(
        """
title = "Till cloud"
topic = "kind"
id = "no"

[[signatures]]
scheme = "hmac"
at = ["header:X-Till-Proof"]
hash = "sha512"
encoding = "hex"
signed = ["header:X-Till-Time", "'|'", "body"]
timestamp = "header:X-Till-Time"

[kinds.till_guest]
role = "contact"
rank = 60

[[events]]
topics = ["sale"]
event = "Receipt Issued"
time = "at"
identifiers.till_guest = "guest"
[events.properties]
receipt_id = "no"
total = { path = "cents", as = "minor", currency = "coin" }
currency = "coin"
"""
    )
    told = {one["provider"] for one in shop.api("GET", "/api/v1/webhooks")["providers"]}
    assert "till-cloud" in told
    hook(shop, "till", "till-cloud")
    body = json.dumps(
        {"kind": "sale", "no": "r1", "guest": "G7", "cents": 1299, "coin": "EUR"}
    ).encode()
    now = str(int(time.time()))
    mac = hmac.digest(SECRET.encode(), now.encode() + b"|" + body, "sha512")

    status, _ = post(
        shop, "till", body, {"x-till-proof": mac.hex(), "x-till-time": now}
    )

    assert status == 200
    shop.settle()
    guest = shop.person("till_guest:G7")
    assert [one["amount"] for one in guest["orders"]] == ["12.99 EUR"]


def standard(shop: Shop, name: str, body: Any, secret: str, key: str):
    """Send a delivery signed as standardwebhooks.com says."""
    raw, now = json.dumps(body).encode(), str(int(time.time()))
    signed = f"{key}.{now}.".encode() + raw
    mac = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, "sha256")
    headers = {
        "webhook-id": key,
        "webhook-timestamp": now,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }
    return post(shop, name, raw, headers)


@pytest.mark.feature("A9")
def test_a_webhook_without_a_provider_is_a_standard_webhook(shop: Shop):
    made = shop.source("any", webhook={}, **POLISH)["webhook"]
    body = {"type": "Call Started", "data": {"email": "anna@example.com", "n": 1}}

    status, told = standard(shop, "any", body, made["secret"], "m1")
    again = standard(shop, "any", body, made["secret"], "m1")
    forged = standard(shop, "any", body, "whsec_" + "A" * 32, "m2")

    assert made["provider"] == "standard-webhooks"
    assert (status, told["results"][0]["outcome"]) == (200, "stored")
    assert again[1]["results"][0]["outcome"] == "duplicate"
    assert (forged[0], forged[1]["reason"]) == (401, "signature_wrong")
    shop.settle()
    assert shop.names("email:anna@example.com") == ["Call Started"]


@pytest.mark.feature("A9")
def test_a_file_that_tells_no_signatures_has_those_of_standard_webhooks(shop: Shop):
    folder = shop.folder / "webhooks"
    folder.mkdir()
    (folder / "desk.toml").write_text(
        """
title = "Help desk"
topic = "kind"

[[events]]
topics = ["opened"]
event = "Ticket Created"
identifiers.email = "who"
properties.ticket_id = "no"
"""
    )
    shop.api("GET", "/api/v1/webhooks")
    made = shop.source("desk", webhook={"provider": "desk"}, **POLISH)["webhook"]
    body = {"kind": "opened", "who": "anna@example.com", "no": "T1"}

    status, told = standard(shop, "desk", body, made["secret"], "m1")
    again = standard(shop, "desk", body, made["secret"], "m1")
    bare = post(shop, "desk", json.dumps(body).encode(), {})

    assert (status, told["results"][0]["outcome"]) == (200, "stored")
    assert again[1]["results"][0]["outcome"] == "duplicate"
    assert (bare[0], bare[1]["reason"]) == (401, "signature_missing")
    shop.settle()
    assert shop.names("email:anna@example.com") == ["Ticket Created"]


@pytest.mark.feature("A9")
def test_the_command_line_sets_a_shop_up_and_tries_a_sample(shop: Shop):
    told = json.loads(
        shop.command(
            *("source", "add", "shop", "--kind", "server", "--country", "PL"),
            *("--webhook", "woocommerce", "--json"),
        )
    )
    secret = told["webhook"]["secret"]
    assert told["webhook"]["path"] == "/hooks/shop"
    assert woo(shop, "order.created", ORDER, "d1", secret)[0] == 200
    shop.settle()
    assert shop.id("customer_id:26")

    sample = json.loads(
        shop.command(
            *("webhook", "try", "woocommerce", str(WOO / "order-created.json")),
            *("--secret", "woo-secret", "--country", "PL", "--json"),
        )
    )
    assert sample["signature"] == "right"
    assert sample["events"][0]["event"]["name"] == "Order Completed"

    shop.command("webhook", "secret", "shop", "the-next-secret")
    assert woo(shop, "order.updated", ORDER, "d2", "the-next-secret")[0] == 200
    assert woo(shop, "order.updated", ORDER, "d2", secret)[0] == 200
    assert json.loads(shop.command("webhook", "show", "shop", "--json"))["secrets"] == 2
    assert "woocommerce" in shop.command("webhook", "list")
    assert "Deliveries go to" in shop.command("webhook", "set", "shop", "woocommerce")


def test_secrets_go_in_and_never_come_out(shop: Shop):
    made = hook(shop, "shop", "woocommerce")
    shop.api("POST", "/api/v1/sources/shop/webhook/secrets", {}, status=201)

    assert made["secret"] is None
    for path in ("/api/v1/sources/shop/webhook", "/api/v1/sources", "/api/v1/webhooks"):
        assert SECRET not in json.dumps(shop.api("GET", path))
    exported = shop.request(
        "GET",
        "/api/v1/export/events?limit=500",
        headers={"authorization": f"Bearer {shop.token()}"},
    )
    assert SECRET.encode() not in exported[2]
    kept = shop.folder / "secrets" / "webhook-shop"
    assert kept.stat().st_mode & 0o077 == 0
    assert SECRET.encode() not in (shop.folder / "truth.db").read_bytes()


def test_what_was_answered_outlives_a_kill_and_comes_again_as_a_duplicate(shop: Shop):
    hook(shop, "shop", "woocommerce")
    for at in range(50):
        assert woo(shop, "order.updated", {**ORDER, "id": at}, f"d{at}")[0] == 200
    before = card(shop.person("customer_id:26"))
    shop.kill()
    shop.start()

    outcomes = [
        woo(shop, "order.updated", {**ORDER, "id": at}, f"d{at}")[1]["results"][0]
        for at in range(50)
    ]

    assert {one["outcome"] for one in outcomes} == {"duplicate"}
    shop.settle()
    assert card(shop.person("customer_id:26")) == before


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"provider": "nobody"}, "No webhook provider is called 'nobody'"),
        ({"currency": "zloty"}, "currency"),
        ({"provider": "shopify", "secrets": ["x"]}, "6"),
        ({"provider": "shopify", "mapping": "events = 3"}, "can't be read"),
        ({"provider": "shopify", "url": "shop"}, "is no address"),
        ({"provider": "shopify", "expect": {"nowhere": "x"}}, "is no place"),
    ],
)
def test_what_cannot_work_is_not_set_up(shop: Shop, wanted: Any, said: str):
    body = {"name": "shop", "webhook": wanted}
    headers = {
        "authorization": f"Bearer {shop.token()}",
        "content-type": "application/json",
    }

    status, _, raw = shop.request(
        "POST", "/api/v1/sources", json.dumps(body).encode(), headers
    )

    assert status in {400, 422}
    assert said in raw.decode()
    assert "shop" not in {
        one["name"] for one in shop.api("GET", "/api/v1/sources")["sources"]
    }


def test_a_public_source_takes_no_webhooks(shop: Shop):
    body = {"name": "web", "kind": "public", "webhook": {"provider": "shopify"}}

    told = shop.api("POST", "/api/v1/sources", body, status=422)

    assert "Only a server source takes webhooks" in told["detail"]


def test_kinds_that_a_provider_names_are_defined_with_it(shop: Shop):
    hook(shop, "stripe", "stripe")
    kinds = {one["name"]: one for one in shop.api("GET", "/api/v1/kinds")["kinds"]}

    assert kinds["stripe_customer"]["role"] == "contact"
    hook(shop, "stripe2", "stripe")
    assert len(shop.api("GET", "/api/v1/kinds")["kinds"]) == len(kinds)
