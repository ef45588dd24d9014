"""Every route of API and console, by every role and key: open where decided, masked.

What was decided stands in tests/api/matrix.py, apart from the code that grants it.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from litestar.handlers import HTTPRouteHandler
from msgspec import structs

from habitue.access.permission import OPERATOR_ROLES, SCOPES, Permission, Role, may
from habitue.app.serving.local import LocalServer
from habitue.base.settings import load
from habitue.console.page import Needs
from habitue.console.session import Guest
from tests.api.matrix import MATRIX

# The API's routes name the body as Litestar 2 takes it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*Reserved kwarg"),
    pytest.mark.proof("T21"),
]
Figure = Callable[[str, object], None]
Called = tuple[str, str, HTTPRouteHandler]
NAME, EMAIL, PHONE = "Zqxanna Zqxnowak", "zqxanna@example.com", "+48600700801"
CARD = "4711904"
STORE = "12"
# Whoever may read people may read these, so that all of them are looked at.
ASKED = (
    *(f"/api/v1/people?identifier=email:{EMAIL}", f"/api/v1/people/search?text={CARD}"),
    *(
        f"/api/v1/views/people?text={CARD}",
        f"/api/v1/views/people?text={CARD}&segment=x",
    ),
    *(f"/console/people?q={CARD}&segment=x", f"/console/search?q={CARD}"),
)
# What is asked for with POST, and changes nothing that has to be written down.
ASKING = frozenset(
    {
        *("/console/segments/builder/count", "/api/v1/segments/preview"),
        "/api/v1/segments/overlap",
        *("/api/v1/plans/try", "/api/v1/webhooks/try", "/api/v1/reconciliation"),
        # What they make is a report of what there is.
        *("/console/digests", "/api/v1/digests"),
    }
)
START_LINK = "/api/v1/sessions/start-link"
WITH_A_CODE = {Role.ADMINISTRATOR, Role.MARKETER, Role.AGENT, Role.STEWARD}


class House:
    """A folder that is open, with a token and a session for each role."""

    def __init__(self, server: LocalServer) -> None:
        self.server = server
        self.leader = server._engine.leader
        self.tokens = {}
        for role in OPERATOR_ROLES:
            told = {"name": f"a-{role}", "role": role}
            self.tokens[role] = self.api("POST", "/api/v1/operators", told)["token"]
        self.person = self._fill()

    def api(self, method: str, path: str, body: object = None, key: str = "") -> dict:
        """Ask the API as who works at the machine."""
        headers = {"authorization": f"Bearer {key or self.server.token}"}
        headers["content-type"] = "application/json"
        told = b"" if body is None else json.dumps(body).encode()
        status, _, raw = self.server.request(method, path, told, headers)
        assert status < 300, (method, path, raw)
        return json.loads(raw)

    def key(self, name: str, kind: str) -> str:
        made = self.api("POST", "/api/v1/sources", {"name": name, "kind": kind})
        found: str = made["key"]
        return found

    def _fill(self) -> int:
        """Let somebody be known by all that is masked, and an item be wrong."""
        self.till = self.key("till", "server")
        self.web = self.key("web", "public")
        traits = {"name": NAME, "email": EMAIL, "phone": PHONE}
        item = {"type": "identify", "traits": traits, "messageId": "m1"}
        item["identifiers"] = {"email": EMAIL, "phone": PHONE, "loyalty_card": CARD}
        call = {"type": "track", "event": "Call Ended", "messageId": "m2"}
        call |= {"identifiers": {"loyalty_card": CARD}}
        call |= {"properties": {"note": f"{EMAIL} {PHONE}"}}
        visit = {"type": "track", "event": "Store Visit Started", "messageId": "m4"}
        visit |= {"identifiers": {"loyalty_card": CARD}}
        visit |= {"properties": {"store_id": STORE}}
        wrong = {"type": "trak", "messageId": "m3", "traits": traits}
        batch = {"batch": [item, call, visit, wrong]}
        self.api("POST", "/api/v1/events?wait=applied", batch, self.till)
        everybody = {"condition": {"type": "all", "of": []}}
        self.api("PUT", "/api/v1/segments/x", everybody)
        found = self.api("GET", f"/api/v1/people?identifier=email:{EMAIL}")
        person_id: int = found["people"][0]["person_id"]
        return person_id

    def scoped(self, scope: Permission) -> str:
        path = "/api/v1/sources/till/keys"
        found: str = self.api("POST", path, {"scopes": [scope]})["key"]
        return found

    def handlers(self) -> list[tuple[str, str, HTTPRouteHandler]]:
        found = []
        parted = (self.leader.web.routes, self.leader.page.made())
        for route in (one for app in parted for one in app.whole.made().routes):
            for handler in getattr(route, "route_handlers", ()):
                if not isinstance(handler, HTTPRouteHandler):
                    continue
                path = route.path.replace("{person_id:int}", str(self.person))
                path = re.sub(r"\{\w+:int\}", "1", path)
                path = re.sub(r"\{\w+:\w+\}", "x", path)
                found += [
                    (method, path, handler)
                    for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"})
                ]
        return found

    def status(self, method: str, path: str, **headers: str) -> int:
        told = {"content-type": "application/json", **headers}
        body = b"" if method == "GET" else b"{}"
        return self.server.request(method, path, body, told)[0]

    def session(self, role: Role) -> str:
        operator = self.leader.engine.operators.named(f"a-{role}")
        guest = Guest(operator.name, role, operator.version)
        secret = self.leader.sessions.begin(guest)
        return f"habitue_session={secret}"

    def sends(self, path: str, role: Role) -> int:
        """Send a form of one's own session that says nothing else."""
        cookie = self.session(role)
        held = self.leader.sessions.find(cookie.partition("=")[2])
        told = f"form_key={held.form_key}".encode()
        kind = "application/x-www-form-urlencoded"
        headers = {"content-type": kind, "cookie": cookie}
        return self.server.request("POST", path, told, headers)[0]

    def sees(self, role: Role, scope: dict) -> None:
        """Keep who has a role to the people of some stores."""
        name = f"a-{role}"
        self.api("PATCH", f"/api/v1/operators/{name}", {"scope": scope})

    def told(self, method: str, path: str, role: Role) -> int:
        """Send a form or a call of a role, and give its status."""
        if path.startswith("/console"):
            return self.sends(path, role)
        return self.status(method, path, authorization=f"Bearer {self.tokens[role]}")

    def reads(self, path: str, role: Role) -> str:
        """Give all that a role is answered."""
        headers = {"authorization": f"Bearer {self.tokens[role]}"}
        if path.startswith("/console"):
            headers = {"cookie": self.session(role)}
        return self.server.request("GET", path, b"", headers)[2].decode()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("matrix") / "data"
    settings = load(environ={})
    data = structs.replace(settings.data, folder=folder)
    with LocalServer(structs.replace(settings, data=data)) as server:
        yield House(server)


def test_rights_are_those_that_were_decided(figure: Figure) -> None:
    wrong = [
        (permission, role)
        for permission in Permission
        for role in Role
        if may(role, permission) is not (role in MATRIX[permission])
    ]

    figure("rights", len(Permission) * len(Role))
    assert wrong == []


@pytest.mark.feature("K3", partly="data-use labels; approval of big sends")
@pytest.mark.parametrize("role", OPERATOR_ROLES)
def test_the_api_opens_to_a_role_what_its_permissions_say(
    house: House, role: Role, figure: Figure
) -> None:
    key = f"Bearer {house.tokens[role]}"
    asked = api_of(house)
    assert len(asked) > 40

    for method, path, handler in asked:
        status = house.status(method, path, authorization=key)
        allowed = role in MATRIX[handler.opt["permission"]]
        # No token comes in for who signs in with a code: it is no second factor.
        allowed = allowed and not (path == START_LINK and role in WITH_A_CODE)
        assert (status != 403) is allowed, (method, path, status)
        assert status != 401
    figure("cells", len(asked))


def test_the_api_opens_to_a_key_what_it_was_made_for_and_to_nobody_else(
    house: House, figure: Figure
) -> None:
    import_key = house.api(
        "POST", "/api/v1/imports", {"source": "till", "file": "a.csv"}
    )["key"]
    keys: dict[str, tuple[str, set[Permission]]] = {
        "browser": (house.web, {Permission.EVENTS_WRITE}),
        "server": (house.till, {Permission.EVENTS_WRITE}),
        "import": (import_key, {Permission.EVENTS_WRITE}),
        **{one: (house.scoped(one), {one}) for one in SCOPES},
    }
    asked = api_of(house)

    for name, (key, held) in keys.items():
        for method, path, handler in asked:
            status = house.status(method, path, authorization=f"Bearer {key}")
            allowed = handler.opt["permission"] in held
            assert (status not in {401, 403}) is allowed, (name, method, path, status)
    for method, path, _ in asked:
        assert house.status(method, path) == 401
        assert house.status(method, path, authorization="Bearer nobody") == 401
        assert house.status(method, path, authorization="Basic x") == 401
    figure("cells", len(asked) * (len(keys) + 3))


@pytest.mark.feature("K3", partly="data-use labels; approval of big sends")
@pytest.mark.parametrize("role", OPERATOR_ROLES)
def test_the_console_opens_to_a_role_what_its_permissions_say(
    house: House, role: Role, figure: Figure
) -> None:
    asked = console_of(house)
    assert len(asked) > 60

    for method, path, handler in asked:
        allowed = role in MATRIX[handler.opt["needs"].permission]
        if method == "GET":
            status = house.status(method, path, cookie=house.session(role))
        else:
            status = house.sends(path, role)
        assert (status != 403) is allowed, (method, path, status)
        assert status != 401
        # A form without what it is to say is told so, and is no fault.
        assert status != 500, (method, path)
    figure("cells", len(asked))


@pytest.mark.parametrize("role", OPERATOR_ROLES)
def test_no_answer_tells_a_role_what_is_masked_for_it(
    house: House, role: Role, figure: Figure
) -> None:
    hidden = set()
    if role not in MATRIX[Permission.NAMES_READ]:
        hidden |= {"zqxanna zqxnowak", "zqxnowak"}
    if role not in MATRIX[Permission.CONTACTS_READ]:
        hidden |= {EMAIL, PHONE, PHONE.lstrip("+")}
    paths = [path for method, path, _ in every(house) if method == "GET"]

    for path in (*paths, *ASKED):
        told = house.reads(path, role).casefold()
        # What somebody asked for by its address is known to them.
        told = told.replace(f"identifier=email:{EMAIL}", "")
        assert not [one for one in hidden if one in told], path
    if role in MATRIX[Permission.PEOPLE_READ]:
        card = house.reads(f"/console/people/{house.person}", role)
        assert CARD in card
        assert (EMAIL in card) is (EMAIL not in hidden)
        assert (NAME in card) is ("zqxnowak" not in hidden)
    figure("cells", len(paths) + len(ASKED))


def test_what_only_reads_changes_nothing(house: House) -> None:
    """A form or a call that changes something asks for more than reading."""
    lax = [
        (method, path)
        for method, path, handler in every(house)
        if method != "GET" and path not in ASKING
        if str(_wanted(handler)).endswith(":read")
    ]

    assert lax == []


def test_no_page_of_the_console_opens_without_a_session(house: House) -> None:
    for method, path, handler in house.handlers():
        if isinstance(handler.opt.get("needs"), Needs):
            assert house.status(method, path) == 401, (method, path)


def test_every_page_of_the_console_but_the_entry_needs_something(house: House) -> None:
    entry = ("/console/start", "/console/sign-in", "/console/code", "/console/join")
    other = ("/console/sign-out", "/console/language", "/console/static")
    bare = [
        path
        for _, path, handler in house.handlers()
        if path.startswith("/console") and "needs" not in handler.opt
    ]

    assert {path for path in bare if not path.startswith((*entry, *other))} == set()


def api_of(house: House) -> list[Called]:
    return [
        one
        for one in house.handlers()
        if isinstance(one[2].opt.get("permission"), Permission)
    ]


def console_of(house: House) -> list[Called]:
    return [
        one
        for one in house.handlers()
        # The stream does not end.
        if isinstance(one[2].opt.get("needs"), Needs) and one[1] != "/console/stream"
    ]


def every(house: House) -> list[Called]:
    return [*api_of(house), *console_of(house)]


def _wanted(handler: HTTPRouteHandler) -> Permission:
    needs = handler.opt.get("needs")
    found: Permission = needs.permission if needs else handler.opt["permission"]
    return found
