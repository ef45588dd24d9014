"""Undoes imports, and redoes them: bit by bit, so that nobody else waits for it.

Each bit is one record of the log, by which state takes so many events out, or in
again. What is begun stands in the log, so that a process that ends amid it goes on
with it at its next start.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from habitue.app.desks.slices import Slices
from habitue.app.imports.runs import Ended, ImportRuns
from habitue.app.imports.withdrawals import Withdrawals
from habitue.app.projection.turning import offsets_of
from habitue.base.errors import ConflictError, HabitueError
from habitue.model.import_run import ENDLESS, ImportRun, ImportStatus

if TYPE_CHECKING:
    from habitue.app.serving.leader import Leader

_log = logging.getLogger("habitue.imports")

# So many events are taken out with one record: it holds other records up meanwhile.
STEP_EVENTS = 100
# How long state may take to go by a step.
_WAIT_S = 600.0
# Who asks is answered after so long, however far it is.
_ANSWER_S = 2.0
_CAN_UNDO = (ImportStatus.DONE, ImportStatus.BROKEN)


class Undoing:
    """Undoes and redoes imports, one after another, in the process that leads."""

    def __init__(self, leader: "Leader", runs: ImportRuns) -> None:
        self._leader = leader
        self._runs = runs
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def undo(
        self, import_id: str, by: str, why: str, *, keeps_withdrawals: bool
    ) -> ImportRun:
        """Take back what came with an import; one that runs is ended first."""
        run = self._runs.get(import_id)
        if run.status is ImportStatus.RUNNING:
            run = await self._runs.end(import_id, Ended(broken=True))
        if run.status not in _CAN_UNDO:
            raise ConflictError(f"This import is {run.status.value} already.")
        begun = structs.replace(
            run,
            status=ImportStatus.UNDOING,
            undone_by=by,
            undone_why=why,
            undone_us=self._leader.engine.clock.now_us(),
            keeps_withdrawals=keeps_withdrawals,
        )
        return await self._start(await self._runs.put(begun))

    async def redo(self, import_id: str, by: str, why: str) -> ImportRun:
        """Let an import that was undone count again."""
        run = self._runs.get(import_id)
        if run.status is not ImportStatus.UNDONE:
            raise ConflictError("Only an import that was undone can be redone.")
        begun = structs.replace(
            run,
            status=ImportStatus.REDOING,
            undone_by=by,
            undone_why=why,
            undone_us=self._leader.engine.clock.now_us(),
        )
        return await self._start(await self._runs.put(begun))

    def begin(self) -> None:
        """Go on with what a former process began, beside all else."""
        task = asyncio.create_task(self._resume(), name="imports")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _resume(self) -> None:
        for run in self._runs.all():
            if run.status in (ImportStatus.UNDOING, ImportStatus.REDOING):
                await self._start(run)

    async def stop(self) -> None:
        """Stop after the step under way; the next start goes on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _start(self, run: ImportRun) -> ImportRun:
        task = asyncio.create_task(self._carry_out(run.import_id), name="undoing")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task}, timeout=_ANSWER_S)
        return self._runs.get(run.import_id)

    async def _carry_out(self, import_id: str) -> None:
        try:
            async with self._turn:
                run = self._runs.get(import_id)
                if run.status is ImportStatus.UNDOING:
                    await self._undo(run)
                else:
                    await self._redo(run)
        except HabitueError as error:
            _log.warning("an import that is to be undone waits: %s", error)
        except Exception as error:
            # Its text may quote what came in; the next start goes on with it.
            _log.error("an import could not be undone: %s", type(error).__name__)
            raise

    async def _undo(self, run: ImportRun) -> None:
        for part in _parts(await self._offsets(run)):
            if part[-1] <= run.undone_until:
                continue
            kept = await self._keep(run, part) if run.keeps_withdrawals else 0
            run = await self._go_by(
                structs.replace(
                    run,
                    undone_until=part[-1],
                    kept_withdrawals=run.kept_withdrawals + kept,
                )
            )
        # Whatever comes late comes undone.
        done = structs.replace(run, status=ImportStatus.UNDONE, undone_until=ENDLESS)
        await self._go_by(done)

    async def _redo(self, run: ImportRun) -> None:
        for part in reversed(list(_parts(await self._offsets(run)))):
            if part[0] <= run.undone_until:
                run = await self._go_by(structs.replace(run, undone_until=part[0] - 1))
        done = structs.replace(run, status=ImportStatus.DONE, undone_until=0)
        await self._go_by(done)

    async def _go_by(self, run: ImportRun) -> ImportRun:
        """Write a step down, and wait until state goes by it."""
        await self._runs.put(run)
        head = self._leader.engine.truth.head()
        if not await self._leader.applied(head, _WAIT_S):
            raise ConflictError("State is too far behind the log; it is gone on later.")
        return run

    async def _offsets(self, run: ImportRun) -> list[int]:
        fold = self._leader.fold
        until = run.until or self._leader.engine.truth.head()

        def read() -> list[int]:
            found = offsets_of(fold.truth, run.import_id, run.after, until)
            return [offset for offset in found if offset]

        return await asyncio.to_thread(read)

    async def _keep(self, run: ImportRun, part: Sequence[int]) -> int:
        """Tell anew what was withdrawn and would be granted again."""
        withdrawals, entries = Withdrawals(self._leader, run), []
        slices = Slices(self._leader.fold)
        for offset in part:
            entries += await withdrawals.of(offset)
            await slices.turn()
        if entries:
            await self._leader.engine.writing.append(entries)
        return len(entries)


def _parts(offsets: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(offsets), STEP_EVENTS):
        yield offsets[start : start + STEP_EVENTS]
