"""All of the API's routes, and the document that describes them."""

from typing import NamedTuple

from litestar import Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig

from habitue.api.beside import Inside
from habitue.api.document import COMPONENTS, ApiDocument
from habitue.api.evidence import evidence_routes
from habitue.api.guard import OPEN
from habitue.api.operations import operation_routes
from habitue.api.operators import operator_routes
from habitue.api.people import people_routes
from habitue.api.port import (
    Judging,
    Operations,
    Operators,
    People,
    Quarantine,
    Reveals,
    Search,
    Sources,
)
from habitue.api.quarantine import quarantine_routes
from habitue.api.sources import source_routes

# What lies below it is about all routes.
DOCUMENT_PATH = "/api/v1/schema"


class PeoplePorts(NamedTuple):
    """What the routes over people need."""

    people: People
    judging: Judging
    search: Search
    reveals: Reveals
    inside: Inside


def api_routes(
    people: PeoplePorts,
    sources: Sources,
    operators: Operators,
    quarantine: Quarantine,
    operations: Operations,
) -> list[HTTPRouteHandler]:
    """Make every route of the API over the ports."""
    return [
        *people_routes(*people),
        *evidence_routes(people.people),
        *source_routes(sources),
        *operator_routes(operators),
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
            DOCUMENT_PATH,
            route_handlers=[],
            opt={"permission": OPEN},
            include_in_schema=False,
        ),
        components=COMPONENTS,
        render_plugins=[ApiDocument()],
    )
