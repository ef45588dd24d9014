"""Only an import's key opens the door for imports, and it says no more than it may."""

import msgspec
import pytest

from habitue.app.bulk.format import PATH, encode, read_fates, read_terms
from habitue.app.serving.local import LocalServer
from habitue.base.sections import Data
from habitue.base.settings import Settings
from habitue.model.source import Writer

# The API beside the door is made in this process, and warns of what is to come.
pytestmark = pytest.mark.filterwarnings("ignore:.*Reserved kwarg")

# Which import it came with is known once the import has a key.
EVENT = {
    "type": "track",
    "name": "Receipt Issued",
    "at_us": 1_300_000_000_000_000,
    "time_rule": "told",
    "told_at": "2011-03-13T07:06:40Z",
    "identifiers": [["customer_id", "1"], ["email", "anna@example.com"]],
    "historical": True,
    "properties": {"total": 1.5},
    "context": {"historical": True},
}


class Door:
    """A server in this process, and the keys of all classes."""

    def __init__(self, server):
        self._server = server
        self.keys = {"operator's token": server.token, "no key": "", "unknown": "sk_no"}
        for name, kind in (("crm", "server"), ("web", "public")):
            made = self.tell(f'{{"name":"{name}","kind":"{kind}"}}', "")
            self.keys[f"{kind} key"] = made["key"]
            bulk = self.tell('{"bulk":true}', f"/{name}/keys")
            self.keys[f"import of {name}"] = bulk["key"]
            self.keys[f"id of {name}"] = bulk["key_id"]

    def tell(self, body, path):
        answer = self.ask(
            "POST", f"/api/v1/sources{path}", body.encode(), "operator's token"
        )
        return msgspec.json.decode(answer[2])

    def ask(self, method, path, body, key):
        headers = {
            "authorization": f"Bearer {self.keys[key]}",
            "content-type": "application/json",
        }
        return self._server.request(method, path, body, headers)

    def send(self, *sent, key="import of crm"):
        status, _, body = self.ask("POST", PATH, encode(sent), key)
        assert status == 200, body
        return read_fates(body)

    def reason(self, event, message_id="m/1", key="import of crm"):
        """Say why an event is not taken; None if it is."""
        body = event if isinstance(event, bytes) else msgspec.json.encode(event)
        fates = self.send((message_id, body), key=key)
        return fates.untaken[0][2] if fates.untaken else None


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bulk")
    settings = msgspec.structs.replace(Settings(), data=Data(folder=folder))
    with LocalServer(settings) as server:
        opened = Door(server)
        EVENT["imported"] = opened.keys["id of crm"]
        yield opened


def test_an_entry_made_ready_is_stored_once(door):
    assert door.send(("once/1", msgspec.json.encode(EVENT))).untaken == ()

    again = door.send(("once/1", msgspec.json.encode(EVENT)))

    assert again.duplicate == (0,)


def test_an_item_that_is_not_ready_goes_through_the_steps(door):
    item = {"type": "track", "event": "Product Viewed", "messageId": "raw/1"}

    assert door.send((None, msgspec.json.encode(item))).untaken == ()
    fates = door.send((None, b'{"type":"track","messageId":"raw/2"}'), (None, b"{"))

    assert [one[1:3] for one in fates.untaken] == [
        ("quarantined", "event_without_name"),
        ("quarantined", "not_json"),
    ]


@pytest.mark.parametrize(
    "key", ["no key", "unknown", "operator's token", "server key", "public key"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_other_key_opens_it(door, key, method):
    assert door.ask(method, PATH, encode([]), key)[0] == 401


def test_terms_tell_whose_import_it_is(door):
    terms = read_terms(door.ask("GET", PATH, b"", "import of crm")[2])

    assert (terms.source.name, terms.writer) == ("crm", Writer.SERVER)


@pytest.mark.parametrize(
    "change",
    [
        {"writer": "operator"},
        {"imported": ""},
        {"imported": "0123456789abcdef"},
        {"writer": "public"},
        {"operator": "eve"},
        {"verified": False},
        {"impersonated": True},
        {"historical": False},
        {"shared_device": True},
        {"ends": True},
        {"type": "alias"},
        {"type": "group"},
        {"type": "identify"},
        {"name": ""},
        {"name": " Receipt Issued"},
        {"name": "Journey Entered"},
        {"name": "x" * 201},
        {"formerly": ["user_id", "victim"]},
        {"unused": [["email", "x", "blocked"]]},
        {"identifiers": [["email", "Anna@Example.com"]]},
        {"identifiers": [["email", "null"]]},
        {"identifiers": [["email", "test@test.pl"]]},
        {"identifiers": [["customer_id", "guest"]]},
        {"identifiers": [["customer_id", " 1"]]},
        {"identifiers": [["customer_id", ""]]},
        {"identifiers": [["customer_id", "1\x7f"]]},
        {"identifiers": [["customer_id", "x" * 300]]},
        {"identifiers": [["phone", "0000000000"]]},
        {"identifiers": [["phone", "600100200"]]},
        {"identifiers": [["loyalty_card", "1 2"]]},
        {"identifiers": [["shoe_size", "42"]]},
        {"identifiers": [["email", "a@b.pl"], ["customer_id", "1"]]},
        {"identifiers": [["customer_id", "2"], ["customer_id", "1"]]},
        {"identifiers": [["customer_id", "1"], ["customer_id", "1"]]},
        {"identifiers": [["customer_id", f"{n:03}"] for n in range(33)]},
        {"at_us": 2**63},
        {"at_us": 2**62},
        {"at_us": -1},
        {"at_us": 1.5},
        {"told_at": None},
        {"told_at": "x" * 65},
        {"time_rule": "sent"},
        {"time_rule": "bounded"},
        {"time_rule": "received"},
        {"context": {"token": "eyJ"}},
        {"context": {"impersonated": True}},
        {"context": {"sharedDevice": True}},
        {"context": {"reset": True}},
        {"properties": {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}},
        {"properties": {"n" * 201: 1}},
        {"properties": {f"n{n}": 1 for n in range(501)}},
        {"properties": []},
        {"traits": {f"n{n}": 1 for n in range(201)}},
        {"person": 7},
    ],
)
def test_an_entry_that_the_steps_could_not_have_made_is_refused(door, change):
    assert door.reason({**EVENT, **change}) == "not_ready"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[" * 100_000,
        msgspec.json.encode(EVENT)[:-1] + b',"properties":{"a":1e999}}',
        msgspec.json.encode(EVENT)[:-1] + b',"properties":{"a":99999999999999999999}}',
        msgspec.json.encode(EVENT)[:-1] + b',"properties":{"a":"\\u0000"}}',
        msgspec.json.encode(EVENT)[:-1] + b',"properties":{"a":"\xff"}}',
        msgspec.json.encode({**EVENT, "properties": {"a": "x" * 1_100_000}}),
    ],
)
def test_bytes_that_are_no_such_entry_are_refused(door, body):
    assert door.reason(body) == "not_ready"


def test_a_grant_without_its_proof_is_kept_aside_and_not_let_in_by_a_replay(door):
    grant = {
        "type": "track",
        "event": "Subscribed",
        "messageId": "grant/1",
        "timestamp": "2026-02-01T10:00:00Z",
        "identifiers": {"email": "grant@example.com"},
        "properties": {"channel": "email"},
    }
    fates = door.send((None, msgspec.json.encode(grant)))
    kept = door._server._engine.truth.quarantined(0, 1000)[-1]

    def replay(body):
        path = f"/api/v1/quarantine/{kept.quarantine_id}/replay"
        told = door.ask("POST", path, body, "operator's token")[2]
        return msgspec.json.decode(told)["outcome"]

    assert fates.untaken[0][1:3] == ("quarantined", "consent_unproved")
    ready = {**EVENT, "name": "Subscribed", "properties": {"channel": "email"}}
    assert door.reason(ready, "grant/2") == "not_ready"
    assert replay(b"{}") == "quarantined"
    grant["properties"]["where"] = "till 4"
    mended = msgspec.json.encode(grant).decode()
    assert replay(msgspec.json.encode({"original": mended})) == "stored"


@pytest.mark.parametrize("message_id", ["", "x" * 201, "a\nb", "a\x00b"])
def test_a_message_id_that_can_not_be_kept_is_refused(door, message_id):
    assert door.reason(EVENT, message_id) == "not_ready"


def test_under_a_public_source_nothing_is_taken_as_ready(door):
    claim = {**EVENT, "writer": "public"}

    assert door.reason(claim, key="import of web") == "not_ready"
    assert door.reason({**claim, "verified": False}, key="import of web") == "not_ready"
    assert door.reason(EVENT, key="import of web") == "not_ready"


def test_what_is_refused_harms_no_neighbour(door):
    good, bad = msgspec.json.encode(EVENT), b"{}"

    fates = door.send(("n/1", good), ("n/2", bad), ("n/3", good))

    assert [one[0] for one in fates.untaken] == [1]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"\xc1", 400),
        (encode({"a": 1}), 400),
        (encode([["a"]]), 400),
        (encode([["a", 1]]), 400),
        (encode([["m", b"{}"]] * 2_501), 413),
        (b"\xdd\xff\xff\xff\xff", 400),
    ],
)
def test_a_body_that_is_no_packet_is_turned_away(door, body, status):
    assert door.ask("POST", PATH, body, "import of crm")[0] == status


def test_another_content_under_a_known_id_is_kept_as_an_item_of_the_door(door):
    other = {**EVENT, "properties": {"total": 2}}
    door.send(("known/1", msgspec.json.encode(EVENT)))

    fates = door.send(("known/1", msgspec.json.encode(other)))

    assert fates.untaken[0][1:3] == ("quarantined", "conflict")
    kept = door._server._engine.truth.quarantined(0, 1000)[-1]
    assert msgspec.json.decode(kept.original)["event"] == "Receipt Issued"


def test_a_revoked_key_opens_nothing(door):
    made = door.tell('{"bulk":true}', "/crm/keys")
    door.keys["revoked"] = made["key"]
    door.tell("{}", f"/crm/keys/{made['key_id']}/revoke")

    assert door.ask("POST", PATH, encode([]), "revoked")[0] == 401


def test_a_source_has_one_rate_by_both_doors(door):
    made = door.tell('{"name":"slow","kind":"server","eventsPerSMax":2}', "")
    door.keys["slow key"] = made["key"]
    door.keys["import of slow"] = door.tell('{"bulk":true}', "/slow/keys")["key"]
    body = b'[{"type":"page"},{"type":"page"}]'

    first = door.ask("POST", "/api/v1/events", body, "slow key")
    packet = encode([("slow/1", msgspec.json.encode(EVENT))] * 3)
    status, _, told = door.ask("POST", PATH, packet, "import of slow")

    assert first[0] == 200
    assert status == 429
    assert b"source_too_fast" in told
