"""What is delicate, planted everywhere: who may not see it gets it nowhere."""

import json
import re
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from tests.acceptance.console.conftest import PASSWORD, code_of
from tests.acceptance.shop import Shop, identify, track

pytestmark = [pytest.mark.feature("K3"), pytest.mark.proof("T34")]

# By what it is: how it is told, and the words of it that may stand nowhere.
CONTACTS = {
    "email": ("zuzanna.qx@clinic.example", "zuzanna.qx"),
    "phone": ("+48 601 702 803", "601702803"),
}
NAMES = {
    "first_name": ("Zuzannaqx", "Zuzannaqx"),
    "last_name": ("Wrzoseqk", "Wrzoseqk"),
    "street": ("Malinowqa 7", "Malinowqa"),
    "postal_code": ("QX-00-713", "QX-00-713"),
    "date_of_birth": ("2014-02-29qx", "2014-02-29qx"),
}
NOTE = "call zuzanna.qx@clinic.example or +48601702803"
HEADERS = "text/html"
CODES_OF_REFUSALS = {400, 403, 404, 405, 409, 415, 422}
SECRET = re.compile(r'id="secret">([^<]*)<')
STEP = re.compile(r'name="step" value="([^"]*)"')
HOLE = re.compile(r"\{[^}]*\}")


class Planted(NamedTuple):
    """A shop in which a child is known, by all that is delicate."""

    shop: Shop
    person: int


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    shop = Shop(tmp_path_factory.mktemp("delicate") / "data").start()
    shop.source("crm")
    shop.source("web", "public")
    traits = {name: told for name, (told, _) in (CONTACTS | NAMES).items()}
    shop.send("crm", identify(traits, userId="child7"))
    deeds = (
        ("Call Ended", {"note": NOTE, "email": traits["email"]}),
        ("Order Completed", {"order_id": "o7", "total": "3.00", "currency": "EUR"}),
        ("Form Submitted", {"phone": traits["phone"], "street": traits["street"]}),
    )
    for name, properties in deeds:
        shop.send("crm", track(name, properties, userId="child7"))
    # What can't be read, and what no key was good for, is told of too.
    shop.send("crm", {"type": "nonsense", "userId": "child7", "note": NOTE})
    shop.request("POST", "/api/v1/events", NOTE.encode(), {"authorization": "Bearer x"})
    yield Planted(shop, shop.id("user_id:child7"))
    if shop.process.poll() is None:
        shop.stop()


def member(shop: Shop, role: str) -> str:
    body = {"name": f"{role}-{next(shop.count)}", "role": role}
    made = shop.api("POST", "/api/v1/operators", body, status=201)
    return str(made["token"])


def words(*planted: dict[str, tuple[str, str]]) -> set[str]:
    return {word for one in planted for _, word in one.values()}


def leaks(text: str, delicate: set[str]) -> list[str]:
    plain = text.replace(" ", "").replace("-", "")
    return [word for word in delicate if word in text or word.replace("-", "") in plain]


def reads(planted: Planted) -> list[str]:
    """Give every path of the API that is read with GET, with its holes filled."""
    told = planted.shop.api("GET", "/api/v1/schema/openapi.json")
    fills = {
        "{person_id}": str(planted.person),
        "{name}": "crm",
        "{quarantine_id}": "1",
        "{what}": "events",
    }
    found = []
    for path, ways in told["paths"].items():
        if "get" not in ways:
            continue
        found.append(HOLE.sub(lambda hole: fills.get(hole[0], "x"), path))
    named = urllib.parse.quote("user_id:child7")
    return [
        *found,
        f"/api/v1/people?identifier={named}",
        "/api/v1/people/search?text=child7",
    ]


@pytest.mark.parametrize(
    ("role", "delicate"),
    [
        ("marketer", words(CONTACTS, NAMES)),
        ("analyst", words(CONTACTS, NAMES)),
        ("director", words(CONTACTS, NAMES)),
        ("auditor", words(CONTACTS, NAMES)),
        ("store", words(CONTACTS)),
        ("agent", words(CONTACTS)),
    ],
)
def test_no_read_of_the_api_gives_a_role_what_it_may_not_see(
    planted: Planted,
    role: str,
    delicate: set[str],
    figure: Callable[[str, Any], None],
) -> None:
    key = member(planted.shop, role)
    headers = {"authorization": f"Bearer {key}"}
    answered = 0
    for path in reads(planted):
        status, _, raw = planted.shop.request("GET", path, headers=headers)
        assert status == 200 or status in CODES_OF_REFUSALS, (path, status)
        answered += status == 200
        assert leaks(raw.decode("utf-8", "replace"), delicate) == [], path
    figure(f"reads answered to {role}", answered)
    assert answered > 3


@pytest.mark.parametrize("role", ["marketer", "agent", "store", "steward", "director"])
def test_nobody_but_an_administrator_exports(planted: Planted, role: str) -> None:
    key = member(planted.shop, role)
    for what in ("events", "people", "purchases"):
        told = planted.shop.api("GET", f"/api/v1/export/{what}", key=key, status=403)
        assert leaks(json.dumps(told), words(CONTACTS, NAMES)) == []


def test_the_copy_for_analysis_has_none_of_it(planted: Planted) -> None:
    for table in ("events", "lines", "holding", "person_events"):
        told = planted.shop.command("sql", "--json", f"SELECT * FROM {table}")
        assert leaks(told, words(CONTACTS, NAMES)) == [], table


@pytest.mark.parametrize("role", ["marketer", "analyst", "director"])
def test_no_page_of_the_console_shows_it(
    planted: Planted, role: str, figure: Callable[[str, Any], None]
) -> None:
    cookie = joined(planted.shop, role)
    pages = {"/console", f"/console/people/{planted.person}", "/console/people"}
    seen: set[str] = set()
    while pages - seen:
        path = min(pages - seen)
        seen.add(path)
        status, found, raw = planted.shop.request("GET", path, None, {"cookie": cookie})
        text = raw.decode("utf-8", "replace")
        assert leaks(text, words(CONTACTS, NAMES)) == [], path
        if status == 200 and found.get("content-type", "").startswith(HEADERS):
            pages.update(
                one.split("#")[0]
                for one in re.findall(r'href="(/console[^"]*)"', text)
                if not one.startswith(("/console/static", "/console/stream"))
                and len(pages) < 60
            )
    figure(f"pages shown to {role}", len(seen))
    assert len(seen) > 4


def joined(shop: Shop, role: str) -> str:
    """Be invited, choose a password, set codes up; give the cookie of the session."""
    body = {"name": f"{role}-{next(shop.count)}", "role": role}
    made = shop.api("POST", "/api/v1/operators", body, status=201)
    token = urllib.parse.parse_qs(urllib.parse.urlsplit(made["invitation"]).query)
    told = {"token": token["token"][0], "password": PASSWORD, "again": PASSWORD}
    cookie, page = sent(shop, "/console/join", told)
    if made["needs_code"]:
        secret, step = (re.search(one, page) for one in (SECRET, STEP))
        assert secret, page
        assert step, page
        cookie, _ = sent(
            shop,
            "/console/code",
            {"step": step[1], "code": code_of(secret[1].replace(" ", ""))},
        )
    assert cookie
    return cookie


def sent(shop: Shop, path: str, told: dict[str, str]) -> tuple[str, str]:
    """Send a form; give the cookie that is set, if one is, and the page."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = urllib.parse.urlencode(told).encode()
    status, found, raw = shop.request("POST", path, body, headers)
    assert status < 400, (status, raw)
    return found.get("set-cookie", "").split(";")[0], raw.decode()


def test_metrics_health_errors_and_the_servers_own_log_name_nobody(
    planted: Planted,
) -> None:
    shop, delicate = planted.shop, words(CONTACTS, NAMES)
    for path in ("/metrics", "/healthz", "/readyz", "/no/such/page"):
        assert leaks(shop.request("GET", path)[2].decode(), delicate) == [], path
    wrong = json.dumps({"batch": [{"userId": NOTE}], NOTE: 1}).encode()
    refused = shop.request("POST", "/api/v1/events", wrong)[2].decode()
    assert leaks(refused, delicate) == []
    for log in (shop.log, *shop.folder.rglob("*.log")):
        assert leaks(log.read_text(errors="replace"), delicate) == [], log
