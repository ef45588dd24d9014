"""Lists of contacts by the page: upload, look, try, import, put right, take back."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission
from habitue.base.errors import InvalidError
from habitue.console import answers
from habitue.console.imports.assumed import assumed_of
from habitue.console.imports.form import choice_of, shown_file, source_of, tags_of
from habitue.console.imports.receiving import Coming
from habitue.console.imports.shown import shown_run
from habitue.console.look import Look
from habitue.console.masked import telling
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.refused import refused

PATH = "/console/imports"
NEW = f"{PATH}/new/{{upload_id:str}}"
REJECTS = f"{PATH}/{{import_id:str}}/rejects"
SHOWN_MAX = 50
SOURCE = "contacts"
_TURNS = {"undo": Deed.IMPORT_UNDONE, "redo": Deed.IMPORT_REDONE}


def import_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over imports."""
    return [
        _list(page),
        _upload(page),
        _look_at(page),
        _go_on(page),
        _one(page),
        _part(page),
        _rejects(page),
        _turn(page, "undo"),
        _turn(page, "redo"),
    ]


def _list(page: Page) -> HTTPRouteHandler:
    @get(PATH, **inside(Permission.IMPORTS_READ))
    def imports(request: AnyRequest) -> Response[str]:
        return _show_list(page, request, page.look(request))

    return imports


def _show_list(
    page: Page, request: AnyRequest, look: Look, fault: str = ""
) -> Response[str]:
    found, more = page.ports.imports.page(asked(request, "after") or None, SHOWN_MAX)
    return page.show(
        request,
        "imports/list.html",
        status=422 if fault else 200,
        look=look,
        imports=[shown_run(one, look) for one in found],
        more=more,
        fault=fault,
        megabytes=page.ports.wizard.bytes_max >> 20,
    )


def _upload(page: Page) -> HTTPRouteHandler:
    # The file is bounded as it is written down; no form of it is ever in memory.
    @post(
        f"{PATH}/upload",
        status_code=303,
        request_max_body_size=None,
        **inside(Permission.IMPORTS_WRITE, sync=False),
    )
    async def upload(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        try:
            coming = Coming(request, look)
            await coming.begin()
            what = deed(Deed.FILE_BROUGHT)
            await page.ports.audit.write(look.visitor, Permission.IMPORTS_WRITE, what)
            upload_id = await page.ports.wizard.receive(
                coming.name, look.visitor.name, coming.file()
            )
        except InvalidError as error:
            return _show_list(page, request, look, refused(error, look))
        return answers.goto(f"{PATH}/new/{upload_id}")

    return upload


def _look_at(page: Page) -> HTTPRouteHandler:
    @get(NEW, **inside(Permission.IMPORTS_WRITE, sync=False))
    async def look_at(request: AnyRequest, upload_id: FromPath[str]) -> Response[str]:
        return await _show_file(page, request, upload_id, {})

    return look_at


def _go_on(page: Page) -> HTTPRouteHandler:
    @post(
        NEW,
        status_code=200,
        **inside(Permission.IMPORTS_WRITE, sync=False),
    )
    async def go_on(request: AnyRequest, upload_id: FromPath[str]) -> Response[str]:
        """Look at the file as it was chosen, try it, or import it."""
        told = await page.form(request)
        if told.get("do") == "start":
            return await _start(page, request, upload_id, told)
        return await _show_file(page, request, upload_id, told)

    return go_on


async def _show_file(
    page: Page,
    request: AnyRequest,
    upload_id: str,
    told: dict[str, str],
    fault: str = "",
) -> Response[str]:
    look, wizard = page.look(request), page.ports.wizard
    upload, found = wizard.upload(upload_id), None
    tries = told.get("do") == "try" and not fault
    source = told.get("source") or SOURCE
    try:
        choice = choice_of(told, look)
        found = await wizard.look(upload_id, choice, source, tries=tries)
    except InvalidError as error:
        fault = fault or refused(error, look)
    return page.show(
        request,
        "imports/new.html",
        status=422 if fault else 200,
        look=look,
        upload=upload,
        source=source,
        told=told,
        found=found,
        assumptions=assumed_of((found or {}).get("assumptions", []), look),
        tried=None if found is None else found.get("tried"),
        fault=fault,
        **shown_file(found, told, look),
    )


async def _start(
    page: Page, request: AnyRequest, upload_id: str, told: dict[str, str]
) -> Response[str]:
    look, wizard = page.look(request), page.ports.wizard
    try:
        source = source_of(told, look)
        choice = choice_of(told, look)
        # Of one that is not there nothing is written.
        wizard.upload(upload_id)
        what = deed(Deed.FILE_TAKEN_IN, source=source)
        await page.ports.audit.write(look.visitor, Permission.IMPORTS_WRITE, what)
        wanted = {"source": source, "tags": tags_of(told.get("tags", ""))}
        import_id = await wizard.start(upload_id, choice, wanted, look.visitor.name)
    except InvalidError as error:
        return await _show_file(page, request, upload_id, told, refused(error, look))
    return answers.goto(f"{PATH}/{import_id}")


def _one(page: Page) -> HTTPRouteHandler:
    @get(f"{PATH}/{{import_id:str}}", **inside(Permission.IMPORTS_READ))
    def one(request: AnyRequest, import_id: FromPath[str]) -> Response[str]:
        return _show_one(page, request, "imports/run.html", import_id)

    return one


def _part(page: Page) -> HTTPRouteHandler:
    @get(f"{PATH}/{{import_id:str}}/part", **inside(Permission.IMPORTS_READ))
    def part(request: AnyRequest, import_id: FromPath[str]) -> Response[str]:
        """Give what changes while an import is under way."""
        return _show_one(page, request, "imports/outcome.html", import_id)

    return part


def _show_one(
    page: Page, request: AnyRequest, template: str, import_id: str
) -> Response[str]:
    look, wizard = page.look(request), page.ports.wizard
    run = page.ports.imports.show(import_id)
    return page.show(
        request,
        template,
        look=look,
        run=shown_run(run, look),
        progress=wizard.progress(import_id),
        has_rejects=wizard.rejects(import_id) is not None,
    )


def _rejects(page: Page) -> HTTPRouteHandler:
    @get(REJECTS, **inside(Permission.IMPORTS_WRITE, sync=False))
    async def rejects(request: AnyRequest, import_id: FromPath[str]) -> Stream:
        """Give the lines that were not taken, as a file to put right."""
        what = deed(Deed.LINES_READ, run=import_id)
        visitor = page.visitor(request)
        await page.ports.audit.write(visitor, Permission.IMPORTS_WRITE, what)
        return answers.download(
            page.ports.wizard.read_rejects(import_id), "rejects.csv", "text/csv"
        )

    return rejects


def _turn(page: Page, verb: str) -> HTTPRouteHandler:
    @post(
        f"{PATH}/{{import_id:str}}/{verb}",
        status_code=303,
        **inside(Permission.IMPORTS_UNDO, sync=False),
    )
    async def turn(request: AnyRequest, import_id: FromPath[str]) -> Response[str]:
        """Take an import back, or in again; why is kept with it."""
        told, look = await page.form(request), page.look(request)
        why = told.get("reason", "").strip()
        imports, by = page.ports.imports, look.visitor.name
        if not why:
            raise InvalidError(look.say("Say why."))
        what = deed(_TURNS[verb], run=import_id)
        await page.ports.audit.write(look.visitor, Permission.IMPORTS_UNDO, what, why)
        if verb == "undo":
            keeps = told.get("withdrawals") != "restore"
            await imports.undo(import_id, by, why, keeps_withdrawals=keeps)
        else:
            await imports.redo(import_id, by, why)
        return answers.goto(telling(f"{PATH}/{import_id}", why))

    return turn
