"""The steps by which somebody comes in: password, code, and setting codes up."""

from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from litestar import Response
from litestar.datastructures import Cookie

from habitue.access.attempts import Attempts
from habitue.access.totp import address, spelled
from habitue.console import answers
from habitue.console.page import AnyRequest, Page, cookie_name
from habitue.console.session import Guest, Step
from habitue.model.operator import Operator

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
        # Before it is checked: others may come while that takes its time.
        self.failed(request, tried)
        operator = await self.team.recognise(name, told.get("password", ""))
        if operator is None:
            look = self.page.look(request)
            return self.page.show(
                request,
                "entry/sign-in.html",
                status=401,
                look=look,
                back=inner_path(back),
                fault=look.say("Name and password do not fit, or you are out."),
            )
        self._by_name.taken_back(tried)
        self._by_address.taken_back(_address(request))
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
        answer = answers.goto(inner_path(back))
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


def guest_of(operator: Operator) -> Guest:
    return Guest(operator.name, operator.role, operator.version)


def _address(request: AnyRequest) -> str:
    return block_of(request.client.host if request.client else "")


def block_of(host: str) -> str:
    """Give what of an address is one sender's: of IPv6 the network, which is theirs.

    >>> block_of("192.0.2.7"), block_of("2001:db8:1:2:3::4"), block_of("?")
    ('192.0.2.7', '2001:db8:1:2::/64', '?')
    """
    try:
        found = ip_address(host)
    except ValueError:
        return host
    if found.version == 4:
        return host
    mapped = found.ipv4_mapped
    return str(mapped or ip_network((int(found), 64), strict=False))


def inner_path(path: str) -> str:
    """Give a path of the console to go on at; its first page for anything else."""
    parts = urlsplit(path)
    ours = parts.path == "/console" or parts.path.startswith("/console/")
    if not ours or parts.scheme or parts.netloc or "\\" in path:
        return "/console"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _fours(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]
