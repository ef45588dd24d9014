"""Every request that the real clients once sent is understood."""

import json

import pytest

from tests.collect.dialects.recorded import Recorded, recorded
from tests.collect.driver import Reply
from tests.collect.shop import Shop

SERVERS = ["segment-analytics-python", "segment-analytics-node", "rudder-sdk-python"]
BROWSERS = ["segment-analytics-next", "rudderstack-analytics-js"]
CLIENTS = {**dict.fromkeys(SERVERS, "server"), **dict.fromkeys(BROWSERS, "web")}
# A part that one build of RudderStack's loads: its package lacks it, so it is not here.
NOT_SERVED = {"/plugins/rsa-plugins.js"}
# No door for events: tests/acceptance/test_clients.py has clients ask for tokens.
ELSEWHERE = {"/token"}
ALL = [
    pytest.param(client, request, id=f"{client} {request.name}")
    for client in CLIENTS
    for request in recorded(client)
    if request.path not in ELSEWHERE
]


def send(shop: Shop, client: str, told: Recorded) -> Reply:
    told = told.with_key(shop.keys[CLIENTS[client]])
    return shop.send(
        told.wire,
        key="",
        method=told.method,
        path=told.path,
        query=told.query,
        headers=told.headers,
    )


def status_of(request: Recorded) -> int:
    """Say how the client is to be answered."""
    if request.path in NOT_SERVED:
        return 404
    return 204 if request.method == "OPTIONS" else 200


@pytest.mark.parametrize(("client", "request_"), ALL)
def test_a_request_is_answered_as_its_client_expects(
    shop: Shop, client: str, request_: Recorded
) -> None:
    reply = send(shop, client, request_)

    assert reply.status == status_of(request_)
    if request_.method == "POST":
        ours = b"OK" if "rudder" in client else b'{"success":true}'
        assert reply.body == ours
    if "origin" in {name.lower() for name in request_.headers}:
        assert reply.headers["access-control-allow-origin"] == "http://localhost:8080"
    assert shop.truth.quarantined(0, 10) == []


@pytest.mark.parametrize("client", CLIENTS)
def test_all_events_of_a_client_are_stored_once_each(shop: Shop, client: str) -> None:
    sent = [one for one in recorded(client) if one.path not in ELSEWHERE]

    for request in sent:
        send(shop, client, request)

    told = {item["messageId"] for request in sent for item in request.items}
    stored = [
        one.message_id for one in shop.truth.read(0, 10_000) if one.kind == "event"
    ]
    assert len(told) > 1
    assert sorted(stored) == sorted(told)


@pytest.mark.parametrize("client", BROWSERS)
def test_a_visitor_is_known_by_the_device_and_the_name_that_were_told(
    shop: Shop, client: str
) -> None:
    for request in recorded(client):
        if request.path not in ELSEWHERE:
            send(shop, client, request)

    told = {pair for event in shop.events() for pair in event.identifiers}
    assert ("user_id", "019mr8mf4r") in told
    assert ("email", "anna.nowak@example.com") in told
    assert sum(kind == "anonymous_id" for kind, _ in told) > 1


def test_what_a_browser_of_segment_starts_with_sends_it_back_to_us(shop: Shop) -> None:
    [first, *_] = recorded("segment-analytics-next")
    answer = send(shop, "segment-analytics-next", first)

    told = json.loads(answer.body)["integrations"]["Segment.io"]
    assert told["apiHost"] == "127.0.0.1:8080/v1"
    assert told["protocol"] == "http"
    assert told["apiKey"] == shop.keys["web"]
