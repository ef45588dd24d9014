"""Imports as the API and the console ask for them."""

from typing import TYPE_CHECKING, Any

from habitue.access.pasted import masked
from habitue.app.imports.runs import Brought, Ended, ImportRuns
from habitue.app.imports.undoing import Undoing
from habitue.base.clock import to_iso
from habitue.base.errors import ConflictError, InvalidError
from habitue.model.import_run import ImportRun, ImportStatus

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
REASON_CHARS_MAX = 500
NOT_HERE = (
    "Another process leads, and imports are undone there. Ask that one, or try again"
    " once this one leads."
)


class ImportDesk:
    """Fills the port of the API: begins, ends, lists and undoes imports."""

    def __init__(self, home: "Home", runs: ImportRuns, undoing: Undoing | None) -> None:
        """undoing: None in a process that does not lead."""
        self._home = home
        self._runs = runs
        self._undoing = undoing

    def page(self, cursor: str | None, limit: int) -> tuple[list[View], str | None]:
        """Give a page of imports, the newest first, and where the next one begins."""
        runs = self._runs.all()
        start = 0
        if cursor is not None:
            named = [at for at, one in enumerate(runs) if one.import_id == cursor]
            if not named:
                raise InvalidError("That is no cursor; use next_cursor of the page.")
            start = named[0] + 1
        page = runs[start : start + limit]
        more = page[-1].import_id if len(runs) > start + limit else None
        return [view_of(one) for one in page], more

    def show(self, import_id: str) -> View:
        """Give an import; NotFoundError if there is none of that id."""
        return view_of(self._runs.get(import_id))

    async def begin(self, wanted: View, by: str) -> View:
        """Begin an import; its key is in the answer, and nowhere else."""
        tags = tuple(wanted.pop("tags", ()))
        run, key = await self._runs.begin(Brought(tags=tags, **wanted), by)
        return {**view_of(run), "key": key}

    async def end(self, import_id: str, told: View) -> View:
        """Write down what became of an import."""
        return view_of(await self._runs.end(import_id, Ended(**told)))

    async def undo(
        self, import_id: str, by: str, why: str, *, keeps_withdrawals: bool
    ) -> View:
        """Take back all that came with an import."""
        run = await self._here().undo(
            import_id, by, _reason(why), keeps_withdrawals=keeps_withdrawals
        )
        return view_of(run)

    async def redo(self, import_id: str, by: str, why: str) -> View:
        """Let an import that was undone count again."""
        return view_of(await self._here().redo(import_id, by, _reason(why)))

    def _here(self) -> Undoing:
        if self._undoing is None:
            raise ConflictError(NOT_HERE)
        return self._undoing


def _reason(why: str) -> str:
    told = masked(why.strip())
    if not 0 < len(told) <= REASON_CHARS_MAX:
        raise InvalidError(f"Say why, in 1 to {REASON_CHARS_MAX} characters.")
    return told


def view_of(run: ImportRun) -> View:
    """Give an import as it is shown."""
    undone = run.status in {
        ImportStatus.UNDOING,
        ImportStatus.UNDONE,
        ImportStatus.REDOING,
    }
    return {
        "import_id": run.import_id,
        "source": run.source,
        "file": run.file,
        "digest": run.digest or None,
        "size_bytes": run.size_bytes,
        "kind": run.kind or None,
        "by": run.by,
        "begun_at": to_iso(run.begun_us),
        "ended_at": None if run.ended_us is None else to_iso(run.ended_us),
        "status": run.status.value,
        "lines": run.lines,
        "lines_total": sum(run.lines.values()),
        "items": run.items,
        "reasons": run.reasons,
        "tags": list(run.tags),
        "undone": None if not undone else _undone(run),
    }


def _undone(run: ImportRun) -> View:
    return {
        "by": run.undone_by,
        "at": None if run.undone_us is None else to_iso(run.undone_us),
        "reason": run.undone_why,
        "kept_withdrawals": run.kept_withdrawals,
    }
