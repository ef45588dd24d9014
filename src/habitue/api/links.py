"""What an answer of the API leads to: links in its document from a thing to its routes.

A client, or a tool that tries the API, finds from what it has just made what may be
done with it next, down to reading what was deleted.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_SOURCE = "/api/v1/sources/{name}"
_SEGMENT = "/api/v1/segments/{segment_id}"
_PERSON = "/api/v1/people/{person_id}"


class Names(NamedTuple):
    """An answer that names a thing, whose routes begin with a path.

    ids: of each parameter of that path, where the answer, or what was asked, says it;
    as a runtime expression of OpenAPI.
    """

    method: str
    path: str
    thing: str
    ids: Mapping[str, str]


def _made(path: str, thing: str, **ids: str) -> Names:
    """Take a POST whose answer's body says the ids of what it made."""
    return Names("post", path, thing, _in_body(ids))


def _listed(path: str, thing: str, **ids: str) -> Names:
    return Names("get", path, thing, _in_body(ids))


def _in_body(ids: Mapping[str, str]) -> dict[str, str]:
    return {name: f"$response.body#/{place}" for name, place in ids.items()}


def _at(method: str, path: str, *names: str) -> Names:
    """Take a route whose own path names the thing."""
    return Names(method, path, path, {name: f"$request.path.{name}" for name in names})


def _beside(path: str, thing: str, field: str) -> Names:
    """Take a POST beneath a source that makes something named in the answer."""
    ids = {"name": "$request.path.name", **_in_body({field: field})}
    return Names("post", path, thing, ids)


NAMES = (
    _made("/api/v1/sources", _SOURCE, name="source"),
    _at("patch", _SOURCE, "name"),
    _beside(f"{_SOURCE}/keys", f"{_SOURCE}/keys/{{key_id}}", "key_id"),
    _beside(
        f"{_SOURCE}/oauth-clients",
        f"{_SOURCE}/oauth-clients/{{client_id}}",
        "client_id",
    ),
    _at("put", f"{_SOURCE}/mappings/{{mapping}}", "name", "mapping"),
    _at("put", f"{_SOURCE}/plan", "name"),
    _at("delete", f"{_SOURCE}/plan", "name"),
    _at("put", f"{_SOURCE}/webhook", "name"),
    _made("/api/v1/segments", _SEGMENT, segment_id="id"),
    _at("put", _SEGMENT, "segment_id"),
    _at("delete", _SEGMENT, "segment_id"),
    _at("put", f"{_SEGMENT}/subscriptions/{{name}}", "segment_id", "name"),
    _made(
        f"{_SEGMENT}/export/requests",
        "/api/v1/export-requests/{request_id}",
        request_id="id",
    ),
    _made("/api/v1/views", "/api/v1/views/{view_id}", view_id="id"),
    _at("delete", "/api/v1/views/{view_id}", "view_id"),
    _made("/api/v1/operators", "/api/v1/operators/{name}", name="name"),
    _made("/api/v1/imports", "/api/v1/imports/{import_id}", import_id="import_id"),
    _at("put", "/api/v1/watches/{name}", "name"),
    _at("put", "/api/v1/kinds/{name}", "name"),
    _at("put", "/api/v1/privacy/retention/{name}", "name"),
    _at("put", "/api/v1/insights/geo/tests/{name}", "name"),
    _listed(
        "/api/v1/insights/experiments",
        "/api/v1/insights/experiments/{experiment}",
        experiment="experiments/0/experiment",
    ),
    _listed("/api/v1/people/search", _PERSON, person_id="people/0/person_id"),
    _at("get", _PERSON, "person_id"),
    _made("/api/v1/people/merge", "/api/v1/commands/{command}", command="command"),
    _made(f"{_PERSON}/unmerge", "/api/v1/commands/{command}", command="command"),
    _made(
        "/api/v1/commands/{command}/undo",
        "/api/v1/commands/{command}",
        command="command",
    ),
    _made(
        "/api/v1/privacy/erase",
        "/api/v1/privacy/suppressions/{erasure_id}",
        erasure_id="erasure_id",
    ),
    _listed(
        "/api/v1/privacy/requests",
        "/api/v1/privacy/requests/{request_id}",
        request_id="requests/0/request",
    ),
    _listed(
        "/api/v1/quarantine",
        "/api/v1/quarantine/{quarantine_id}",
        quarantine_id="items/0/quarantine_id",
    ),
    _listed(
        "/api/v1/catalog/products",
        "/api/v1/catalog/products/{product_id}",
        product_id="products/0/product_id",
    ),
    _listed(
        "/api/v1/catalog/stores",
        "/api/v1/catalog/stores/{store_id}",
        store_id="stores/0/store_id",
    ),
)


# What is there once it was put there: before that nothing reads or deletes it.
_PUT = frozenset(one.thing for one in NAMES if one.method == "put")


def linked(paths: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Give the paths of a document with what each answer leads to.

    Answers that this process does not give, as one that only follows, are passed over.
    """
    told = {path: dict(ways) for path, ways in paths.items()}
    for one in NAMES:
        if one.path in told:
            way = told[one.path][one.method]
            told[one.path][one.method] = _with(way, dict(_links(one, paths)))
    return told


def _links(
    one: Names, paths: Mapping[str, dict[str, Any]]
) -> Iterator[tuple[str, Any]]:
    """Give what may be done with the thing: routes that need no other name."""
    for path, ways in paths.items():
        if not f"{path}/".startswith(f"{one.thing}/"):
            continue
        if path.count("{") > one.thing.count("{"):
            continue
        for told in _puts(ways) if _is_put_below(path, one.thing) else ways.values():
            target = told["operationId"]
            parameters = {f"path.{name}": where for name, where in one.ids.items()}
            yield target, {"operationId": target, "parameters": parameters}


def _is_put_below(path: str, thing: str) -> bool:
    """Say whether a path is of what has to be put below a thing first."""
    below = [one for one in _PUT if one.startswith(f"{thing}/")]
    return any(f"{path}/".startswith(f"{one}/") for one in below)


def _puts(ways: Mapping[str, Any]) -> list[Any]:
    return [told for method, told in ways.items() if method == "put"]


def _with(way: dict[str, Any], links: dict[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = way["responses"]
    done = next(status for status in answers if status.startswith("2"))
    answer = {**answers[done], "links": links}
    return {**way, "responses": {**answers, done: answer}}
