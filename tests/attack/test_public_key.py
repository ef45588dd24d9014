"""What somebody can try who holds the key that stands in the shop's pages."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from habitue.access.token import sign
from tests.acceptance.shop import Shop, identify, track
from tests.attack.conftest import VICTIM

pytestmark = pytest.mark.proof("T28")

READS = (
    "/api/v1/people",
    "/api/v1/people?identifier=user_id:victim",
    "/api/v1/people/1",
    "/api/v1/people/1/timeline",
    "/api/v1/people/1/evidence",
    "/api/v1/sources",
    "/api/v1/quarantine",
    "/api/v1/quarantine/1",
    "/api/v1/totals",
    "/api/v1/log/verify",
    "/api/v1/export/people",
    "/api/v1/export/events",
)
WRITES = (
    ("/api/v1/people/merge", {"left": 1, "right": 2}),
    ("/api/v1/people/1/unmerge", {"identifiers": ["user_id:victim"]}),
    ("/api/v1/commands/x/undo", {}),
    ("/api/v1/sources", {"name": "mine"}),
    ("/api/v1/sources/crm/keys", {}),
    ("/api/v1/sources/web/signing-secrets", None),
    ("/api/v1/sources/crm/keys/x/revoke", None),
    ("/api/v1/sources/crm/oauth-clients", {"publicKey": "x"}),
    ("/api/v1/sources/crm/oauth-clients/x/revoke", None),
    ("/api/v1/quarantine/1/replay", {}),
)


@pytest.fixture(autouse=True)
def _attack(figure):
    """Each test here is an attack."""
    figure("attacks", 1)


def verified(shop: Shop):
    """The parts of the victim that no browser may change."""
    person = shop.person("user_id:victim")
    traits = {
        name: (one["value"], one.get("undeliverable"))
        for name, one in person["traits"].items()
        if one["verified"]
    }
    consents = {
        (one["purpose"], one["channel"]): one["state"] for one in person["consents"]
    }
    orders = [
        (one["name"], one["amount"], one["status"], one["conflict"])
        for one in person["orders"]
        if not one["claimed"]
    ]
    return person["person_id"], traits, orders, consents


@pytest.mark.parametrize("path", READS)
def test_a_public_key_reads_nothing(shop: Shop, path):
    headers = {"authorization": f"Bearer {shop.keys['web']}"}
    status, _, raw = shop.request("GET", path, headers=headers)

    assert status == 403
    assert b"victim" not in raw


@pytest.mark.parametrize(("path", "body"), WRITES)
def test_a_public_key_commands_nothing(shop: Shop, path, body):
    shop.api("POST", path, body, key=shop.keys["web"], status=403)


@pytest.mark.parametrize(
    "credential", ["", "Bearer", "Bearer  ", "Bearer \xa0", "Basic Og=="]
)
def test_an_empty_credential_is_nobody(shop: Shop, credential):
    headers = {"authorization": credential.encode("latin-1")}
    assert shop.request("GET", "/api/v1/people", headers=headers)[0] == 401


def test_the_answer_is_the_same_for_a_known_and_an_unknown_person(shop: Shop):
    answers = []
    for who in ("victim", "nobody-ever"):
        result = shop.send("web", track("Viewed", userId=who, anonymousId="probe"))[0]
        answers.append({**result, "offset": 0})
    assert answers[0] == answers[1]


CLAIMS = {
    "overwrites e-mail and phone": identify(
        {"email": "evil@x.example", "phone": "+442079460999", "name": "Evil"},
        userId="victim",
        anonymousId="evil-1",
    ),
    "tells the traits anew from the future": identify(
        {"name": "Evil", "email": "evil@x.example"},
        userId="victim",
        timestamp="2199-01-01T00:00:00Z",
    ),
    "says it is verified": identify(
        {"name": "Evil"}, userId="victim", verified=True, writer="server"
    ),
    "says it is an operator": identify(
        {"name": "Evil"},
        userId="victim",
        context={"impersonated": {"operator": "root"}, "operator": "root"},
    ),
    "joins two known people": identify(
        identifiers={"user_id": ["victim", "second"]}, anonymousId="evil-2"
    ),
    "joins them by an address": identify(
        identifiers={"user_id": "second", "email": VICTIM["email"]}
    ),
    "joins them by alias": {
        "type": "alias",
        "userId": "second",
        "previousId": "victim",
    },
    "joins them by alias the other way": {
        "type": "alias",
        "userId": "victim",
        "previousId": "second",
    },
    "grants consent": track(
        "Consent Granted",
        {"purpose": "sms-ads", "channel": "sms", "contact": "+442079460018"},
        userId="victim",
    ),
    "takes back consent for the e-mail": track(
        "Unsubscribed",
        {"channel": "email", "contact": VICTIM["email"]},
        userId="victim",
        identifiers={"email": VICTIM["email"]},
    ),
    "marks mail as spam": track(
        "Email Marked as Spam", {"email": VICTIM["email"]}, userId="victim"
    ),
    "takes back consent in the context": track(
        "Viewed",
        userId="victim",
        context={"consents": [{"granted": False, "channel": "email"}]},
    ),
    "cancels the order": track("Order Cancelled", {"order_id": "A-1"}, userId="victim"),
    "changes the order's total": track(
        "Order Completed",
        {"order_id": "A-1", "total": "99999", "currency": "GBP"},
        userId="victim",
        timestamp="2199-01-01T00:00:00Z",
    ),
    "refunds the order": track("Order Refunded", {"order_id": "A-1"}, userId="victim"),
    "returns the order": track(
        "Return Received",
        {"return_id": "R-1", "order_id": "A-1", "total": "50", "currency": "GBP"},
        userId="victim",
    ),
    "bounces the address": track(
        "Email Bounced", {"email": VICTIM["email"], "type": "hard"}, userId="victim"
    ),
    "floods with traits": identify({f"aa{n}": n for n in range(199)}, userId="victim"),
}


@pytest.mark.parametrize("attack", CLAIMS)
def test_a_claim_changes_nothing_that_is_known_for_sure(shop: Shop, attack):
    before, second = verified(shop), shop.id("user_id:second")

    shop.send("web", CLAIMS[attack])

    *after, consents = verified(shop)
    assert after == list(before[:3])
    assert {key: consents[key] for key in before[3]} == before[3]
    granted = {key for key, state in consents.items() if state == "granted"}
    assert granted <= before[3].keys()
    assert shop.id("user_id:second") == second != before[0]


@pytest.mark.parametrize("channel", ["push", "onsite", "web", "app", "*", None])
def test_a_browser_that_names_another_does_not_silence_them(shop: Shop, channel):
    purpose = f"about {channel or 'nothing'}"
    asked = {"purpose": purpose, "channel": channel or "push", "text_version": "1"}
    shop.send("crm", track("Consent Granted", asked, identifiers=VICTIM))
    told = {"purpose": purpose} | ({"channel": channel} if channel else {})
    shop.send(
        "web", track("Consent Withdrawn", told, userId="victim", anonymousId="evil-3")
    )

    states = {
        one["channel"]: one["state"]
        for one in shop.person("user_id:victim")["consents"]
        if one["purpose"] == purpose
    }
    assert states[channel or "push"] == "granted"
    assert states.get("*") != "withdrawn"


def test_a_forged_purchase_adds_nothing_to_the_totals(shop: Shop):
    before = shop.api("GET", "/api/v1/totals")["rows"]
    computed = shop.person("user_id:victim")["computed"]
    told = {"total": "1000000", "currency": "GBP"}
    shop.send(
        "web",
        track("Order Completed", {"order_id": "F-1", **told}, userId="victim"),
        track("Receipt Issued", {"receipt_id": "F-2", **told}, userId="victim"),
        track("Order Completed", {"order_id": "F-3", **told}),
    )

    assert shop.api("GET", "/api/v1/totals")["rows"] == before
    after = shop.person("user_id:victim")["computed"]
    assert {name: after.get(name) for name in ("orders", "receipts", "revenue")} == {
        name: computed.get(name) for name in ("orders", "receipts", "revenue")
    }


def test_ids_taken_by_a_browser_are_free_for_every_other_source(shop: Shop):
    for number, source in enumerate(("web", "crm", "login")):
        item = track("Viewed", {"n": number}, anonymousId="d", messageId="taken")
        assert shop.send(source, item)[0]["outcome"] == "stored"


@pytest.mark.parametrize("name", ["definition", "erased", "operator", "habitue"])
def test_no_source_can_be_called_what_the_log_calls_itself(shop: Shop, name):
    body = {"name": name, "kind": "public"}
    shop.api("POST", "/api/v1/sources", body, status=422)


def test_a_placeholder_joins_nobody(shop: Shop):
    for value in ("null", "undefined", "guest", "0", "[object Object]", "anonymous"):
        first = identify(identifiers={"user_id": value, "email": f"{value}1@x.example"})
        shop.send("web", first, identify(identifiers={"user_id": value}))
        assert shop.person(f"user_id:{value}") is None


# -- signed tokens ------------------------------------------------------------


def _b64(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _jwt(header, claims, secret=b"", how=hashlib.sha256):
    signed = f"{_b64(header)}.{_b64(claims)}"
    return f"{signed}.{_b64(hmac.new(secret, signed.encode(), how).digest())}"


def _tokens(kid, secret):
    now = int(time.time())
    claims = {"sub": "user_id:victim", "aud": "login", "exp": now + 600}
    good = {"alg": "HS256", "typ": "JWT", "kid": kid}
    right = _jwt(good, claims, secret)
    head, body, mark = right.split(".")
    other = _b64({**claims, "sub": "user_id:second"})
    return {
        "none": f"{_b64({'alg': 'none'})}.{body}.",
        "none with a signature": _jwt({"alg": "none"}, claims, secret),
        "None in letters of another size": _jwt({"alg": "nOnE"}, claims, secret),
        "another hash": _jwt({**good, "alg": "HS512"}, claims, secret, hashlib.sha512),
        "asymmetric": _jwt({**good, "alg": "RS256"}, claims, secret),
        "empty secret": _jwt({"alg": "HS256"}, claims),
        "its kid as secret": _jwt(good, claims, kid.encode()),
        "unknown kid": _jwt({**good, "kid": "../../dev/null"}, claims, b""),
        "kid is a list": _jwt({**good, "kid": [kid]}, claims, secret),
        "key in the header": _jwt({**good, "jwk": {"k": _b64(b"x")}}, claims, b"x"),
        "crit": _jwt({**good, "crit": ["exp"]}, claims, secret),
        "another audience": _jwt(good, {**claims, "aud": "other"}, secret),
        "no audience": _jwt(good, {**claims, "aud": None}, secret),
        "expired": _jwt(good, {**claims, "exp": now - 60}, secret),
        "endless": _jwt(good, {**claims, "exp": now + 10**6}, secret),
        "no end": _jwt(good, {**claims, "exp": None}, secret),
        "an end that is no number": _jwt(good, {**claims, "exp": "9" * 30}, secret),
        "infinite end": _jwt(good, claims, secret).replace(
            body, _b64(b'{"exp":1e999}')
        ),
        "not yet": _jwt(good, {**claims, "nbf": now + 300}, secret),
        "signature cut": f"{head}.{body}.{mark[:-2]}",
        "signature of another body": f"{head}.{other}.{mark}",
        "no signature": f"{head}.{body}.",
        "padded": f"{right}=",
        "subject is no text": _jwt(good, {**claims, "sub": 7}, secret),
        "deep": _jwt(good, b"[" * 1_000, secret),
    }


@pytest.fixture(scope="module")
def signing(shop: Shop):
    made = shop.api("POST", "/api/v1/sources/login/signing-secrets", status=201)
    return made["kid"], made["secret"].encode()


@pytest.mark.parametrize("trick", _tokens("kid", b"secret"))
def test_a_forged_token_speaks_for_nobody(shop: Shop, signing, trick):
    token = _tokens(*signing)[trick]
    item = identify({"tier": trick}, userId="victim", context={"token": token})
    result = shop.send("login", item)[0]

    assert result["outcome"] == "stored"
    assert result["warnings"]
    assert "tier" not in shop.person("user_id:victim")["traits"]


def test_a_token_of_one_source_is_worth_nothing_at_another(shop: Shop, signing):
    kid, secret = signing
    ends_us = int((time.time() + 600) * 1e6)
    token = sign("user_id:victim", "login", ends_us, secret, kid)
    item = identify({"stolen": 1}, userId="victim", context={"token": token})

    shop.send("other", item)

    assert "stolen" not in shop.person("user_id:victim")["traits"]


def test_a_good_token_speaks_for_its_own_subject_alone(shop: Shop, signing):
    kid, secret = signing
    ends_us = int((time.time() + 600) * 1e6)
    token = sign("user_id:second", "login", ends_us, secret, kid)
    before, second = verified(shop), shop.id("user_id:second")

    shop.send(
        "login",
        identify(
            {"mine": 1},
            identifiers={"user_id": ["second", "victim"], "email": VICTIM["email"]},
            context={"token": token},
        ),
    )

    assert verified(shop) == before
    assert shop.id("user_id:second") == second
    assert shop.person("user_id:second")["traits"]["mine"]["verified"] is True


def test_a_token_is_kept_nowhere(shop: Shop, signing):
    kid, secret = signing
    token = sign("user_id:second", "login", int((time.time() + 600) * 1e6), secret, kid)
    body = b'{"type":"nothing","writeKey":"%s","context":{"token":"%s"}}'
    filled = body % (shop.keys["login"].encode(), token.encode())
    status, _, raw = shop.request("POST", "/api/v1/events", filled)

    assert status == 200
    item = json.loads(raw)["results"][0]["quarantine_id"]
    kept = shop.api("GET", f"/api/v1/quarantine/{item}")["original"]
    assert token not in kept
    assert shop.keys["login"] not in kept


def test_an_event_of_tomorrow_is_moved_to_now(shop: Shop):
    late = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    result = shop.send("web", track("Viewed", anonymousId="ahead", timestamp=late))[0]

    assert [one["reason"] for one in result["warnings"]] == ["time_out_of_bounds"]
    seen = shop.timeline("anonymous_id:ahead")[0]["at"]
    assert seen < (datetime.now(UTC) + timedelta(minutes=6)).isoformat()
