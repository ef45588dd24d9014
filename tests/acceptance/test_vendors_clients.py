"""Clients of other vendors, unmodified but for the host, against a running server.

PostHog, Snowplow, Google Analytics and CloudEvents; whatever happens on the way, the
ids they gave are the ids that are stored.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from tests.acceptance.shop import Shop

SENDERS = Path(__file__).parent / "senders"
PROJECT, APP = "phc_projectapikey0123456789", "shop-web"
# Name of the sender, what it is told beside address, key and count.
CLIENTS = {
    "posthog": ("send_posthog.py", "v0"),
    "posthog, results": ("send_posthog.py", "v1"),
    "snowplow": ("send_snowplow.py", "post"),
    "snowplow, images": ("send_snowplow.py", "get"),
    "cloudevents": ("send_cloudevents.py",),
}
every_client = pytest.mark.parametrize("client", CLIENTS)
# Snowplow's tracker forgets the images that failed where the last one of a flush went
# well: what it gives up itself, no server can have.
every_patient_client = pytest.mark.parametrize(
    "client", [name for name in CLIENTS if name != "snowplow, images"]
)


def key_for(shop: Shop, client: str, **more) -> str:
    """Set up the source of a client, with the key that it has already."""
    kind = "public" if client.startswith("snowplow") else "server"
    made = shop.source("client", kind, **more)
    if client == "cloudevents":
        return made["key"]
    told = APP if client.startswith("snowplow") else PROJECT
    shop.command("source", "adopt", "client", told)
    return told


def start(shop: Shop, client: str, key: str, count: int) -> subprocess.Popen:
    script, *more = CLIENTS[client]
    url = f"http://127.0.0.1:{shop.port}"
    return subprocess.Popen(
        [sys.executable, SENDERS / script, url, key, str(count), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(sender: subprocess.Popen) -> list[str]:
    """Wait for a client's end; give the ids it sent."""
    out, err = sender.communicate(timeout=120)
    assert sender.returncode == 0, err[-3000:]
    return out.split()


def stored(shop: Shop) -> list[str]:
    """Stop the shop and read the ids in its log."""
    assert shop.stop() == 0
    truth = SqliteTruth(shop.folder / "truth.db")
    try:
        assert truth.quarantined(0, 10) == []
        records = truth.read(0, 100_000)
        return [record.message_id for record in records if record.kind == "event"]
    finally:
        truth.close()


@pytest.mark.feature("A1", "A2")
@every_client
def test_what_a_client_sends_is_on_the_timeline(shop: Shop, client: str):
    key = key_for(shop, client)

    ids = finish(start(shop, client, key, 40))

    shop.settle()
    assert len(shop.timeline("user_id:customer-1")) == len(range(1, 40, 7))
    assert sorted(stored(shop)) == sorted(ids)


@pytest.mark.feature("A2")
@every_patient_client
def test_a_storm_of_429_loses_nothing_and_counts_nothing_twice(shop: Shop, client: str):
    key = key_for(shop, client, eventsPerSMax=10)

    ids = finish(start(shop, client, key, 60))

    metrics = shop.request("GET", "/metrics", headers=bearer(shop))[2].decode()
    assert 'reason="source_too_fast"' in metrics
    assert sorted(stored(shop)) == sorted(ids)


@pytest.mark.feature("A2")
@every_patient_client
def test_a_server_killed_and_started_again_loses_nothing_and_counts_nothing_twice(
    shop: Shop, client: str
):
    key = key_for(shop, client)

    sender = start(shop, client, key, 200)
    try:
        for _ in range(2):
            await_events(shop, sender)
            shop.kill()
            time.sleep(0.5)
            shop.start()
        ids = finish(sender)
    finally:
        sender.kill()

    assert sorted(stored(shop)) == sorted(ids)


def bearer(shop: Shop) -> dict[str, str]:
    return {"authorization": f"Bearer {shop.token()}"}


def await_events(shop: Shop, sender: subprocess.Popen) -> None:
    """Wait until some more have come in, so that a kill falls among them.

    One that was slow to be heard of may have sent all there is.
    """
    before = shop.outcomes("client")["stored"]
    deadline = time.monotonic() + 60
    while shop.outcomes("client")["stored"] < before + 10 and sender.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.feature("A1")
def test_a_purchase_told_to_google_analytics_is_an_order(shop: Shop):
    shop.source("analytics")
    shop.command("source", "adopt", "analytics", "G-ABC123:APISECRET")
    params = {
        "transaction_id": "T1",
        "currency": "PLN",
        "value": 30.03,
        "items": [{"item_id": "tea", "price": 30.03, "quantity": 1}],
    }
    body = {
        "client_id": "12.34",
        "user_id": "anna",
        "events": [{"name": "purchase", "params": params}],
        "user_properties": {"tier": {"value": "gold"}},
    }
    path = "/mp/collect?measurement_id=G-ABC123&api_secret=APISECRET"

    status, _, _ = shop.request("POST", path, json.dumps(body).encode())

    assert status == 204
    shop.settle()
    person = shop.person("user_id:anna")
    assert person["traits"]["tier"]["value"] == "gold"
    assert shop.names("user_id:anna") == ["Order Completed"]
    assert shop.names("anonymous_id:12.34") == ["Order Completed"]


@pytest.mark.feature("A1")
def test_a_source_is_told_to_give_its_visitors_a_cookie(shop: Shop):
    shop.source("web", "public")
    shop.command("source", "adopt", "web", APP)

    answers = [shop.request("GET", f"/i?e=pv&aid={APP}")[:2]]
    shop.command("source", "change", "web", "--network-cookie")
    answers.append(shop.request("GET", f"/i?e=pv&aid={APP}")[:2])

    assert [status for status, _ in answers] == [200, 200]
    cookies = [headers.get("set-cookie") for _, headers in answers]
    assert cookies[0] is None
    assert "Secure; HttpOnly; SameSite=Lax" in cookies[1]


@pytest.mark.feature("A1")
def test_a_key_taken_over_is_listed_and_revoked_as_any_other(shop: Shop):
    shop.source("web", "public")
    wanted = {"adopt": PROJECT, "bulk": True}
    shop.api("POST", "/api/v1/sources/web/keys", wanted, status=422)
    told = shop.command("source", "adopt", "web", PROJECT, "--json")
    key_id = json.loads(told)["key_id"]
    body = json.dumps({"api_key": PROJECT, "event": "A", "distinct_id": "u"}).encode()
    assert shop.request("POST", "/e/", body)[0] == 200

    shop.command("source", "revoke", "web", key_id)

    assert shop.request("POST", "/e/", body)[0] == 401
    [web] = [
        one
        for one in shop.api("GET", "/api/v1/sources")["sources"]
        if one["name"] == "web"
    ]
    assert {one["adopted"]: one["holds"] for one in web["keys"]} == {
        False: True,
        True: False,
    }


def test_a_client_that_asks_for_flags_goes_on_without_them(shop: Shop):
    key = key_for(shop, "posthog")
    script = (
        "import sys; from posthog import Posthog;"
        "client = Posthog(sys.argv[2], host=sys.argv[1]);"
        "print(client.get_all_flags('anna'));"
        "client.shutdown()"
    )
    url = f"http://127.0.0.1:{shop.port}"

    done = subprocess.run(
        [sys.executable, "-c", script, url, key],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    # None would be: they could not be asked for.
    assert done.stdout.split() == ["{}"], done.stderr
