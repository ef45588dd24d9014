"""Every route of API and console, by every role: open where it says so alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.handlers import HTTPRouteHandler
from msgspec import structs

from habitue.access.permission import OPERATOR_ROLES, Permission, Role, may
from habitue.app.serving.local import LocalServer
from habitue.base.settings import load
from habitue.console.page import Needs
from habitue.console.session import Guest

# The API's routes name the body as Litestar 2 takes it.
pytestmark = pytest.mark.filterwarnings("ignore:.*Reserved kwarg")


class House:
    """A folder that is open, with a token and a session for each role."""

    def __init__(self, server: LocalServer) -> None:
        self.server = server
        self.leader = server._engine.leader
        self.tokens = {}
        for role in OPERATOR_ROLES:
            made = server._runner.run(
                self.leader.engine.sources.add_operator(f"a-{role}", role)
            )
            self.tokens[role] = made

    def handlers(self) -> list[tuple[str, str, HTTPRouteHandler]]:
        found = []
        apps = (self.leader.web.routes, self.leader.page.made())
        for route in (one for app in apps for one in app.routes):
            for handler in getattr(route, "route_handlers", ()):
                if not isinstance(handler, HTTPRouteHandler):
                    continue
                path = re.sub(r"\{\w+:int\}", "1", route.path)
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
        secret = self.leader.sessions.begin(Guest(f"a-{role}", role))
        return f"habitue_session={secret}"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("matrix") / "data"
    settings = load(environ={})
    data = structs.replace(settings.data, folder=folder)
    with LocalServer(structs.replace(settings, data=data)) as server:
        yield House(server)


@pytest.mark.feature("K3", partly="data-use labels; approval of big sends")
@pytest.mark.parametrize("role", OPERATOR_ROLES)
def test_the_api_opens_to_a_role_what_its_permissions_say(
    house: House, role: Role
) -> None:
    key = f"Bearer {house.tokens[role]}"
    asked = [one for one in house.handlers() if _permission(one) is not None]
    assert len(asked) > 40

    for method, path, handler in asked:
        status = house.status(method, path, authorization=key)
        allowed = may(role, handler.opt["permission"])
        assert (status != 403) is allowed, (method, path, status)


@pytest.mark.feature("K3", partly="data-use labels; approval of big sends")
@pytest.mark.parametrize("role", OPERATOR_ROLES)
def test_the_console_opens_to_a_role_what_its_permissions_say(
    house: House, role: Role
) -> None:
    asked = [
        one for one in house.handlers() if isinstance(one[2].opt.get("needs"), Needs)
    ]
    assert len(asked) > 25

    for method, path, handler in asked:
        if path == "/console/stream" or method != "GET":
            # The stream does not end; forms are refused to all without their key.
            continue
        status = house.status(method, path, cookie=house.session(role))
        allowed = may(role, handler.opt["needs"].permission)
        assert (status != 403) is allowed, (method, path, status)
        assert status < 500


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


def _permission(one: tuple[str, str, HTTPRouteHandler]) -> Permission | None:
    told = one[2].opt.get("permission")
    return told if isinstance(told, Permission) else None
