"""A dialect of a stranger: through the same door, with the same outcomes."""

import base64
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from msgspec import structs

from habitue.base.plugins import HOOKS, PluginError
from habitue.collect.arrive import replay
from habitue.collect.dialect import Answer, Dialect, Page, Route
from habitue.collect.dialects import DIALECTS, all_dialects
from habitue.collect.door import Collector
from habitue.collect.port import Credential
from habitue.collect.routing import RouteError, Routes
from habitue.model.source import Source, Writer
from tests.collect.dialects import stranger
from tests.collect.driver import Reply
from tests.collect.shop import NOW_US, Shop

PATH = "/api/event"
BROWSER = {"Origin": "https://shop.example", "User-Agent": "Mozilla/5.0"}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(stranger.install(tmp_path / "packages"))
    yield
    sys.modules.pop("habitue_plausible", None)


@pytest.fixture
def visited(shop: Shop, installed: None) -> Shop:
    """A shop with the stranger's dialect beside ours."""
    shop.rules = structs.replace(shop.rules, dialects=all_dialects())
    shop.collector = Collector(shop.rules, shop.collector._ports)
    return shop


def hit(shop: Shop, **fields: object) -> bytes:
    told = {"n": "Tea Poured", "u": "https://shop.example/tea", **fields}
    return json.dumps({"d": shop.keys["web"], **told}).encode()


def send(shop: Shop, body: bytes, **more: object) -> Reply:
    return shop.send(body, key="", path=PATH, headers=BROWSER, **more)


def test_a_strangers_dialect_takes_events_and_answers_in_its_own_words(
    visited: Shop,
) -> None:
    reply = send(visited, hit(visited, p={"cup": 2}))

    assert (reply.status, reply.body) == (202, b"ok")
    [event] = visited.events()
    assert (event.type, event.name) == ("track", "Tea Poured")
    assert event.properties["cup"] == 2
    assert event.context["userAgent"] == "Mozilla/5.0"


@pytest.mark.parametrize(
    "wrap",
    [
        gzip.compress,
        lambda body: b"data=" + quote(body).encode(),
        lambda body: b"x=1&data=" + quote(base64.b64encode(body)).encode(),
        lambda body: gzip.compress(b"data=" + base64.urlsafe_b64encode(body)),
        lambda body: b"\xef\xbb\xbf " + body,
    ],
    ids=["gzip", "form", "form in base64", "form in gzip", "byte order mark"],
)
def test_a_body_is_seen_through_whatever_it_is_said_to_be(
    visited: Shop, wrap: object
) -> None:
    reply = send(visited, wrap(hit(visited)))  # type: ignore[operator]

    assert reply.status == 202
    assert [event.name for event in visited.events()] == ["Tea Poured"]


def test_a_large_form_is_seen_through_too_and_one_of_crumbs_is_not(
    visited: Shop,
) -> None:
    large = [{"type": "page", "properties": {"text": "%" * 900}} for _ in range(100)]
    body = b"data=" + quote(json.dumps({"batch": large})).encode()
    crumbs = b"data=" + quote(b"[" + b"0," * 600_000 + b"0]").encode()

    assert len(body) > 100_000
    assert visited.send(body, path="/v1/batch").status == 200
    assert visited.send(crumbs, path="/v1/batch").status in {400, 413}
    assert len(visited.events()) == 100


def test_what_a_dialect_makes_nothing_of_is_kept_as_it_came(visited: Shop) -> None:
    good, bad = hit(visited), hit(visited, p=["no", "object"])

    assert [send(visited, body).status for body in (good, bad, good)] == [202] * 3

    [kept] = visited.truth.quarantined(0, 10)
    assert kept.reason == "untranslatable"
    assert b'"p": ["no", "object"]' in kept.original
    assert visited.keys["web"].encode() not in kept.original
    assert len(visited.events()) == 2


def test_what_the_steps_do_not_take_of_a_dialect_is_kept_as_it_came_too(
    visited: Shop,
) -> None:
    send(visited, hit(visited, n="x" * 201))

    [kept] = visited.truth.quarantined(0, 10)
    assert kept.reason == "name_too_long"
    assert kept.original.startswith(b'{"dialect":"plausible","told":{"userAgent":')
    assert b'"n": "xxx' in kept.original


def test_a_replay_goes_through_the_dialect_again(visited: Shop) -> None:
    send(visited, hit(visited, p=["no", "object"]))
    [kept] = visited.truth.quarantined(0, 10)
    source = Credential(source=Source(name="web"), writer=Writer.PUBLIC)

    mended = kept.original.replace(b'["no", "object"]', b'{"cup": 2}')
    taken = replay(
        mended, visited.rules, source, received_us=NOW_US, message_id="first"
    )

    assert taken.entry.reason is None
    assert taken.event is not None
    assert taken.event.properties["cup"] == 2
    # What the request told beside the item is still there.
    assert taken.event.context["userAgent"] == "Mozilla/5.0"


def test_a_replay_without_its_dialect_says_what_is_missing(visited: Shop) -> None:
    send(visited, hit(visited, p=1))
    [kept] = visited.truth.quarantined(0, 10)
    rules = structs.replace(visited.rules, dialects=DIALECTS)
    source = Credential(source=Source(name="web"), writer=Writer.PUBLIC)

    taken = replay(kept.original, rules, source, received_us=NOW_US, message_id="first")

    assert taken.entry.reason == "dialect_missing"


def test_no_sender_chooses_a_dialect_in_a_body(visited: Shop) -> None:
    body = {"dialect": "plausible", "batch": [{"n": "Tea Poured"}]}

    reply = visited.post(body)

    assert reply.results[0]["reason"] == "type_missing"


def test_every_path_is_preflighted_without_a_key(visited: Shop) -> None:
    asked = {**BROWSER, "Access-Control-Request-Headers": "authorization,x-retry-count"}
    for path in (PATH, f"{PATH}/", "/v1/t", "/v1/batch", "/v1/m"):
        reply = visited.send(key="", method="OPTIONS", path=path, headers=asked)

        assert reply.status == 204
        assert reply.headers["access-control-allow-origin"] == BROWSER["Origin"]
        assert reply.headers["access-control-allow-headers"] == (
            "authorization,x-retry-count"
        )
        assert "POST" in reply.headers["access-control-allow-methods"]


def test_who_only_looks_at_a_path_for_events_stores_nothing(visited: Shop) -> None:
    reply = visited.send(key="", method="HEAD", path=PATH)

    assert (reply.status, reply.body) == (200, b"")
    assert visited.events() == []


def test_all_doors_share_the_gate(visited: Shop) -> None:
    visited.pressure = 3.0

    reply = send(visited, hit(visited))

    assert (reply.status, reply.headers["retry-after"]) == (429, "1")


def test_a_browsers_event_that_tells_no_address_gets_its_own(visited: Shop) -> None:
    send(visited, hit(visited), client="198.51.100.7")
    item = {"type": "page", "context": {"ip": "0.0.0.0"}}
    visited.post(item, "web", path="/v1/p", headers=BROWSER)

    told, hidden = visited.events()
    assert told.context["ip"] == "198.51.100.7"
    assert hidden.context["ip"] == "0.0.0.0"


def test_a_servers_address_is_never_taken_for_a_persons(visited: Shop) -> None:
    item = {"type": "page"}
    visited.post(item, "server", path="/v1/p", headers=BROWSER)
    visited.post(item, "web", path="/v1/p")

    assert [event.context.get("ip") for event in visited.events()] == [None, None]


def test_no_address_is_kept_where_the_shop_wants_none(visited: Shop) -> None:
    visited.collector.go_by(structs.replace(visited.rules, keeps_ip=False))

    send(visited, hit(visited))

    assert "ip" not in visited.events()[0].context


def test_two_dialects_at_one_path_are_told_at_the_start() -> None:
    twin = Dialect(name="twin", routes=(Route(path="/v1/t/"),))

    with pytest.raises(RouteError, match="twin"):
        Routes([*DIALECTS, twin])


@pytest.mark.parametrize("path", ["/api/v1/people", "/console/x", "/healthz", "/"])
def test_a_dialect_may_not_answer_where_the_house_does(path: str) -> None:
    with pytest.raises(RouteError, match="the house does"):
        Routes([Dialect(name="guest", routes=(Route(path=path),))])


def test_a_page_with_keys_is_there_only_for_who_tells_a_known_one(shop: Shop) -> None:
    page = Page(
        path="/guests/{key}/hello",
        keys=lambda call: (call.named["key"],),
        show=lambda asked: Answer(200, asked.credential.source.name.encode()),  # type: ignore[union-attr]
    )
    rules = structs.replace(
        shop.rules, dialects=(Dialect(name="guest", pages=(page,)),)
    )
    shop.collector = Collector(rules, shop.collector._ports)

    known = shop.send(key="", method="GET", path=f"/guests/{shop.keys['web']}/hello")
    unknown = shop.send(key="", method="GET", path="/guests/nobody/hello/")

    assert (known.status, known.body) == (200, b"web")
    assert unknown.status == 404
    assert not shop.collector.serves("/guests/a/b/hello")


def test_keys_are_not_guessed_at_a_page(shop: Shop) -> None:
    page = Page(path="/guests/{key}", keys=lambda _: ("x",), show=lambda _: None)
    rules = structs.replace(
        shop.rules, dialects=(Dialect(name="guest", pages=(page,)),)
    )
    shop.collector = Collector(rules, shop.collector._ports)

    tries = [shop.send(key="", method="GET", path="/guests/x") for _ in range(61)]

    assert [tries[59].status, tries[60].status] == [404, 429]


@pytest.mark.parametrize(
    ("source", "points", "sentence"),
    [
        ("1 / 0", None, "division by zero"),
        ("PLAUSIBLE = 1", None, "is a int, no Dialect"),
        ("", "[habitue.dialects]\nplausible = nowhere:AT\n", "No module named"),
    ],
)
def test_a_plugin_that_can_not_be_used_is_told_at_the_start(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    points: str | None,
    sentence: str,
) -> None:
    folder = stranger.install(tmp_path / "packages", source, points)
    monkeypatch.syspath_prepend(folder)
    sys.modules.pop("habitue_plausible", None)

    with pytest.raises(PluginError, match=sentence):
        all_dialects()
    sys.modules.pop("habitue_plausible", None)


def test_every_hook_says_what_it_is_for() -> None:
    assert all(hook.sentence.endswith(".") for hook in HOOKS)
