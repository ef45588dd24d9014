"""Duplicates: the queue, one judged or many at once, taken back, looked for anew."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from habitue.access.deeds import OF_THE_QUEUE, Deed, deed
from habitue.access.permission import Permission
from habitue.access.scope import check_seen
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.console import answers
from habitue.console.duplicates.shown import couple
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, form_list, inside
from habitue.console.render import render

PATH = "/console/duplicates"
# So many are shown, and can be judged at once.
SHOWN = 10
ID_MAX = 2**62
# A shop's few people are looked at in a moment; of others it is said how it stands.
LOOK_S = 8.0
DONE = {"same": "joined", "not_same": "apart", "later": "later"}
SAID = {
    "joined": later("Joined. They are one person now."),
    "apart": later("Kept apart. These will not be suggested again."),
    "later": later("Postponed. They come back in some days."),
    "undone": later("Taken back. All is as it was before."),
    "passed": later("Somebody judged these already, so nothing was done."),
}


def duplicate_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over duplicates."""
    return [_queue(page), _find(page), _judge(page), _undo(page)]


def _queue(page: Page) -> HTTPRouteHandler:
    @get(PATH, **inside(Permission.PEOPLE_MERGE, sync=False, sifted=True))
    async def duplicates(request: AnyRequest) -> Response[str]:
        look, mask = page.look(request), page.mask(request)
        found = await page.ports.duplicates.page(SHOWN)
        state = await page.ports.duplicates.state()
        done = asked(request, "done")
        commands = [one for one in asked(request, "command", 500).split(",") if one]

        def make() -> str:
            pairs = [couple(one, look) for one in mask.couples(found["duplicates"])]
            return render(
                "duplicates/queue.html",
                look,
                pairs=pairs,
                more=found["more"],
                state=state,
                done=SAID.get(done, ""),
                commands=commands,
            )

        return await page.show_apart(look, make)

    return duplicates


def _find(page: Page) -> HTTPRouteHandler:
    @post(
        f"{PATH}/find",
        status_code=303,
        **inside(Permission.PEOPLE_MERGE, sync=False, sifted=True),
    )
    async def find(request: AnyRequest) -> Response[str]:
        """Look anew; who has to wait long is told so by the page."""
        await page.form(request)
        await page.ports.duplicates.find(LOOK_S)
        return answers.goto(PATH)

    return find


def _judge(page: Page) -> HTTPRouteHandler:
    @post(
        f"{PATH}/judge",
        status_code=303,
        **inside(Permission.PEOPLE_MERGE, sync=False, sifted=True),
    )
    async def judge(request: AnyRequest) -> Response[str]:
        """Say of one couple, or of all that are ticked, whether they are one."""
        told, look = await page.form(request), page.look(request)
        verdict = told.get("verdict", "")
        couples = [_read(one, look) for one in await form_list(request, "pair")]
        if verdict not in DONE or not couples:
            raise InvalidError(look.say("Tick whom you mean, and say what they are."))
        commands = []
        for one in couples[:SHOWN]:
            commands += await _said(page, look, one, verdict)
        done = DONE[verdict] if commands or verdict == "later" else "passed"
        return _shown(done, commands)

    return judge


async def _said(
    page: Page, look: Look, pair: tuple[int, int], verdict: str
) -> list[str]:
    """Take what is said of two; of who is no couple any more nothing is done."""
    left, right = pair
    check_seen(look.visitor, left, right)
    what = deed(Deed.DUPLICATE, left=left, right=right, verdict=verdict)
    await page.ports.audit.write(
        look.visitor, Permission.PEOPLE_MERGE, what, OF_THE_QUEUE
    )
    name = look.visitor.name
    try:
        made = await page.ports.duplicates.judge(pair, verdict, name, OF_THE_QUEUE)
    except (ConflictError, NotFoundError):
        return []
    return [made["command"]] if made["command"] else []


def _undo(page: Page) -> HTTPRouteHandler:
    @post(
        f"{PATH}/undo",
        status_code=303,
        **inside(Permission.PEOPLE_MERGE, sync=False, sifted=True),
    )
    async def undo(request: AnyRequest) -> Response[str]:
        """Take back what was just judged, the last first."""
        await page.form(request)
        look = page.look(request)
        commands = (await form_list(request, "command"))[:SHOWN]
        for command in reversed(commands):
            concerned = page.ports.judging.concerns(command[:100])
            check_seen(look.visitor, *concerned)
            what = deed(Deed.COMMAND_UNDONE, command=command[:100])
            await page.ports.audit.write(look.visitor, Permission.PEOPLE_MERGE, what)
            await page.ports.judging.undo(
                command[:100], look.visitor.name, OF_THE_QUEUE
            )
        return _shown("undone", [])

    return undo


def _shown(done: str, commands: list[str]) -> Response[str]:
    return answers.goto(f"{PATH}?done={done}&command={','.join(commands)}")


def _read(text: str, look: Look) -> tuple[int, int]:
    """Read a couple from a form: two numbers with a dash."""
    left, _, right = text.partition("-")
    if not all(one.isascii() and one.isdigit() for one in (left, right)):
        raise InvalidError(look.say("“%(text)s” names no two people.", text=text[:50]))
    return min(int(left), ID_MAX), min(int(right), ID_MAX)
