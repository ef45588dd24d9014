"""Snowplow's trackers: the tracker protocol, by POST and as an image."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from msgspec import structs

from habitue.base.ids import counted_ids
from habitue.collect.dialects.snowplow import SNOWPLOW, snowplow
from habitue.collect.door import Collector
from habitue.model.event import Event
from habitue.model.source import Source, Writer
from tests.collect.dialects.recorded import recorded
from tests.collect.dialects.replayed import resend
from tests.collect.driver import Reply
from tests.collect.shop import NOW_US, Shop

TP2 = "/com.snowplowanalytics.snowplow/tp2"
APP = "shop-web"
BROWSER = {"Origin": "https://shop.example", "User-Agent": "Mozilla/5.0 (X11)"}
COOKIE = "0123456789abcdef0123456789abcdef"
SCHEMAS = "iglu:com.snowplowanalytics.snowplow"


@pytest.fixture
def taken(shop: Shop) -> Shop:
    """A shop whose site goes on with the app id that its tracker has."""
    shop.runner.run(shop.sources.adopt("web", APP))
    return shop


def hit(kind: str = "pv", **fields: Any) -> dict[str, Any]:
    return {"e": kind, "eid": f"id-{kind}", "aid": APP, "p": "web", **fields}


def send(shop: Shop, *hits: dict[str, Any], **more: Any) -> Reply:
    body = {"schema": f"{SCHEMAS}/payload_data/jsonschema/1-0-4", "data": list(hits)}
    return shop.send(json.dumps(body).encode(), key="", path=TP2, **more)


def look(shop: Shop, **fields: Any) -> Reply:
    query = urlencode(hit(**fields))
    return shop.send(key="", method="GET", path="/i", query=query, headers=BROWSER)


def event(shop: Shop, one_hit: dict[str, Any], **more: Any) -> Event:
    assert send(shop, one_hit, **more).body == b"ok"
    [found] = shop.events()
    return found


def ids(found: Event) -> set[tuple[str, str]]:
    return {(one.kind, one.value) for one in found.identifiers}


@pytest.mark.parametrize(
    "client", ["snowplow-browser-tracker", "snowplow-tracker-python"]
)
def test_every_event_of_the_recorded_client_is_stored_once(
    shop: Shop, client: str
) -> None:
    shop.runner.run(shop.sources.adopt("web", "shop"))
    sent = set()
    for request in recorded(client):
        assert resend(shop, request).status == (
            204 if request.method == "OPTIONS" else 200
        )
        if request.method == "POST":
            sent |= {one["eid"] for one in json.loads(request.body)["data"]}
        if request.method == "GET":
            sent |= set(parse_qs(request.query)["eid"])

    records = shop.truth.read(0, 10_000)
    stored = [record.message_id for record in records if record.kind == "event"]
    assert sorted(stored) == sorted(sent)
    assert shop.truth.quarantined(0, 10) == []


def test_a_large_batch_needs_no_key_but_the_app_id_in_its_body(taken: Shop) -> None:
    url = "https://shop.example/?" + "x" * 2_000
    hits = [hit(eid=f"e{number}", url=url) for number in range(1_000)]

    assert send(taken, *hits).body == b"ok"

    assert len(taken.events()) == 1_000


def test_a_page_view_is_a_page(taken: Shop) -> None:
    url = "https://shop.example/tea?utm_source=mail"
    told = hit(
        url=url, page="Tea", refr="https://x.example/", res="1280x720", lang="pl"
    )

    found = event(taken, told)

    assert (found.type, found.name) == ("page", "Tea")
    page = {"url": url, "title": "Tea", "referrer": "https://x.example/"}
    assert found.properties == page
    assert found.context["page"] == page
    assert found.context["campaign"] == {"source": "mail"}
    assert found.context["screen"] == {"width": 1280, "height": 720}
    assert found.context["channel"] == "web"


def test_a_page_ping_says_how_far_was_read(taken: Shop) -> None:
    found = event(taken, hit("pp", url="https://shop.example/", pp_may="800"))

    assert found.name == "Page Pinged"
    assert found.properties == {"url": "https://shop.example/", "max_y": 800}


def test_a_structured_event_is_called_by_its_action(taken: Shop) -> None:
    found = event(taken, hit("se", se_ca="shop", se_ac="add_to_cart", se_va="2"))

    assert found.name == "Product Added"
    assert found.properties["category"] == "shop"
    assert found.properties["value"] == 2


def test_a_transaction_is_an_order_and_its_lines_are_beside_it(taken: Shop) -> None:
    send(
        taken,
        hit("tr", tr_id="A1", tr_tt="29.35", tr_cu="GBP"),
        hit("ti", ti_id="A1", ti_sk="tea", ti_pr="9.95", ti_qu="2"),
    )

    order, line = taken.events()
    assert order.name == "Order Completed"
    assert order.properties == {"order_id": "A1", "total": "29.35", "currency": "GBP"}
    assert line.name == "Transaction Item"
    assert line.properties["order_id"] == "A1"


def described(vendor: str, name: str, data: Any) -> dict[str, Any]:
    inner = {"schema": f"iglu:{vendor}/{name}/jsonschema/1-0-0", "data": data}
    return {"schema": f"{SCHEMAS}/unstruct_event/jsonschema/1-0-0", "data": inner}


def entities(**told: Any) -> dict[str, Any]:
    listed = [
        {"schema": f"{SCHEMAS}/{name}/jsonschema/1-0-0", "data": data}
        for name, data in told.items()
    ]
    return {"schema": f"{SCHEMAS}/contexts/jsonschema/1-0-1", "data": listed}


def packed(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize("is_packed", [True, False])
def test_an_event_that_describes_itself_is_called_by_its_schema(
    taken: Shop, is_packed: bool
) -> None:
    what = described("com.acme", "store_visit", {"store": "ümlaut?>"})
    around = entities(user={"tier": "gold"}, web_page={"id": "p1"})
    told = (
        {"ue_px": packed(what), "cx": packed(around)}
        if is_packed
        else {"ue_pr": json.dumps(what), "co": json.dumps(around)}
    )

    found = event(taken, hit("ue", **told))

    assert (found.name, found.properties) == ("store_visit", {"store": "ümlaut?>"})
    assert found.context["entities"] == {"user": [{"tier": "gold"}]}
    assert found.context["page"] == {"id": "p1"}
    assert found.context["schema"] == "iglu:com.acme/store_visit/jsonschema/1-0-0"


@pytest.mark.parametrize(
    ("schema", "data", "kind", "name"),
    [
        ("screen_view", {"name": "Basket"}, "screen", "Basket"),
        ("site_search", {"terms": ["green", "tea"]}, "track", "Products Searched"),
        ("submit_form", {"formId": "news"}, "track", "Form Submitted"),
        ("add_to_cart", {"sku": "tea", "unitPrice": 9.95}, "track", "Product Added"),
        ("deep_link_received", {"url": "app://x"}, "track", "Deep Link Opened"),
    ],
)
def test_snowplows_own_schemas_are_our_events(
    taken: Shop, schema: str, data: dict[str, Any], kind: str, name: str
) -> None:
    what = described("com.snowplowanalytics.snowplow", schema, data)

    found = event(taken, hit("ue", ue_pr=json.dumps(what)))

    assert (found.type, found.name) == (kind, name)


def test_a_shops_action_is_told_with_what_is_attached_to_it(taken: Shop) -> None:
    vendor = "com.snowplowanalytics.snowplow.ecommerce"
    what = described(vendor, "snowplow_ecommerce_action", {"type": "transaction"})
    around = entities(
        transaction={"transaction_id": "A1", "revenue": 29.35, "currency": "GBP"},
        product={"id": "tea", "name": "Green tea", "price": 29.35, "quantity": 1},
    )

    found = event(taken, hit("ue", ue_px=packed(what), cx=packed(around)))

    assert found.name == "Order Completed"
    assert found.properties == {
        "order_id": "A1",
        "total": 29.35,
        "currency": "GBP",
        "products": [
            {"product_id": "tea", "name": "Green tea", "price": 29.35, "quantity": 1}
        ],
    }


@pytest.mark.parametrize(
    "wrong",
    [{"e": "xx"}, {"e": "ue"}, {"e": "ue", "ue_px": "%%%"}, {"e": "pv", "co": "{"}],
)
def test_what_can_not_be_read_waits_beside_unharmed_neighbours(
    taken: Shop, wrong: dict[str, Any]
) -> None:
    assert send(taken, hit("pv"), {**hit(), **wrong}, hit("pp")).body == b"ok"

    assert len(taken.events()) == 2
    [kept] = taken.truth.quarantined(0, 10)
    assert kept.reason == "untranslatable"


def test_letters_that_are_none_cost_their_own_event_alone(taken: Shop) -> None:
    events = [json.dumps(hit(eid=n, page=f"{n}")).encode() for n in "012"]
    events[1] = events[1].replace(b'"page": "1"', b'"page": "\xff"')
    body = b'{"schema":"x","data":[' + b",".join(events) + b"]}"

    assert taken.send(body, key="", path=TP2).body == b"ok"

    assert [found.name for found in taken.events()] == ["0", "2"]
    [kept] = taken.truth.quarantined(0, 10)
    assert kept.reason == "not_utf8"


# -- who and when ---------------------------------------------------------------------


def test_a_visitor_is_a_user_on_a_device(taken: Shop) -> None:
    found = event(taken, hit(uid="anna", duid="device-1"))

    assert ids(found) == {("user_id", "anna"), ("anonymous_id", "device-1")}


def test_an_apps_session_names_its_device(taken: Shop) -> None:
    session = entities(client_session={"userId": "phone-1", "sessionId": "s1"})

    found = event(taken, hit(co=json.dumps(session)))

    assert ids(found) == {("anonymous_id", "phone-1")}
    assert found.context["sessionId"] == "s1"


def test_a_wrong_clock_does_no_harm(taken: Shop) -> None:
    found = event(taken, hit(dtm="1000000000000", stm="1000000007000"))

    assert found.at_us == NOW_US - 7_000_000


def test_a_sending_time_cut_to_the_second_puts_nothing_in_the_future(
    taken: Shop,
) -> None:
    found = event(taken, hit(dtm="1000000000969", stm="1000000000000"))

    assert found.at_us == NOW_US


def test_a_true_time_is_taken_as_it_is(taken: Shop) -> None:
    found = event(taken, hit(ttm="1700000000000", dtm="5", stm="9000"))

    assert found.at_us == 1_700_000_000_000_000


def test_a_browser_is_given_its_address_and_a_server_none(taken: Shop) -> None:
    send(taken, hit("pv"), headers=BROWSER)
    send(taken, hit("pp"))

    assert [found.context.get("ip") for found in taken.events()] == ["192.0.2.7", None]


# -- the network id -------------------------------------------------------------------


@pytest.fixture
def known(shop: Shop) -> Shop:
    """A shop whose site may give a cookie, with ids that count."""
    source = Source(name="app", kind=Writer.PUBLIC, network_cookie=True)
    shop.add(source)
    shop.runner.run(shop.sources.adopt("app", APP))
    others = [one for one in shop.rules.dialects if one is not SNOWPLOW]
    counted = snowplow(counted_ids("0" * 31))
    shop.rules = structs.replace(shop.rules, dialects=(*others, counted))
    shop.collector = Collector(shop.rules, shop.collector._ports)
    return shop


def test_a_source_gives_no_cookie_unless_it_says_so(taken: Shop) -> None:
    for reply in (look(taken), send(taken, hit(), headers={"Cookie": f"sp={COOKIE}"})):
        assert "set-cookie" not in reply.headers
    assert all(found.identifiers == () for found in taken.events())


def test_a_cookie_is_closed_to_scripts_and_to_other_sites(known: Shop) -> None:
    assert look(known).headers["set-cookie"] == (
        f"sp={'0' * 31}1; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax"
    )


def test_who_brings_a_cookie_is_known_by_it_and_keeps_it(known: Shop) -> None:
    sent = {**BROWSER, "Cookie": f"a=b; sp={COOKIE}; c=d"}

    reply = send(known, hit(duid="device-1"), headers=sent)

    assert reply.headers["set-cookie"].startswith(f"sp={COOKIE};")
    [found] = known.events()
    assert ids(found) == {("anonymous_id", "device-1"), ("anonymous_id", COOKIE)}


def test_an_event_sent_again_before_its_cookie_came_is_the_same_event(
    known: Shop,
) -> None:
    send(known, hit(duid="device-1"))
    send(known, hit(duid="device-1"))

    assert len(known.events()) == 1
    assert known.truth.quarantined(0, 10) == []


@pytest.mark.parametrize(
    "wish", [{"Sec-GPC": "1"}, {"SP-Anonymous": "*"}], ids=["GPC", "anonymous"]
)
def test_who_wants_not_to_be_known_is_not(known: Shop, wish: dict[str, str]) -> None:
    sent = {**BROWSER, **wish, "Cookie": f"sp={COOKIE}"}

    reply = send(known, hit(), headers=sent)

    assert "set-cookie" not in reply.headers
    assert known.events()[0].identifiers == ()


def test_an_anonymous_tracker_gives_no_address(taken: Shop) -> None:
    found = event(taken, hit(), headers={**BROWSER, "SP-Anonymous": "*"})

    assert found.context["ip"] == ""


def test_an_image_without_an_event_is_400_and_of_an_unknown_app_401(shop: Shop) -> None:
    assert shop.send(key="", method="GET", path="/i").status == 400
    assert look(shop).status == 401
