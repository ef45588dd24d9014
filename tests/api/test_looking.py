"""Who looks changes nothing and is led nowhere: scanners of mail look at everything."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec import structs

from habitue.access.permission import Role
from habitue.app.serving.local import LocalServer
from habitue.base.settings import load
from habitue.model.record import RecordKind
from tests.api.test_matrix import ASKED, House

# The API's routes name the body as Litestar 2 takes it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*Reserved kwarg"),
    pytest.mark.proof("T29"),
]
Figure = Callable[[str, object], None]
# It does not end.
STREAM = "/console/stream"
# Who asks whether all of it works has an event of this source go through it.
CANARIES = "habitue"
# What others hope to be led to, under names that are usual for it.
AWAY = "//evil.example/console"
LED = "&".join(f"{name}={AWAY}" for name in ("back", "next", "to", "url", "return"))
# Who looked at what is written down; and time goes on by itself.
BY_ITSELF = {RecordKind.AUDIT, RecordKind.TICK}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("looking") / "data"
    settings = load(environ={})
    data = structs.replace(settings.data, folder=folder)
    with LocalServer(structs.replace(settings, data=data)) as server:
        yield House(server)


def looks(house: House) -> list[str]:
    """Give all that can be looked at, without and with a wish to be led away."""
    paths = {path for method, path, _ in house.handlers() if method == "GET"}
    found = [*sorted(paths - {STREAM}), *ASKED]
    return [*found, *(f"{path}{'&' if '?' in path else '?'}{LED}" for path in found)]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_looks_changes_nothing_and_is_led_nowhere_else(
    house: House, method: str, figure: Figure
) -> None:
    truth, role = house.leader.engine.truth, Role.ADMINISTRATOR
    cookie, token = house.session(role), house.tokens[role]
    paths, answered = looks(house), 0

    for path in paths:
        before = truth.head()
        ours = {"cookie": cookie}
        if not path.startswith("/console"):
            ours = {"authorization": f"Bearer {token}"}
        status, headers, _ = house.server.request(method, path, b"", ours)
        answered += status == 200
        new = truth.read(before, 1_000)
        written = {one.kind for one in new if one.source != CANARIES}
        assert written <= BY_ITSELF, (path, written)
        assert status != 500, path
        led = headers.get("location", "/")
        assert led.startswith("/"), (path, led)
        assert not led.startswith("//"), (path, led)
    # Nobody is signed out by a look either.
    assert house.leader.sessions.knows(cookie.partition("=")[2])
    assert method == "HEAD" or answered > 60
    figure("looks", len(paths))


def test_who_asks_all_the_time_whether_it_is_ready_fills_no_log(house: House) -> None:
    """Nobody needs a key for that, and an event goes through all of it now and then."""
    truth = house.leader.engine.truth
    before = truth.head()

    for _ in range(30):
        assert house.status("GET", "/readyz") == 200

    events = [one for one in truth.read(before, 1_000) if one.kind is RecordKind.EVENT]
    assert len(events) <= 1
