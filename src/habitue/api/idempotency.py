"""`Idempotency-Key`: a request sent twice is done once, and answered alike.

A request is noted before it is done, its answer before it is sent. So what was begun
and has no answer is never done again: its end is not known, and the caller is told so.
"""

import asyncio
import hmac
import re
from typing import Any, cast

import msgspec
from litestar.exceptions import HTTPException, TooManyRequestsException
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from habitue.access.repeats import (
    Answer,
    Begun,
    Repeats,
    TooManyKeysError,
    Whose,
    opened,
)
from habitue.api.guard import holds
from habitue.api.port import Caller, Doorkeeper
from habitue.api.problem import TITLES
from habitue.base.clock import to_iso
from habitue.base.errors import ConflictError, InvalidError

NAME = "idempotency-key"
METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# These tell something and change nothing, whatever their method; and who is told
# what is masked, or everything of a person, is to stand in the audit each time.
TELLING = frozenset(
    f"/api/v1/{path}"
    for path in (
        "people/{person_id}/reveal",
        "privacy/export",
        "lake/query",
        "segments/preview",
        "segments/overlap",
        "plans/try",
        "webhooks/try",
    )
)
# What these answer names nobody: a certificate is kept though its erasure began before.
NAMING_NOBODY = frozenset({"/api/v1/privacy/erase"})
KEY_MIN, KEY_MAX = 16, 200
# An answer of the API is a few words; a longer one is not kept.
ANSWER_BYTES_MAX = 64_000
_KEY = re.compile(f"[!-~]{{{KEY_MIN},{KEY_MAX}}}")
_TYPE = re.compile(r":[a-z]+\}")
# By these a request was turned away before it did anything.
_NOTHING_DONE = frozenset({400, 401, 403, 404, 405, 413, 415, 422, 429})
_PROBLEM = "application/problem+json"

PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": (
        "Sent again within 24 hours with the same request, nothing is done and the"
        " answer is the same; with another request it is 422."
    ),
    "schema": {
        "type": "string",
        "minLength": KEY_MIN,
        "maxLength": KEY_MAX,
        "pattern": "^[!-~]+$",
    },
}


def takes_key(method: str, path: str) -> bool:
    """Say whether a route, by its template, does something that is to be done once.

    >>> takes_key("POST", "/api/v1/sources"), takes_key("GET", "/api/v1/sources")
    (True, False)
    """
    return method.upper() in METHODS and _TYPE.sub("}", path) not in TELLING


class Idempotency:
    """Stands before each route: does what has a key once."""

    def __init__(
        self, app: ASGIApp, doorkeeper: Doorkeeper, repeats: Repeats, body_max: int
    ) -> None:
        """body_max: bytes that a body may have."""
        self.app = app
        self._doorkeeper = doorkeeper
        self._repeats = repeats
        self._body_max = body_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = [value for name, value in scope["headers"] if name == NAME.encode()]
        caller = self._caller(scope) if told else None
        if caller is None:
            await self.app(scope, receive, send)
            return
        whose = Whose(f"{caller.name}\0{caller.role}\0{caller.source}", _key(told))
        body = await _read(receive, self._body_max)
        request = _fingerprint(whose.key, scope, body)
        begun = await self._begin(whose, request)
        if begun is None:
            await self._do(whose, request, scope, _again(body, receive), send)
        else:
            self._spend(scope, caller)
            await _send(await self._repeated(whose, request, begun), send)

    def _caller(self, scope: Scope) -> Caller | None:
        """Give who may ask this; None for the guard to refuse, or where no key counts.

        Looked up here as well: who may do it no more is not told what it came to.
        """
        path = scope.get("path_template", scope["path"])
        if not takes_key(cast("HTTPScope", scope)["method"], path):
            return None
        keys = [value for name, value in scope["headers"] if name == b"authorization"]
        caller = self._doorkeeper.caller(keys[0].decode("latin-1") if keys else "")
        wanted = scope["route_handler"].opt.get("permission")
        if caller is None or not holds(caller, wanted):
            return None
        return caller if self._doorkeeper.left(caller) else None

    async def _begin(self, whose: Whose, request: str) -> Begun | None:
        try:
            return await asyncio.to_thread(self._repeats.begin, whose, request)
        except TooManyKeysError as error:
            raise TooManyRequestsException(
                str(error), headers={"Retry-After": "3600"}
            ) from error

    def _spend(self, scope: Scope, caller: Caller) -> None:
        state: dict[str, Any] = scope["state"]
        state["rate"] = self._doorkeeper.spend(caller)

    async def _repeated(self, whose: Whose, request: str, begun: Begun) -> Answer:
        if begun.request != request:
            raise InvalidError(
                "This Idempotency-Key came with another request before, at"
                f" {to_iso(begun.at_us)}; a new request takes a new key."
            )
        answer = opened(whose, begun)
        if answer is None:
            raise ConflictError(
                "The request of this Idempotency-Key was begun at"
                f" {to_iso(begun.at_us)} and has no answer yet: it is being done"
                " still, or it broke off. Ask again in a moment; if this stays, look"
                " whether it was done, and if not, send it with a new key."
            )
        return answer

    async def _do(
        self, whose: Whose, request: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        messages: list[Message] = []

        async def hold(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, hold)
        answer = _answer(messages, names_nobody=scope["path"] in NAMING_NOBODY)
        if answer.status in _NOTHING_DONE:
            await asyncio.to_thread(self._repeats.take_back, whose)
        elif answer.status < 500:
            await asyncio.to_thread(self._repeats.end, whose, request, answer)
        # After a fault of ours it is not known what was done: it stays begun.
        for message in messages:
            await send(message)


def _key(told: list[bytes]) -> str:
    key = told[0].decode("latin-1")
    if len(told) > 1 or not _KEY.fullmatch(key):
        raise InvalidError(
            f"An Idempotency-Key has {KEY_MIN} to {KEY_MAX} printable characters"
            " without spaces, and comes once; a random UUID will do."
        )
    return key


def _fingerprint(key: str, scope: Scope, body: bytes) -> str:
    method = cast("HTTPScope", scope)["method"]
    head = (method, scope["path"], scope["query_string"].decode("latin-1"))
    told = "\0".join(head).encode() + b"\0" + body
    return hmac.digest(key.encode(), told, "sha256").hex()


async def _read(receive: Receive, most: int) -> bytes:
    found = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            # Who left before their request was whole gets no answer, and nothing done.
            raise HTTPException("The request broke off.", status_code=400)
        found += message.get("body", b"")
        if len(found) > most:
            raise HTTPException(
                f"The body has more than {most} bytes.", status_code=413
            )
        if not message.get("more_body"):
            return bytes(found)


def _again(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read as though it were not."""
    told: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return told.pop() if told else await receive()

    return again


def _answer(messages: list[Message], *, names_nobody: bool) -> Answer:
    status, media, body = 500, "application/json", b""
    for message in messages:
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = dict(message["headers"])
            media = headers.get(b"content-type", media.encode()).decode("latin-1")
        elif message["type"] == "http.response.body":
            body += message["body"]
    if len(body) <= ANSWER_BYTES_MAX:
        return Answer(status, media, body, names_nobody)
    said = (
        f"The request of this Idempotency-Key was done and answered {status}; the"
        " answer was too long to be kept. Ask for what it changed."
    )
    return _problem(409, said)


def _problem(status: int, detail: str) -> Answer:
    told = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "detail": detail,
    }
    return Answer(status, _PROBLEM, msgspec.json.encode(told))


async def _send(answer: Answer, send: Send) -> None:
    headers = [
        (b"content-type", answer.media.encode("latin-1")),
        (b"content-length", b"%d" % len(answer.body)),
        (b"idempotency-replayed", b"true"),
    ]
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [] if answer.status == 204 else headers,
        }
    )
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
