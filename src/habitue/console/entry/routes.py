"""Coming in by a link, or by name, password and code; joining by an invitation."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import TooManyRequestsException
from litestar.handlers import HTTPRouteHandler

from habitue.access.attempts import TooManyTriesError
from habitue.base.errors import InvalidError
from habitue.console import answers
from habitue.console.entry.steps import Entry, inner_path
from habitue.console.language import LANGUAGES
from habitue.console.page import (
    HIDDEN,
    SYNC,
    AnyRequest,
    Page,
    asked,
    check_origin,
    plain_form,
    secret_of,
)

YEAR_S = 31_536_000


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
        answer = answers.goto(inner_path(told.get("back", "")))
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
