"""The leader: the one process that projects, reads state and answers about people."""

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litestar.handlers import HTTPRouteHandler

from habitue.access.operators import HOUSE
from habitue.access.scope import Sight
from habitue.api.digests import digest_routes
from habitue.api.duplicates import duplicate_routes
from habitue.api.experiments import experiment_routes
from habitue.api.geo import geo_routes
from habitue.api.geo_kept import geo_kept_routes
from habitue.api.insights import insight_routes
from habitue.api.intent import intent_routes
from habitue.api.kpis import kpi_routes
from habitue.api.lake import lake_routes
from habitue.api.privacy import privacy_routes
from habitue.api.privacy_requests import request_routes
from habitue.api.reads import Reads
from habitue.api.retention import retention_routes
from habitue.api.scrub import scrub_routes
from habitue.api.sessions import session_routes
from habitue.api.today import today_routes
from habitue.api.watches import watch_routes
from habitue.app.desks.delicate import Delicate
from habitue.app.desks.home import shop_of
from habitue.app.desks.kept_people import KeptPeople
from habitue.app.desks.lags import Lags
from habitue.app.desks.page_desk import PageDesk
from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.desks.places_desk import PlacesDesk
from habitue.app.desks.source_desk import SourceDesk
from habitue.app.desks.tally import Tally
from habitue.app.desks.writing import OPERATOR
from habitue.app.duplicates.desk import DuplicateDesk
from habitue.app.imports.undoing import Undoing
from habitue.app.imports.uploads import Uploads
from habitue.app.imports.wizard import Wizard
from habitue.app.insights.desk import InsightDesk
from habitue.app.insights.digest import Digests
from habitue.app.insights.intent_desk import IntentDesk
from habitue.app.insights.kpi_desk import KpiDesk
from habitue.app.insights.today_desk import TodayDesk
from habitue.app.lake.desk import LakeDesk
from habitue.app.lake.keeper import LakeKeeper, lake_copy
from habitue.app.operation.audit_copy import AuditCopy
from habitue.app.operation.operations import OperationsDesk
from habitue.app.privacy.desk import privacy_desk
from habitue.app.privacy.requests_desk import RequestsDesk
from habitue.app.privacy.retention_desk import retention_desk
from habitue.app.privacy.scrub_desk import ScrubDesk
from habitue.app.projection.effects import Effects
from habitue.app.projection.pace import Pace
from habitue.app.projection.projector import Projector
from habitue.app.projection.rebuild import open_fold
from habitue.app.serving.doorkeeper import Doorkeeper
from habitue.app.serving.headers import carried
from habitue.app.serving.late import LateApp
from habitue.app.serving.links import Links
from habitue.app.serving.shared import SharedDesks
from habitue.app.serving.watched import Watched
from habitue.app.serving.web import is_page, page_app, routes_of, web_app
from habitue.app.serving.whole import ReadsWhole
from habitue.app.watch.desk import WatchDesk, watch_root
from habitue.app.watch.watching import Watching
from habitue.base.errors import HabitueError, StorageError
from habitue.base.ids import new_id, new_secret
from habitue.base.settings import Settings
from habitue.catalog.alerts import EFFECTS
from habitue.console.session import Guest, Sessions
from habitue.model.record import RecordKind
from habitue.segment.personas import SCORES
from habitue.segment.subscription import CHANGES
from habitue.state.port import StateBackend

if TYPE_CHECKING:
    from habitue.app.serving.engine import Engine

_log = logging.getLogger("habitue.leader")

# While the log is replayed at the start, it says so as often.
CATCH_UP_SAYS_S = 5.0


class Leader:
    """The fold with its projector, and the API and page that read it."""

    def __init__(self, engine: "Engine", state: StateBackend) -> None:
        self.engine = engine
        settings, truth = engine.settings, engine.truth
        self.fold = open_fold(truth, state, settings.state.rows_max)
        pace = _pace(settings)
        self.projector = Projector(self.fold, truth, state, engine.clock, pace)
        self.projector.on_failure = engine.fail
        self.lake = lake_copy(settings, self.fold, truth)
        self.insights = InsightDesk(self)
        self.sight = Sight(engine.operators, PlacesDesk(self))
        self.intents = IntentDesk(self, self.insights)
        watched = Watched(
            self._answer,
            engine.baits,
            self.current,
        )
        self._answers = ReadsWhole(watched, self.fold.whole)
        self._keeper: LakeKeeper | None = None
        if self.lake is not None:
            self.projector.listen(self.lake.heard)
            self.lake.sessions.made_by = self.insights.framing.sessions

    async def start(self) -> None:
        """Replay what the log has ahead of state, then answer."""
        engine, head = self.engine, self.engine.truth.head()
        if self.lake is not None:
            self.projector.snapshots.before = self.lake.settle_debt()
        engine.committer.on_durable(self.projector.feed)
        self.projector.hear(head)
        self._running = asyncio.create_task(self.projector.run(), name="projector")
        while not await self.projector.applied(head, CATCH_UP_SAYS_S):
            _log.info("replaying the log: %d of %d", self.fold.offset, head)
            if self.projector.failure is not None:
                raise StorageError("The projector stopped while replaying the log.")
        if self.lake is not None:
            self._keeper = LakeKeeper(self.lake, engine.settings, engine.clock)
        self._open()
        self._copying = asyncio.create_task(AuditCopy(self).run_on(), name="audit")
        fold, event = self.fold, RecordKind.EVENT
        outboxes = (
            (EFFECTS, fold.catalog.alerts.outbox, event),
            (CHANGES, fold.segments.subscriptions.outbox, event),
            (SCORES, fold.segments.personas.outbox, event),
            (OPERATOR, fold.scans.outbox, RecordKind.JUDGEMENT),
        )
        self.effects = [
            Effects(source, outbox, self.projector, engine.committer.append, kind)
            for source, outbox, kind in outboxes
        ]

    async def stop(self) -> None:
        """Apply what is durable, write state, and end."""
        await self.operations.stop()
        for effects in self.effects:
            await effects.stop()
        self._resuming.cancel()
        self._retaining.cancel()
        self._looking.cancel()
        await self.duplicates.stop()
        self._digesting.cancel()
        self._copying.cancel()
        self.projector.stop()
        await self._running
        await self.projector.flush()
        self.projector.close()
        if self._keeper is not None:
            await self._keeper.stop()

    def pressure(self) -> float:
        """Say how far the projector is behind; 1.0 is too far."""
        limits = self.engine.settings.project
        return max(
            self.projector.lag_records / limits.lag_records_max,
            self.projector.lag_ms() / limits.lag_ms_max,
        )

    async def applied(self, offset: int, timeout_s: float = 1.0) -> bool:
        """Wait until state reflects the record at offset; False if it takes longer."""
        return await self.projector.applied(offset, timeout_s)

    def current(self, person_id: int) -> int | None:
        """Say who a person's id is now."""
        return self.fold.identity.current(person_id)

    @property
    def lag_records(self) -> int:
        return self.projector.lag_records

    @property
    def lag_ms(self) -> float:
        return self.projector.lag_ms()

    @property
    def faults(self) -> int:
        return self.projector.faults

    @property
    def snapshots(self) -> int:
        return self.projector.snapshots.made

    def _open(self) -> None:
        engine = self.engine
        truth, clock, settings = engine.truth, engine.clock, engine.settings
        self.people = PeopleDesk(self.fold, truth, clock, settings.people)
        self.people.country = settings.shop.country
        self.tally = Tally(truth, clock)
        self.lags = Lags(truth, clock, lambda: self.fold.offset)
        self.kpis = KpiDesk(self)
        self.today = TodayDesk(self)
        self.geo = self.insights.geo
        self.digests = Digests(self, self.kpis)
        self._digesting = asyncio.create_task(self.digests.run_on(), name="digest")
        self.watches = WatchDesk(
            engine.writing,
            watch_root(settings),
            lambda: engine.reckoning.time_zone,
        )
        self.watching = Watching(self.watches, settings, clock, lambda: engine.address)
        self.operations = OperationsDesk(self)
        self.duplicates = DuplicateDesk(self)
        looking = self.duplicates.run_on()
        self._looking = asyncio.create_task(looking, name="duplicates")
        self.undoing = Undoing(self, engine.imports)
        uploads = Uploads(
            Path(settings.data.folder),
            clock,
            new_id,
            settings.console.upload_mb_max << 20,
        )
        self.wizard = Wizard(self, engine.imports, uploads)
        self.wizard.begin()
        self.sessions = Sessions(
            clock,
            new_secret,
            start_minutes=settings.console.start_minutes,
            session_minutes=settings.console.session_minutes,
            idle_minutes=settings.console.idle_minutes,
            is_current=self._is_current,
        )
        doorkeeper = Doorkeeper(engine.token, engine.sources, clock, self.sight)
        kept = KeptPeople(self.people, self.fold, truth, clock, settings.people)
        sources = SourceDesk(engine.sources, self.tally, self.lags, clock)
        page = PageDesk(self.people, self.fold, truth, sources, delicate_in(self))
        self.erasing, self.privacy = privacy_desk(self, page, kept)
        self._resuming = asyncio.create_task(self._resume(), name="erasing")
        self.undoing.begin()
        self.requests = RequestsDesk(self)
        self.scrubbing = ScrubDesk(engine, self.erasing.certificates)
        self.retention = retention_desk(self, page, kept)
        self._retaining = asyncio.create_task(self.retention.run_on(), name="retention")
        shared = SharedDesks(self)
        routes = [
            *routes_of(self, self.operations, shared),
            *privacy_routes(self.privacy),
            *request_routes(self.requests),
            *retention_routes(self.retention),
            *scrub_routes(self.scrubbing),
            *self._own_routes(),
        ]
        self.web = Reads(
            web_app(routes, doorkeeper, engine.audit, engine.repeats, engine.searches),
            kept,
            doorkeeper,
            carried,
        )
        page.remember(self.fold.offset)
        page.missing, self.lags.arrival = self.watches.missing, page.arrival
        self.projector.listen(page.heard)
        self.page = LateApp(
            lambda: page_app(
                self._page_routes(page, sources, shared),
                doorkeeper,
                engine.audit,
                engine.searches,
            )
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the API does, or show the page."""
        await self._answers(scope, receive, send)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        app = self.page if is_page(scope["path"]) else self.web
        await app(scope, receive, send)

    def _is_current(self, guest: Guest) -> bool:
        """Say whether somebody who signed in still is who they were then."""
        if guest.name == HOUSE:
            # By a link of the machine itself.
            return True
        operator = self.engine.operators.get(guest.name)
        return (
            operator is not None
            and not operator.disabled
            and (operator.role, operator.version) == (guest.role, guest.version)
        )

    async def _resume(self) -> None:
        """Go on with erasures that a former process began."""
        try:
            await self.erasing.resume()
        except HabitueError as error:
            _log.warning("an erasure that was begun waits: %s", error)

    def _page_routes(
        self, page: PageDesk, sources: SourceDesk, shared: SharedDesks
    ) -> list[HTTPRouteHandler]:
        # Here, since a command that opens the folder shows no page.
        from habitue.app.serving.console_ports import console_ports  # noqa: PLC0415
        from habitue.console.routes import console_routes  # noqa: PLC0415

        engine = self.engine
        return console_routes(
            console_ports(self, page, sources, shared),
            self.sessions,
            engine.clock,
            lambda: shop_of(self),
            stopping=lambda: engine.stopping,
        )

    def _own_routes(self) -> list[HTTPRouteHandler]:
        return [
            *session_routes(
                Links(self.sessions, self.engine.operators, self.engine.hosts)
            ),
            *watch_routes(self.watches),
            *lake_routes(LakeDesk(self.lake, self.engine.settings)),
            *insight_routes(self.insights),
            *experiment_routes(self.insights),
            *duplicate_routes(self.duplicates),
            *intent_routes(self.intents),
            *kpi_routes(self.kpis),
            *today_routes(self.today),
            *geo_routes(self.geo),
            *geo_kept_routes(self.insights.geo_kept),
            *digest_routes(self.digests),
        ]


def delicate_in(leader: Leader) -> Delicate:
    """Say what is delicate by the settings and the catalogue of a leader."""
    categories = leader.engine.settings.shop.delicate_categories
    return Delicate(categories, lambda: leader.fold.catalog.read)


def _pace(settings: Settings) -> Pace:
    return Pace(
        slice_s=settings.project.slice_ms / 1000,
        snapshot_records=settings.project.snapshot_records,
        snapshot_s=float(settings.project.snapshot_seconds),
    )
