"""The leader: the one process that projects, reads state and answers about people."""

import asyncio
import logging
from typing import TYPE_CHECKING

from litestar import Litestar

from habitue import __version__
from habitue.api.guard import check_declared, permission_guard
from habitue.api.kinds import kind_routes
from habitue.api.problem import HANDLERS
from habitue.api.reads import Reads
from habitue.api.routes import api_routes, openapi
from habitue.api.sessions import session_routes
from habitue.app.doorkeeper import Doorkeeper
from habitue.app.headers import carried, finish
from habitue.app.judging_desk import JudgingDesk
from habitue.app.kept_people import KeptPeople
from habitue.app.kind_desk import KindDesk
from habitue.app.operations import OperationsDesk
from habitue.app.page_desk import PageDesk
from habitue.app.people_desk import PeopleDesk
from habitue.app.projector import Pace, Projector
from habitue.app.quarantine_desk import QuarantineDesk
from habitue.app.rebuild import open_fold
from habitue.app.source_desk import SourceDesk
from habitue.app.tally import Tally
from habitue.base.errors import StorageError
from habitue.base.ids import new_secret
from habitue.base.settings import Settings
from habitue.console.routes import console_routes
from habitue.console.session import Sessions
from habitue.state.port import StateBackend

if TYPE_CHECKING:
    from habitue.app.engine import Engine

_log = logging.getLogger("habitue.leader")

# While the log is replayed at the start, it says so as often.
CATCH_UP_SAYS_S = 5.0
# A request to the API holds a few words; files come through the door.
BODY_BYTES_MAX = 1_000_000


class Leader:
    """The fold with its projector, and the API and page that read it."""

    def __init__(self, engine: "Engine", state: StateBackend) -> None:
        self.engine = engine
        settings, truth = engine.settings, engine.truth
        self.fold = open_fold(truth, state, settings.state.rows_max)
        pace = _pace(settings)
        self.projector = Projector(self.fold, truth, state, engine.clock, pace)
        self.projector.on_failure = engine.fail

    async def start(self) -> None:
        """Replay what the log has ahead of state, then answer."""
        engine, head = self.engine, self.engine.truth.head()
        engine.committer.on_durable(self.projector.feed)
        self.projector.hear(head)
        self._running = asyncio.create_task(self.projector.run(), name="projector")
        while not await self.projector.applied(head, CATCH_UP_SAYS_S):
            _log.info("replaying the log: %d of %d", self.fold.offset, head)
            if self.projector.failure is not None:
                raise StorageError("The projector stopped while replaying the log.")
        self._open()

    async def stop(self) -> None:
        """Apply what is durable, write state, and end."""
        await self.operations.stop()
        self.projector.stop()
        await self._running
        await self.projector.flush()
        self.projector.close()

    def pressure(self) -> float:
        """Say how far the projector is behind; 1.0 is too far."""
        limits = self.engine.settings.project
        return max(
            self.projector.lag_records / limits.lag_records_max,
            self.projector.lag_ms() / limits.lag_ms_max,
        )

    def _open(self) -> None:
        engine = self.engine
        truth, clock, settings = engine.truth, engine.clock, engine.settings
        self.people = PeopleDesk(self.fold, truth, clock)
        self.people.country = settings.shop.country
        self.tally = Tally(truth, clock)
        self.operations = OperationsDesk(self)
        self.sessions = Sessions(
            clock,
            new_secret,
            start_minutes=settings.console.start_minutes,
            session_minutes=settings.console.session_minutes,
        )
        doorkeeper = Doorkeeper(engine.token, engine.sources, clock)
        kept = KeptPeople(self.people, self.fold, truth, clock)
        self.web = Reads(self._routes(doorkeeper), kept, doorkeeper, carried)

    def _routes(self, doorkeeper: Doorkeeper) -> Litestar:
        engine = self.engine
        truth, clock, sources = engine.truth, engine.clock, engine.sources
        page = PageDesk(self.people, self.fold, truth, sources, self.tally)
        page.remember(self.fold.offset)
        self.projector.listen(page.heard)
        app = Litestar(
            route_handlers=[
                *api_routes(
                    self.people,
                    JudgingDesk(self.people, self.fold, engine.writing, truth),
                    SourceDesk(sources, self.tally, clock),
                    QuarantineDesk(
                        truth, engine.writing, sources, lambda: engine.rules
                    ),
                    self.operations,
                ),
                *session_routes(self.sessions),
                *kind_routes(
                    KindDesk(truth, engine.writing, self.fold, engine.reload_kinds)
                ),
                *console_routes(
                    page,
                    self.sessions,
                    clock,
                    engine.settings.shop,
                    stopping=lambda: engine.stopping,
                ),
            ],
            guards=[permission_guard(doorkeeper)],
            exception_handlers=HANDLERS,
            openapi_config=openapi(__version__),
            before_send=[finish],
            logging_config=None,
            request_max_body_size=BODY_BYTES_MAX,
        )
        check_declared(app)
        return app


def _pace(settings: Settings) -> Pace:
    return Pace(
        slice_s=settings.project.slice_ms / 1000,
        snapshot_records=settings.project.snapshot_records,
        snapshot_s=float(settings.project.snapshot_seconds),
    )
