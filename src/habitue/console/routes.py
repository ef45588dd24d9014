"""All routes of the console: those that let people in, and those behind a session."""

from collections.abc import Callable

from litestar import Response, get
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import FromPath

from habitue.base.clock import Clock
from habitue.base.errors import HabitueError
from habitue.base.ids import new_secret
from habitue.base.sections import Shop
from habitue.console import answers
from habitue.console.admin.routes import admin_routes
from habitue.console.assets import assets
from habitue.console.channels.routes import channel_routes
from habitue.console.digest.routes import digest_routes
from habitue.console.duplicates.routes import duplicate_routes
from habitue.console.entry.routes import entry_routes
from habitue.console.fixing.routes import fixing_routes
from habitue.console.geo.kept import geo_kept_routes
from habitue.console.geo.routes import geo_routes
from habitue.console.imports.routes import import_routes
from habitue.console.journeys.routes import journey_routes
from habitue.console.kpis.routes import kpi_routes
from habitue.console.live.routes import live_routes
from habitue.console.live.stream import Streams
from habitue.console.mapping.routes import mapping_routes
from habitue.console.page import SYNC, AnyConnection, AnyRequest, Page
from habitue.console.people.routes import people_routes
from habitue.console.plans.routes import plan_routes
from habitue.console.port import Ports
from habitue.console.privacy.routes import privacy_routes
from habitue.console.scores.routes import score_routes
from habitue.console.segments.builder import builder_routes
from habitue.console.segments.listening import listening_routes
from habitue.console.segments.requests import request_routes
from habitue.console.segments.routes import segment_routes
from habitue.console.segments.versions import version_routes
from habitue.console.session import Sessions
from habitue.console.sources.routes import source_routes
from habitue.console.today.routes import today_routes


def console_routes(
    ports: Ports,
    sessions: Sessions,
    clock: Clock,
    shop: Callable[[], Shop],
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> list[HTTPRouteHandler]:
    """Make the console's routes; every one but the entry and the files needs a session.

    Once stopping says so, the streams end, so that the server can stop at once.
    """
    page = Page(ports, sessions, clock, shop, new_secret)

    async def signed_in(connection: AnyConnection, route: BaseRouteHandler) -> None:
        page.guard(connection, route)
        await page.count(connection, route)

    open_to_all = [*entry_routes(page), _file(page)]
    inside = [
        *today_routes(page),
        *live_routes(page, Streams(stopping)),
        *people_routes(page),
        *duplicate_routes(page),
        *builder_routes(page),
        *listening_routes(page),
        *segment_routes(page),
        *version_routes(page),
        *request_routes(page),
        *channel_routes(page),
        *journey_routes(page),
        *kpi_routes(page),
        *geo_routes(page),
        *geo_kept_routes(page),
        *digest_routes(page),
        *score_routes(page),
        *source_routes(page),
        *import_routes(page),
        *mapping_routes(page),
        *plan_routes(page),
        *fixing_routes(page),
        *privacy_routes(page),
        *admin_routes(page),
    ]
    for route in inside:
        route.guards = [signed_in]
    routes = [*open_to_all, *inside]
    # Told to each by itself: a router would be registered as a deep copy of all of it.
    for route in routes:
        route.exception_handlers = {HTTPException: page.say, HabitueError: page.say}
    return routes


def _file(page: Page) -> HTTPRouteHandler:
    @get("/console/static/{digest:str}/{name:str}", **SYNC)
    def file(
        request: AnyRequest, digest: FromPath[str], name: FromPath[str]
    ) -> Response[bytes]:
        found = assets().get(name)
        if found is None or found.digest != digest:
            raise NotFoundException(page.look(request).say("There is no such file."))
        return answers.asset(found.body, found.media_type)

    return file
