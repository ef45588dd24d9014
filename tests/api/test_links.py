"""The document's links lead from what an answer names to what may be done with it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from habitue.api.links import NAMES
from habitue.app.serving.local import LocalServer
from habitue.base.settings import load

# The API's routes name the body as Litestar 2 takes it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*Reserved kwarg"),
    pytest.mark.proof("T20"),
]
Json = dict[str, Any]
ALL = {"type": "all", "of": []}
# What is made, by which route, and under which name where that is told in the path.
MADE: tuple[tuple[str, str, Json, dict[str, str]], ...] = (
    ("post", "/api/v1/sources", {"name": "till", "kind": "server"}, {}),
    ("post", "/api/v1/sources/{name}/keys", {}, {"name": "till"}),
    ("post", "/api/v1/segments", {"id": "vip", "condition": ALL}, {}),
    ("put", "/api/v1/segments/{segment_id}", {"condition": ALL}, {"segment_id": "two"}),
    (
        *("put", "/api/v1/segments/{segment_id}/subscriptions/{name}", {}),
        {"segment_id": "three", "name": "crm"},
    ),
    ("post", "/api/v1/views", {"name": "mine", "text": "anna"}, {}),
    ("post", "/api/v1/operators", {"name": "olga", "role": "agent"}, {}),
    ("post", "/api/v1/imports", {"source": "files", "file": "a.csv"}, {}),
    (
        "put",
        "/api/v1/privacy/retention/{name}",
        {"days": 400, "types": ["page"]},
        {"name": "old"},
    ),
)


class Asked:
    """The API of a folder, and its document."""

    def __init__(self, server: LocalServer) -> None:
        self._server = server
        self.document = self.ask("get", "/api/v1/schema/openapi.json")[1]
        self.places = {
            told["operationId"]: (method, path)
            for path, ways in self.document["paths"].items()
            for method, told in ways.items()
        }

    def ask(self, method: str, path: str, body: Json | None = None) -> tuple[int, Any]:
        headers = {
            "authorization": f"Bearer {self._server.token}",
            "content-type": "application/json",
        }
        raw = b"" if body is None else json.dumps(body).encode()
        status, _, told = self._server.request(method.upper(), path, raw, headers)
        is_json = told[:1] in {b"{", b"["}
        return status, json.loads(told) if is_json else None

    def links(self, method: str, path: str) -> dict[str, Json]:
        answers = self.document["paths"][path][method]["responses"]
        (done,) = (one for one in answers if one.startswith("2"))
        found: dict[str, Json] = answers[done].get("links", {})
        return found


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    settings = load({"data.folder": tmp_path_factory.mktemp("links") / "data"})
    with LocalServer(settings) as server:
        opened = Asked(server)
        opened.ask("put", "/api/v1/segments/three", {"condition": ALL})
        yield opened


def said(where: str, asked: dict[str, str], answer: Any) -> str:
    """Read what a runtime expression of OpenAPI stands for."""
    if where.startswith("$request.path."):
        return asked[where.removeprefix("$request.path.")]
    for part in where.removeprefix("$response.body#/").split("/"):
        answer = answer[int(part) if isinstance(answer, list) else part]
    return str(answer)


def test_each_answer_that_names_a_thing_leads_to_routes_that_need_no_more(
    asked: Asked,
) -> None:
    for one in NAMES:
        found = asked.links(one.method, one.path)
        assert found, one
        for link in found.values():
            _, path = asked.places[link["operationId"]]
            told = {name.removeprefix("path.") for name in link["parameters"]}
            assert told == set(re.findall(r"\{(\w+)\}", path))


@pytest.mark.parametrize(("method", "path", "body", "names"), MADE)
def test_what_was_made_is_there_until_it_is_deleted(
    asked: Asked, method: str, path: str, body: Json, names: dict[str, str]
) -> None:
    status, answer = asked.ask(method, path.format(**names), body)
    assert status in {200, 201}, answer
    places = []
    for link in asked.links(method, path).values():
        way, place = asked.places[link["operationId"]]
        told = {
            name.removeprefix("path."): said(where, names, answer)
            for name, where in link["parameters"].items()
        }
        places.append((way, place, place.format(**told)))

    reads = [one for one in places if one[0] == "get"]
    for _, _, place in reads:
        assert asked.ask("get", place)[0] == 200, place
    for _, thing, place in (one for one in places if one[0] == "delete"):
        assert asked.ask("delete", place)[0] == 200
        assert asked.ask("delete", place)[0] == 404
        for _, _, read in (one for one in reads if one[1] == thing):
            assert asked.ask("get", read)[0] == 404
