"""Robots, mail scanners and staff on a running server: A17."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.shop import Shop, card, identify, track
from tests.acceptance.test_segments import inside, put
from tests.acceptance.test_segments_in_time import filled_in

CRAWLER = {"userAgent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://g.example)"}
HEADLESS = {"userAgent": "Mozilla/5.0 (X11; Linux) HeadlessChrome/126.0 Safari/537.36"}
ANNA = {"identifiers": {"email": "anna@b.example", "loyalty_card": "L1"}}
PHONE = {"identifiers": {"device_id": "phone-of-ola"}}


def staffed(shop: Shop, what: str, note: str = "") -> dict:
    return shop.api("PUT", "/api/v1/staff", {"what": what, "note": note})


def lived(shop: Shop) -> None:
    """Two customers: a stranger who signs in, mail, an order, and a receipt."""
    for source, kind in (("web", "public"), ("crm", "server"), ("till", "server")):
        shop.source(source, kind)
    shop.send("web", track("Product Viewed", {"product_id": "t"}, anonymousId="d1"))
    shop.send("crm", identify({"name": "Anna"}, userId="u1", anonymousId="d1", **ANNA))
    shop.send("crm", track("Subscribed", {"channel": "email"}, **ANNA))
    shop.send(
        "crm",
        track("Order Completed", {"order_id": "1", "total": 5, "currency": "EUR"},
              userId="u1"),
    )  # fmt: skip
    shop.send("crm", identify({"name": "Jan"}, userId="u2"))
    shop.send(
        "till",
        track("Receipt Issued", {"receipt_id": "1", "total": 7, "currency": "EUR"},
              **ANNA),
    )  # fmt: skip


CLICKED = "Email Link Clicked"
LISTENED = {
    "looked": {"type": "did", "event": "Product Viewed"},
    "clicked": {"type": "did", "event": CLICKED},
    "unmoved": {"type": "did_not", "event": CLICKED},
    "reachable": {"type": "consent", "purpose": "marketing", "channel": "email",
                  "state": "granted"},
}  # fmt: skip


def listened(shop: Shop) -> None:
    """Segments of what robots do, and somebody who listens to who comes and goes."""
    for name, condition in LISTENED.items():
        put(shop, name, condition)
    filled_in(shop, "user_id:u1")
    for name in LISTENED:
        path = f"/api/v1/segments/{name}/subscriptions/mail-{name}"
        shop.api("PUT", path, {"marked": True})


def exported(shop: Shop) -> list[dict]:
    key = {"authorization": f"Bearer {shop.token()}"}
    _, _, raw = shop.request("GET", "/api/v1/export/events", headers=key)
    return [json.loads(line) for line in raw.splitlines()]


def heard(shop: Shop) -> list[tuple[str, str, int]]:
    """Say what whoever listens has heard: what, of which segment, of whom."""
    return [
        (one["name"], one["properties"]["segment"], one["properties"]["person_id"])
        for one in exported(shop)
        if one["source"] == "segment"
    ]


def planted(shop: Shop) -> None:
    """Crawlers on the site, a scanner on the mail, a phone of the staff."""
    for n in range(3):
        shop.send("web", track("Product Viewed", {"product_id": "t"},
                               anonymousId=f"c{n}", context=CRAWLER))  # fmt: skip
    shop.send("web", {"type": "page", "name": "Home", "anonymousId": "d1",
                      "context": HEADLESS})  # fmt: skip
    clicked = {"method": "HEAD", "email_id": "m", "link_url": "https://shop.example/"}
    for link in range(4):
        shop.send("crm", track("Email Link Clicked", {**clicked, "n": link}, **ANNA))
    at = "2026-03-01T12:00:00Z"
    shop.send(
        "crm",
        track("Unsubscribed", {"channel": "email", "delivered_at": at},
              timestamp="2026-03-01T12:00:01Z", **ANNA),
    )  # fmt: skip
    for who in ("u1", "u2"):
        shop.send("web", identify({"name": "Test"}, userId=who, **PHONE))
        shop.send("web", track("Product Viewed", {"product_id": "x"}, userId=who,
                               **PHONE))  # fmt: skip


def known(shop: Shop) -> tuple:
    shop.settle()
    people = [
        card(shop.person(one))
        for one in ("user_id:u1", "user_id:u2", "anonymous_id:d1")
    ]
    _, _, metrics = shop.request("GET", "/metrics")
    counted = [
        line
        for line in metrics.decode().splitlines()
        if line.startswith(("habitue_people", "habitue_strangers"))
    ]
    assert len(counted) == 2
    totals = card(shop.api("GET", "/api/v1/totals"))
    return people, totals, counted, *segmented(shop)


def segmented(shop: Shop) -> tuple:
    held = {one["id"] for one in shop.api("GET", "/api/v1/segments")["segments"]}
    return {name: inside(shop, name) for name in held}, heard(shop)


def reported(shop: Shop) -> list[dict]:
    """Ask for scores, and for reports of the time in which all this was."""
    head = max(one["offset"] for one in exported(shop))
    today = datetime.now(UTC).date()
    span = f"from={today - timedelta(days=300)}&to={today}"
    scores = shop.api("GET", "/api/v1/scores/summary")
    channels = shop.api("GET", f"/api/v1/channels/report?{span}")
    kpis, credit = (
        insight(shop, f"/api/v1/insights/{name}?{span}", head)
        for name in ("kpis", "attribution")
    )
    undated = {"at": "", "as_of": "", "offset": 0}
    return [{**one, **undated} for one in (scores, channels, kpis, credit)]


def insight(shop: Shop, path: str, head: int) -> dict:
    """Ask for a report as of the log's end; it is of a copy, which is soon there."""
    key = {"authorization": f"Bearer {shop.token()}"}
    found: dict = {"offset": 0}

    def is_whole() -> bool:
        status, _, raw = shop.request("GET", path, headers=key)
        assert status in {200, 503}, raw
        found.update(json.loads(raw))
        return status == 200 and found["offset"] >= head

    shop.until(is_whole)
    return found


@pytest.mark.feature("A17")
def test_crawlers_scanners_and_a_staff_phone_change_nothing_that_is_known(shop: Shop):
    staffed(shop, "device_id:phone-of-ola", "Ola, at the counter")
    lived(shop)
    listened(shop)
    before, reports = known(shop), reported(shop)
    people = len(shop.api("GET", "/api/v1/people")["people"])

    planted(shop)

    assert known(shop) == before
    assert reported(shop) == reports
    assert len(shop.api("GET", "/api/v1/people")["people"]) == people
    assert shop.person("device_id:phone-of-ola") is None
    assert shop.person("anonymous_id:c0") is None
    assert shop.id("user_id:u1") != shop.id("user_id:u2")


LINKS = ("/", "/sale", "/shoes", "/terms")
NOW = datetime.now(UTC)


def followed(link: str, second: int, mail: str = "m7", name: str = CLICKED, **who):
    """Tell that a link was followed, by nothing that calls itself a machine."""
    told = {"email_id": mail, "link_url": f"https://shop.example{link}"}
    if name == "Unsubscribed":
        told["channel"] = "email"
    at = (NOW + timedelta(seconds=second)).isoformat()
    who = who or ANNA
    return track(name, told, timestamp=at, messageId=f"{mail}{link}{name}", **who)


def scanned(shop: Shop) -> list[dict]:
    timeline = shop.timeline("user_id:u1")
    return [one for one in timeline if one["marked"] == "scanner"]


@pytest.mark.feature("A17")
def test_links_of_one_mail_followed_within_seconds_were_a_scanners(shop: Shop):
    lived(shop)
    listened(shop)
    before = known(shop)

    for second, link in enumerate(LINKS):
        shop.send("crm", followed(link, second))
    shop.send("crm", followed("/leave", 4, name="Unsubscribed"))
    shop.until(lambda: len(scanned(shop)) == 5)

    assert known(shop) == before
    # One link alone is a reader's, who is told of when no more can follow.
    shop.send("crm", followed("/shoes", 5, "m8", userId="u2"))
    assert heard(shop) == []
    shop.until(lambda: len(heard(shop)) == 2)
    jan = shop.id("user_id:u2")
    assert sorted(heard(shop)) == [
        ("Segment Entered", "clicked", jan),
        ("Segment Left", "unmoved", jan),
    ]
    assert shop.stop() == 0
    told = json.loads(shop.command("rebuild", "--verify", "--json"))
    assert told["equal"] is True


@pytest.mark.feature("A17")
def test_that_a_scanner_did_it_is_taken_back_as_any_judgement(shop: Shop):
    lived(shop)
    for second, link in enumerate(LINKS):
        shop.send("crm", followed(link, second))
    shop.until(lambda: len(scanned(shop)) == 4)

    shop.api("POST", scanned(shop)[0]["undo"], {"reason": "She reads fast."})
    shop.send("crm", followed("/new", 2))
    shop.until(lambda: len(scanned(shop)) == 4)

    assert {one["properties"]["link_url"][20:] for one in scanned(shop)} == {
        *LINKS[:3], "/new"
    }  # fmt: skip


@pytest.mark.feature("A17")
def test_what_is_marked_is_stored_and_shown_with_its_mark(shop: Shop):
    staffed(shop, "device_id:phone-of-ola")
    lived(shop)
    planted(shop)

    marks = [one["marked"] for one in shop.timeline("user_id:u1")]

    assert marks.count("scanner") == 5
    assert marks.count("staff") == 2
    assert marks.count("bot") == 1
    assert shop.outcomes("web")["stored"] == 9
    assert {one["marked"] for one in exported(shop)} == {
        None,
        "bot",
        "scanner",
        "staff",
    }


@pytest.mark.feature("A17")
def test_after_a_rebuild_they_change_nothing_either(shop: Shop):
    staffed(shop, "device_id:phone-of-ola")
    lived(shop)
    listened(shop)
    planted(shop)
    before = known(shop)

    assert shop.stop() == 0
    told = json.loads(shop.command("rebuild", "--verify", "--json"))
    shop.start()

    assert told["equal"] is True
    assert known(shop) == before


@pytest.mark.feature("A17")
def test_a_till_tells_of_its_customers_and_joins_none_of_them(shop: Shop):
    lived(shop)
    staffed(shop, "device_id:till-4", "Krakow")
    for n, who in enumerate(("L7", "L8")):
        shop.send(
            "till",
            track(
                "Receipt Issued",
                {"receipt_id": f"r{n}", "total": 3, "currency": "EUR"},
                identifiers={"loyalty_card": who, "device_id": "till-4"},
            ),
        )

    one, other = (shop.person(f"loyalty_card:{who}") for who in ("L7", "L8"))

    assert one["person_id"] != other["person_id"]
    assert one["computed"]["receipts"] == other["computed"]["receipts"] == 1
    assert shop.person("device_id:till-4") is None


@pytest.mark.feature("A17")
def test_the_list_of_staff_is_kept_by_command(shop: Shop):
    shop.command("staff", "add", "@Shop.Example", "--note", "our own mail")
    shop.command("staff", "add", "192.0.2.77/24")
    shop.command("staff", "add", "device_id: till-4 ")
    held = json.loads(shop.command("staff", "list", "--json"))

    assert held == [
        {"what": "192.0.2.0/24", "form": "network", "note": ""},
        {"what": "@shop.example", "form": "domain", "note": "our own mail"},
        {"what": "device_id:till-4", "form": "identifier", "note": ""},
    ]
    shop.command("staff", "remove", "192.0.2.0/24")
    assert shop.api("GET", "/api/v1/staff")["staff"] == held[1:]


REFUSED = {
    "0.0.0.0/0": "too large",
    "till 4": "device_id:till-4",
    "device_id:null": "no usable device_id",
    "@": "no domain",
}


def test_what_can_not_be_staff_is_refused_with_the_way_out(shop: Shop):
    for what, says in REFUSED.items():
        told = shop.api("PUT", "/api/v1/staff", {"what": what}, status=422)
        assert says in told["detail"]


def test_a_network_of_the_shop_holds_until_it_is_taken_off(shop: Shop):
    shop.source("web", "public")
    staffed(shop, "192.0.2.0/24")
    where = {"context": {"ip": "192.0.2.5"}}
    shop.send("web", track("Product Viewed", anonymousId="d1", **where))
    assert shop.person("anonymous_id:d1") is None

    shop.api("DELETE", "/api/v1/staff?what=192.0.2.0/24")
    shop.send("web", track("Product Viewed", anonymousId="d1", **where))

    assert shop.person("anonymous_id:d1")["computed"]["events"] == 1


def test_what_is_imported_is_marked_by_the_same_rule(shop: Shop, tmp_path):
    staffed(shop, "device_id:phone-of-ola")
    shop.source("old")
    told = [
        {"type": "page", "name": "A", "messageId": "1", "anonymousId": "bot",
         "context": CRAWLER},
        {"type": "page", "name": "B", "messageId": "2", **PHONE},
        {"type": "page", "name": "C", "messageId": "3", "anonymousId": "d1"},
    ]  # fmt: skip
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in told))

    shop.command("import", str(path), "--source", "old")
    shop.settle()

    assert shop.person("anonymous_id:bot") is None
    assert shop.person("device_id:phone-of-ola") is None
    assert shop.person("anonymous_id:d1")["computed"]["events"] == 1
    assert shop.outcomes("old")["stored"] == 3
