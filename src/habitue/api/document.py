"""What the OpenAPI document says beside the routes: problems, keys, the door."""

from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import HTTPRoute
from msgspec import Struct

from habitue.api.idempotency import PARAMETER, takes_key
from habitue.api.links import linked
from habitue.api.problem import TITLES

PROBLEM_MEDIA = "application/problem+json"
KEY = "key"

COMPONENTS = Components(
    security_schemes={
        KEY: SecurityScheme(
            type="http",
            scheme="bearer",
            description="The operator's token, an operator's, or a source's key.",
        )
    }
)


class Fault(Struct):
    """Where in a request something can't be used, and why."""

    message: str
    key: str = ""
    source: str = ""


class Problem(Struct):
    """A problem document (RFC 9457): its detail says what, and the way out."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


def keyed(*statuses: int) -> dict[str, Any]:
    """Describe a route that needs a key, and the problems it answers beside."""
    return {
        "security": [{KEY: []}],
        "responses": problems(401, 403, 429, 503, *statuses),
    }


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """Describe the problems that a route answers."""
    return {
        status: ResponseSpec(
            Problem,
            generate_examples=False,
            description=TITLES[status],
            media_type=PROBLEM_MEDIA,
        )
        for status in statuses
    }


class ApiDocument(JsonRenderPlugin):
    """Gives the document; the door for events stands before the routes, so by hand."""

    def render(
        self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]
    ) -> bytes:
        told = {
            path: _with_key(path, one) for path, one in openapi_schema["paths"].items()
        }
        paths = linked({**told, "/api/v1/events": _DOOR})
        components = openapi_schema["components"]
        schemas = _closed(components["schemas"], _bodies(request.app))
        whole = {
            **openapi_schema,
            "paths": paths,
            "components": {**components, "schemas": schemas},
        }
        return self.render_json(request, whole)


def _bodies(app: Litestar) -> set[type[Struct]]:
    """Give what the routes take as bodies."""
    handlers = (
        handler
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
    )
    told = (one.parsed_data_field for one in handlers)
    kinds = {one.annotation for one in told if one is not None}
    return {one for one in kinds if isinstance(one, type) and issubclass(one, Struct)}


def _closed(
    schemas: dict[str, dict[str, Any]], bodies: set[type[Struct]]
) -> dict[str, dict[str, Any]]:
    """Say of bodies that take no other fields than theirs that they do not."""
    _, known = msgspec.json.schema_components(bodies)
    closed = {
        one["title"]
        for one in known.values()
        if one.get("additionalProperties") is False
    }
    return {
        name: {**one, "additionalProperties": False}
        if one.get("title") in closed
        else one
        for name, one in schemas.items()
    }


def _with_key(path: str, ways: dict[str, Any]) -> dict[str, Any]:
    """Name the header of what is to be done once, where it is taken."""
    return {
        method: _once(told) if takes_key(method, path) else told
        for method, told in ways.items()
    }


def _once(told: dict[str, Any]) -> dict[str, Any]:
    problem = _inlined(Problem)
    answers = {
        str(status): _answer(TITLES[status], PROBLEM_MEDIA, problem)
        for status in (400, 409, 413, 422, 429)
    }
    return {
        **told,
        "parameters": [*(told.get("parameters") or ()), PARAMETER],
        "responses": answers | told["responses"],
    }


class _Warned(Struct):
    reason: str
    detail: str


class _Result(Struct):
    outcome: str
    reason: str | None = None
    detail: str | None = None
    offset: int | None = None
    quarantine_id: int | None = None
    warnings: list[_Warned] = []


class _Results(Struct):
    results: list[_Result]
    applied: bool | None = None


def _inlined(kind: Any) -> Any:
    """Give the JSON schema of a struct with nothing to be looked up elsewhere."""
    schema = msgspec.json.schema(kind)
    held = schema.pop("$defs", {})

    def inline(part: Any) -> Any:
        if isinstance(part, list):
            return [inline(one) for one in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return inline(held[part["$ref"].rpartition("/")[2]])
        return {name: inline(one) for name, one in part.items()}

    return inline(schema)


def _answer(description: str, media: str, schema: Any) -> dict[str, Any]:
    return {"description": description, "content": {media: {"schema": schema}}}


_ITEM = {
    "type": "object",
    "description": "An event in the shape of the Segment spec.",
    "properties": {
        "type": {"enum": ["track", "identify", "page", "screen", "alias", "group"]},
        "event": {"type": "string"},
        "userId": {"type": "string"},
        "anonymousId": {"type": "string"},
        "messageId": {"type": "string"},
        "timestamp": {"type": "string"},
        "properties": {"type": "object"},
        "traits": {"type": "object"},
        "context": {"type": "object"},
        "identifiers": {"type": "object"},
    },
}
_DOOR = {
    "post": {
        "summary": "CollectEvents",
        "description": "Take one event or a batch; each gets an outcome, in order.",
        "operationId": "CollectEvents",
        "security": [{KEY: []}],
        "parameters": [
            {
                "name": "wait",
                "in": "query",
                "description": "applied: answer once the profile reflects the items.",
                "schema": {"type": "string", "enum": ["applied"]},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "anyOf": [
                            _ITEM,
                            {
                                "type": "object",
                                "properties": {
                                    "batch": {"type": "array", "items": _ITEM}
                                },
                                "required": ["batch"],
                            },
                        ]
                    }
                }
            },
        },
        "responses": {
            "200": _answer(
                "An outcome for each item, in order",
                "application/json",
                _inlined(_Results),
            ),
            **{
                str(status): _answer(TITLES[status], PROBLEM_MEDIA, _inlined(Problem))
                for status in (400, 401, 403, 408, 413, 429, 503)
            },
        },
    }
}
