"""The two reads that are asked for most, answered in front of the routes.

GET /api/v1/people?identifier=kind:value and GET /api/v1/people/{person_id} are routes
like any (habitue.api.people): declared and described there. A plain one, of a caller
who may, is answered here with the very bytes that the route would give, at a part of
what a route costs. All else is the routes' to answer: another parameter, a moment,
an id that is nobody's, what can't be read, who may not, and who sees it masked or does
not see everybody.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from habitue.access.masking import mask_of
from habitue.access.reading import asks, saw
from habitue.api.guard import holds
from habitue.api.people import FIND_PATH, IDENTIFIER_MAX, PERSON_ID_MAX, READS
from habitue.api.port import Doorkeeper, EncodedPeople

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
RawHeaders = list[tuple[bytes, bytes]]

# "+", ";" and whatever else parsers read in more than one way is not plain.
_QUERY = re.compile(rb"identifier=((?:[A-Za-z0-9._~:@/-]|%[0-9A-Fa-f]{2})+)")
_QUERY_BYTES_MAX = 3 * IDENTIFIER_MAX + 20
_ONE = re.compile(FIND_PATH + r"/(0|[1-9][0-9]{0,18})")
_FOUND = b'{"people":[%b],"next_cursor":null}'


class Found(NamedTuple):
    """A body to answer, and what of its rate the caller has used."""

    body: bytes
    rate: tuple[int, int]


class Reads:
    """An ASGI app: answers plain reads, and hands the rest to the routes."""

    def __init__(
        self,
        routes: App,
        people: EncodedPeople,
        doorkeeper: Doorkeeper,
        carried: Callable[[tuple[int, int]], RawHeaders],
    ) -> None:
        """carried: the headers that every answer has, for what is used of a rate."""
        self.routes = routes
        self._people = people
        self._doorkeeper = doorkeeper
        self._carried = carried

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._find(scope)
        if found is None:
            await self.routes(scope, receive, send)
            return
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(found.body)),
            *self._carried(found.rate),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send(
            {"type": "http.response.body", "body": found.body, "more_body": False}
        )

    def _find(self, scope: Scope) -> Found | None:
        """Give the answer to a plain read; None if it is the routes' to answer."""
        read = self._plain(scope)
        if read is None:
            return None
        caller = self._doorkeeper.caller(_authorization(scope["headers"]))
        if caller is None or not holds(caller, READS) or not mask_of(caller).is_bare:
            return None
        # Each look for somebody counts, so it is the routes' to answer.
        if self._doorkeeper.is_counted(caller) and scope["path"] == FIND_PATH:
            return None
        if not self._doorkeeper.left(caller):
            return None
        asks(caller)
        try:
            body = read()
        except Exception:  # noqa: BLE001 - the route fails alike, and says so in one form
            return None
        return None if body is None else Found(body, self._doorkeeper.spend(caller))

    def _plain(self, scope: Scope) -> Callable[[], bytes | None] | None:
        if scope["method"] != "GET" or scope.get("root_path"):
            return None
        path, query = scope["path"], scope["query_string"]
        if path == FIND_PATH:
            identifier = _identifier(query)
            return None if identifier is None else lambda: self._holder(identifier)
        one = _ONE.fullmatch(path) if not query else None
        if one is None or int(one[1]) > PERSON_ID_MAX:
            return None
        return lambda: self._person(int(one[1]))

    def _person(self, person_id: int) -> bytes | None:
        saw((person_id,))
        return self._people.person(person_id)

    def _holder(self, identifier: str) -> bytes:
        person_id = self._people.find(identifier)
        person = None if person_id is None else self._person(person_id)
        return _FOUND % (person or b"")


def _identifier(query: bytes) -> str | None:
    """Read identifier=kind:value as every parser reads it; None if they may differ."""
    told = _QUERY.fullmatch(query) if len(query) <= _QUERY_BYTES_MAX else None
    if told is None:
        return None
    try:
        text = unquote_to_bytes(told[1]).decode()
    except UnicodeDecodeError:
        return None
    return text if ":" in text and len(text) <= IDENTIFIER_MAX else None


def _authorization(headers: RawHeaders) -> str:
    """Give the one Authorization header; nobody's if there are none or several."""
    told = [value for name, value in headers if name == b"authorization"]
    return told[0].decode("latin-1") if len(told) == 1 else ""
