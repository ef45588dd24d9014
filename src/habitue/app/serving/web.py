"""The API of a process that answers about people, whether it leads or follows."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig

from habitue import __version__
from habitue.access.audit import Audit
from habitue.access.repeats import Repeats
from habitue.access.searches import Searches
from habitue.api.audit import audit_routes
from habitue.api.baits import bait_routes
from habitue.api.browser import browser_routes
from habitue.api.catalog import catalog_routes
from habitue.api.channels import channel_routes
from habitue.api.export_requests import export_request_routes
from habitue.api.guard import check_declared, handlers_of, permission_guard
from habitue.api.idempotency import Idempotency
from habitue.api.imports import import_routes
from habitue.api.kinds import kind_routes
from habitue.api.mappings import mapping_routes
from habitue.api.notes import note_routes
from habitue.api.oauth import oauth_routes
from habitue.api.plans import plan_routes
from habitue.api.port import Doorkeeper, Operations
from habitue.api.problem import HANDLERS
from habitue.api.reconciliation import reconciliation_routes
from habitue.api.routes import DOCUMENT_PATH, PeoplePorts, api_routes, openapi
from habitue.api.schema import schema_routes
from habitue.api.scores import score_routes
from habitue.api.segment_export import segment_export_routes
from habitue.api.segment_subscriptions import segment_subscription_routes
from habitue.api.segments import segment_routes
from habitue.api.shop import shop_routes
from habitue.api.staff import staff_routes
from habitue.api.views import view_routes
from habitue.api.webhooks import webhook_routes
from habitue.app.desks.audit_desk import AuditDesk
from habitue.app.desks.catalog_desk import CatalogDesk
from habitue.app.desks.feed_desk import FeedDesk
from habitue.app.desks.home import Home
from habitue.app.desks.judging_desk import JudgingDesk
from habitue.app.desks.mapping_desk import MappingDesk
from habitue.app.desks.note_desk import NoteDesk
from habitue.app.desks.oauth_desk import OAuthDesk
from habitue.app.desks.operator_desk import OperatorDesk
from habitue.app.desks.quarantine_desk import QuarantineDesk
from habitue.app.desks.reconciling import ReconcilingDesk
from habitue.app.desks.search_desk import SearchDesk
from habitue.app.desks.settings_desk import SettingsDesk
from habitue.app.desks.source_desk import SourceDesk
from habitue.app.desks.staff_desk import StaffDesk
from habitue.app.serving.headers import finish
from habitue.app.serving.late import SCREEN_PIECES, PartedApp
from habitue.app.serving.shared import SharedDesks

# A request to the API holds a few words; files come through the door.
BODY_BYTES_MAX = 1_000_000


def routes_of(
    home: Home, operations: Operations, shared: SharedDesks
) -> list[HTTPRouteHandler]:
    """Make the routes that any process answers which can read state."""
    engine = home.engine
    truth, writing, sources = engine.truth, engine.writing, engine.sources
    webhooks = shared.webhooks
    country = engine.settings.shop.country
    return [
        *api_routes(
            PeoplePorts(
                home.people,
                JudgingDesk(home.people, home.fold, writing, truth),
                SearchDesk(home.people, home.fold),
                shared.reveals,
                shared.segments,
            ),
            SourceDesk(sources, home.tally, home.lags, engine.clock, webhooks),
            OperatorDesk(engine.operators, sources, engine.hosts.base("")),
            QuarantineDesk(
                truth,
                writing,
                sources,
                lambda: engine.doors.rules,
                engine.suppressions.holds,
            ),
            operations,
        ),
        *audit_routes(AuditDesk(home), SettingsDesk(home)),
        *bait_routes(shared.baits),
        *shop_routes(shared.shop),
        *note_routes(NoteDesk(home.people, writing)),
        *view_routes(shared.views),
        *import_routes(shared.imports),
        *staff_routes(StaffDesk(truth, writing, engine.reload_rules, country)),
        *channel_routes(shared.channels),
        *score_routes(shared.scores),
        *plan_routes(shared.plans, shared.seen),
        *segment_routes(shared.segments),
        *segment_export_routes(shared.exports),
        *export_request_routes(shared.exports),
        *segment_subscription_routes(shared.subscriptions),
        *oauth_routes(OAuthDesk(engine.oauth)),
        *kind_routes(shared.kinds),
        *mapping_routes(MappingDesk(writing, sources)),
        *webhook_routes(webhooks),
        *browser_routes(),
        *schema_routes(),
        *_goods_routes(home),
    ]


def _goods_routes(home: Home) -> list[HTTPRouteHandler]:
    engine = home.engine
    feed = FeedDesk(
        home.fold,
        engine.writing,
        engine.sources,
        lambda: engine.doors.rules,
        engine.pressure,
    )
    return [
        *catalog_routes(CatalogDesk(home.fold, engine.clock), feed),
        *reconciliation_routes(ReconcilingDesk(home.fold)),
    ]


def web_app(
    routes: Sequence[HTTPRouteHandler],
    doorkeeper: Doorkeeper,
    audit: Audit,
    repeats: Repeats,
    searches: Searches,
) -> PartedApp:
    """Make the app of these routes; refuses one without a permission."""
    check_declared(routes)
    once = DefineMiddleware(
        Idempotency, doorkeeper=doorkeeper, repeats=repeats, body_max=BODY_BYTES_MAX
    )
    guard = permission_guard(doorkeeper, audit, searches)
    make = partial(_app, guard=guard, middleware=(once,))
    described = partial(make, described=openapi(__version__))
    return PartedApp(routes, make, described, document=DOCUMENT_PATH)


def page_app(
    routes: Sequence[HTTPRouteHandler],
    doorkeeper: Doorkeeper,
    audit: Audit,
    searches: Searches,
) -> PartedApp:
    """Make the app of the console's routes, which no document describes."""
    check_declared(routes)
    make = partial(_app, guard=permission_guard(doorkeeper, audit, searches))
    return PartedApp(routes, make, make, pieces=SCREEN_PIECES)


def _app(
    routes: Sequence[HTTPRouteHandler],
    guard: Any,
    middleware: Sequence[DefineMiddleware] = (),
    described: OpenAPIConfig | None = None,
) -> Litestar:
    app = Litestar(
        route_handlers=[*routes],
        middleware=middleware,
        guards=[guard],
        exception_handlers=HANDLERS,
        openapi_config=described,
        before_send=[finish],
        logging_config=None,
        request_max_body_size=BODY_BYTES_MAX,
    )
    check_declared(handlers_of(app))
    return app


def is_page(path: str) -> bool:
    """Say whether a path is the console's, or leads to it."""
    return path == "/" or path.startswith("/console")
