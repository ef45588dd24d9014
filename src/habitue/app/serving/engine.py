"""The engine: the doors and the log of one process, and the leader if it leads."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from habitue.access.audit import Audit
from habitue.access.baits import Baits
from habitue.access.hooks import Hooks
from habitue.access.oauth import OAuthClients
from habitue.access.operators import HOUSE, Operators
from habitue.access.permission import Role
from habitue.access.searches import Searches
from habitue.access.sources import Sources
from habitue.app.bulk.prefetch import Prefetch
from habitue.app.desks.writing import Writing
from habitue.app.imports.again import Again
from habitue.app.imports.runs import ImportRuns
from habitue.app.operation.audit_copy import begin_copy
from habitue.app.operation.room import Room
from habitue.app.projection.reckoned import RECKONING, held_in, overruled
from habitue.app.projection.storage import Ears, often_of, open_storage, repeats_of
from habitue.app.serving.doors import Doors
from habitue.app.serving.follower import Follower
from habitue.app.serving.hosts import Hosts, answer_elsewhere
from habitue.app.serving.in_force import InForce
from habitue.app.serving.leader import Leader
from habitue.app.serving.leasing import Leasing
from habitue.app.serving.owner import FolderLock, operator_token
from habitue.app.watch.watching import Address
from habitue.base.clock import Clock
from habitue.base.ids import new_id, random_bytes
from habitue.base.settings import Settings
from habitue.collect.door import Ports
from habitue.collect.handover import Handover
from habitue.collect.http import Scope, Turned
from habitue.collect.webhooks.library import FOLDER, Library
from habitue.identity.defining import SHOP
from habitue.log.commit import Committer
from habitue.model.reckoning import Reckoning
from habitue.privacy.suppress import Suppressions

_log = logging.getLogger("habitue.engine")


class Engine:
    """One process: it collects, and projects if it leads; an ASGI app once started."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        # Where each setting comes from, as far as who starts it says so.
        self.origins: Mapping[str, str] = {}
        self.clock = clock
        self.hosts = Hosts(settings.console.host)
        self._folder = Path(settings.data.folder)
        self._lock = FolderLock(self._folder)
        self.token = operator_token(self._folder)
        self._storage = open_storage(settings)
        self._leasing = Leasing(self._storage.lease, clock, self._lead, self.fail)
        self.repeats = repeats_of(settings, clock)
        self.often = often_of(settings, clock)
        self.truth = self._storage.truth
        self.on_failure: Callable[[], None] = lambda: None
        # One of the two, once it has started.
        self.leader: Leader | None = None
        self.follower: Follower | None = None
        # Where it listens, once it does; a command that opens the folder never does.
        self.address: Address | None = None
        self.failure: BaseException | None = None
        # Where the data are in the folder; a database server has its own disk.
        self.room: Room | None = None
        self.stopping = False
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start to collect; lead if nobody else does, else follow until one may."""
        collect = self.settings.collect
        self.committer = Committer(
            self.truth,
            self.clock,
            items_max=collect.commit_items_max,
            wait_s=collect.commit_wait_ms / 1000,
            queue_max=collect.queue_items_max,
        )
        self.committer.on_failure(self.fail)
        await self._watch_room()
        self._wire()
        begin_copy(self._folder, self.settings.audit.copy_url, self.truth)
        leads = await self._leasing.take()
        # Before it leads, as what the log has ahead of state may take a while.
        keeping = asyncio.create_task(self._leasing.keep(), name="lease")
        self._tasks.append(keeping)
        if leads:
            await self._lead()
        elif self._storage.reading is not None:
            self.follower = Follower(self, self._storage.reading())
        if self._storage.hear is not None:
            ears = Ears(self._heard, self._heard_committed, self._heard_wanted)
            hearing = self._storage.hear(ears)
            self._tasks.append(asyncio.create_task(hearing, name="hear"))

    async def stop(self) -> None:
        """Flush what was taken, apply it, write state, and close."""
        self.stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.leader is not None:
            await self.leader.watching.stop()
            await self.leader.wizard.stop()
            await self.leader.undoing.stop()
        await self.committer.close()
        try:
            if self.leader is not None:
                await self.leader.stop()
                self._storage.lease.give_up()
            elif self.follower is not None:
                await self.follower.stop()
        finally:
            self._storage.close()
            self._lock.release()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        door = self.doors.at(scope["path"])
        if door is not self.doors.bulk:
            self.doors.bulk.turns.note_other()
        if not self.hosts.has(scope, is_door=door is not None):
            await answer_elsewhere(send)
            return
        app = door or self.leader or self.follower
        if app is not None:
            await app(scope, receive, send)

    def turn_away(self, scope: Scope) -> Turned | None:
        """Answer at once whose events have to wait anyway; None lets them come."""
        events = self.doors.events
        if events.gate.is_pressed and self.hosts.has(scope, is_door=True):
            return events.turn_away(scope)
        return None

    def announce(self, host: str, port: int) -> None:
        """Let commands find this process."""
        self._lock.announce(host, port)
        self.address = Address(host, port, self.token)

    def start_token(self) -> str | None:
        """Make the token of one start link to the page; None where there is none."""
        if self.leader is None:
            return None
        return self.leader.sessions.start_token(HOUSE, Role.ADMINISTRATOR)

    async def applied(self, offset: int, timeout_s: float = 1.0) -> bool:
        """Wait until state reflects the record at offset; False if it can't be told."""
        home = self.leader or self.follower
        return home is not None and await home.applied(offset, timeout_s)

    def pressure(self) -> float:
        """Say how far the work is behind; from 1.0 on, items are refused."""
        queued = self.committer.queued / self.settings.collect.queue_items_max
        return max(queued, 0.0 if self.leader is None else self.leader.pressure())

    @property
    def reckoning(self) -> Reckoning:
        """How the shop reckons by now: the zone of its days, its currency."""
        return self.in_force.reckoning

    def reload_rules(self) -> None:
        """Go by what is defined now, as whoever has just defined something asks."""
        self.in_force.reload_rules()

    @property
    def failed(self) -> bool:
        return self.failure is not None or self.committer.failure is not None

    def fail(self, error: BaseException) -> None:
        """End the process: what can't be kept can't be promised."""
        if self.failure is None:
            self.failure = error
            _log.critical("stopping: %s", error)
            self.on_failure()

    # -- wiring ---------------------------------------------------------------

    async def _watch_room(self) -> None:
        if not self.settings.database.url:
            reserve = self.settings.data.reserve_mb * 1024 * 1024
            self.room = Room(self._folder, reserve, self.committer)
            await self.room.look()
            self._tasks.append(asyncio.create_task(self.room.watch(), name="room"))

    def _wire(self) -> None:
        self.writing = Writing(
            self.committer, self.applied, self.truth, self.clock, new_id
        )
        secrets = self._storage.secrets
        sealed = secrets.seal_all()
        if sealed:
            _log.info("sealed %d secrets that were written without a key", sealed)
        self.sources = Sources(self.writing, secrets, self.clock)
        self.audit = Audit(self.committer, new_id)
        self.baits = Baits(self.writing, self.audit, self.clock)
        limit = self.settings.searches.per_hour
        self.searches = Searches(self.clock, self.audit, self.often, limit)
        self.operators = Operators(self.writing, secrets, self.clock)
        self.oauth = OAuthClients(self.writing, secrets, self.sources, self.clock)
        self.suppressions = Suppressions(self.writing, secrets, random_bytes)
        self.imports = ImportRuns(self.writing, self.sources, self.truth)
        self.library = Library(self._folder / FOLDER)
        for told in self.library.faults.values():
            _log.warning("%s", told)
        self.hooks = Hooks(self.writing, secrets, self.sources, self.library)
        self.in_force = InForce(self.truth, self.settings)
        self._open_doors()

    def _open_doors(self) -> None:
        self.handover = Handover()
        ports = Ports(
            appender=self.committer,
            applied=self.applied,
            pressure=self.pressure,
            clock=self.clock,
            handover=self.handover,
            suppressed=self.suppressions.holds,
        )
        self.doors = Doors(self.in_force.rules(self.sources, self.oauth), ports)
        self.doors.bulk.again = Again(self.truth, lambda: self.imports.undone).named
        self.doors.hooks.hooks = self.hooks
        self.doors.hooks.public_url = self.settings.server.public_url
        self.in_force.keep(
            self.doors,
            (
                *(self.sources, self.operators, self.oauth, self.baits),
                *(self.suppressions, self.hooks, self.imports),
            ),
        )

    # -- leading --------------------------------------------------------------

    async def _lead(self) -> None:
        if self.follower is not None:
            # What it reads would keep a leader of another version from starting anew.
            self.follower.rest()
        await self._begin_to_reckon()
        leader = Leader(self, self._storage.state)
        # Only who projects takes events; else they would be held for nothing.
        self.handover.open()
        leader.projector.handed = self.handover.take
        self.doors.bulk.prefetch = Prefetch(leader.fold.store)
        self.doors.bulk.turns.behind = lambda: leader.projector.lag_records
        leader.projector.tick_by(self.committer.append)
        await leader.start()
        self.leader, follower = leader, self.follower
        if follower is not None:
            self.follower = None
            await follower.stop()

    def _heard(self, head: int) -> None:
        if self.leader is not None:
            self.leader.projector.hear(head)
        if self.follower is not None:
            self.follower.hear(head)
        # Another process may have defined a source, a key, a kind or staff.
        self.in_force.hear()

    def _heard_committed(self, at: int) -> None:
        if self.follower is not None:
            self.follower.committed(at)

    def _heard_wanted(self, offset: int) -> None:
        if self.leader is not None:
            self.leader.projector.want(offset)

    async def _begin_to_reckon(self) -> None:
        """Write down how the shop reckons if the log says nothing; say what differs."""
        if held_in(self.truth) is None:
            body, now_us = msgspec.json.encode(self.reckoning), self.clock.now_us()
            await self.committer.run(
                lambda: self.truth.define(RECKONING, SHOP, body, now_us)
            )
        self.in_force.reckon()
        for told in overruled(self.settings.shop, self.reckoning, self.origins):
            _log.warning("%s", told)
