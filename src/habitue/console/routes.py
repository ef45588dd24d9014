"""The page's routes: signed in by a start link, then to read only."""

from collections.abc import Callable
from functools import partial
from typing import Any

from litestar import Request, Response, Router, get
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException, NotAuthorizedException, NotFoundException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from habitue.base.clock import Clock
from habitue.base.sections import Shop
from habitue.console import answers
from habitue.console.assets import assets
from habitue.console.card import Look
from habitue.console.pages import (
    render_live,
    render_message,
    render_person,
    render_search,
)
from habitue.console.port import Reading
from habitue.console.session import Sessions
from habitue.console.stream import Streams

AnyRequest = Request[Any, Any, Any]
AnyConnection = ASGIConnection[Any, Any, Any, Any]
# To the API's guard these are open; the page's own guard asks for a session.
OPEN = "open"
SYNC: Any = {"permission": OPEN, "include_in_schema": False, "sync_to_thread": False}
TEXT_MAX = 200
OFFSET_MAX = 2**62
SIGN_IN = (
    "The terminal that runs Habitué prints a start link; it works once, for some"
    " minutes. Start links that are used up or too old are of no use to anybody."
)


class Page:
    """What the routes share: what they read, who may, and how it looks."""

    def __init__(
        self,
        reading: Reading,
        sessions: Sessions,
        clock: Clock,
        shop: Shop,
        stopping: Callable[[], bool],
    ) -> None:
        self.reading = reading
        self.sessions = sessions
        self.streams = Streams(reading, stopping)
        self._clock = clock
        self._shop = shop

    def look(self, connection: AnyConnection) -> Look:
        theme = connection.cookies.get("habitue_theme", "")
        return Look(
            shop=self._shop.name,
            zone=self._shop.time_zone,
            theme=theme if theme in {"light", "dark"} else "",
            now_us=self._clock.now_us(),
            address=str(connection.base_url).rstrip("/"),
        )

    def check_session(self, connection: AnyConnection) -> None:
        """Let only a browser with a session through."""
        if not self.holds(_secret(connection)):
            raise NotAuthorizedException(SIGN_IN)

    def holds(self, secret: str) -> bool:
        """Say whether a session's secret is still good."""
        return self.sessions.knows(secret)

    def say(self, request: AnyRequest, error: HTTPException) -> Response[str]:
        """Answer an error of these routes with a page."""
        titles = {401: "Please come in by the start link", 404: "Not here"}
        title = titles.get(error.status_code, "This did not work")
        text = render_message(title, error.detail, self.look(request))
        return answers.html(text, error.status_code)


def _secret(connection: AnyConnection) -> str:
    return connection.cookies.get(cookie_name(connection), "")


def cookie_name(connection: AnyConnection) -> str:
    """Name the session's cookie; on https a name that only a secure host can set."""
    secure = connection.url.scheme == "https"
    return "__Host-habitue_session" if secure else "habitue_session"


def console_routes(
    reading: Reading,
    sessions: Sessions,
    clock: Clock,
    shop: Shop,
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> list[Router]:
    """Make the page's routes; every one but the start and the files needs a session.

    Once stopping says so, the streams end, so that the server can stop at once.
    """
    page = Page(reading, sessions, clock, shop, stopping)

    # Functions, not bound methods: Litestar copies those with all they are bound to.
    def signed_in(connection: AnyConnection, _: BaseRouteHandler) -> None:
        page.check_session(connection)

    def say(request: AnyRequest, error: HTTPException) -> Response[str]:
        return page.say(request, error)

    open_to_all = Router(
        "/",
        route_handlers=[_start(page), _file()],
        exception_handlers={HTTPException: say},
    )
    inside = Router(
        "/",
        route_handlers=[_live(page), _search(page), _person(page), _stream(page)],
        guards=[signed_in],
        exception_handlers={HTTPException: say},
    )
    return [open_to_all, inside]


def _start(page: Page) -> HTTPRouteHandler:
    @get("/console/start", **SYNC)
    def start(request: AnyRequest) -> Response[str]:
        name = cookie_name(request)
        if page.sessions.knows(request.cookies.get(name, "")):
            return answers.goto("/console")
        secret = page.sessions.start(_told(request, "token"))
        if secret is None:
            raise NotAuthorizedException(SIGN_IN)
        answer = answers.goto("/console")
        answer.set_cookie(
            Cookie(
                name,
                value=secret,
                path="/",
                max_age=page.sessions.session_s,
                httponly=True,
                samesite="strict",
                secure=request.url.scheme == "https",
            )
        )
        return answer

    return start


def _file() -> HTTPRouteHandler:
    @get("/console/static/{digest:str}/{name:str}", **SYNC)
    def file(digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        found = assets().get(name)
        if found is None or found.digest != digest:
            raise NotFoundException("There is no such file.")
        return answers.asset(found.body, found.media_type)

    return file


def _live(page: Page) -> HTTPRouteHandler:
    @get("/console", **SYNC)
    def live(request: AnyRequest) -> Response[str]:
        events = page.reading.recent(50)
        text = render_live(events, page.reading.overview(), page.look(request))
        return answers.html(text)

    return live


def _search(page: Page) -> HTTPRouteHandler:
    @get("/console/search", **SYNC)
    def search(request: AnyRequest) -> Response[str]:
        text = _told(request, "q").strip()
        if not text:
            return answers.goto("/console")
        found = page.reading.search(text)
        if len(found) == 1:
            return answers.goto(f"/console/people/{int(found[0]['person_id'])}")
        return answers.html(render_search(text, found, page.look(request)))

    return search


def _person(page: Page) -> HTTPRouteHandler:
    @get("/console/people/{person_id:int}", **SYNC)
    def person(request: AnyRequest, person_id: FromPath[int]) -> Response[str]:
        known = 0 <= person_id <= OFFSET_MAX
        view = page.reading.person(person_id) if known else None
        if view is None:
            raise NotFoundException(f"There is no person {person_id}.")
        cursor = _told(request, "cursor") or None
        events, next_cursor = page.reading.timeline(view["person_id"], cursor)
        text = render_person(view, events, next_cursor, page.look(request))
        return answers.html(text)

    return person


def _stream(page: Page) -> HTTPRouteHandler:
    @get("/console/stream", permission=OPEN, include_in_schema=False)
    async def stream(request: AnyRequest) -> Stream:
        if page.streams.full():
            raise HTTPException("Too many pages are open.", status_code=503)
        # A browser that comes back tells where it was; a new one names its newest.
        told = request.headers.get("last-event-id") or _told(request, "after")
        known = told.isascii() and told.isdigit() and int(told) <= OFFSET_MAX
        after = int(told) if known else _newest(page.reading)
        holds = partial(page.holds, _secret(request))
        follow = page.streams.follow(after, page.look(request), holds)
        return answers.event_stream(follow)

    return stream


def _newest(reading: Reading) -> int:
    return max((int(event["offset"]) for event in reading.recent(1)), default=0)


def _told(request: AnyRequest, name: str) -> str:
    return str(request.query_params.get(name, ""))[:TEXT_MAX]
