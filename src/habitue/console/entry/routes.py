"""Coming in by a link, or by name, password and code; joining by an invitation."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import TooManyRequestsException
from litestar.handlers import HTTPRouteHandler

from habitue.access.attempts import Attempts, TooManyTriesError
from habitue.access.totp import address, spelled
from habitue.base.errors import InvalidError
from habitue.console import answers
from habitue.console.language import LANGUAGES
from habitue.console.page import (
    HIDDEN,
    SYNC,
    AnyRequest,
    Page,
    asked,
    check_origin,
    cookie_name,
    plain_form,
    secret_of,
)
from habitue.console.session import Guest, Step
from habitue.model.operator import Operator

YEAR_S = 31_536_000
ADDRESS_FREE = 30


class Entry:
    """Lets people in, one step after another, and slows down who guesses."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.team = page.ports.team
        self._by_name = Attempts(page.clock)
        # Behind one address a whole office may sit.
        self._by_address = Attempts(page.clock, free=ADDRESS_FREE)

    def check_pace(self, request: AnyRequest, name: str) -> None:
        """Raise TooManyTriesError where a name or an address has to wait."""
        self._by_name.check(name)
        self._by_address.check(_address(request))

    def failed(self, request: AnyRequest, name: str) -> None:
        self._by_name.failed(name)
        self._by_address.failed(_address(request))

    async def sign_in(self, request: AnyRequest, told: dict[str, str]) -> Response[Any]:
        """Check name and password; ask for a code where one is due."""
        name, back = told.get("name", "").strip()[:64], told.get("back", "")
        tried = f"name {name.casefold()}"
        self.check_pace(request, tried)
        operator = await self.team.recognise(name, told.get("password", ""))
        if operator is None:
            self.failed(request, tried)
            look = self.page.look(request)
            return self.page.show(
                request,
                "entry/sign-in.html",
                status=401,
                look=look,
                back=_inner(back),
                fault=look.say("Name and password do not fit, or you are out."),
            )
        if self.team.has_code(operator.name):
            return self.ask_code(request, self.page.sessions.wait(guest_of(operator)))
        self._by_name.passed(tried)
        return await self.go_on(request, operator, back)

    async def go_on(
        self, request: AnyRequest, operator: Operator, back: str = ""
    ) -> Response[Any]:
        """Let in who has shown all that is wanted, or have them set codes up."""
        if self.team.wants_code(operator):
            secret = self.team.new_code_secret()
            step = self.page.sessions.wait(guest_of(operator), secret)
            return self.set_code_up(request, step, operator.name, secret)
        return await self.let_in(request, guest_of(operator), back)

    async def let_in(
        self, request: AnyRequest, guest: Guest, back: str = ""
    ) -> Response[Any]:
        """Begin a session, and write it down."""
        await self.page.ports.audit.write(guest, "session:begin")
        secret = self.page.sessions.begin(guest)
        answer = answers.goto(_inner(back))
        answer.set_cookie(self.cookie(request, secret))
        return answer

    def cookie(self, request: AnyRequest, secret: str) -> Cookie:
        return Cookie(
            cookie_name(request),
            value=secret,
            path="/",
            max_age=self.page.sessions.session_s if secret else 0,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )

    def ask_code(
        self, request: AnyRequest, step: str, fault: str = ""
    ) -> Response[str]:
        return self.page.show(
            request,
            "entry/code.html",
            status=401 if fault else 200,
            step=step,
            fault=fault,
        )

    def set_code_up(
        self,
        request: AnyRequest,
        step: str,
        name: str,
        secret: bytes,
        fault: str = "",
    ) -> Response[str]:
        look = self.page.look(request)
        return self.page.show(
            request,
            "entry/set-up-code.html",
            status=401 if fault else 200,
            look=look,
            step=step,
            secret=" ".join(_fours(spelled(secret))),
            address=address(secret, name, f"Habitué {look.shop}".strip()),
            fault=fault,
        )

    async def take_code(
        self, request: AnyRequest, told: dict[str, str]
    ) -> Response[Any]:
        """Take a code for the last step in, or to confirm that codes are set up."""
        secret, code = told.get("step", ""), told.get("code", "")[:20]
        step = self.page.sessions.step(secret)
        if step is None:
            return answers.goto("/console/sign-in")
        tried = f"code {step.guest.name}"
        self.check_pace(request, tried)
        if not await self._is_right(step, code):
            self.failed(request, tried)
            return self._wrong_code(request, step, secret)
        self._by_name.passed(tried, f"name {step.guest.name.casefold()}")
        self.page.sessions.leave(step)
        return await self.let_in(request, step.guest)

    async def _is_right(self, step: Step, code: str) -> bool:
        if step.code_secret:
            return await self.team.confirm_code(step.guest.name, step.code_secret, code)
        return self.team.is_code(step.guest.name, code)

    def _wrong_code(
        self, request: AnyRequest, step: Step, secret: str
    ) -> Response[str]:
        fault = self.page.look(request).say(
            "This code is not right; a new one comes every thirty seconds."
        )
        if step.code_secret:
            held = step.code_secret
            return self.set_code_up(request, secret, step.guest.name, held, fault)
        return self.ask_code(request, secret, fault)


def entry_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes by which people come in; they ask for no session."""
    entry = Entry(page)
    return [
        _root(),
        _start(entry),
        _sign_in_page(entry),
        _sign_in(entry),
        _code(entry),
        _join_page(entry),
        _join(entry),
        _sign_out(entry),
        _language(page),
    ]


def guest_of(operator: Operator) -> Guest:
    return Guest(operator.name, operator.role, operator.version)


def _root() -> HTTPRouteHandler:
    @get("/", **SYNC)
    def root() -> Response[str]:
        return answers.goto("/console")

    return root


def _start(entry: Entry) -> HTTPRouteHandler:
    @get("/console/start", **HIDDEN)
    async def start(request: AnyRequest) -> Response[Any]:
        page = entry.page
        if page.sessions.knows(secret_of(request)):
            return answers.goto("/console")
        secret = page.sessions.start(asked(request, "token"))
        if secret is None:
            look = page.look(request)
            text = look.say(
                "A start link works once, for some minutes; the terminal of the server"
                " and “habitue link” print a new one."
            )
            title = look.say("This start link is used up")
            return page.show(
                request, "message.html", status=401, look=look, title=title, text=text
            )
        session = page.sessions.find(secret)
        if session is not None:
            await page.ports.audit.write(session.guest, "session:begin")
        answer = answers.goto("/console")
        answer.set_cookie(entry.cookie(request, secret))
        return answer

    return start


def _sign_in_page(entry: Entry) -> HTTPRouteHandler:
    @get("/console/sign-in", **SYNC)
    def sign_in_page(request: AnyRequest) -> Response[str]:
        return entry.page.show(request, "entry/sign-in.html", back="/console", fault="")

    return sign_in_page


def _sign_in(entry: Entry) -> HTTPRouteHandler:
    @post("/console/sign-in", status_code=200, **HIDDEN)
    async def sign_in(request: AnyRequest) -> Response[Any]:
        check_origin(request)
        try:
            return await entry.sign_in(request, await plain_form(request))
        except TooManyTriesError as error:
            raise _wait(entry.page, request, error) from error

    return sign_in


def _code(entry: Entry) -> HTTPRouteHandler:
    @post("/console/code", status_code=200, **HIDDEN)
    async def code(request: AnyRequest) -> Response[Any]:
        check_origin(request)
        try:
            return await entry.take_code(request, await plain_form(request))
        except TooManyTriesError as error:
            raise _wait(entry.page, request, error) from error

    return code


def _join_page(entry: Entry) -> HTTPRouteHandler:
    @get("/console/join", **SYNC)
    def join_page(request: AnyRequest) -> Response[str]:
        return _joining(entry, request, asked(request, "token"))

    return join_page


def _join(entry: Entry) -> HTTPRouteHandler:
    @post("/console/join", status_code=200, **HIDDEN)
    async def join(request: AnyRequest) -> Response[Any]:
        check_origin(request)
        told = await plain_form(request)
        token, password = told.get("token", ""), told.get("password", "")
        operator = entry.team.invited(token)
        if operator is None:
            return _joining(entry, request, token)
        look = entry.page.look(request)
        try:
            if password != told.get("again", ""):
                return _joining(
                    entry, request, token, look.say("The two passwords differ.")
                )
            await entry.team.choose(operator.name, password)
        except InvalidError:
            fault = look.say(
                "A password has 12 characters at least, and is not among those that"
                " are guessed first; four words that have nothing to do with one"
                " another make a good one."
            )
            return _joining(entry, request, token, fault)
        return await entry.go_on(request, operator)

    return join


def _joining(
    entry: Entry, request: AnyRequest, token: str, fault: str = ""
) -> Response[str]:
    operator, look = entry.team.invited(token), entry.page.look(request)
    if operator is None:
        title = look.say("This invitation is used up or too old")
        text = look.say("Ask an administrator for a new one.")
        return entry.page.show(
            request, "message.html", status=401, look=look, title=title, text=text
        )
    return entry.page.show(
        request,
        "entry/join.html",
        status=422 if fault else 200,
        look=look,
        token=token,
        name=operator.name,
        fault=fault,
    )


def _sign_out(entry: Entry) -> HTTPRouteHandler:
    @post("/console/sign-out", status_code=303, **HIDDEN)
    async def sign_out(request: AnyRequest) -> Response[str]:
        check_origin(request)
        entry.page.sessions.end(secret_of(request))
        answer = answers.goto("/console/sign-in")
        answer.set_cookie(entry.cookie(request, ""))
        return answer

    return sign_out


def _language(page: Page) -> HTTPRouteHandler:
    @post("/console/language", status_code=303, **HIDDEN)
    async def language(request: AnyRequest) -> Response[str]:
        check_origin(request)
        told = await plain_form(request)
        answer = answers.goto(_inner(told.get("back", "")))
        if told.get("language") in LANGUAGES:
            answer.set_cookie(
                Cookie(
                    "habitue_language",
                    value=told["language"],
                    path="/console",
                    max_age=YEAR_S,
                    httponly=True,
                    samesite="strict",
                    secure=request.url.scheme == "https",
                )
            )
        return answer

    return language


def _wait(
    page: Page, request: AnyRequest, error: TooManyTriesError
) -> TooManyRequestsException:
    text = page.look(request).say(
        "Too many tries failed; try again in %(seconds)s seconds.",
        seconds=error.wait_s,
    )
    return TooManyRequestsException(text, headers={"Retry-After": str(error.wait_s)})


def _address(request: AnyRequest) -> str:
    return request.client.host if request.client else ""


def _inner(path: str) -> str:
    """Give a path of the console to go on at; its first page for anything else."""
    parts = urlsplit(path)
    ours = parts.path == "/console" or parts.path.startswith("/console/")
    if not ours or parts.scheme or parts.netloc or "\\" in path:
        return "/console"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _fours(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]
