"""PostHog's clients: what they send, and who is meant by it."""

import base64
import gzip
import json
from typing import Any
from urllib.parse import quote

import pytest

from habitue.model.event import Event
from tests.collect.dialects.recorded import Recorded, recorded
from tests.collect.dialects.replayed import one, resend
from tests.collect.driver import Reply
from tests.collect.shop import Shop

KEY = "phc_projectapikey0123456789"
BROWSER = {"Origin": "https://shop.example", "User-Agent": "Mozilla/5.0 (X11)"}
DEVICE, ANNA = "01a2-device", "u1"


@pytest.fixture
def taken(shop: Shop) -> Shop:
    """A shop whose site goes on with the key of PostHog's project."""
    shop.runner.run(shop.sources.adopt("web", KEY))
    return shop


def hit(event: str = "Tea Poured", **fields: Any) -> dict[str, Any]:
    return {"event": event, "uuid": f"id-{event}", "distinct_id": ANNA, **fields}


def send(shop: Shop, *hits: Any, path: str = "/batch/", **more: Any) -> Reply:
    body = {"api_key": KEY, "batch": list(hits)}
    return shop.send(json.dumps(body).encode(), key="", path=path, **more)


def event(shop: Shop, one_hit: Any, **more: Any) -> Event:
    assert send(shop, one_hit, **more).data == {"status": "Ok"}
    [found] = shop.events()
    return found


def ids(found: Event) -> set[tuple[str, str]]:
    return {(one.kind, one.value) for one in found.identifiers}


# Its maker's scripts: a shop loads posthog-js from npm or from where it did so far.
NOT_SERVED = {
    "/static/array.js",
    "/static/surveys.js",
    "/static/1.449.2/surveys.js",
}


def status_of(request: Recorded) -> int:
    """Say how the client is to be answered."""
    if request.path in NOT_SERVED:
        return 404
    return 204 if request.method == "OPTIONS" else 200


@pytest.mark.parametrize("client", ["posthog-js", "posthog-python"])
def test_every_event_of_the_recorded_client_is_stored_once(
    taken: Shop, client: str
) -> None:
    sent = set()
    for request in recorded(client):
        reply = resend(taken, request)
        assert reply.status == status_of(request), request.name
        allowed = reply.headers.get("access-control-allow-origin")
        assert allowed == request.headers.get("Origin")
        if request.method == "POST" and "/flags" not in request.path:
            sent |= {item["uuid"] for item in request.items}

    records = taken.truth.read(0, 10_000)
    stored = [record.message_id for record in records if record.kind == "event"]
    assert sorted(stored) == sorted(sent)
    assert taken.truth.quarantined(0, 10) == []


def test_an_identify_of_the_recorded_browser_hands_its_device_over(taken: Shop) -> None:
    resend(taken, one("posthog-js", "npm-03"))

    found = taken.events()[0]
    assert found.type == "identify"
    assert {kind for kind, _ in ids(found)} == {"user_id", "email", "anonymous_id"}
    assert found.traits["email"] == "Anna.Nowak@example.com"
    assert not found.verified


def test_the_settings_of_the_recorded_browser_name_where_events_go(taken: Shop) -> None:
    settings = resend(taken, one("posthog-js", "bare-server-04"))
    script = resend(taken, one("posthog-js", "bare-server-01"))

    assert settings.data["token"] == KEY
    assert settings.data["analytics"] == {"endpoint": "/i/v0/e/"}
    assert settings.data["sessionRecording"] is False
    assert script.headers["content-type"].startswith("text/javascript")
    start = b'_POSTHOG_REMOTE_CONFIG["%b"]={config:{' % KEY.encode()
    assert start in script.body


def test_a_key_that_is_not_known_has_no_settings(shop: Shop) -> None:
    for path in ("/array/phc_other/config", "/array/phc_other/config.js"):
        assert shop.send(key="", method="GET", path=path).status == 404


def test_a_servers_key_has_no_settings_for_pages(shop: Shop) -> None:
    path = f"/array/{shop.keys['server']}/config"

    assert shop.send(key="", method="GET", path=path).status == 404


def test_who_asks_for_flags_is_told_that_there_are_none(taken: Shop) -> None:
    reply = taken.send(b'{"token":"x"}', key="", path="/flags/", query="v=2")

    assert (reply.status, reply.data["flags"]) == (200, {})
    assert reply.data["errorsWhileComputingFlags"] is False


# -- who is meant ---------------------------------------------------------------------


def test_who_was_identified_is_a_person_on_a_device(taken: Shop) -> None:
    told = hit(properties={"$device_id": DEVICE, "$is_identified": True})

    assert ids(event(taken, told)) == {("user_id", ANNA), ("anonymous_id", DEVICE)}


@pytest.mark.parametrize(
    "properties",
    [
        {"$device_id": ANNA},
        {"$device_id": DEVICE, "$is_identified": False},
        {"$process_person_profile": False},
    ],
    ids=["its own device", "not identified", "without a profile"],
)
def test_who_was_not_identified_is_a_device_alone(
    taken: Shop, properties: dict[str, Any]
) -> None:
    assert ids(event(taken, hit(properties=properties))) == {("anonymous_id", ANNA)}


def test_an_identify_after_a_reset_names_the_device_and_its_last_stranger(
    taken: Shop,
) -> None:
    told = {"$device_id": DEVICE, "$anon_distinct_id": "stranger-2"}

    found = event(taken, hit("$identify", properties=told))

    assert ids(found) == {
        ("user_id", ANNA),
        ("anonymous_id", DEVICE),
        ("anonymous_id", "stranger-2"),
    }


def test_visitors_without_cookies_are_nobody(taken: Shop) -> None:
    told = hit(distinct_id="$posthog_cookieless", properties={"$device_id": None})

    assert event(taken, told).identifiers == ()


def test_an_alias_of_a_server_says_that_two_ids_are_one(shop: Shop) -> None:
    told = {"alias": "new", "distinct_id": "old"}
    body = {"batch": [hit("$create_alias", distinct_id="old", properties=told)]}
    shop.post(body, path="/batch/")

    [found] = shop.events()
    assert found.type == "alias"
    assert ids(found) == {("user_id", "new"), ("anonymous_id", "old")}
    assert found.formerly is not None
    assert found.formerly.value == "old"


def test_a_group_that_a_server_tells_of_is_of_no_made_up_person(taken: Shop) -> None:
    resend(taken, one("posthog-python", "normal"))

    [found] = [one for one in taken.events() if one.type == "group"]
    assert found.identifiers == ()
    assert found.properties == {
        "group_type": "company",
        "group_id": "acme-7",
        "group_traits": {"name": "Initech"},
    }


# -- what is kept of it ---------------------------------------------------------------


def test_what_is_set_beside_any_event_is_a_trait(taken: Shop) -> None:
    told = hit(**{"$set": {"plan": "gold"}}, properties={"$set": {"city": "Kraków"}})

    assert event(taken, told).traits == {"plan": "gold", "city": "Kraków"}


def test_what_is_set_once_stays_with_its_event(taken: Shop) -> None:
    found = event(taken, hit("$set", properties={"$set_once": {"from": "mail"}}))

    assert (found.type, found.traits) == ("identify", {})
    assert found.properties == {"set_once": {"from": "mail"}}


def test_a_page_view_is_a_page_with_its_campaign(taken: Shop) -> None:
    url = "https://shop.example/tea?utm_source=mail&utm_campaign=may"
    told = {"$current_url": url, "title": "Tea", "$referrer": "$direct", "x": 1}

    found = event(taken, hit("$pageview", properties=told))

    assert (found.type, found.name) == ("page", "Tea")
    assert found.properties == {"url": url, "title": "Tea", "x": 1}
    assert found.context["campaign"] == {"source": "mail", "name": "may"}


def test_no_key_is_kept_of_an_event(taken: Shop) -> None:
    send(taken, hit(properties={"token": KEY}), hit(properties=[KEY]))

    assert KEY not in repr(taken.events())
    [kept] = taken.truth.quarantined(0, 10)
    assert kept.reason == "field_not_an_object"
    assert KEY.encode() not in kept.original


def test_an_old_import_folds_as_history_where_a_server_says_so(shop: Shop) -> None:
    body = {"historical_migration": True, "batch": [hit()]}
    shop.post(body, path="/batch/")
    shop.post({"api_key": "x", **body}, "web", path="/e/")

    assert [found.historical for found in shop.events()] == [True, False]


def test_history_stays_history_beside_a_broken_number(shop: Shop) -> None:
    broken = hit("b", properties={"x": float("nan")})
    body = {"historical_migration": True, "batch": [hit("a"), broken]}
    shop.post(body, path="/batch/")

    assert [found.historical for found in shop.events()] == [True]


@pytest.mark.parametrize("name", ["", "ip=1"])
def test_a_browser_is_given_its_address(taken: Shop, name: str) -> None:
    found = event(taken, hit(), path="/e/", query=name, headers=BROWSER)

    assert found.context["ip"] == "192.0.2.7"
    assert found.context["userAgent"] == BROWSER["User-Agent"]


def test_a_browser_that_wants_no_address_kept_has_none(taken: Shop) -> None:
    found = event(taken, hit(), path="/e/", query="ip=0", headers=BROWSER)

    assert found.context["ip"] == ""


def test_a_servers_address_is_nobodys(taken: Shop) -> None:
    found = event(taken, hit(properties={"$geoip_disable": True}))

    assert "ip" not in found.context


# -- how it comes ---------------------------------------------------------------------


def single(**fields: Any) -> bytes:
    return json.dumps({**hit(), **fields}).encode()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/e/", single(api_key=KEY)),
        ("/capture/", single(token=KEY)),
        ("/i/v0/e/", b"[" + single(properties={"token": KEY}) + b"]"),
        ("/track/", b"data=" + quote(base64.b64encode(single(api_key=KEY))).encode()),
        ("/e", b"compression=gzip-js&data=" + quote(single(api_key=KEY)).encode()),
        ("/e", gzip.compress(single(properties={"token": KEY}))),
    ],
    ids=["event", "token", "list", "base64 in a form", "form", "gzip"],
)
def test_an_event_comes_in_every_shape_that_was_ever_sent(
    taken: Shop, path: str, body: bytes
) -> None:
    assert taken.send(body, key="", path=path).data == {"status": "Ok"}

    assert [found.name for found in taken.events()] == ["Tea Poured"]


def test_an_event_may_be_the_address_of_an_image(taken: Shop) -> None:
    data = base64.b64encode(single(api_key=KEY)).decode()

    reply = taken.send(key="", method="GET", path="/e/", query=f"data={quote(data)}")

    assert reply.status == 200
    assert len(taken.events()) == 1


def test_what_is_set_of_a_person_alone_is_an_identify(taken: Shop) -> None:
    body = {"token": KEY, "$distinct_id": ANNA, "$set": {"plan": "gold"}}
    taken.send(json.dumps(body).encode(), key="", path="/engage/")

    [found] = taken.events()
    assert (found.type, found.traits) == ("identify", {"plan": "gold"})
    assert ids(found) == {("user_id", ANNA)}


def test_a_broken_number_costs_its_own_event_alone(taken: Shop) -> None:
    send(taken, hit("a"), hit("b", properties={"x": float("nan")}), hit("c"))

    assert [found.name for found in taken.events()] == ["a", "c"]
    [kept] = taken.truth.quarantined(0, 10)
    assert kept.reason == "number_out_of_range"


# -- an answer for each event ---------------------------------------------------------

V1 = "/i/v1/analytics/events"


def results(shop: Shop, *hits: Any) -> dict[str, Any]:
    body = {"created_at": "2026-03-01T12:00:00Z", "batch": list(hits)}
    reply = shop.post(body, path=V1)
    assert reply.status == 200
    found: dict[str, Any] = reply.data["results"]
    return found


def test_each_event_is_answered_by_its_uuid(shop: Shop) -> None:
    found = results(shop, hit("a"), hit("b", properties=[]), hit("a"))

    assert found["id-a"] == {"result": "ok"}
    assert found["id-b"]["result"] == "drop"
    assert "'properties' has to be an object" in found["id-b"]["details"]


def test_what_of_an_event_was_not_used_is_a_warning(shop: Shop) -> None:
    found = results(shop, hit("a", timestamp="soon"))

    assert found["id-a"]["result"] == "warning"
    assert "could not be read as a time" in found["id-a"]["details"]


def test_what_is_over_a_batchs_limit_is_to_come_again(shop: Shop) -> None:
    many = [hit(f"e{n}") for n in range(2_501)]

    found = results(shop, *many)

    again = [uuid for uuid, one in found.items() if one["result"] == "retry"]
    assert again == ["id-e2500"]
