"""Every route declares its permission, and no key goes beyond its own."""

import re

import pytest
from litestar import get

from habitue.access.permission import ROLES, Permission, Role
from habitue.api.guard import OPEN, UndeclaredRouteError
from habitue.app.serving.web import page_app, web_app
from tests.acceptance.shop import Shop

pytestmark = pytest.mark.proof("T21")
# Whom an app asks about a caller, and what it keeps of requests.
ASKED_BY_NOBODY = (None, None, None, None)
OTHER_PATHS = (
    *("/healthz", "/readyz", "/metrics"),
    *("/api/v1/events", "/api/v1/schema/events", "/api/v1/schema/condition"),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    running = Shop(tmp_path_factory.mktemp("matrix") / "data").start()
    running.source("web", "public")
    running.source("till")
    yield running
    running.stop()


def test_a_route_without_a_permission_does_not_start():
    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> None:
        """Declare nothing."""

    with pytest.raises(UndeclaredRouteError, match="/forgotten"):
        # Before anybody asks for it: its app is made no sooner.
        web_app([forgotten], *ASKED_BY_NOBODY)


def test_a_route_that_says_it_is_open_starts():
    @get("/open", permission=OPEN, sync_to_thread=False)
    def told() -> None:
        """Declare to be open."""

    web_app([told], *ASKED_BY_NOBODY)


def test_a_page_without_a_permission_does_not_start():
    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> None:
        """Declare nothing."""

    with pytest.raises(UndeclaredRouteError, match="/forgotten"):
        page_app([forgotten], None, None, None)


def test_a_role_that_is_not_listed_may_do_nothing():
    assert set(ROLES) == set(Role)
    assert ROLES[Role.PUBLIC_KEY] == {Permission.EVENTS_WRITE}
    assert ROLES[Role.SERVER_KEY] == {Permission.EVENTS_WRITE}


def test_no_key_and_no_source_key_reads_or_judges_anything(shop: Shop):
    document = shop.api("GET", "/api/v1/schema/openapi.json")
    calls = [
        (method.upper(), re.sub(r"\{[^}]+\}", "1", path))
        for path, methods in document["paths"].items()
        for method in methods
        if path not in OTHER_PATHS
    ]
    assert len(calls) > 15
    for method, path in calls:
        body = None if method == "GET" else b"{}"
        for key, expected in (
            (None, 401),
            ("nobody", 401),
            (shop.keys["web"], 403),
            (shop.keys["till"], 403),
        ):
            headers = {"content-type": "application/json"}
            if key is not None:
                headers["authorization"] = f"Bearer {key}"
            status, _, raw = shop.request(method, path, body, headers)
            assert status == expected, (method, path, key, raw)
