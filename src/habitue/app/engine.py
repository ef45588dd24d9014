"""The engine: settings -> stores -> stages -> projector -> doors, and their life."""

import asyncio
import gc
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from litestar import Litestar

from habitue import __version__
from habitue.access.secrets import FileSecrets
from habitue.access.sources import Sources
from habitue.api.guard import check_declared, permission_guard
from habitue.api.problem import HANDLERS
from habitue.api.routes import api_routes, openapi
from habitue.app.doorkeeper import Doorkeeper
from habitue.app.headers import finish
from habitue.app.judging_desk import JudgingDesk
from habitue.app.operations import OperationsDesk
from habitue.app.owner import FolderLock, operator_token
from habitue.app.page_desk import PageDesk
from habitue.app.people_desk import PeopleDesk
from habitue.app.projector import Pace, Projector
from habitue.app.quarantine_desk import QuarantineDesk
from habitue.app.rebuild import open_fold
from habitue.app.source_desk import SourceDesk
from habitue.app.storage import open_storage
from habitue.app.writing import Writing
from habitue.base.clock import Clock
from habitue.base.errors import StorageError
from habitue.base.ids import new_id, new_secret
from habitue.base.settings import Settings
from habitue.collect.door import Collector, Ports
from habitue.collect.item import Rules
from habitue.collect.limits import Limits
from habitue.console.routes import console_routes
from habitue.console.session import Sessions
from habitue.identity.kinds import default_policy, normalise
from habitue.log.commit import Committer

_log = logging.getLogger("habitue.engine")

# While the log is replayed at the start, it says so as often.
CATCH_UP_SAYS_S = 5.0


class Engine:
    """Everything of one deployment, wired; an ASGI app once it has started."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self._clock = clock
        self._folder = Path(settings.data.folder)
        self._lock = FolderLock(self._folder)
        self._token = operator_token(self._folder)
        self._storage = open_storage(settings)
        truth = self._storage.truth
        self.fold = open_fold(truth, self._storage.state, settings.state.rows_max)
        self.on_failure: Callable[[], None] = lambda: None
        self._stopping = False

    async def start(self) -> None:
        """Start the writer and the projector; what the log has ahead is replayed."""
        settings, truth = self.settings, self._storage.truth
        self.committer = Committer(
            truth,
            self._clock,
            items_max=settings.collect.commit_items_max,
            wait_s=settings.collect.commit_wait_ms / 1000,
            queue_max=settings.collect.queue_items_max,
        )
        self.projector = Projector(
            self.fold, truth, self._storage.state, self._clock, _pace(settings)
        )
        self.committer.on_durable(self.projector.feed)
        self.committer.on_failure(self._failed)
        self.projector.hear(truth.head())
        self._wire()
        self._running = asyncio.create_task(self.projector.run(), name="projector")
        self._running.add_done_callback(self._ended)
        await self._catch_up(truth.head())
        gc.collect()
        gc.freeze()

    async def _catch_up(self, head: int) -> None:
        """Replay what the log has ahead of state before the first answer."""
        while not await self.projector.applied(head, CATCH_UP_SAYS_S):
            _log.info("replaying the log: %d of %d", self.fold.offset, head)
            if self.failed:
                raise StorageError("The projector stopped while replaying the log.")

    async def stop(self) -> None:
        """Flush what was taken, apply it, write state, and close."""
        self._stopping = True
        await self.operations.stop()
        await self.committer.close()
        self.projector.stop()
        await self._running
        await self.projector.flush()
        self.projector.close()
        self._storage.close()
        self._lock.release()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"].startswith("/api/v1/events") and Collector.serves(
            scope["path"]
        ):
            await self.collector(scope, receive, send)
        else:
            await self.web(scope, receive, send)

    def announce(self, host: str, port: int) -> None:
        """Let commands find this process."""
        self._lock.announce(host, port)

    def start_token(self) -> str:
        """Make the token of one start link to the page."""
        return self._sessions.start_token()

    # -- wiring ---------------------------------------------------------------

    def _wire(self) -> None:
        truth, clock, settings = self._storage.truth, self._clock, self.settings
        self.writing = Writing(self.committer, self.projector, truth, clock, new_id)
        secrets = FileSecrets(self._folder / "secrets")
        self.sources = Sources(self.writing, secrets, clock)
        self.rules = Rules(
            policy=default_policy(),
            normalise=normalise,
            credentials=self.sources,
            new_id=new_id,
            limits=_limits(settings),
        )
        self.operations = OperationsDesk(self)
        self.collector = Collector(
            self.rules,
            Ports(
                appender=self.committer,
                applied=self.projector.applied,
                pressure=self.pressure,
                clock=clock,
            ),
        )
        self.people = PeopleDesk(self.fold, truth, clock, self.rules.policy)
        self.people.country = settings.shop.country
        self.web = self._web()

    def _web(self) -> Litestar:
        truth, clock, settings = self._storage.truth, self._clock, self.settings
        page = PageDesk(self.people, self.fold, truth, self.sources)
        self.projector.listen(page.heard)
        self._sessions = Sessions(
            clock,
            new_secret,
            start_minutes=settings.console.start_minutes,
            session_minutes=settings.console.session_minutes,
        )
        doorkeeper = Doorkeeper(self._token, self.sources, clock)
        app = Litestar(
            route_handlers=[
                *api_routes(
                    self.people,
                    JudgingDesk(self.people, self.fold, self.writing, truth),
                    SourceDesk(self.sources, truth, self.fold, clock),
                    QuarantineDesk(truth, self.writing, self.sources, self.rules),
                    self.operations,
                ),
                *console_routes(
                    page,
                    self._sessions,
                    clock,
                    settings.shop,
                    stopping=lambda: self._stopping,
                ),
            ],
            guards=[permission_guard(doorkeeper)],
            exception_handlers=HANDLERS,
            openapi_config=openapi(__version__),
            before_send=[finish],
            logging_config=None,
            request_max_body_size=1_000_000,
        )
        check_declared(app)
        return app

    @property
    def truth(self) -> Any:
        return self._storage.truth

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def failed(self) -> bool:
        return self.committer.failure is not None or self.projector.failure is not None

    def pressure(self) -> float:
        """Say how far the projector is behind; from 1.0 on, items are refused."""
        limits = self.settings.project
        return max(
            self.projector.lag_records / limits.lag_records_max,
            self.projector.lag_ms() / limits.lag_ms_max,
            self.committer.queued / self.settings.collect.queue_items_max,
        )

    def _failed(self, error: StorageError) -> None:
        _log.critical("the log can't be written, stopping: %s", error)
        self.on_failure()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception() is not None:
            _log.critical("the projector ended", exc_info=task.exception())
            self.on_failure()


def _pace(settings: Settings) -> Pace:
    return Pace(
        slice_s=settings.project.slice_ms / 1000,
        snapshot_records=settings.project.snapshot_records,
        snapshot_s=float(settings.project.snapshot_seconds),
    )


def _limits(settings: Settings) -> Limits:
    told = settings.collect
    return Limits(
        wire_bytes_max=told.wire_bytes_max,
        inflated_bytes_max=told.inflated_bytes_max,
        batch_items_max=told.batch_items_max,
        event_bytes_max=told.event_bytes_max,
    )
