"""Imports: files that were taken in, what became of them, and taking them back."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct, structs

from habitue.access.pasted import told as with_told
from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View
from habitue.api.port_files import Imports
from habitue.api.sources import NAME

ImportId = Annotated[str, Parameter(max_length=100, description="An import's id.")]
Limit = Annotated[int, Parameter(ge=1, le=200)]
Cursor = Annotated[str | None, Parameter(max_length=100)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Tag = Annotated[str, Meta(min_length=1, max_length=60)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Fate = Annotated[str, Meta(max_length=40)]
Why = Annotated[str, Meta(max_length=2_000)]


class NewImport(Struct, frozen=True, forbid_unknown_fields=True):
    """A file that is about to be taken in under a source, made if there is none."""

    source: Annotated[str, Meta(pattern=NAME)]
    file: Annotated[str, Meta(min_length=1, max_length=300)]
    digest: Annotated[str, Meta(max_length=64, pattern=r"^[0-9a-f]*$")] = ""
    size_bytes: Count = 0
    kind: Annotated[str, Meta(max_length=40)] = ""
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | None = None
    tags: Annotated[list[Tag], Meta(max_length=20)] = []


class EndOfImport(Struct, frozen=True, forbid_unknown_fields=True):
    """What became of a file's lines, by outcome, and why lines were not taken."""

    lines: Annotated[dict[Fate, Count], Meta(max_length=20)] = {}
    items: Annotated[dict[Fate, Count], Meta(max_length=20)] = {}
    reasons: Annotated[dict[Why, Count], Meta(max_length=100)] = {}
    broken: bool = False


class Undo(Struct, frozen=True, forbid_unknown_fields=True):
    """Why an import is taken back.

    keep_withdrawals: consents that the file withdrew, and that would be granted again
    by that, stay withdrawn. Say false where the file was wrong about them.
    """

    reason: Reason
    keep_withdrawals: bool = True


class Redo(Struct, frozen=True, forbid_unknown_fields=True):
    """Why an import that was taken back is to count again."""

    reason: Reason


def import_routes(imports: Imports) -> list[HTTPRouteHandler]:
    """Make the routes over imports."""
    return [
        _list(imports),
        _show(imports),
        _begin(imports),
        _end(imports),
        _undo(imports),
        _redo(imports),
    ]


def _list(imports: Imports) -> HTTPRouteHandler:
    @get(
        "/api/v1/imports",
        permission=Permission.IMPORTS_READ,
        sync_to_thread=False,
        **keyed(400, 422),
    )
    def list_imports(cursor: Cursor = None, limit: Limit = 50) -> View:
        """List imports, the newest first, with the outcomes of their lines."""
        found, more = imports.page(cursor, limit)
        return {"imports": found, "next_cursor": more}

    return list_imports


def _show(imports: Imports) -> HTTPRouteHandler:
    @get(
        "/api/v1/imports/{import_id:str}",
        permission=Permission.IMPORTS_READ,
        sync_to_thread=False,
        **keyed(400, 404, 422),
    )
    def show_import(import_id: ImportId) -> View:
        """Give one import."""
        return imports.show(import_id)

    return show_import


def _begin(imports: Imports) -> HTTPRouteHandler:
    @post(
        "/api/v1/imports",
        permission=Permission.IMPORTS_WRITE,
        **keyed(400, 404, 409, 413, 422),
    )
    async def begin_import(data: NewImport, request: Request[Any, Any, Any]) -> View:
        """Begin an import; what is sent with the key in the answer came with it."""
        return await imports.begin(structs.asdict(data), request.state.caller.name)

    return begin_import


def _end(imports: Imports) -> HTTPRouteHandler:
    @post(
        "/api/v1/imports/{import_id:str}/end",
        permission=Permission.IMPORTS_WRITE,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def end_import(import_id: ImportId, data: EndOfImport) -> View:
        """End an import: its key opens nothing any more."""
        return await imports.end(import_id, structs.asdict(data))

    return end_import


def _undo(imports: Imports) -> HTTPRouteHandler:
    @post(
        "/api/v1/imports/{import_id:str}/undo",
        permission=Permission.IMPORTS_UNDO,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def undo_import(
        import_id: ImportId, data: Undo, request: Request[Any, Any, Any]
    ) -> View:
        """Take back all that came with an import: values are what they were before.

        A large one goes on after the answer; its status says how far it is.
        """
        made = await imports.undo(
            import_id,
            request.state.caller.name,
            data.reason,
            keeps_withdrawals=data.keep_withdrawals,
        )
        return with_told(made, data.reason)

    return undo_import


def _redo(imports: Imports) -> HTTPRouteHandler:
    @post(
        "/api/v1/imports/{import_id:str}/redo",
        permission=Permission.IMPORTS_UNDO,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def redo_import(
        import_id: ImportId, data: Redo, request: Request[Any, Any, Any]
    ) -> View:
        """Let an import that was taken back count again."""
        by = request.state.caller.name
        return with_told(await imports.redo(import_id, by, data.reason), data.reason)

    return redo_import
