"""What somebody can try who holds the key that stands in the shop's pages."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from habitue.access.token import sign
from habitue.app.doctor.attack.claims import Known, Victim, changed, claims
from habitue.app.doctor.attack.tokens import Wanted, forged
from tests.acceptance.shop import Shop, identify, track
from tests.attack.conftest import VICTIM

pytestmark = pytest.mark.proof("T28")

READS = (
    "/api/v1/people",
    "/api/v1/people?identifier=user_id:victim",
    "/api/v1/people/1",
    "/api/v1/people/1/timeline",
    "/api/v1/people/1/evidence",
    "/api/v1/people/1/refusals",
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


def known(shop: Shop) -> Known:
    """What no browser may change of the victim."""
    return Known.of(shop.person("user_id:victim"), shop.id("user_id:second"))


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


CLAIMS = claims(
    Victim(
        *("victim", "second", "nobody", "evil-1"),
        *(VICTIM["email"], "+442079460018", "A-1"),
    )
)


@pytest.mark.parametrize("attack", CLAIMS)
def test_a_claim_changes_nothing_that_is_known_for_sure(shop: Shop, attack):
    before = known(shop)

    shop.send("web", CLAIMS[attack])

    assert changed(before, known(shop)) == ""


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


def _tokens(kid, secret):
    now_s = int(time.time())
    return forged(
        kid, secret, Wanted("user_id:victim", "user_id:second", "login", now_s)
    )


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
    before = known(shop)

    shop.send(
        "login",
        identify(
            {"mine": 1},
            identifiers={"user_id": ["second", "victim"], "email": VICTIM["email"]},
            context={"token": token},
        ),
    )

    assert known(shop) == before
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
