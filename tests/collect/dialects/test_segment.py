"""What is Segment's own: types in paths, and what its clients load at the start."""

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import habitue.collect.dialects
from habitue.collect.dialects.segment import TYPES
from habitue.model.source import Source, Writer
from tests.collect.shop import Shop, track

VENDOR = Path(habitue.collect.dialects.__file__).parent / "vendor"
SCRIPT = VENDOR / "analytics-next-1.84.3"
NEEDS = {"group": {"groupId": "g"}, "track": {"event": "Tea Poured"}}


@pytest.mark.parametrize("kind", TYPES)
def test_a_path_says_the_type_that_its_item_leaves_out(shop: Shop, kind: str) -> None:
    for path in (f"/v1/{kind}", f"/v1/{kind[0]}/"):
        reply = shop.post({"userId": "u1", **NEEDS.get(kind, {})}, path=path)
        assert (reply.status, reply.body) == (200, b'{"success":true}')

    assert [event.type for event in shop.events()] == [kind, kind]


@pytest.mark.parametrize(
    "body",
    [
        b'{"type":null,"event":"Tea Poured"}',
        b' {"event":"Tea Poured"}\n',
        b'{"event":"Tea Poured","properties":{"a":"\\ud800"}}',
        b'[{"event":"Tea Poured"}]',
        b'{"batch":[{"event":"Tea Poured"}]}',
    ],
)
def test_a_type_is_filled_in_however_an_item_is_written(
    shop: Shop, body: bytes
) -> None:
    assert shop.send(body, path="/v1/track").status == 200

    assert [event.type for event in shop.events()] == ["track"]


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"7", b"[1]", b'{"batch":7}', b'[{"a":NaN}]']
)
def test_whatever_can_be_read_is_answered_with_success(shop: Shop, body: bytes) -> None:
    for path in ("/v1/track", "/v1/batch", "/v1/merge", "/beacon/v1/batch"):
        assert shop.send(body, path=path).status == 200

    assert shop.events() == []


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import"])
def test_a_batch_with_one_bad_item_is_a_success_and_that_one_is_kept(
    shop: Shop, path: str
) -> None:
    reply = shop.post({"batch": [track(), {"type": "teapot"}, track()]}, path=path)

    assert (reply.status, reply.body) == (200, b'{"success":true}')
    assert len(shop.events()) == 2
    assert len(shop.truth.quarantined(0, 10)) == 1


def of_an_app(number: int, **properties: Any) -> dict[str, Any]:
    """Make an item as Segment's client for React Native does (CLIENTS 1.2)."""
    return {
        **track(messageId=f"app-{number}", properties=properties),
        "anonymousId": "0d4e-app",
        "userId": None,
        "timestamp": "2026-03-01T11:59:00.000Z",
        "integrations": {},
        "context": {
            "library": {"name": "@segment/analytics-react-native", "version": "2.21.0"},
            "device": {"id": "D-1", "advertisingId": "AD-1", "type": "ios"},
            "app": {"name": "Tea", "version": "7.1", "namespace": "example.tea"},
            "os": {"name": "iOS", "version": "19.1"},
        },
        "_metadata": {"bundled": [], "unbundled": [], "bundledIds": []},
    }


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer of-the-app-itself"}])
def test_an_app_of_react_native_tells_its_key_in_the_body_alone(
    shop: Shop, headers: dict[str, str]
) -> None:
    body = {
        "batch": [of_an_app(1, price=1.5), {**of_an_app(2), "userId": "u1"}],
        "sentAt": "2026-03-01T12:00:00.000Z",
        "writeKey": shop.keys["web"],
    }

    reply = shop.post(body, key="", path="/v1/b", headers=headers)

    assert (reply.status, reply.body) == (200, b'{"success":true}')
    first, second = shop.events()
    device = {("anonymous_id", "0d4e-app"), ("device_id", "D-1")}
    assert set(first.identifiers) == device
    assert set(second.identifiers) == {("user_id", "u1"), *device}
    assert first.context["device"]["advertisingId"] == "AD-1"
    assert first.properties == {"price": 1.5}
    assert shop.truth.quarantined(0, 10) == []


@pytest.mark.parametrize(
    ("path", "pack"),
    [("/v1/b", bytes), ("/v1/batch", bytes), ("/v1/import", gzip.compress)],
    ids=["app", "plain", "packed"],
)
def test_a_thousand_messages_with_their_key_in_the_body_are_one_batch(
    shop: Shop, path: str, pack: Callable[[bytes], bytes]
) -> None:
    batch = [of_an_app(number, text="x" * 2_000) for number in range(1_000)]
    body = json.dumps({"batch": batch, "writeKey": shop.keys["web"]}).encode()

    reply = shop.send(pack(body), key="", path=path)

    assert reply.status == 200
    assert len(shop.events()) == 1_000


def test_more_than_a_batch_with_its_key_in_the_body_is_413(shop: Shop) -> None:
    body = json.dumps({"batch": [], "writeKey": shop.keys["web"]}).encode()

    within = shop.send(body.ljust(6_000_000), key="", path="/v1/b")
    over = shop.send(body.ljust(6_000_001), key="", path="/v1/b")

    assert (within.status, over.status) == (200, 413)


def test_settings_lead_the_browser_back_to_where_they_came_from(shop: Shop) -> None:
    key = shop.keys["web"]
    for path in (f"/v1/projects/{key}/settings", f"/projects/{key}/settings/"):
        reply = shop.send(
            key="",
            method="GET",
            path=path,
            headers={
                "Host": "events.shop.example",
                "X-Forwarded-Proto": "https",
                "Origin": "https://shop.example",
            },
        )
        told = reply.data["integrations"]["Segment.io"]
        assert told["apiHost"] == "events.shop.example/v1"
        assert (told["protocol"], told["apiKey"]) == ("https", key)
        assert reply.headers["access-control-allow-origin"] == "https://shop.example"


@pytest.mark.parametrize("host", ["", "a b", 'x"y', "evil/<script>", "x" * 300])
def test_a_host_that_can_not_be_one_gets_no_settings(shop: Shop, host: str) -> None:
    path = f"/v1/projects/{shop.keys['web']}/settings"

    assert (
        shop.send(key="", method="GET", path=path, headers={"Host": host}).status == 404
    )


@pytest.mark.parametrize(
    "path", ["/v1/projects/{}/settings", "/analytics.js/v1/{}/analytics.min.js"]
)
def test_only_a_public_key_starts_a_browser(shop: Shop, path: str) -> None:
    def status(key: str) -> int:
        return shop.send(
            key="", method="GET", path=path.format(key), headers={"Host": "h"}
        ).status

    assert status(shop.keys["web"]) == 200
    assert status("nobody's") == 404
    assert status(shop.keys["server"]) == 403


def test_settings_are_for_the_pages_of_the_source_alone(shop: Shop) -> None:
    shop.add(Source(name="site", kind=Writer.PUBLIC, origins=("https://a.example",)))
    path = f"/v1/projects/{shop.keys['site']}/settings"

    def status(origin: str) -> int:
        headers = {"Host": "h", "Origin": origin}
        return shop.send(key="", method="GET", path=path, headers=headers).status

    assert (status("https://a.example"), status("https://b.example")) == (200, 403)


def test_the_script_is_the_makers_own_packed_or_not(shop: Shop) -> None:
    path = f"/analytics.js/v1/{shop.keys['web']}/analytics.min.js"
    plain = shop.send(key="", method="GET", path=path)
    packed = shop.send(
        key="", method="GET", path=path, headers={"Accept-Encoding": "br, gzip"}
    )

    assert plain.body == (SCRIPT / "standalone.js").read_bytes()
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.body == (SCRIPT / "standalone.js.gz").read_bytes()
    assert plain.headers["content-type"].startswith("text/javascript")


def test_a_script_that_a_browser_has_already_is_not_sent_again(shop: Shop) -> None:
    path = f"/analytics.js/v1/{shop.keys['web']}/analytics.min.js"
    tag = shop.send(key="", method="GET", path=path).headers["etag"]

    again = shop.send(key="", method="GET", path=path, headers={"If-None-Match": tag})

    assert (again.status, again.body) == (304, b"")


def test_every_part_that_the_script_may_load_is_there(shop: Shop) -> None:
    listed = (SCRIPT / "SHA256SUMS").read_text().splitlines()
    parts = [line.split("  ") for line in listed if ".bundle." in line]

    assert len(parts) == 8
    for digest, name in parts:
        path = f"/analytics-next/bundles/{name}"
        reply = shop.send(key="", method="GET", path=path)
        assert hashlib.sha256(reply.body).hexdigest() == digest
        assert "immutable" in reply.headers["cache-control"]


def test_how_the_client_is_doing_is_answered_and_not_stored(shop: Shop) -> None:
    reply = shop.send(
        json.dumps({"series": [{"type": "Counter"}]}).encode(), path="/v1/m"
    )

    assert (reply.status, reply.data) == (200, {"success": True})
    assert shop.events() == []
