"""Mappings kept for the files of a source."""

from typing import Annotated

from litestar import delete, get, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View
from habitue.api.port_files import Mappings
from habitue.api.sources import NAME, Name
from habitue.collect.files.nouns import Mapping, SavedMapping

MappingName = Annotated[str, Parameter(pattern=NAME, description="A mapping's name.")]


class KeptMapping(Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping, and the headers of the files it is for, in their order."""

    headers: Annotated[
        list[Annotated[str, Meta(max_length=300)]], Meta(min_length=1, max_length=500)
    ]
    mapping: Mapping


def mapping_routes(mappings: Mappings) -> list[HTTPRouteHandler]:
    """Make the routes over mappings."""
    return [_list(mappings), _put(mappings), _drop(mappings)]


def _list(mappings: Mappings) -> HTTPRouteHandler:
    @get(
        "/api/v1/sources/{name:str}/mappings",
        permission=Permission.SOURCES_READ,
        sync_to_thread=False,
        **keyed(400, 404),
    )
    def list_mappings(name: Name) -> View:
        """List the mappings that are kept for files of a source."""
        return {"mappings": mappings.list(name), "next_cursor": None}

    return list_mappings


def _put(mappings: Mappings) -> HTTPRouteHandler:
    @put(
        "/api/v1/sources/{name:str}/mappings/{mapping:str}",
        permission=Permission.SOURCES_WRITE,
        **keyed(400, 404, 409, 413, 422),
    )
    async def put_mapping(name: Name, mapping: MappingName, data: KeptMapping) -> View:
        """Keep a mapping: files of the source with these headers go by it."""
        kept = SavedMapping(
            name=mapping, headers=tuple(data.headers), mapping=data.mapping
        )
        return await mappings.put(name, kept)

    return put_mapping


def _drop(mappings: Mappings) -> HTTPRouteHandler:
    @delete(
        "/api/v1/sources/{name:str}/mappings/{mapping:str}",
        permission=Permission.SOURCES_WRITE,
        status_code=200,
        **keyed(400, 404, 409),
    )
    async def drop_mapping(name: Name, mapping: MappingName) -> View:
        """Keep a mapping no longer."""
        return await mappings.drop(name, mapping)

    return drop_mapping
