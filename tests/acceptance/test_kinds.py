"""Kinds of identifiers as data, on a running server: add one and send it."""

import json

import pytest

from tests.acceptance.shop import Shop, card, identify, track

MEMBER = {"role": "anchor", "rank": 25, "form": "card"}


def put(shop: Shop, name: str, status: int = 200, **kind):
    return shop.api("PUT", f"/api/v1/kinds/{name}", kind, status=status)


def warnings(results) -> list[str]:
    return [one["reason"] for result in results for one in result.get("warnings", ())]


def kinds(shop: Shop) -> dict[str, dict]:
    return {one["name"]: one for one in shop.api("GET", "/api/v1/kinds")["kinds"]}


def check_rebuild(shop: Shop) -> None:
    """Stop, rebuild beside what is kept, and start again."""
    assert shop.stop() == 0
    told = shop.command("rebuild", "--verify", "--json")
    assert json.loads(told)["equal"] is True
    shop.start()


def test_a_kind_that_is_added_joins_people_at_once_and_after_a_restart(shop: Shop):
    shop.source("crm")
    shop.send("crm", identify({"name": "Anna"}, identifiers={"loyalty_card": "L1"}))

    made = put(shop, "membership_no", **MEMBER)
    shop.send(
        "crm",
        identify(identifiers={"membership_no": "M-1", "loyalty_card": "L1"}),
        identify(identifiers={"membership_no": "m 2", "email": "b@shop.example"}),
        track(
            "Order Completed", {"order_id": "1"}, identifiers={"membership_no": "M1"}
        ),
    )

    assert made["effect"] == "Events may name a membership_no from now on."
    assert list(kinds(shop))[1:4] == ["customer_id", "membership_no", "loyalty_card"]
    anna = shop.person("membership_no:M1")
    assert anna["person_id"] == shop.id("loyalty_card:L1")
    assert anna["name"] == "Anna"
    assert shop.id("membership_no:m2") == shop.id("email:b@shop.example")

    check_rebuild(shop)

    assert card(shop.person("membership_no:M1")) == card(anna)
    shop.send("crm", identify(identifiers={"membership_no": "M3", "user_id": "u3"}))
    assert shop.id("membership_no:M3") == shop.id("user_id:u3")


def test_a_kind_that_nobody_defined_is_left_out_with_a_warning(shop: Shop):
    shop.source("crm")

    told = shop.send(
        "crm", identify(identifiers={"membership_no": "M1", "user_id": "u"})
    )

    assert warnings(told) == ["unknown_kind"]


def test_a_limit_that_changes_holds_from_the_next_start_for_the_whole_log(shop: Shop):
    shop.source("crm")
    put(shop, "membership_no", **MEMBER)
    mail = {"email": "a@shop.example"}
    for number in ("M1", "M2"):
        shop.send("crm", identify(identifiers={"membership_no": number, **mail}))
    assert shop.id("membership_no:M1") != shop.id("membership_no:M2")

    made = put(shop, "membership_no", limit=2)
    assert made["effect"].startswith("Takes effect at the next start")
    assert "records)" in made["effect"]
    assert kinds(shop)["membership_no"]["waiting"] == ["limit"]
    assert shop.id("membership_no:M1") != shop.id("membership_no:M2")

    check_rebuild(shop)

    assert shop.id("membership_no:M1") == shop.id("membership_no:M2")
    assert kinds(shop)["membership_no"]["waiting"] == []


def test_a_span_that_changes_holds_from_the_next_start(shop: Shop):
    shop.source("web", "public")

    made = shop.api("PATCH", "/api/v1/identity-policy", {"adoptSeconds": 0})

    assert made["effect"].startswith("Takes effect at the next start")
    assert made["waiting"] == ["adopt_seconds"]
    check_rebuild(shop)
    shop.send("web", track("Product Viewed", anonymousId="d1"))
    shop.send("web", identify(userId="u1", anonymousId="d1"))
    assert shop.api("GET", "/api/v1/identity-policy")["waiting"] == []
    assert shop.names("user_id:u1") == ["identify"]


def test_a_kind_is_told_by_no_less_than_its_writer(shop: Shop):
    shop.source("crm")
    shop.source("web", "public")
    shop.source("pages", "public", mode="trusted")
    put(shop, "membership_no", **MEMBER, claim="server")
    shop.send("crm", identify(identifiers={"membership_no": "M1", "user_id": "u1"}))
    stolen = {"membership_no": "M1", "anonymous_id": "thief"}

    for source in ("web", "pages"):
        told = shop.send(
            source, identify({"email": "t@thief.example"}, identifiers=stolen)
        )
        assert warnings(told) == ["not_yours_to_tell"]
        told = shop.send(source, track("Product Viewed", identifiers=stolen))
        assert warnings(told) == ["not_yours_to_tell"]

    victim = shop.person("membership_no:M1")
    assert shop.id("anonymous_id:thief") != victim["person_id"]
    assert shop.id("email:t@thief.example") != victim["person_id"]
    assert "email" not in victim["traits"]
    assert len(shop.timeline("membership_no:M1")) == 1


def test_an_alias_of_a_trusted_browser_joins_no_account_it_may_not_tell(shop: Shop):
    shop.source("crm")
    shop.source("pages", "public", mode="trusted")
    other = {"customer_id": "c2"}
    shop.send("crm", identify(userId="u1"), identify(identifiers=other))
    put(shop, "user_id", claim="server")

    alias = {"type": "alias", "userId": "u2", "previousId": "u1", "identifiers": other}
    told = shop.send("pages", alias)

    assert warnings(told) == ["not_yours_to_tell"]
    assert shop.id("user_id:u1") != shop.id("customer_id:c2")


def test_a_public_key_defines_no_kind_and_reads_none(shop: Shop):
    shop.source("web", "public")
    key = shop.keys["web"]

    shop.api("PUT", "/api/v1/kinds/email", {"limit": 1000}, key=key, status=403)
    shop.api("PATCH", "/api/v1/identity-policy", {"block": ["x"]}, key=key, status=403)
    shop.api("GET", "/api/v1/kinds", key=key, status=403)
    shop.api("GET", "/api/v1/identity-policy", key=key, status=403)


def test_a_blocked_value_is_unused_with_a_warning_from_now_on(shop: Shop):
    shop.source("till")
    shop.send("till", identify(identifiers={"loyalty_card": "999", "user_id": "u1"}))
    before = shop.id("loyalty_card:999")

    made = shop.api("PATCH", "/api/v1/identity-policy", {"block": ["999", "Till*"]})
    told = shop.send(
        "till",
        identify(identifiers={"loyalty_card": "9-9-9", "user_id": "u2"}),
        identify(identifiers={"user_id": "TILL 7", "email": "c@shop.example"}),
    )

    assert warnings(told) == ["blocked", "blocked"]
    assert made["held"] == [{"identifier": "loyalty_card:999", "person_id": before}]
    # Who held it before still does, and is found by it.
    assert shop.id("loyalty_card:999") == before != shop.id("user_id:u2")
    check_rebuild(shop)
    assert shop.id("loyalty_card:999") == before
    shop.api("PATCH", "/api/v1/identity-policy", {"unblock": ["TILL*"]})
    assert shop.send("till", identify(userId="till 8"))[0].get("warnings", []) == []


def test_a_closed_kind_takes_no_more_and_forgets_nothing(shop: Shop):
    shop.source("crm")
    shop.send("crm", identify(identifiers={"external_id": "x1", "user_id": "u1"}))

    put(shop, "external_id", closed=True)
    told = shop.send(
        "crm", identify(identifiers={"external_id": "x2", "user_id": "u1"})
    )

    assert warnings(told) == ["closed_kind"]
    assert shop.id("external_id:x1") == shop.id("user_id:u1")
    assert shop.id("external_id:x2") is None


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        ("email", {"role": "anchor"}, "stays so"),
        ("email", {"form": "text"}, "define another kind"),
        ("member", {}, "say its role and its rank"),
        ("member", {"role": "boss", "rank": 1}, "one of anchor, contact, device"),
        ("member", {**MEMBER, "form": "html"}, "one of text, card, email, phone"),
        ("member", {**MEMBER, "rank": 20}, "taken by 'customer_id'"),
        ("member", {**MEMBER, "rank": 50}, "from 1 to 44"),
        ("member", {**MEMBER, "move": "move"}, "make it a contact"),
        ("member", {**MEMBER, "blocked": ["*"]}, "would block every value"),
        ("member", {**MEMBER, "blocked": ["a\nb"]}, "printable"),
    ],
)
def test_what_can_not_work_is_refused_with_the_way_out(shop: Shop, name, kind, says):
    told = put(shop, name, status=422, **kind)

    assert says in told["detail"]
    assert name in kinds(shop) or name == "member"
    assert kinds(shop).get("member") is None


def test_the_commands_say_what_the_api_says(shop: Shop):
    shop.command("kind", "set", "membership_no", "--role", "anchor", "--rank", "25")
    shop.command("kind", "block", "walk-in", "till*")
    shop.command("kind", "block", "0815", "--kind", "membership_no")
    shop.command("kind", "block", "till*", "--remove")
    shop.command("kind", "policy", "--claim-edges-max", "50")

    told = json.loads(shop.command("kind", "list", "--json"))

    assert told["policy"]["blocked"] == ["walk-in"]
    assert told["policy"]["claim_edges_max"] == 50
    member = next(one for one in told["kinds"] if one["name"] == "membership_no")
    assert (member["rank"], member["blocked"]) == (25, ["0815"])
    assert "membership_no" in shop.command("kind", "list")


def test_a_device_kind_of_the_shops_own_is_a_device_in_the_profile_too(shop: Shop):
    shop.source("app", "public")
    shop.source("crm")
    put(shop, "push_token", role="device", rank=85)
    token, told = {"push_token": "t1"}, {"purpose": "marketing", "channel": "push"}

    shop.send("crm", track("Product Viewed", identifiers=token))
    shop.send(
        "app",
        track("Consent Withdrawn", told, userId="u9", identifiers=token),
    )

    # A token alone names nobody, and a browser's no about push silences its device.
    stranger = shop.api("GET", "/api/v1/people")["people"][0]
    assert stranger["computed"]["identified"] is False
    before = shop.person("user_id:u9")
    person = shop.api("GET", f"/api/v1/people/{before['person_id']}")
    assert [one["contact"] for one in person["ledger"]] == ["push_token:t1"]
    assert person["consents"][0]["state"] == "withdrawn"
    check_rebuild(shop)
    assert card(shop.person("user_id:u9")) == card(before)


def test_a_file_has_a_column_of_a_kind_of_the_shop(shop: Shop, tmp_path):
    put(shop, "membership_no", **MEMBER)
    contacts, receipts = tmp_path / "people.csv", tmp_path / "receipts.csv"
    contacts.write_text("Membership No,email,first_name\nM-1,a@shop.example,Anna\n")
    receipts.write_text(
        "receipt_id,date,membership_no,sku,quantity,price,currency\n"
        "1,2026-01-05T10:00:00,M 1,a,2,10.00,GBP\n"
        "2,2026-01-06T10:00:00,M2,a,1,10.00,GBP\n"
    )

    told = [
        json.loads(shop.command("import", str(one), "--json"))
        for one in (contacts, receipts)
    ]

    assert [one["lines"] for one in told] == [{"stored": 1}, {"stored": 2}]
    anna = shop.person("email:a@shop.example")
    assert anna["person_id"] == shop.id("membership_no:M1")
    assert anna["computed"]["receipts"] == 1
    assert shop.id("membership_no:M2") != anna["person_id"]

    check_rebuild(shop)
