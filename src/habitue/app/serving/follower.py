"""The follower: a process that collects while another leads, and reads its state.

It answers about people from the leader's last snapshot, at most two seconds old. Who
waits until an item is applied has the leader write state down at once.
"""

import asyncio
import heapq
import itertools
import json
from typing import TYPE_CHECKING, Any

from habitue.access.scope import Sight
from habitue.api.reads import Reads
from habitue.app.desks.kept_people import encode
from habitue.app.desks.lags import Lags
from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.desks.places_desk import PlacesDesk
from habitue.app.desks.tally import Tally
from habitue.app.operation.operations import OperationsDesk
from habitue.app.projection.reading_fold import ReadingFold
from habitue.app.serving.doorkeeper import Doorkeeper
from habitue.app.serving.headers import carried
from habitue.app.serving.shared import SharedDesks
from habitue.app.serving.watched import Watched
from habitue.app.serving.web import routes_of, web_app
from habitue.base.clock import Clock
from habitue.base.errors import StorageError
from habitue.state.port import ReadingBackend

if TYPE_CHECKING:
    from habitue.app.serving.engine import Engine

# After so long without a question nothing of the database is held any more.
REST_S = 1.0
HEALTH = "/healthz"
# What lives with who leads: the page, the links to it, the folders it looks at, and
# state that can forget, and the copy for analysis.
LEADERS_OWN = (
    "/console",
    "/api/v1/sessions/",
    "/api/v1/watches",
    "/api/v1/privacy/",
    "/api/v1/lake",
    "/api/v1/insights",
    "/api/v1/duplicates",
    "/api/v1/digests",
)
_NOT_HERE = (
    "This process follows another one, which leads, shows the page, erases, and keeps"
    " the copy for analysis. Ask that one, or try again: if it ends, this one takes"
    " over."
)


class PlainPeople:
    """Finds and reads people, encoded, from the state that was looked at."""

    def __init__(self, desk: PeopleDesk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock
        self.find = desk.find

    def person(self, person_id: int) -> bytes | None:
        """Give a person whole, as JSON; None if there is none."""
        view = self._desk.person(person_id)
        return None if view is None else encode(view).at(self._clock.now_us())


class Follower:
    """An ASGI app: the API over what another process projects."""

    def __init__(self, engine: "Engine", backend: ReadingBackend) -> None:
        self.engine = engine
        truth, clock, settings = engine.truth, engine.clock, engine.settings
        self._backend = backend
        rows_max = settings.state.rows_max
        self.fold = ReadingFold(
            backend,
            truth,
            rows_max,
            lambda: engine.doors.rules.policy,
            lambda: engine.reckoning.time_zone,
        )
        self.people = PeopleDesk(self.fold, truth, clock, settings.people)
        self.people.country = settings.shop.country
        self.tally = Tally(truth, clock)
        self.lags = Lags(truth, clock, lambda: self.fold.offset)
        self.operations = OperationsDesk(self)
        self.undoing = None
        sight = Sight(engine.operators, PlacesDesk(self))
        doorkeeper = Doorkeeper(engine.token, engine.sources, clock, sight)
        told = routes_of(self, self.operations, SharedDesks(self))
        routes = web_app(
            told, doorkeeper, engine.audit, engine.repeats, engine.searches
        )
        people = PlainPeople(self.people, clock)
        self._web = Watched(
            Reads(routes, people, doorkeeper, carried),
            engine.baits,
            self.current,
        )
        self._head, self._at = 0, 0
        self._waiters: list[tuple[int, int, asyncio.Future[bool]]] = []
        self._count = itertools.count()
        self._resting: asyncio.TimerHandle | None = None
        self.snapshots = 0
        # Folders are looked at, and the copy for analysis is kept, by who leads.
        self.watches = None
        self.lake = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        if path == HEALTH:
            await _answer(send, 200, {"healthy": True, "leads": False})
        elif path == "/" or path.startswith(LEADERS_OWN):
            await _answer(send, 503, _problem(_NOT_HERE))
        else:
            try:
                self.look()
            except StorageError as error:
                await _answer(send, 503, _problem(str(error)))
                return
            await self._web(scope, receive, send)

    async def stop(self) -> None:
        """End, or make way for the leader that this process becomes."""
        await self.operations.stop()
        if self._resting is not None:
            self._resting.cancel()
        self._answer_waiters(answer=False)
        self._backend.close()

    def look(self) -> int:
        """Read on at the leader's last snapshot; give the offset it stands at."""
        self._at = self.fold.look()
        if self._resting is not None:
            self._resting.cancel()
        loop = asyncio.get_running_loop()
        self._resting = loop.call_later(REST_S, self._backend.rest)
        return self._at

    def rest(self) -> None:
        """Hold nothing of the state until the next look."""
        self._backend.rest()

    def hear(self, head: int) -> None:
        """Learn how far the log goes."""
        self._head = max(self._head, head)

    def committed(self, at: int) -> None:
        """Learn at which offset the leader has just written state down."""
        self.snapshots += 1
        self._at = max(self._at, at)
        self._answer_waiters()

    async def applied(self, offset: int, timeout_s: float = 1.0) -> bool:
        """Have state written down, and wait until it reflects the record at offset.

        Whoever reads here afterwards finds it.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        heapq.heappush(self._waiters, (offset, next(self._count), future))
        late = loop.call_later(timeout_s, _give_up, future)
        try:
            # Asked before it is looked: what is written in between is heard of.
            self._backend.ask(offset)
            if self.look() >= offset or await future:
                return self.look() >= offset
        except StorageError:
            return False
        finally:
            late.cancel()
        return False

    def current(self, person_id: int) -> int | None:
        """Say who a person's id is now, by what was looked at."""
        return self.fold.identity.current(person_id)

    @property
    def lag_records(self) -> int:
        return max(0, self._head - self._at)

    @property
    def lag_ms(self) -> float:
        """What waits is in the leader's hands: it is not known here."""
        return float("nan")

    @property
    def faults(self) -> int:
        return sum(1 for _ in self.fold.faults.items())

    def _answer_waiters(self, *, answer: bool = True) -> None:
        waiters = self._waiters
        while waiters and (waiters[0][0] <= self._at or not answer):
            future = heapq.heappop(waiters)[2]
            if not future.done():
                future.set_result(answer)


def _give_up(waiting: "asyncio.Future[bool]") -> None:
    if not waiting.done():
        waiting.set_result(False)


def _problem(detail: str) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": "Not here",
        "status": 503,
        "detail": detail,
    }


async def _answer(send: Any, status: int, body: dict[str, Any]) -> None:
    kind = b"application/json" if status == 200 else b"application/problem+json"
    headers = [(b"content-type", kind), (b"cache-control", b"no-store")]
    if status == 503:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
