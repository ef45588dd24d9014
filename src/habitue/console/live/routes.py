"""Live: the stream of what comes in, and what became of it."""

from functools import partial

from litestar import Response, get
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from habitue.access.permission import Permission
from habitue.console import answers
from habitue.console.live.overview import overview
from habitue.console.live.row import row
from habitue.console.live.stream import Streams
from habitue.console.page import AnyRequest, Page, asked, inside, secret_of
from habitue.console.port import Reading
from habitue.console.render import render

OFFSET_MAX = 2**62
SHOWN_MAX = 50


def live_routes(page: Page, streams: Streams) -> list[HTTPRouteHandler]:
    """Make the routes of the live screen, and the stream that other screens follow."""
    return [_live(page), _overview(page), _stream(page, streams)]


def _live(page: Page) -> HTTPRouteHandler:
    @get("/console/live", **inside(Permission.PEOPLE_READ, sync=False))
    async def live(request: AnyRequest) -> Response[str]:
        look, reading, mask = page.look(request), page.ports.reading, page.mask(request)
        events, sums = reading.recent(SHOWN_MAX), reading.overview()
        told = {"source": asked(request, "source"), "text": asked(request, "text")}

        def make() -> str:
            rows = [row(event, look) for event in mask.views(events)]
            seen = overview(sums, look)
            return render("live/live.html", look, events=rows, overview=seen, **told)

        return await page.show_apart(look, make)

    return live


def _overview(page: Page) -> HTTPRouteHandler:
    @get("/console/live/overview", **inside(Permission.PEOPLE_READ))
    def live_overview(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        view = overview(page.ports.reading.overview(), look)
        return page.show(request, "live/overview.html", look=look, overview=view)

    return live_overview


def _stream(page: Page, streams: Streams) -> HTTPRouteHandler:
    @get("/console/stream", **inside(Permission.PEOPLE_READ, sync=False))
    async def stream(request: AnyRequest) -> Stream:
        if streams.full():
            raise HTTPException("Too many pages are open.", status_code=503)
        # A browser that comes back tells where it was; a new one names its newest.
        told = request.headers.get("last-event-id") or asked(request, "after")
        known = told.isascii() and told.isdigit() and int(told) <= OFFSET_MAX
        after = int(told) if known else _newest(page.ports.reading)
        holds = partial(page.sessions.knows, secret_of(request))
        follow = streams.follow(after, page.look(request), page.mask(request), holds)
        return answers.event_stream(follow)

    return stream


def _newest(reading: Reading) -> int:
    return max((int(event["offset"]) for event in reading.recent(1)), default=0)
