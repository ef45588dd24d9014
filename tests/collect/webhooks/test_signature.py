"""What proves a delivery, and what does not."""

import base64
import hmac
import json
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from standardwebhooks import Webhook

from habitue.base.clock import MINUTE_US, to_datetime
from tests.collect.webhooks.hooked import SIGNED_US, TOPIC, HookShop, recorded, signed

URL = "https://cdp.example.com/webhooks/google-pubsub"
ACCOUNT = "push@acme.iam.gserviceaccount.com"
REVIEW = recorded("google-pubsub/gbp-new-review")


@cache
def google() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem(key: rsa.RSAPrivateKey) -> str:
    form = PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(Encoding.PEM, form).decode()


def coded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(head: dict[str, Any] | None = None, **claims: Any) -> str:
    now_s = SIGNED_US // 1_000_000
    usual = {"aud": URL, "email": ACCOUNT, "iat": now_s - 10, "exp": now_s + 3600}
    signed_part = f"{coded(head or {'alg': 'RS256'})}.{coded({**usual, **claims})}"
    proof = google().sign(signed_part.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed_part}.{coded(proof)}"


def review(told: str) -> dict[str, Any]:
    return {**REVIEW, "headers": {"Authorization": f"Bearer {told}"}}


@pytest.fixture
def pubsub(shop: HookShop) -> HookShop:
    shop.take("google-pubsub", pem(google()), url=URL, expect={"claim:email": ACCOUNT})
    return shop


def reason(shop: HookShop, told: dict[str, Any]) -> str | None:
    reply = shop.deliver(told)
    return None if reply.status == 200 else str(reply.data["reason"])


# -- secrets ---------------------------------------------------------------------


def test_while_a_secret_is_changed_both_verify_and_the_one_before_no_more(
    shop: HookShop,
) -> None:
    shop.take("woocommerce", "first-secret")
    shop.hooks.add_secret("woocommerce", "second-secret")

    def send(secret: str, delivery_id: str) -> int:
        order = {"id": 1, "total": "1.00", "currency": "PLN"}
        told = signed("woocommerce", order, secret, "order.created", delivery_id)
        return shop.deliver(told).status

    assert (send("first-secret", "a"), send("second-secret", "b")) == (200, 200)

    shop.hooks.add_secret("woocommerce", "third-secret")

    assert (send("second-secret", "c"), send("third-secret", "d")) == (200, 200)
    assert send("first-secret", "e") == 401


def test_what_standardwebhooks_signs_is_taken_with_a_secret_made_here(
    shop: HookShop,
) -> None:
    shop.take("standard-webhooks")
    secret = shop.hooks.add_secret("standard-webhooks")
    body = '{"type": "form.sent", "data": {"email": "a@shop.example"}}'
    proof = Webhook(secret).sign("msg_1", to_datetime(SIGNED_US), body)
    told = recorded("standard-webhooks/segment-entered")
    told["headers"] = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(SIGNED_US // 1_000_000),
        "webhook-signature": f"v1,AAAA {proof}",
    }

    assert reason(shop, {**told, "body_text": body}) is None
    assert shop.events()[0].identifiers[0].value == "a@shop.example"


def test_a_signature_of_another_version_is_none(shop: HookShop) -> None:
    told = recorded("stripe/checkout-session-completed")
    shop.take_recorded(told)
    header = told["headers"]["Stripe-Signature"].replace("v1=", "v9=")

    assert reason(shop, {**told, "headers": {"Stripe-Signature": header}}) == (
        "signature_missing"
    )


def test_the_time_is_signed_along(shop: HookShop) -> None:
    told = recorded("stripe/checkout-session-completed")
    shop.take_recorded(told)
    header = told["headers"]["Stripe-Signature"].replace("t=1795428000", "t=1795428001")

    assert reason(shop, {**told, "headers": {"Stripe-Signature": header}}) == (
        "signature_wrong"
    )


@pytest.mark.parametrize("minutes", [-5, 5])
def test_five_minutes_are_within_the_tolerance(shop: HookShop, minutes: int) -> None:
    told = recorded("stripe/checkout-session-completed")
    shop.take_recorded(told)
    shop.clock.move(minutes * MINUTE_US)

    assert reason(shop, told) is None


@pytest.mark.parametrize(
    "header", ["", "=", "!!!", "a" * 9_000, "v1=" * 500, "sha256=", "\xff\xfe", "ż"]
)
def test_no_header_is_an_error(shop: HookShop, header: str) -> None:
    told = recorded("shopify/orders-paid")
    shop.take_recorded(told)
    sent = header.encode("utf-8").decode("latin-1")
    headers = {**told["headers"], "X-Shopify-Hmac-Sha256": sent}

    assert shop.deliver(told, headers=headers).status == 401


def test_the_names_without_x_are_understood(shop: HookShop) -> None:
    told = recorded("shopify/orders-paid")
    shop.take_recorded(told)
    headers = {
        name.removeprefix("X-"): value for name, value in told["headers"].items()
    }

    reply = shop.deliver(told, headers=headers)

    assert reply.outcomes == ["stored"]
    assert shop.events()[0].name == "Order Completed"


def test_a_signature_for_another_address_is_wrong(shop: HookShop) -> None:
    told = recorded("square/payment-updated")
    shop.take(told["provider"], told["secret"], url="https://other.example/webhooks")

    assert reason(shop, told) == "signature_wrong"


def test_without_an_address_of_its_own_the_servers_is_signed(shop: HookShop) -> None:
    told = recorded("square/payment-updated")
    shop.take("square", "square-signature-key")
    shop.door.public_url = "https://cdp.example.com"
    url = "https://cdp.example.com/hooks/square"
    mac = hmac.digest(
        b"square-signature-key", (url + told["body_text"]).encode(), "sha256"
    )
    headers = {"x-square-hmacsha256-signature": base64.b64encode(mac).decode()}

    assert reason(shop, {**told, "headers": headers}) is None


# -- public keys -------------------------------------------------------------------


def test_a_public_key_is_no_shared_secret(pubsub: HookShop) -> None:
    target = "/hooks/google-pubsub?secret=" + quote(pem(google()))

    told = reason(pubsub, {**REVIEW, "target": target, "headers": {}})

    assert told == "signature_wrong"
    assert pubsub.events() == []


def test_a_token_of_the_meant_account_for_our_address_is_taken(
    pubsub: HookShop,
) -> None:
    assert reason(pubsub, review(token())) is None


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"aud": "https://elsewhere.example/"}, "sender_not_meant"),
        ({"email": "somebody@else.iam.gserviceaccount.com"}, "sender_not_meant"),
        ({"exp": 1_795_427_000}, "signature_stale"),
        ({"iat": 1_795_438_000}, "signature_stale"),
        ({"exp": "never"}, "signature_stale"),
    ],
)
def test_a_token_of_others_is_refused(
    pubsub: HookShop, claims: dict[str, Any], expected: str
) -> None:
    assert reason(pubsub, review(token(**claims))) == expected


@pytest.mark.parametrize("alg", ["none", "HS256", "ES256", None])
def test_a_token_of_another_algorithm_is_refused(
    pubsub: HookShop, alg: str | None
) -> None:
    assert reason(pubsub, review(token({"alg": alg}))) == "signature_wrong"


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(
    pubsub: HookShop,
) -> None:
    head, claims, _ = token({"alg": "HS256"}).split(".")
    mac = hmac.digest(pem(google()).encode(), f"{head}.{claims}".encode(), "sha256")

    assert reason(pubsub, review(f"{head}.{claims}.{coded(mac)}")) == "signature_wrong"


@pytest.mark.parametrize("told", ["", "a.b", "a.b.c", "....", "x" * 20_000])
def test_what_is_no_token_is_refused(pubsub: HookShop, told: str) -> None:
    assert reason(pubsub, review(told)) in {"signature_wrong", "signature_missing"}


def test_google_with_a_secret_in_the_address_is_taken(shop: HookShop) -> None:
    shop.take("google-pubsub", "our-own-secret")
    told = {**REVIEW, "target": "/hooks/google-pubsub?secret=our-own-secret"}

    assert reason(shop, {**told, "headers": {}}) is None


def test_amazon_signs_for_everybody_so_the_topic_has_to_be_the_meant_one(
    shop: HookShop,
) -> None:
    told = recorded("ses-sns/bounce")
    shop.take("ses-sns", told["secret"], expect={})
    assert reason(shop, told) == "sender_unpinned"

    shop.take("ses-sns", told["secret"], expect={"body:TopicArn": TOPIC + "2"})
    assert reason(shop, told) == "sender_not_meant"


def test_a_short_key_is_none(shop: HookShop) -> None:
    weak = rsa.generate_private_key(65537, 1024)
    told = recorded("adobe-commerce/order-save")
    shop.take("adobe-commerce", pem(weak))
    proof = weak.sign(told["body_text"].encode(), padding.PKCS1v15(), hashes.SHA256())
    headers = {"x-adobe-commerce-webhook-signature": base64.b64encode(proof).decode()}

    assert reason(shop, {**told, "headers": headers}) == "signature_wrong"
