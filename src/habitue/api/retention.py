"""Retention: how long the text of events is kept, by class."""

from typing import Annotated, Any

from litestar import Request, delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import Retention, View
from habitue.model.event import EventType
from habitue.model.retention import RetentionClass
from habitue.privacy.retain import DAYS_MAX, NAMES_MAX

Name = Annotated[
    str,
    Parameter(
        max_length=64, pattern=r"^[a-z0-9][a-z0-9_-]*$", description="A class's name."
    ),
]
EventName = Annotated[str, Meta(min_length=1, max_length=200)]


class Wanted(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which events, by name or type, keep their text for how many days."""

    days: Annotated[int, Meta(ge=1, le=DAYS_MAX)]
    events: Annotated[tuple[EventName, ...], Meta(max_length=NAMES_MAX)] = ()
    types: tuple[EventType, ...] = ()


class Run(Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing more is told to run retention."""


def retention_routes(retention: Retention) -> list[HTTPRouteHandler]:
    """Make the routes over retention."""
    return [
        _classes(retention),
        _put(retention),
        _remove(retention),
        _preview(retention),
        _run(retention),
    ]


def _classes(retention: Retention) -> HTTPRouteHandler:
    @get(
        "/api/v1/privacy/retention",
        permission=Permission.PRIVACY_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def list_retention() -> View:
        """List the classes of events whose text expires, each with its last run."""
        return {"classes": retention.classes(), "next_cursor": None}

    return list_retention


def _put(retention: Retention) -> HTTPRouteHandler:
    @put(
        "/api/v1/privacy/retention/{name:str}",
        permission=Permission.PRIVACY_ERASE,
        **keyed(400, 409, 413, 422),
    )
    async def put_retention(name: Name, data: Wanted) -> View:
        """Have the text of a class of events expire; the next run begins with it."""
        told = RetentionClass(
            name=name, days=data.days, events=data.events, types=data.types
        )
        return await retention.define(told)

    return put_retention


def _remove(retention: Retention) -> HTTPRouteHandler:
    @delete(
        "/api/v1/privacy/retention/{name:str}",
        permission=Permission.PRIVACY_ERASE,
        status_code=200,
        **keyed(400, 404, 409),
    )
    async def remove_retention(name: Name) -> View:
        """Keep a class's text for ever again; what has expired stays gone."""
        return await retention.drop(name)

    return remove_retention


def _preview(retention: Retention) -> HTTPRouteHandler:
    @get(
        "/api/v1/privacy/retention/preview",
        permission=Permission.PRIVACY_READ,
        **keyed(),
    )
    async def preview_retention() -> View:
        """Count the events whose text a run would take away now, by class."""
        return await retention.preview()

    return preview_retention


def _run(retention: Retention) -> HTTPRouteHandler:
    @post(
        "/api/v1/privacy/retention/run",
        permission=Permission.PRIVACY_ERASE,
        status_code=200,
        **keyed(400, 409, 413, 422),
    )
    async def run_retention(data: Run, request: Request[Any, Any, Any]) -> View:
        """Take away what has expired, now; it can't be undone."""
        return await retention.run(request.state.caller.name)

    return run_retention
