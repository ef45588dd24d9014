"""What a person may ask of the shop: told what is kept, and forgotten."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from habitue.access.pasted import masked
from habitue.access.reading import saw
from habitue.api.port import View
from habitue.app.desks.kept_people import KeptPeople
from habitue.app.desks.page_desk import PageDesk
from habitue.app.privacy.definitions import DefinedHere
from habitue.app.privacy.kept_files import KeptFiles
from habitue.app.projection.storage import sweeps
from habitue.base.clock import to_iso
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.identity.resolve import Resolver
from habitue.log.port import Definition
from habitue.model.certificate import Certificate
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.order import Purchase
from habitue.model.record import Record
from habitue.privacy.erase import Erasing, Places, Wanted, Who
from habitue.privacy.export import Everything, as_zip
from habitue.privacy.said import stores
from habitue.privacy.suppress import Suppression, Suppressions
from habitue.profile.names import NAME_TRAITS, folded

if TYPE_CHECKING:
    from habitue.app.serving.engine import Engine
    from habitue.app.serving.leader import Leader

T = TypeVar("T")
# How long state may take to catch up, and a snapshot to be written.
_WAIT_S = 600.0
_LOOK_S = 0.02
# The others read definitions anew a second after the log has grown (engine.RELOAD_S).
_HEARD_S = 3.0


class KnownHere:
    """State of the process that projects, as privacy needs it."""

    def __init__(self, leader: "Leader", page: PageDesk, kept: KeptPeople) -> None:
        self._projector = leader.projector
        self._fold = leader.fold
        self._truth = leader.engine.truth
        self._people = leader.people
        self._page = page
        self._kept = kept
        self._lake = leader.lake
        self._recent = leader.engine.doors.hooks.recent

    @property
    def identity(self) -> Resolver:
        return self._fold.identity

    def identifier(self, text: str) -> Identifier | None:
        """Read "kind:value"; None if its value is never an identifier."""
        return self._people.identifier(text)

    def mark(self, event: Event, offset: int) -> Event:
        return self._fold.undone.mark(event, offset)

    def purchases(self, strands: Sequence[int]) -> Iterator[Purchase]:
        return self._fold.profiles.purchases(strands)

    def called(self, strands: Sequence[int]) -> Collection[str]:
        traits = self._fold.profiles.traits(strands)
        told = (traits[name] for name in NAME_TRAITS if name in traits)
        values = (one.value for trait in told for one in (trait.told, *trait.others))
        texts = (value for value in values if isinstance(value, str))
        return frozenset(word for text in texts for word in folded(text))

    def card(self, person_id: int) -> View | None:
        """Give a person whole, as the API shows them."""
        return self._people.person(person_id)

    def faults(self) -> Sequence[int]:
        """Give the offsets of records that could not be folded."""
        return [offset for offset, _ in self._fold.faults.items()]

    async def settled(self) -> None:
        """Wait until state reflects all that is durable."""
        if not await self._projector.applied(self._truth.head(), _WAIT_S):
            raise ConflictError(
                "State is too far behind the log; try again when it has caught up."
            )

    async def put_away(self, offset: int) -> None:
        """Wait until no file of state holds what was forgotten up to an offset."""
        projector, snapshots = self._projector, self._projector.snapshots
        for _ in range(int(_WAIT_S / _LOOK_S)):
            if snapshots.at >= offset and not self._fold.forgot:
                return
            projector.want(offset)
            await asyncio.sleep(_LOOK_S)
        raise ConflictError(
            "Somebody reads state.db, so its write-ahead log still holds what is to be"
            " erased. End other programs that read it; the erasure goes on at the next"
            " start."
        )

    async def leave_copy(self, offsets: Sequence[int]) -> None:
        """Have the lake hold nothing of records whose rows in the log are empty."""
        if self._lake is not None:
            await self._lake.cleaning.forget([], list(offsets))

    def forget(self, offsets: Sequence[int]) -> None:
        """Keep nothing of records in memory, either."""
        self._page.forget(frozenset(offsets))
        self._recent.forget()
        self._kept.begin_anew()


class LogHere:
    """The log as privacy reads and writes it."""

    def __init__(self, engine: "Engine") -> None:
        self.truth = engine.truth
        self._is_shared = bool(engine.settings.database.url)
        self._writing = engine.writing
        self._committer = engine.committer
        self.new_id = self._writing.new_id
        self.now_us = self._writing.now_us

    async def define(self, kind: str, name: str, body: bytes) -> Definition:
        return await self._writing.define(kind, name, body)

    def definitions(self, kind: str) -> Sequence[Definition]:
        return self.truth.definitions(kind)

    async def run(self, job: Callable[[], T]) -> T:
        return await self._committer.run(job)

    async def told_everywhere(self) -> None:
        """Wait until the other processes on this database have heard."""
        if self._is_shared:
            await asyncio.sleep(_HEARD_S)


class PrivacyDesk:
    """Fills the API's port: erasing, exporting, and who is suppressed."""

    def __init__(
        self,
        known: KnownHere,
        log: LogHere,
        erasing: Erasing,
        suppressions: Suppressions,
    ) -> None:
        self._known = known
        self._log = log
        self._erasing = erasing
        self._suppressions = suppressions

    async def erase(self, who: View, by: str, reason: str, *, suppress: bool) -> View:
        """Erase a person; give the certificate."""
        await self._known.settled()
        wanted = Wanted(by=by, reason=masked(reason), suppress=suppress)
        return _certificate(await self._erasing.erase(self._who(who), wanted))

    async def export(self, who: View) -> bytes:
        """Give everything about a person as a ZIP."""
        await self._known.settled()
        subject = await self._erasing.subject(self._who(who))
        saw((subject.person_id,))
        card = self._known.card(subject.person_id)
        quarantined = await self._erasing.quarantined(subject)
        everything = Everything(
            person=card or {},
            identifiers=[str(one) for one in subject.own],
            records=await asyncio.to_thread(self._records, subject.records),
            quarantined=quarantined,
            as_of_us=self._log.now_us(),
        )
        return await asyncio.to_thread(as_zip, everything)

    def certificates(self) -> list[View]:
        """Give all certificates, oldest first."""
        return [_certificate(one) for one in self._erasing.certificates()]

    def suppressions(self, identifier: str | None) -> list[View]:
        """Give all suppressions, or those that hold an identifier."""
        if identifier is None:
            return [_suppression(one) for one in self._suppressions.all()]
        found = self._known.identifier(identifier)
        held = [] if found is None else self._suppressions.of(found)
        return [_suppression(one) for one in held]

    async def lift(self, erasure_id: str, by: str) -> View:
        """Let in again whom an erasure suppressed."""
        now_us = self._log.now_us()
        return _suppression(await self._suppressions.lift(erasure_id, by, now_us))

    def _who(self, who: View) -> Who:
        identity = self._known.identity
        person_id: int | None = who.get("person_id")
        text: str | None = who.get("identifier")
        if (person_id is None) is (text is None):
            raise InvalidError("Name the person by 'identifier' or by 'person_id'.")
        if text is not None:
            found = self._known.identifier(text)
            person_id = None if found is None else identity.find(found)
            if found is not None and person_id is None:
                # It may stand in quarantine, or in what was marked.
                return found
        elif identity.person(person_id or 0, 0) is None:
            person_id = identity.current(person_id or 0)
        if person_id is None:
            raise NotFoundError("Nobody of that name is known here.")
        return person_id

    def _records(self, offsets: Sequence[int]) -> list[Record]:
        found = (self._log.truth.get(offset) for offset in offsets)
        return [one for one in found if one is not None and one.body is not None]


def privacy_desk(
    leader: "Leader", page: PageDesk, kept: KeptPeople
) -> tuple[Erasing, PrivacyDesk]:
    """Put together what erases and exports in the process that leads."""
    engine = leader.engine
    known, log = KnownHere(leader, page, kept), LogHere(engine)

    def changed() -> None:
        engine.reload_rules()
        leader.watches.reload()
        engine.imports.reload()

    def finds(text: str) -> list[int]:
        return [one["person_id"] for one in page.search(text)]

    places = Places(
        defined=DefinedHere(engine.truth, engine.writing, changed, finds),
        files=KeptFiles(leader.watches, leader.wizard.uploads.clear),
        answers=engine.repeats,
        stores=stores(
            on_server=bool(engine.settings.database.url),
            sweeps=sweeps(engine.settings),
            has_lake=engine.settings.lake.enabled,
        ),
    )
    erasing = Erasing(known, log, engine.suppressions, places)
    return erasing, PrivacyDesk(known, log, erasing, engine.suppressions)


def _certificate(one: Certificate) -> View:
    return {
        "erasure_id": one.erasure_id,
        "status": one.status.value,
        "by": one.by,
        "reason": one.reason,
        "asked_at": to_iso(one.asked_us),
        "done_at": None if one.done_us is None else to_iso(one.done_us),
        "records": len(one.offsets),
        "records_naming_others": one.shared,
        "quarantined": len(one.quarantine),
        "purchases": one.purchases,
        "spent_minor": one.spent_minor,
        "definitions_left": list(one.definitions),
        "files": one.files,
        "files_unread": one.files_unread,
        "suppressed": one.suppressed,
        "stores": one.stores,
    }


def _suppression(one: Suppression) -> View:
    return {
        "erasure_id": one.erasure_id,
        "identifiers": len(one.hashes),
        "by": one.by,
        "at": to_iso(one.at_us),
        "lifted_by": one.lifted_by,
        "lifted_at": None if one.lifted_us is None else to_iso(one.lifted_us),
    }
