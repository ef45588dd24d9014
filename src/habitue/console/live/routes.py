"""Live: the stream of what comes in, and what became of it."""

from contextlib import AbstractContextManager, nullcontext
from functools import partial

from litestar import Response, get
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from habitue.access.permission import Permission
from habitue.access.scope import check_seen
from habitue.console import answers
from habitue.console.live.lines import Lines, Reader, Wanted, changes, meant
from habitue.console.live.overview import overview
from habitue.console.live.stream import Looking, Streams
from habitue.console.page import AnyRequest, Page, asked, inside, secret_of
from habitue.console.render import render

OFFSET_MAX = 2**62
SHOWN_MAX = 50


def live_routes(page: Page, streams: Streams) -> list[HTTPRouteHandler]:
    """Make the routes of the live screen, and the stream that other screens follow."""
    return [_live(page), _overview(page), _stream(page, streams)]


def _live(page: Page) -> HTTPRouteHandler:
    @get(
        "/console/live",
        **inside(Permission.PEOPLE_READ, sync=False, sifted=True, searches=("text",)),
    )
    async def live(request: AnyRequest) -> Response[str]:
        reading, wanted = page.ports.reading, _wanted(request)
        who = Reader(page.look(request), page.mask(request))
        applied, sums = reading.applied(), reading.overview()
        lines = await meant(reading, wanted, who, 0, SHOWN_MAX)
        told = {"source": wanted.source, "text": wanted.text, "applied": applied}

        def make() -> str:
            seen = overview(sums, who.look)
            return render(
                "live/live.html", who.look, events=lines, overview=seen, **told
            )

        return await page.show_apart(who.look, make)

    return live


def _overview(page: Page) -> HTTPRouteHandler:
    @get("/console/live/overview", **inside(Permission.PEOPLE_READ, sifted=True))
    def live_overview(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        view = overview(page.ports.reading.overview(), look)
        return page.show(request, "live/overview.html", look=look, overview=view)

    return live_overview


def _stream(page: Page, streams: Streams) -> HTTPRouteHandler:
    @get("/console/stream", **inside(Permission.PEOPLE_READ, sync=False, sifted=True))
    async def stream(request: AnyRequest) -> Stream:
        if streams.full():
            raise HTTPException("Too many pages are open.", status_code=503)
        holds = partial(page.sessions.knows, secret_of(request))
        looking = _looking(page, request)
        return answers.event_stream(streams.follow(looking, holds))

    return stream


def _looking(page: Page, request: AnyRequest) -> AbstractContextManager[Looking]:
    """Look for lines of the stream, or for what concerns the person named."""
    reading = page.ports.reading
    # A browser that comes back tells where it was; one that comes, what it has shown.
    told = request.headers.get("last-event-id") or asked(request, "after")
    after = _number(told)
    after = reading.applied() if after is None else after
    person_id = _number(asked(request, "person"))
    if person_id is not None:
        check_seen(page.visitor(request), person_id)
        return changes(reading, person_id, after)
    who = Reader(page.look(request), page.mask(request))
    return nullcontext(Lines(reading, _wanted(request), who, after))


def _wanted(request: AnyRequest) -> Wanted:
    text = asked(request, "text").strip()
    return Wanted(source=asked(request, "source"), text=text)


def _number(told: str) -> int | None:
    known = told.isascii() and told.isdigit() and int(told) <= OFFSET_MAX
    return int(told) if known else None
