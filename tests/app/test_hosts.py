"""The console has a host name of its own, where one is set: a site by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from habitue.app.serving.hosts import Hosts
from habitue.app.serving.local import LocalServer
from habitue.base.settings import load

# The API's routes name the body as Litestar 2 takes it.
pytestmark = pytest.mark.filterwarnings("ignore:.*Reserved kwarg")
OWN, SHOP = "console.shop.example", "events.shop.example"
CONSOLE = ("/", "/console", "/console/sign-in", "/console/static/x/y.js")
DOORS = ("/api/v1/events", "/v1/track", "/hooks/stripe", "/mp/collect")
TRACKING = ("/habitue.js", "/metrics")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    folder: Path = tmp_path_factory.mktemp("hosts") / "data"
    settings = load(environ={})
    settings = structs.replace(
        settings,
        data=structs.replace(settings.data, folder=folder),
        console=structs.replace(settings.console, host="Console.shop.example"),
    )
    with LocalServer(settings) as made:
        yield made


def answer(server: LocalServer, path: str, host: str) -> tuple[int, bytes]:
    method = "POST" if path in DOORS else "GET"
    headers = {"host": host, "authorization": f"Bearer {server.token}"}
    status, _, body = server.request(method, path, b"{}", headers)
    return status, body


def is_elsewhere(server: LocalServer, path: str, host: str) -> bool:
    status, body = answer(server, path, host)
    return status == 404 and b"has one of its own" in body


@pytest.mark.parametrize("host", [SHOP, "127.0.0.1:8460", "", f"x.{OWN}", f"{OWN}.x"])
def test_at_other_host_names_there_is_no_console(
    server: LocalServer, host: str
) -> None:
    assert all(is_elsewhere(server, path, host) for path in CONSOLE)
    assert not any(is_elsewhere(server, path, host) for path in (*DOORS, *TRACKING))
    assert answer(server, "/api/v1/operators", host)[0] == 200


@pytest.mark.parametrize("host", [OWN, f"{OWN}:443", OWN.upper(), f"{OWN}."])
def test_at_the_consoles_own_no_events_are_taken(
    server: LocalServer, host: str
) -> None:
    taken = [one for one in (*DOORS, *TRACKING) if not is_elsewhere(server, one, host)]
    assert taken == []
    assert not any(is_elsewhere(server, path, host) for path in CONSOLE)
    assert answer(server, "/console/sign-in", host)[0] == 200
    assert answer(server, "/api/v1/operators", host)[0] == 200
    assert answer(server, "/healthz", host)[0] == 200


def test_links_to_the_console_lead_to_its_own_host(server: LocalServer) -> None:
    headers = {"authorization": f"Bearer {server.token}"}
    headers |= {"content-type": "application/json", "host": SHOP}

    link = server.request("POST", "/api/v1/sessions/start-link", b"{}", headers)[2]
    told = b'{"name": "anna", "role": "agent"}'
    made = server.request("POST", "/api/v1/operators", told, headers)[2]

    assert f"https://{OWN}/console/start?token=".encode() in link
    assert f"https://{OWN}/console/join?token=".encode() in made


def test_without_a_name_of_its_own_all_is_at_every_name() -> None:
    hosts = Hosts("")

    for path in (*CONSOLE, *DOORS, *TRACKING):
        scope = {"path": path, "headers": [(b"host", SHOP.encode())]}
        assert hosts.has(scope, is_door=path in DOORS)
    assert hosts.base("http://127.0.0.1:8460/") == "http://127.0.0.1:8460"
