"""What all routes of the console share: who may, how it looks, how forms are told."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import (
    HTTPException,
    NotAuthorizedException,
    PermissionDeniedException,
)
from litestar.handlers import BaseRouteHandler
from msgspec import Struct

from habitue.access.masking import Mask, mask_of
from habitue.access.permission import Permission
from habitue.access.reading import asks
from habitue.access.scope import SIFTED, check_route
from habitue.access.searches import SEARCHES
from habitue.base.clock import Clock
from habitue.base.errors import TooManyError
from habitue.base.sections import Shop
from habitue.console import answers
from habitue.console.figures import Place, comes_into
from habitue.console.language import chosen, later
from habitue.console.look import Look, Visitor
from habitue.console.masked import ASKED as MASKED
from habitue.console.masked import names_of
from habitue.console.port import Ports
from habitue.console.render import render
from habitue.console.session import Session, Sessions, is_key_of
from habitue.console.told import status_and_text

AnyRequest = Request[Any, Any, Any]
AnyConnection = ASGIConnection[Any, Any, Any, Any]
# To the API's guard these are open; the console's own guard asks for a session.
OPEN = "open"
HIDDEN: Any = {"permission": OPEN, "include_in_schema": False}
SYNC: Any = {**HIDDEN, "sync_to_thread": False}
TEXT_MAX = 200
# What a shop is called until somebody names it.
UNNAMED = later("My shop")
FORM_KEY = "form_key"
# What somebody types, and what comes by itself.
SEARCH, STREAM = "/console/search", "/console/stream"
# Where somebody builds a segment, a button at a time.
BUILDER = "/console/segments/builder/draft"


class Needs(Struct, frozen=True):
    """What a route of the console asks of who comes."""

    permission: Permission


def inside(
    permission: Permission,
    *,
    sync: bool = True,
    sifted: bool = False,
    searches: tuple[str, ...] | None = None,
) -> dict[str, Any]:
    """Declare a route for who holds a permission.

    sifted: it shows each person through the mask, or none (habitue.access.scope);
    searches: it looks for people if one of these is asked (habitue.access.searches).
    """
    base = SYNC if sync else HIDDEN
    return {**base, "needs": Needs(permission), SIFTED: sifted, SEARCHES: searches}


class Page:
    """The console's frame."""

    def __init__(
        self,
        ports: Ports,
        sessions: Sessions,
        clock: Clock,
        shop: Callable[[], Shop],
        new_nonce: Callable[[], str],
    ) -> None:
        self.ports = ports
        self.sessions = sessions
        self.clock = clock
        self._shop = shop
        self._new_nonce = new_nonce

    # -- who ----------------------------------------------------------------------

    def guard(self, connection: AnyConnection, route: BaseRouteHandler) -> None:
        """Let only a session through that may; a form has to be this session's."""
        session = self.sessions.find(secret_of(connection), use=is_use(connection))
        if session is None:
            raise NotAuthorizedException("Sign in.")
        needs = route.opt.get("needs")
        visitor = self._visitor_of(session)
        connection.state.session = session
        if not isinstance(needs, Needs) or not visitor.may(needs.permission):
            raise PermissionDeniedException("Not allowed.")
        named = connection.path_params
        check_route(visitor, needs.permission, named, route.opt)
        asks(visitor, named)
        if connection.scope.get("method", "POST") != "GET":
            check_origin(connection)

    def check_still(self, connection: AnyConnection) -> None:
        """Let who had to wait go on only if nobody signed them out meanwhile."""
        if self.sessions.find(secret_of(connection), use=False) is None:
            raise NotAuthorizedException("Sign in.")

    async def count(self, connection: AnyConnection, route: BaseRouteHandler) -> None:
        """Count what looks for people; who came by a link of the machine is not."""
        who = connection.state.session.guest
        if self.ports.team.get(who.name) is not None:
            await self.ports.searches.count(who, connection.query_params, route.opt)

    def visitor(self, connection: AnyConnection) -> Visitor:
        """Say who looks: nobody where there is no session."""
        session = getattr(connection.state, "session", None)
        if session is None:
            session = self.sessions.find(secret_of(connection), use=False)
        return Visitor() if session is None else self._visitor_of(session)

    def _visitor_of(self, session: Session) -> Visitor:
        guest = session.guest
        sees = self.ports.sight.of(guest.name)
        return Visitor(guest.name, guest.role, session.form_key, sees)

    def mask(self, connection: AnyConnection) -> Mask:
        """Give what is hidden from who looks."""
        return mask_of(self.visitor(connection))

    # -- what they see --------------------------------------------------------------

    def look(self, connection: AnyConnection) -> Look:
        theme = connection.cookies.get("habitue_theme", "")
        shop = self._shop()
        language = chosen(
            connection.cookies.get("habitue_language", ""),
            connection.headers.get("accept-language", ""),
        )
        return Look(
            shop=language.say(UNNAMED) if shop.name == UNNAMED else shop.name,
            zone=shop.time_zone,
            currency=shop.currency,
            theme=theme if theme in {"light", "dark"} else "",
            now_us=self.clock.now_us(),
            address=str(connection.base_url).rstrip("/"),
            path=connection.scope["path"],
            nonce=self._new_nonce(),
            language=language,
            visitor=self.visitor(connection),
            masked=names_of(asked(connection, MASKED)),
        )

    def show(
        self,
        request: AnyConnection,
        template: str,
        *,
        status: int = 200,
        look: Look | None = None,
        **values: Any,
    ) -> Response[str]:
        """Answer with a template."""
        seen = look or self.look(request)
        return answers.html(render(template, seen, **values), seen.nonce, status)

    async def show_apart(
        self, look: Look, make: Callable[[], str], status: int = 200
    ) -> Response[str]:
        """Answer with what make gives, made beside the loop: large pages take a while.

        What it works on must be views: plain data that nobody changes any more.
        """
        return answers.html(await asyncio.to_thread(make), look.nonce, status)

    def say(self, request: AnyRequest, error: Exception) -> Response[str]:
        """Answer an error of these routes with a page in the reader's language."""
        if comes_into(request):
            return self._say_in_place(request, error)
        if isinstance(error, NotAuthorizedException):
            return self._ask_to_sign_in(request)
        look = self.look(request)
        if isinstance(error, PermissionDeniedException):
            title = look.say("This is not yours to see or do")
            text = look.say("Ask an administrator if your work needs it.")
            return self.show(
                request, "message.html", status=403, look=look, title=title, text=text
            )
        status, detail = status_and_text(error, look)
        title = look.say("Not here") if status == 404 else look.say("This did not work")
        answer = self.show(
            request, "message.html", status=status, look=look, title=title, text=detail
        )
        told = error.headers if isinstance(error, HTTPException) else None
        if isinstance(error, TooManyError):
            told = {"Retry-After": str(error.retry_s)}
        if told and "Retry-After" in told:
            answer.headers["Retry-After"] = told["Retry-After"]
        return answer

    def _say_in_place(self, request: AnyRequest, error: Exception) -> Response[str]:
        """Say what went wrong where a page waits for its figures, with the way out."""
        look = self.look(request)
        status, text = status_and_text(error, look)
        way = look.say("Look again")
        if isinstance(error, NotAuthorizedException):
            text, way = look.say("You are signed out."), look.say("Sign in")
        elif isinstance(error, PermissionDeniedException):
            text = look.say("This is not yours to see or do")
        place = Place(
            fault=text or look.say("This did not work"), again=look.path, way=way
        )
        return self.show(
            request, "worked-fault.html", status=status, look=look, worked=place
        )

    def _ask_to_sign_in(self, request: AnyRequest) -> Response[str]:
        whole = request.scope["method"] == "GET" and "hx-request" not in request.headers
        look = self.look(request)
        return self.show(
            request,
            "entry/sign-in.html",
            status=401,
            look=look,
            back=look.path if whole else "/console",
            fault="",
        )

    # -- what they do ---------------------------------------------------------------

    async def form(self, request: AnyRequest) -> dict[str, str]:
        """Read a form of this session; one of another site or session is refused."""
        told = await plain_form(request)
        session: Session = request.state.session
        if not is_key_of(told.pop(FORM_KEY, ""), session.form_key):
            raise PermissionDeniedException("This form is not of your session.")
        return told


async def plain_form(request: AnyRequest) -> dict[str, str]:
    """Read a form: texts alone, the last of each name; lists by their own function."""
    told = await request.form()
    return {key: str(value) for key, value in told.multi_items()}


async def form_list(request: AnyRequest, name: str) -> list[str]:
    """Read all texts of one name in a form."""
    told = await request.form()
    return [str(value) for key, value in told.multi_items() if key == name]


def is_use(connection: AnyConnection) -> bool:
    """Say whether somebody does something: a page that refreshes itself does not."""
    path = connection.scope["path"]
    if path in {SEARCH, BUILDER}:
        return True
    return not (path == STREAM or "hx-request" in connection.headers)


def check_origin(connection: AnyConnection) -> None:
    """Refuse what another site sends, by what the browser says of where it comes from.

    A browser always says so of a form; what says nothing is no browser, and has no
    cookie of one either.
    """
    site = connection.headers.get("sec-fetch-site", "same-origin")
    origin = connection.headers.get("origin", "")
    host = connection.headers.get("host", "")
    foreign = bool(origin) and urlsplit(origin).netloc != host
    if site not in {"same-origin", "none"} or foreign:
        raise PermissionDeniedException("This form comes from another site.")


def secret_of(connection: AnyConnection) -> str:
    return connection.cookies.get(cookie_name(connection), "")


def cookie_name(connection: AnyConnection) -> str:
    """Name the session's cookie; on https a name that only a secure host can set."""
    secure = connection.url.scheme == "https"
    return "__Host-habitue_session" if secure else "habitue_session"


def asked(request: AnyConnection, name: str, limit: int = TEXT_MAX) -> str:
    """Give a text of the address."""
    return str(request.query_params.get(name, ""))[:limit]
