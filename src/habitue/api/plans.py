"""Tracking plans: what a source's events have to hold, and what becomes of others."""

from typing import Annotated, Any

from litestar import delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta, Struct, structs

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import Plans, Seen, View
from habitue.api.sources import Name
from habitue.model.event import EventType
from habitue.model.plan import TrackingPlan


class Sample(Struct, frozen=True, forbid_unknown_fields=True):
    """An event as a source might send it."""

    type: EventType = "track"
    event: Annotated[str, Meta(max_length=200)] = ""
    properties: dict[str, Any] = {}
    traits: dict[str, Any] = {}


class Trial(Struct, frozen=True, forbid_unknown_fields=True):
    """A plan, and an event to hold to it."""

    plan: TrackingPlan
    event: Sample


def plan_routes(plans: Plans, seen: Seen) -> list[HTTPRouteHandler]:
    """Make the routes over tracking plans, and over what is told without them."""
    return [_read(plans), _put(plans), _remove(plans), _try(plans), _seen(seen)]


def _read(plans: Plans) -> HTTPRouteHandler:
    @get(
        "/api/v1/sources/{name:str}/plan",
        permission=Permission.SOURCES_READ,
        sync_to_thread=False,
        **keyed(400, 404),
    )
    def read_plan(name: Name) -> View:
        """Give what a source's events have to hold."""
        return plans.plan(name)

    return read_plan


def _put(plans: Plans) -> HTTPRouteHandler:
    @put(
        "/api/v1/sources/{name:str}/plan",
        permission=Permission.SOURCES_WRITE,
        **keyed(400, 404, 409, 413, 422),
    )
    async def put_plan(name: Name, data: TrackingPlan) -> View:
        """Put a plan in force; it holds for what is sent from then on."""
        return await plans.put(name, data)

    return put_plan


def _remove(plans: Plans) -> HTTPRouteHandler:
    @delete(
        "/api/v1/sources/{name:str}/plan",
        permission=Permission.SOURCES_WRITE,
        status_code=200,
        **keyed(400, 404, 409),
    )
    async def remove_plan(name: Name) -> View:
        """Take a source's plan away: all its events are taken from then on."""
        return await plans.remove(name)

    return remove_plan


def _try(plans: Plans) -> HTTPRouteHandler:
    @post(
        "/api/v1/plans/try",
        permission=Permission.SOURCES_READ,
        status_code=200,
        sync_to_thread=False,
        **keyed(400, 413, 422),
    )
    def try_plan(data: Trial) -> View:
        """Say what would become of an event by a plan, before it is put in force."""
        return plans.try_event(data.plan, structs.asdict(data.event))

    return try_plan


def _seen(seen: Seen) -> HTTPRouteHandler:
    @get(
        "/api/v1/sources/{name:str}/events",
        permission=Permission.SOURCES_READ,
        **keyed(400, 404),
    )
    async def source_events(name: Name) -> View:
        """Give a source's events: what their newest tell, and what they break.

        Properties have the JSON types found; no value is shown.
        """
        return await seen.seen(name)

    return source_events
