"""The page's way in for a list of contacts: upload, look, try, import."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import structs

from habitue.app.desks.mapping_desk import MAPPING
from habitue.app.imports.format import Order
from habitue.app.imports.reading import carry_out
from habitue.app.imports.runs import Brought, Ended, ImportRuns
from habitue.app.imports.uploads import Upload, Uploads
from habitue.base.errors import ConflictError, HabitueError, InvalidError, NotFoundError
from habitue.collect.files.nouns import Mapping, SavedMapping
from habitue.identity.defining import BUILT_IN

if TYPE_CHECKING:
    from habitue.app.serving.leader import Leader

View = dict[str, Any]
_log = logging.getLogger("habitue.imports")
KIND = "contacts"
# So many files are looked at or tried at once: each takes a process or two.
_READERS_MAX = 2
_TIDY_S = 3_600.0
_BLOCK_BYTES = 1 << 18
_NO_ADDRESS = "This process does not listen, so it can't import files of the page."


class Wizard:
    """Fills the console's port: files that somebody imports by the page."""

    def __init__(self, leader: "Leader", runs: ImportRuns, uploads: Uploads) -> None:
        self._leader = leader
        self._runs = runs
        self.uploads = uploads
        self._readers = asyncio.Semaphore(_READERS_MAX)
        # Of imports under way: how many lines are done, of how many.
        self._done: dict[str, tuple[int, int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def bytes_max(self) -> int:
        """Give how large a file may be."""
        return self.uploads.bytes_max

    async def receive(self, name: str, by: str, blocks: AsyncIterator[bytes]) -> str:
        """Write a file down as it comes; give the id it is found by."""
        return (await self.uploads.receive(name, by, blocks)).upload_id

    def upload(self, upload_id: str) -> View:
        """Give what is known of a file that was uploaded."""
        return msgspec.to_builtins(self.uploads.get(upload_id))  # type: ignore[no-any-return]

    async def look(
        self, upload_id: str, choice: View, source: str, *, tries: bool
    ) -> View:
        """Say how a file is read, with its first rows; InvalidError if it can't be.

        tries: say what its lines would become, too; nothing is sent.
        """
        upload = self.uploads.get(upload_id)
        order = self._order(upload, choice, source)
        if tries:
            order = structs.replace(order, do="try")
        async with self._readers:
            found: View = await carry_out(order)
        return found

    def _order(self, upload: Upload, choice: View, source: str) -> Order:
        engine = self._leader.engine
        own = tuple(
            k.name for k in engine.doors.rules.policy.kinds if k.name not in BUILT_IN
        )
        return Order(
            do="look",
            path=str(self.uploads.file(upload).resolve()),
            mapping=_mapping(choice),
            own_kinds=own,
            saved=() if choice.get("columns") else self._kept(source),
            time_zone=engine.reckoning.time_zone,
            as_of_us=upload.at_us,
            source=source,
        )

    def _kept(self, source: str) -> tuple[SavedMapping, ...]:
        told = self._leader.engine.writing.definitions(MAPPING)
        read = [
            msgspec.json.decode(one.body, type=SavedMapping | None)
            for one in told
            if one.name.partition("/")[0] == source
        ]
        return tuple(one for one in read if one is not None)

    async def start(self, upload_id: str, choice: View, wanted: View, by: str) -> str:
        """Begin to import a file; give the import's id. wanted: source, tags."""
        upload, address = self.uploads.get(upload_id), self._leader.engine.address
        if address is None:
            raise ConflictError(_NO_ADDRESS)
        if upload.import_id:
            raise ConflictError("This file is imported already; upload it again.")
        source = wanted["source"]
        order = self._order(upload, choice, source)
        brought = Brought(
            source=source,
            file=upload.name,
            digest=upload.digest,
            size_bytes=upload.size_bytes,
            kind=KIND,
            country=self._leader.engine.settings.shop.country,
            tags=tuple(wanted.get("tags", ())),
        )
        run, key = await self._runs.begin(brought, by)
        upload = structs.replace(upload, import_id=run.import_id)
        await asyncio.to_thread(self.uploads.put, upload)
        order = structs.replace(
            order,
            do="run",
            rejects=str(self.uploads.rejects(upload).resolve()),
            host=address.host,
            port=address.port,
            key=key,
        )
        self._done[run.import_id] = (0, 0)
        task = asyncio.create_task(self._import(upload, order), name="import")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return run.import_id

    async def _import(self, upload: Upload, order: Order) -> None:
        import_id, why = upload.import_id, ""

        def progress(done: int, total: int) -> None:
            self._done[import_id] = (done, total)

        ended = Ended(broken=True)
        try:
            told = await carry_out(order, progress)
            why = told.pop("why")
            ended = Ended(**told)
        except HabitueError as error:
            why = str(error)
        if why:
            ended = structs.replace(ended, reasons={**ended.reasons, why: 0})
        try:
            await self._runs.end(import_id, ended)
        except HabitueError as error:
            # Somebody undid it meanwhile, which ends it.
            _log.info("import %s: %s", import_id, error)
        # What was imported is in the log; lines to put right lie beside it.
        await asyncio.to_thread(self.uploads.file(upload).unlink, missing_ok=True)
        self._done.pop(import_id, None)

    def progress(self, import_id: str) -> tuple[int, int] | None:
        """Say how many lines are done of how many; None where none is under way."""
        return self._done.get(import_id)

    def rejects(self, import_id: str) -> str | None:
        """Give where the lines lie that an import did not take; None if nowhere."""
        run = self._runs.get(import_id)
        bad = sum(run.lines.values()) - sum(
            run.lines.get(fate, 0) for fate in ("stored", "duplicate")
        )
        upload = self.uploads.of_import(import_id) if bad else None
        path = None if upload is None else self.uploads.rejects(upload)
        return str(path) if path is not None and path.is_file() else None

    def read_rejects(self, import_id: str) -> AsyncIterator[bytes]:
        """Read the lines that were not taken, as CSV; NotFoundError once gone."""
        path = self.rejects(import_id)
        if path is None:
            raise NotFoundError("These lines are not kept any more.")
        return _blocks(Path(path))

    def begin(self) -> None:
        """End what a former process left unfinished; let go of old files by and by."""
        task = asyncio.create_task(self._tidy(), name="uploads")
        self._tasks.add(task)

    async def _tidy(self) -> None:
        await self._end_left()
        while True:
            await asyncio.to_thread(self.uploads.tidy)
            await asyncio.sleep(_TIDY_S)

    async def _end_left(self) -> None:
        """Write down of imports of the page that nobody goes on with them."""
        for upload in await asyncio.to_thread(self.uploads.all):
            if not upload.import_id:
                continue
            with contextlib.suppress(HabitueError):
                # One that has ended says so, and is left as it is.
                await self._runs.end(upload.import_id, Ended(broken=True))

    async def stop(self) -> None:
        """End what is under way; the imports are broken off."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _blocks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while block := await asyncio.to_thread(file.read, _BLOCK_BYTES):
            yield block


def _mapping(choice: View) -> Mapping:
    """Read what somebody chose on the page; InvalidError if that is no mapping."""
    try:
        return msgspec.convert({"kind": KIND, **choice}, Mapping)
    except msgspec.ValidationError as error:
        raise InvalidError(f"This can't be chosen: {error}") from error
