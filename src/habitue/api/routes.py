"""All of the API's routes, and the document that describes them."""

from litestar import Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig

from habitue.api.document import COMPONENTS, ApiDocument
from habitue.api.guard import OPEN
from habitue.api.operations import operation_routes
from habitue.api.operators import operator_routes
from habitue.api.people import people_routes
from habitue.api.port import (
    Judging,
    Operations,
    People,
    Quarantine,
    Sources,
)
from habitue.api.quarantine import quarantine_routes
from habitue.api.sources import source_routes


def api_routes(
    people: People,
    judging: Judging,
    sources: Sources,
    quarantine: Quarantine,
    operations: Operations,
) -> list[HTTPRouteHandler]:
    """Make every route of the API over the ports."""
    return [
        *people_routes(people, judging),
        *source_routes(sources),
        *operator_routes(sources),
        *quarantine_routes(quarantine),
        *operation_routes(operations),
    ]


def openapi(version: str) -> OpenAPIConfig:
    """Describe the API as OpenAPI 3.1, at /api/v1/schema/openapi.json."""
    return OpenAPIConfig(
        title="Habitué",
        version=version,
        # What the API can do is no secret; that is said here as at any route.
        openapi_router=Router(
            "/api/v1/schema",
            route_handlers=[],
            opt={"permission": OPEN},
            include_in_schema=False,
        ),
        components=COMPONENTS,
        render_plugins=[ApiDocument()],
    )
