"""Clients of other vendors, unmodified, against a real server that has a bad day.

Each is told another host and nothing else. It is made to wait by 429, and the server is
killed and started again while it sends: what it says it sent is what is stored.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec import Struct

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.model.record import Record
from tests.acceptance.shop import Shop

HERE = Path(__file__).parent
EVENTS, SECONDS = 240, 3.0
# So few events a second that a client has to wait again and again.
PER_S = 40
CLIENT_S = 120


class Sent(Struct, frozen=True):
    """A client's run: the ids it told, and what came of it."""

    ids: list[str]
    waits: int


@pytest.fixture
def hurried(shop: Shop) -> Shop:
    """A shop with a source that is soon sending too fast."""
    shop.source("site-server", eventsPerSMax=PER_S)
    return shop


def run(shop: Shop, *command: str) -> Sent:
    """Let a client send while the server is killed and comes back."""
    key = shop.keys["site-server"]
    host = f"http://127.0.0.1:{shop.port}"
    client = subprocess.Popen(
        [*command, host, key, str(EVENTS), str(SECONDS)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(SECONDS / 2)
    waits = turned_away(shop)
    shop.kill()
    time.sleep(0.5)
    shop.start()
    told, errors = client.communicate(timeout=CLIENT_S)
    assert client.returncode == 0, errors[-3000:]
    return Sent(told.split(), waits + turned_away(shop))


def turned_away(shop: Shop) -> int:
    """Count the requests that were answered 429 because of their source's rate."""
    headers = {"authorization": f"Bearer {shop.token()}"}
    _, _, raw = shop.request("GET", "/metrics", headers=headers)
    found = re.search(
        r'habitue_turned_away_total{reason="source_too_fast"} (\d+)', raw.decode()
    )
    return int(found.group(1)) if found else 0


def logged(shop: Shop, source: str) -> list[Record]:
    """Read a source's events out of the log, once the server has ended."""
    assert shop.stop() == 0
    truth = SqliteTruth(shop.folder / "truth.db")
    try:
        records = truth.read(0, 100_000)
        return [one for one in records if (one.kind, one.source) == ("event", source)]
    finally:
        truth.close()


def stored(shop: Shop, source: str) -> list[str]:
    """Give the ids of a source's events in the log, once the server has ended."""
    return [record.message_id or "" for record in logged(shop, source)]


@pytest.mark.feature("A1")
@pytest.mark.feature("A2")
@pytest.mark.parametrize("client", ["segment_server.py", "rudder_server.py"])
def test_a_python_client_loses_and_doubles_nothing(hurried: Shop, client: str) -> None:
    sent = run(hurried, sys.executable, str(HERE / "clients" / client))

    assert len(sent.ids) == EVENTS
    assert sent.waits > 0
    assert sorted(stored(hurried, "site-server")) == sorted(sent.ids)


@pytest.mark.feature("A1")
@pytest.mark.feature("A2")
def test_a_node_client_loses_and_doubles_nothing(
    hurried: Shop, node_clients: str
) -> None:
    script = str(HERE / "clients" / "segment_server.mjs")

    sent = run(hurried, "node", script, node_clients)

    assert len(sent.ids) == EVENTS
    assert sent.waits > 0
    assert sorted(stored(hurried, "site-server")) == sorted(sent.ids)


@pytest.fixture
def signed(shop: Shop, tmp_path: Path) -> list[str]:
    """A client's id, its key's id, and the file of its private key."""
    shop.source("erp")
    key = rsa.generate_private_key(65537, 2048)
    public, private = tmp_path / "public.pem", tmp_path / "private.pem"
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    told = shop.command("source", "oauth", "erp", str(public), "--json")
    made = json.loads(told)
    return [made["client_id"], made["key_id"], str(private)]


@pytest.mark.feature("A1")
@pytest.mark.parametrize("client", ["segment_server.py", "segment_server.mjs"])
def test_a_client_with_a_key_pair_needs_no_key_of_ours(
    shop: Shop, signed: list[str], client: str, request: pytest.FixtureRequest
) -> None:
    command = [sys.executable, str(HERE / "clients" / client)]
    if client.endswith("mjs"):
        folder = request.getfixturevalue("node_clients")
        command = ["node", str(HERE / "clients" / client), folder]
    host = f"http://127.0.0.1:{shop.port}"

    told = subprocess.run(
        [*command, host, "no-key-of-ours", "30", "1", *signed],
        capture_output=True,
        text=True,
        timeout=CLIENT_S,
        check=False,
    )

    assert told.returncode == 0, told.stderr[-3000:]
    path = "/api/v1/sources/erp/oauth-clients"
    assert [one["holds"] for one in shop.api("GET", path)["oauth_clients"]] == [True]
    shop.api("POST", f"{path}/{signed[0]}/revoke", {})
    assert [one["holds"] for one in shop.api("GET", path)["oauth_clients"]] == [False]
    sent = told.stdout.split()
    assert len(sent) == 30
    assert sorted(stored(shop, "erp")) == sorted(sent)
