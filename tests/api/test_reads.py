"""A plain read, answered in front of the routes, is byte for byte what they answer."""

import asyncio
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs

from habitue.api.people import READS
from habitue.api.reads import _identifier
from habitue.app.serving.engine import Engine
from habitue.app.serving.local import asgi_request
from habitue.base.clock import ManualClock
from habitue.base.sections import Data, Settings
from tests.acceptance.shop import identify, track
from tests.identity.histories import LAW

# Litestar's word on how 3.0 will want bodies declared, at any start of the engine.
pytestmark = pytest.mark.filterwarnings("ignore:.*Reserved kwarg")

NOW_US = 1_772_366_400_000_000
USED = "ratelimit-used"
FIND = "/api/v1/people"


class Doors:
    """A running engine, asked in front of its routes and at them."""

    def __init__(self, folder) -> None:
        told = structs.replace(Settings(), data=Data(folder=folder))
        self.runner = asyncio.Runner()
        self.engine = Engine(told, ManualClock(NOW_US))
        self.runner.run(self.engine.start())
        self.keys = {"": "", "operator": self.engine.token, "nobody": "sk_nobody"}
        for name, kind in (("crm", "server"), ("web", "public")):
            made = self.call(
                "POST", "/api/v1/sources", {"name": name, "kind": kind}, "operator"
            )
            self.keys[name] = made["key"]
        self.call("POST", "/api/v1/events?wait=applied", {"batch": BATCH}, "crm")
        self.runner.run(self.engine.leader.projector.flush())

    def call(self, method, path, body, who):
        headers = {
            "authorization": f"Bearer {self.keys[who]}",
            "content-type": "application/json",
        }
        raw = json.dumps(body).encode()
        told = asgi_request(self.engine, method, path, raw, headers)
        return json.loads(self.runner.run(told)[2])

    def ask(self, app, scope):
        """Send a request without a body; give status, headers and body."""
        sent = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            sent.append(message)

        copied = {**scope, "headers": list(scope["headers"]), "state": {}}
        self.runner.run(app(copied, receive, send))
        return _plain(sent)

    def both(self, scope):
        """Give the answer of the front, twice and in turn with that of the routes."""
        front = self.engine.leader.web
        first, at_routes = self.ask(front, scope), self.ask(front.routes, scope)
        return first, at_routes, self.ask(front, scope)

    def in_front(self, scope):
        """Say whether a request is answered without the routes."""
        return self.engine.leader.web._find(scope) is not None


def _plain(sent):
    start, *bodies = sent
    headers = [
        (name, b"" if name == USED.encode() else value)
        for name, value in start["headers"]
    ]
    return start["status"], headers, b"".join(one.get("body", b"") for one in bodies)


BATCH = [
    identify(
        {"name": 'Anna "as_of":"', "note": {"as_of": "x"}, "city": "Łódź"},
        identifiers={"user_id": "anna", "email": "anna@shop.example"},
    ),
    track("Order Completed", {"order_id": "o1", "total": "5.00", "currency": "GBP"})
    | {"userId": "anna", "anonymousId": "phone-1"},
    identify({"nan": 1e308, "half": 0.5}, userId="żółć/ö"),
    track("Viewed", anonymousId="stranger"),
]
NAMES = (
    "user_id:anna",
    "email:Anna@Shop.example",
    "email:anna@shop.example",
    "user_id:żółć/ö",
    "anonymous_id:stranger",
    "anonymous_id:phone-1",
    "user_id:nobody",
    "user_id:null",
    "phone:+44 20 7946 0018",
    "nothing:anna",
    "email",
    ":",
    "user_id:",
    "user_id:" + "x" * 992,
    "user_id:" + "x" * 993,
)


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    made = Doors(tmp_path_factory.mktemp("reads"))
    yield made
    made.runner.run(made.engine.stop())
    made.runner.close()


def scope(doors, *, query=b"", path=FIND, method="GET", headers=(), who="operator"):
    key = [(b"authorization", f"Bearer {doors.keys[who]}".encode())] if who else []
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"shop.example"), *key, *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "state": {},
    }


# Many ways to write one identifier, and what is none. All is ASCII: the server does
# not take anything else in an address.
WRITTEN = (
    lambda text: quote(text).encode(),
    lambda text: quote(text, safe=":@").encode(),
    lambda text: quote_plus(text).encode(),
    lambda text: quote(text, safe="").lower().encode(),
    lambda text: "".join(f"%{byte:02x}" for byte in text.encode()).encode(),
    lambda text: text.encode("ascii", "replace"),
)
TEXTS = st.one_of(
    st.sampled_from(NAMES),
    st.builds(
        "{}:{}".format,
        st.sampled_from(("user_id", "email", "phone", "anonymous_id", "none", "")),
        st.text(max_size=12),
    ),
)
IDENTIFIERS = st.builds(
    lambda text, write: b"identifier=" + write(text),
    TEXTS,
    st.sampled_from(WRITTEN),
)
ODD = st.one_of(
    st.sampled_from(
        (
            b"",
            b"identifier",
            b"identifier=",
            b"limit=1",
            b"at=2026-03-01T00:00:00Z",
            b"identifier=user_id%3Aanna%",
            b"identifier=user_id%3Aanna%0",
            b"identifier=user_id%3Aanna%00",
            b"identifier=user_id%3Aanna%ff",
            b"identifier=user_id%3A%ed%a0%80",
            b"identifier=user_id:a+b;c",
            b"Identifier=user_id:anna",
            b"identifie%72=user_id:anna",
            b"identifier=user_id:anna#x",
            b"cursor=5&identifier=user_id:anna",
            b"identifier=user_id:anna&limit=0",
        )
    ),
    st.text(st.characters(max_codepoint=127), max_size=12).map(
        lambda text: b"identifier=user_id:" + text.encode()
    ),
    st.builds(lambda one, two: one + b"&" + two, IDENTIFIERS, IDENTIFIERS),
)
PATHS = st.one_of(
    st.just(FIND),
    st.sampled_from(
        [FIND + end for end in ("/", "//", "/1", "/01", "/+1", "/-1", "/1/", "/1.0")]
        + [FIND + end for end in ("/0", "/٣", "/1%20", "/x", f"/{2**62}")]
        + [f"{FIND}/{number}" for number in (2**62 + 1, 10**18, 10**19)]
    ),
    st.sampled_from(range(0, 2_000, 64)).map(lambda number: f"{FIND}/{number}"),
    st.sampled_from(("user_id:anna", "anonymous_id:stranger")),
)
HEADERS = st.lists(
    st.sampled_from(
        (
            (b"accept", b"text/html"),
            (b"accept", b"application/msgpack"),
            (b"range", b"bytes=0-3"),
            (b"if-none-match", b"*"),
            (b"cookie", b"habitue_session=x"),
            (b"x-http-method-override", b"POST"),
            (b"authorization", b"Basic Og=="),
            (b"authorization", b"Bearer \xff\xfe"),
            (b"authorization", b""),
        )
    ),
    max_size=2,
)


@given(
    query=st.one_of(IDENTIFIERS, ODD),
    who=st.sampled_from(("operator", "operator", "crm", "web", "nobody", "")),
    headers=HEADERS,
    method=st.sampled_from(("GET", "GET", "GET", "HEAD", "OPTIONS", "DELETE")),
)
@example(query=b"identifier=user_id:anna", who="operator", headers=[], method="GET")
@settings(LAW)
def test_a_person_found_is_what_the_routes_find(doors, query, who, headers, method):
    told = scope(doors, query=query, who=who, headers=headers, method=method)

    first, at_routes, again = doors.both(told)

    assert first == at_routes == again


@given(
    path=PATHS,
    who=st.sampled_from(("operator", "operator", "crm", "nobody")),
    query=st.one_of(st.just(b""), ODD),
    headers=HEADERS,
)
@example(
    path="user_id:anna", who="operator", query=b"at=2026-01-01T00:00:00Z", headers=[]
)
@example(path="user_id:anna", who="operator", query=b"", headers=[])
@settings(LAW)
def test_a_person_read_by_id_is_what_the_routes_read(doors, path, who, query, headers):
    if not path.startswith("/"):
        path = f"{FIND}/{doors.engine.leader.people.find(path)}"
    told = scope(doors, path=path, who=who, query=query, headers=headers)

    first, at_routes, again = doors.both(told)

    assert first == at_routes == again


@pytest.mark.parametrize("name", [*NAMES[:7], NAMES[8]])
def test_a_plain_read_needs_no_route(doors, name):
    query = b"identifier=" + quote(name).encode()

    assert doors.in_front(scope(doors, query=query))


def test_a_person_by_id_needs_no_route(doors):
    person_id = doors.engine.leader.people.find("user_id:anna")

    assert doors.in_front(scope(doors, path=f"{FIND}/{person_id}"))


@pytest.mark.parametrize("who", ["", "nobody", "web", "crm"])
def test_who_may_not_read_gets_nothing_in_front_of_the_routes(doors, who):
    told = scope(doors, query=b"identifier=user_id:anna", who=who)

    assert not doors.in_front(told)
    assert b"anna@shop" not in doors.both(told)[0][2]


def test_a_rate_that_is_used_up_is_the_routes_to_refuse(doors):
    told = scope(doors, query=b"identifier=user_id:anna")
    keeper = doors.engine.leader.web._doorkeeper
    used, keeper._used = keeper._used, {"operator": 60_000}
    try:
        status, headers, _ = doors.both(told)[0]
    finally:
        keeper._used = used

    assert status == 429
    assert (b"retry-after", b"60") in headers


def test_a_read_in_front_is_kept_out_of_caches_and_tells_the_rate(doors):
    told = scope(doors, query=b"identifier=user_id:anna")

    headers = dict(doors.both(told)[0][1])

    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"ratelimit-limit"] == b"60000"


def test_a_read_in_front_counts_against_the_rate(doors):
    told = scope(doors, query=b"identifier=user_id:anna")
    keeper = doors.engine.leader.web._doorkeeper
    before = keeper._used.get("operator", 0)

    doors.both(told)

    assert keeper._used["operator"] == before + 3


def test_a_read_in_front_asks_for_what_its_routes_declare(doors):
    whole = doors.engine.leader.web.routes.whole.made()
    routes = {route.path: route for route in whole.routes}

    for path in (FIND, FIND + "/{person_id:int}"):
        handlers = routes[path].route_handlers
        declared = {
            one.opt.get("permission") for one in handlers if "GET" in one.http_methods
        }
        assert declared == {READS}


def test_an_event_is_in_the_next_answer(doors):
    told = scope(doors, query=b"identifier=user_id:later")
    assert doors.both(told)[0][2] == b'{"people":[],"next_cursor":null}'

    for number in range(3):
        doors.engine.clock.move(1_000_000)
        batch = [identify({"step": number}, userId="later")]
        doors.call("POST", "/api/v1/events?wait=applied", {"batch": batch}, "crm")
        doors.runner.run(doors.engine.leader.projector.flush())
        first, at_routes, again = doors.both(told)
        assert first == at_routes == again
        assert json.loads(first[2])["people"][0]["traits"]["step"]["value"] == number


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (b"identifier=user_id:a", "user_id:a"),
        (b"identifier=user_id%3aa%20b", "user_id:a b"),
        (b"identifier=user_id:a+b", None),
        (b"identifier=user_id:a&x=1", None),
        (b"identifier=user_id", None),
        (b"identifier=user_id:%ff", None),
        (b"identifier=user_id:" + b"%61" * 992, "user_id:" + "a" * 992),
        (b"identifier=user_id:" + b"%61" * 993, None),
    ],
)
def test_only_what_every_parser_reads_alike_is_plain(query, text):
    assert _identifier(query) == text
