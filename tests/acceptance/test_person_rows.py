"""One live customer, on a running server: B1, B2, B3, B5, B6, B7, B9, C7."""

import json
import os
import random

import pytest

from tests.acceptance.shop import Shop, card, identify, track

PEOPLE = "/api/v1/people"
CARD = {"identifiers": {"loyalty_card": "C-1"}}


@pytest.mark.feature("B1", partly="within a second: by habitue bench")
def test_web_then_login_then_app_then_card_at_the_till_is_one_profile(shop: Shop):
    shop.source("web", "public")
    shop.source("app", "public")
    shop.source("crm")
    shop.source("till")
    shop.send("web", track("Product Viewed", {"product_id": "a"}, anonymousId="d1"))
    shop.send("web", identify(userId="u1", anonymousId="d1"))
    shop.send("app", identify(userId="u1", anonymousId="d2"))
    shop.send(
        "app",
        track("Product Added", {"product_id": "a", "quantity": 1}, anonymousId="d2"),
    )
    shop.send("crm", identify(userId="u1", **CARD))
    shop.send(
        "till",
        track(
            "Receipt Issued", {"receipt_id": "1", "total": 5, "currency": "EUR"}, **CARD
        ),
    )

    ids = {
        shop.id(one)
        for one in (
            "anonymous_id:d1",
            "anonymous_id:d2",
            "user_id:u1",
            "loyalty_card:C1",
        )
    }

    assert len(ids) == 1
    names = shop.names("user_id:u1")
    assert {"Product Viewed", "Product Added", "Receipt Issued"} <= set(names)
    assert len(names) == 6


@pytest.mark.feature("B2")
def test_fifty_shoppers_on_one_store_tablet_are_fifty_persons(shop: Shop):
    shop.source("tablet", "public", sharedDevice=True)
    for n in range(50):
        shop.send(
            "tablet",
            identify(userId=f"u{n}", anonymousId="tablet"),
            track("Product Viewed", {"product_id": str(n)}, anonymousId="tablet"),
        )

    people = {shop.id(f"user_id:u{n}") for n in range(50)}

    assert len(people) == 50


@pytest.mark.feature("B2")
@pytest.mark.parametrize(
    "identifiers",
    [
        {"email": "test@test.com"},
        {"phone": "000-0000"},
        {"user_id": "null"},
        {"user_id": "undefined"},
        {"user_id": "guest"},
        {"user_id": "0"},
        {"user_id": "[object Object]"},
        {"email": "test@test"},
        {"phone": "0000000000"},
    ],
)
def test_a_placeholder_is_never_an_identifier_and_a_warning_says_so(
    shop: Shop, identifiers
):
    shop.source("crm")
    results = shop.send(
        "crm",
        identify(identifiers={**identifiers, "customer_id": "c1"}),
        identify(identifiers={**identifiers, "customer_id": "c2"}),
    )

    assert [one["outcome"] for one in results] == ["stored", "stored"]
    assert all(one["warnings"] for one in results)
    assert shop.id("customer_id:c1") != shop.id("customer_id:c2")
    assert f"{next(iter(identifiers))}" not in {
        one["kind"] for one in shop.person("customer_id:c1")["identifiers"]
    }


@pytest.mark.feature("B2")
def test_two_accounts_that_share_a_browser_are_two_profiles(shop: Shop):
    shop.source("web", "public")
    for user in ("abc123", "abc456"):
        shop.send("web", identify(userId=user, anonymousId="shared"))

    assert shop.id("user_id:abc123") != shop.id("user_id:abc456")


@pytest.mark.feature("B3")
def test_each_edge_names_its_event_and_un_merge_gives_both_back(shop: Shop):
    shop.source("crm")
    for who in ("c1", "c2"):
        shop.send(
            "crm",
            identify(
                {"name": who},
                identifiers={"customer_id": who, "email": f"{who}@shop.example"},
            ),
        )
        shop.send(
            "crm",
            track(
                "Call Ended",
                {"call_id": who, "duration_s": 5},
                identifiers={"customer_id": who},
            ),
        )
    before = [card(shop.person(f"customer_id:{who}")) for who in ("c1", "c2")]
    assert all("crm" in edge["sentence"] for one in before for edge in one["joined"])

    merged = shop.api(
        "POST",
        "/api/v1/people/merge",
        {"left": before[0]["person_id"], "right": before[1]["person_id"]},
    )
    one = shop.person("customer_id:c1")
    assert one["person_id"] == shop.id("customer_id:c2")
    assert len(shop.timeline("customer_id:c1")) == 4
    shop.api("POST", f"/api/v1/commands/{merged['command']}/undo", {})

    assert [card(shop.person(f"customer_id:{who}")) for who in ("c1", "c2")] == before
    shop.send(
        "crm",
        track("Call Ended", {"call_id": "x"}, identifiers={"email": "c2@shop.example"}),
    )
    assert len(shop.timeline("customer_id:c2")) == 3
    assert len(shop.timeline("customer_id:c1")) == 2


@pytest.mark.feature("B3")
def test_an_identifier_is_parted_and_its_undo_brings_it_back(shop: Shop):
    shop.source("crm")
    shop.send(
        "crm", identify(identifiers={"customer_id": "c1", "email": "a@shop.example"})
    )
    whole = card(shop.person("customer_id:c1"))

    parted = shop.api(
        "POST",
        f"/api/v1/people/{whole['person_id']}/unmerge",
        {"identifiers": ["email:a@shop.example"], "reason": "not hers"},
    )

    assert shop.id("email:a@shop.example") != shop.id("customer_id:c1")
    shop.api("POST", f"/api/v1/commands/{parted['command']}/undo", {})
    assert card(shop.person("customer_id:c1")) == whole


@pytest.mark.feature("B5", partly="points come with loyalty")
def test_receipts_by_card_token_come_home_when_the_customer_enrols(shop: Shop):
    shop.source("till")
    token = {"card_token": "tok"}
    for n in range(3):
        receipt = {"receipt_id": str(n), "total": "10.00", "currency": "EUR"}
        shop.send("till", track("Receipt Issued", receipt, identifiers=token))
    nobody = card(shop.person("card_token:tok"))

    shop.send(
        "till",
        track(
            "Loyalty Enrolled",
            {"card_id": "9", "program_id": "p"},
            messageId="enrol",
            identifiers={**token, "loyalty_card": "9"},
        ),
    )
    member = shop.person("loyalty_card:9")
    assert member["computed"]["receipts"] == 3
    undone = shop.api(
        "POST",
        f"/api/v1/people/{member['person_id']}/unmerge",
        {"identifiers": [], "evidence": {"source": "till", "message_id": "enrol"}},
    )

    assert undone["command"]
    assert card(shop.person("card_token:tok")) == nobody
    assert shop.person("loyalty_card:9") is None


@pytest.mark.feature("B6")
def test_each_value_shows_source_time_and_rule_and_a_bounce_marks_the_address(
    shop: Shop,
):
    shop.source("web", "public")
    shop.source("crm", priority=50)
    shop.source("erp", priority=10)
    shop.send("crm", identify({"city": "Lodz"}, userId="u"))
    shop.send("erp", identify({"city": "Gdynia"}, userId="u"))
    shop.send(
        "web", identify({"city": "Nowhere", "nick": "x"}, userId="u", anonymousId="d")
    )
    shop.send("crm", identify({"email": "a@shop.example"}, userId="u"))
    shop.send(
        "crm",
        track(
            "Email Bounced",
            {"email_id": "1", "bounce_type": "hard"},
            identifiers={"email": "a@shop.example"},
        ),
    )

    traits = shop.person("user_id:u")["traits"]

    assert traits["city"]["value"] == "Gdynia"
    assert traits["city"]["source"] == "erp"
    assert traits["city"]["rule"] == "priority"
    assert traits["city"]["at"]
    assert {one["value"] for one in traits["city"]["others"]} >= {"Lodz"}
    assert traits["nick"]["verified"] is False
    assert traits["email"]["undeliverable"] is True
    shop.command("source", "change", "crm", "--priority", "5")
    assert shop.person("user_id:u")["traits"]["city"]["value"] == "Lodz"


@pytest.mark.feature("B7", partly="offers come with offers; speed by habitue bench")
def test_a_profile_is_read_by_any_identifier_and_tells_the_rate_used(shop: Shop):
    shop.source("crm")
    identifiers = {
        "user_id": "u",
        "customer_id": "c",
        "loyalty_card": "l",
        "external_id": "x",
        "email": "a@shop.example",
        "phone": "+442079460862",
        "card_token": "t",
        "device_id": "d",
        "anonymous_id": "w",
    }
    shop.send("crm", identify({"name": "Anna"}, identifiers=identifiers))

    ids = {shop.id(f"{kind}:{value}") for kind, value in identifiers.items()}

    assert len(ids) == 1
    headers = {"authorization": f"Bearer {shop.token()}"}
    _, found, _ = shop.request("GET", f"/api/v1/people/{ids.pop()}", headers=headers)
    assert int(found["ratelimit-used"]) > 0
    told = json.loads(shop.command("person", "email:a@shop.example", "--json"))
    assert told["traits"]["name"]["value"] == "Anna"


@pytest.mark.feature("B7", partly="offers come with offers; speed by habitue bench")
def test_segments_scores_consents_and_the_latest_events_are_read_in_one_call(
    shop: Shop,
):
    shop.source("crm")
    shop.send("crm", identify({"name": "Anna"}, userId="anna"))
    bought = {"order_id": "1", "total": "10.00", "currency": "EUR"}
    shop.send("crm", track("Order Completed", bought, userId="anna"))
    told = {"purpose": "marketing", "channel": "email"}
    shop.send("crm", track("Consent Granted", told, userId="anna"))
    condition = {"type": "did", "event": "$purchase"}
    wanted = {"id": "buyers", "condition": condition}
    shop.api("POST", "/api/v1/segments", wanted, status=201)
    path = f"/api/v1/people/{shop.id('user_id:anna')}?include=segments&include=events"
    # None for as long as the segment is being filled in: not known, not "in none".
    shop.until(lambda: shop.api("GET", path)["segments"] is not None)

    view = shop.api("GET", path)

    assert [one["id"] for one in view["segments"]] == ["buyers"]
    names = [one["name"] for one in view["events"]]
    assert names[:2] == ["Consent Granted", "Order Completed"]
    assert view["computed"]["stage"] == "new"
    assert view["consents"][0]["state"] == "granted"
    by_name = f"{PEOPLE}?identifier=user_id:anna&include=segments&include=events"
    assert len(shop.api("GET", by_name)["people"][0]["segments"]) == 1
    plain = shop.person("user_id:anna")
    assert not {"segments", "events"} & plain.keys()
    shop.api("GET", f"{PEOPLE}?include=events", status=422)
    shop.api("GET", path + "&at=2026-01-01T00:00:00Z", status=422)


@pytest.mark.feature("C7")
def test_a_trait_as_of_the_first_of_march_is_what_was_so_then(shop: Shop):
    shop.source("crm")
    for month, city in (("02", "Lodz"), ("04", "Gdynia"), ("01", "Radom")):
        shop.send(
            "crm",
            identify(
                {"city": city}, userId="u", timestamp=f"2026-{month}-10T00:00:00Z"
            ),
        )
    for day in ("01-05", "02-05", "03-05"):
        receipt = {"receipt_id": day, "total": 10, "currency": "EUR"}
        shop.send(
            "crm",
            track(
                "Receipt Issued", receipt, userId="u", timestamp=f"2026-{day}T00:00:00Z"
            ),
        )

    then = shop.person("user_id:u", at="2026-03-01T00:00:00Z")

    assert then["traits"]["city"]["value"] == "Lodz"
    assert then["computed"]["receipts"] == 2
    now = shop.person("user_id:u")
    assert now["traits"]["city"]["value"] == "Gdynia"
    assert now["computed"]["receipts"] == 3


EVENTS = 100_000 if os.environ.get("HABITUE_TORTURE") else 5_000


@pytest.mark.feature("C7", partly="5,000 events; 100,000 with HABITUE_TORTURE=1")
def test_state_built_live_equals_state_rebuilt_byte_for_byte(shop: Shop):
    shop.source("web", "public")
    shop.source("crm")
    chance = random.Random(20260301)
    for at in range(0, EVENTS, 100):
        events = [_any_event(chance, EVENTS // 20) for _ in range(100)]
        shop.send("crm" if chance.random() < 0.6 else "web", *events, wait=False)
        if at == EVENTS // 2:
            shop.kill()
            shop.start()
    shop.stop()

    told = json.loads(shop.command("rebuild", "--verify", "--json"))

    assert told["records"] >= EVENTS
    assert told["equal"] is True
    assert told["kept_sha256"] == told["rebuilt_sha256"]


def _any_event(chance: random.Random, people: int) -> dict:
    """Make an event of somebody at a time of last year, so that most come late."""
    who = chance.randrange(people)
    when = f"2025-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}T10:00:00Z"
    told = {"anonymousId": f"d{who}", "timestamp": when}
    match chance.randrange(4):
        case 0:
            return track("Product Viewed", {"product_id": f"{who % 50}"}, **told)
        case 1:
            return identify({"city": f"c{who % 9}"}, userId=f"u{who // 2}", **told)
        case 2:
            order = {
                "order_id": f"o{chance.randrange(5 * people)}",
                "total": f"{chance.randint(1, 90)}.50",
                "currency": "EUR",
            }
            return track("Order Completed", order, userId=f"u{who // 2}", **told)
        case _:
            return identify({"email": f"a{who // 3}@shop.example"}, **told)
