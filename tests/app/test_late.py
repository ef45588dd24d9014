"""Of the API's routes those are registered that somebody asks for."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import structs

from habitue.app.serving.late import PartedApp
from habitue.app.serving.local import LocalServer, asgi_request
from habitue.base.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore:.*Reserved kwarg")
PATHS = (
    "/api/v1/people",
    "/api/v1/people/{person:int}/notes",
    "/api/v1/stores",
    "/api/v1/schema/one",
    "/healthz",
)


class Parted:
    """An app of a few routes, and what was made of it so far."""

    def __init__(self) -> None:
        self.made: list[str] = []
        routes = [_route(path) for path in PATHS]
        self._app = PartedApp(
            routes, self._part, self._whole, document="/api/v1/schema"
        )

    def ask(self, path: str) -> int:
        return asyncio.run(asgi_request(self._app, "GET", path, b"", {}))[0]

    def make_ahead(self) -> None:
        self._app.make(lambda: self.made.append("rest"))

    def _part(self, routes: Sequence[HTTPRouteHandler]) -> Litestar:
        self.made.append(min(path for route in routes for path in route.paths))
        return Litestar([*routes], openapi_config=None)

    def _whole(self, routes: Sequence[HTTPRouteHandler]) -> Litestar:
        assert len(routes) == len(PATHS)
        self.made.append("whole")
        return Litestar([*routes], openapi_config=None)


def _route(path: str) -> HTTPRouteHandler:
    @get(path, sync_to_thread=False)
    def answer() -> Response[None]:
        return Response(None)

    return answer


def test_only_what_is_asked_of_is_made_and_once() -> None:
    parted = Parted()

    assert parted.made == []
    for path in ("/api/v1/people", "/api/v1/people/1/notes", "/healthz"):
        assert parted.ask(path) == 200
        assert parted.ask(path) == 200
    assert parted.made == ["/api/v1/people", "/healthz"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/schema/one", 200),
        ("/api//v1/stores", 200),
        ("/healthz/", 200),
        ("/api/v1/nothing", 404),
        ("/api/v1", 404),
    ],
)
def test_what_is_about_all_or_of_no_part_is_answered_by_all(
    path: str, status: int
) -> None:
    parted = Parted()

    assert parted.ask(path) == status
    assert parted.made == ["whole"]


def test_what_is_made_ahead_is_every_part_with_a_rest_before_each() -> None:
    parted = Parted()

    parted.make_ahead()

    heads = ["/api/v1/people", "/api/v1/stores", "/healthz"]
    assert parted.made == [one for head in heads for one in ("rest", head)]
    assert parted.ask("/api/v1/people") == 200
    assert len(parted.made) == 2 * len(heads)


@pytest.mark.parametrize("of", ["API", "console"])
def test_every_route_is_answered_by_its_part_as_by_the_whole(
    tmp_path: Path, of: str
) -> None:
    settings = Settings()
    data = structs.replace(settings.data, folder=str(tmp_path / "data"))
    with LocalServer(structs.replace(settings, data=data)) as server:
        leader: Any = server._engine.leader
        parted = leader.web.routes if of == "API" else leader.page.made()
        whole = _answers(parted.whole.made())
        parts = [_answers(part.made()) for part in parted._parts.values()]
    found = {one: told for part in parts for one, told in part.items()}

    assert len(found) == sum(map(len, parts)) > 100
    assert len(parts) > 20
    left = {path for _, path in whole.keys() - found.keys()}
    assert [one for one in left if not one.startswith("/api/v1/schema")] == []
    assert {one: whole[one] for one in found} == found


def _answers(app: Litestar) -> dict[tuple[str, str], Any]:
    """Give what each method of each path calls, for whom, and how it answers."""
    return {
        (method, route.path): (
            *(str(handler), handler.opt, handler.status_code),
            *map(str, (handler.resolve_guards(), handler.resolve_exception_handlers())),
        )
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if "OPTIONS" not in handler.http_methods
        for method in handler.http_methods
    }
