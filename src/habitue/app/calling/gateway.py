"""How a command or the demo reaches a running server, or the folder itself.

One process owns the data folder. Where a server runs, a command is its client;
where none runs, the command opens the folder and calls the same API in-process.
"""

import http.client
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

from habitue.app.serving.owner import Owner, find_owner
from habitue.base.errors import HabitueError
from habitue.base.settings import Settings

if TYPE_CHECKING:
    from habitue.app.serving.local import LocalServer


# How long an answer may take, of a question that goes over everything, too.
ANSWERS_S = 120
# What is raised where a server hangs up, or answers what is no HTTP.
HUNG_UP = (OSError, http.client.HTTPException)


class AnswerError(HabitueError):
    """The server answered with an error."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Answer:
    """What the API answered."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


class Gateway(Protocol):
    """Sends one request, gives its answer."""

    def send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer: ...


class RemoteGateway:
    """A server that runs already, reached over loopback."""

    def __init__(self, owner: Owner, timeout_s: float = ANSWERS_S) -> None:
        self._owner = owner
        self._connection = http.client.HTTPConnection(
            owner.host, owner.port, timeout=timeout_s
        )

    def send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        self._connection.request(method, path, body=body, headers=headers)
        response = self._connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read())

    def close(self) -> None:
        self._connection.close()

    def beside(self) -> "RemoteGateway":
        """Give another connection, for one request beside another."""
        return RemoteGateway(self._owner)


class LocalGateway:
    """The folder, opened by this command for as long as it takes."""

    def __init__(self, server: "LocalServer") -> None:
        self._server = server

    def send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        return Answer(*self._server.request(method, path, body, headers))


class Client:
    """The API as the operator sees it from the command line."""

    def __init__(self, gateway: Gateway, token: str) -> None:
        self._gateway = gateway
        self._token = token

    def beside(self) -> "Client | None":
        """Give a client for requests beside these; None where they go one by one."""
        if isinstance(self._gateway, RemoteGateway):
            return Client(self._gateway.beside(), self._token)
        return None

    def get(self, path: str, **query: Any) -> Any:
        wanted = {name: value for name, value in query.items() if value is not None}
        return self._json(
            "GET", f"{path}?{urlencode(wanted, doseq=True)}" if wanted else path
        )

    def pages(self, path: str, **query: Any) -> Iterator[Any]:
        """Give the pages of a list, to its end."""
        cursor = None
        while True:
            page = self.get(path, **query, cursor=cursor)
            yield page
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def every(self, path: str, what: str, **query: Any) -> list[Any]:
        """Give all of a list; what: how its pages call what they hold."""
        return [one for page in self.pages(path, **query) for one in page[what]]

    def post(self, path: str, body: Any) -> Any:
        return self._json("POST", path, json.dumps(body).encode())

    def put(self, path: str, body: Any) -> Any:
        return self._json("PUT", path, json.dumps(body).encode())

    def patch(self, path: str, body: Any) -> Any:
        return self._json("PATCH", path, json.dumps(body).encode())

    def delete(self, path: str, **query: Any) -> Any:
        return self._json("DELETE", f"{path}?{urlencode(query)}" if query else path)

    def raw(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        key: str | None = None,
        *,
        accept: str | None = None,
    ) -> Answer:
        """Send as it is; the caller looks at the status."""
        headers = {"authorization": f"Bearer {key or self._token}"}
        if accept is not None:
            headers["accept"] = accept
        if body is not None:
            headers["content-type"] = "application/json"
        return self._gateway.send(method, path, body, headers)

    def file(self, path: str, body: Any) -> bytes:
        """Post, and give the bytes of the file that is answered."""
        return self._answer("POST", path, json.dumps(body).encode()).body

    def _json(self, method: str, path: str, body: bytes | None = None) -> Any:
        told = self._answer(method, path, body).json()
        # Whatever was done: who typed a secret has to know, beside what is printed.
        if isinstance(told, dict) and "secrets_masked" in told:
            sys.stderr.write(told["secrets_masked"]["detail"] + "\n")
        return told

    def _answer(self, method: str, path: str, body: bytes | None) -> Answer:
        answer = self.raw(method, path, body)
        if answer.status >= 400:
            raise AnswerError(answer.status, detail_of(answer))
        return answer


def detail_of(answer: Answer) -> str:
    """Give what an answer that is no success says."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    if isinstance(told, dict) and "detail" in told:
        errors = [
            f"{one.get('key')}: {one.get('message')}" for one in told.get("errors", ())
        ]
        return "; ".join([str(told["detail"]), *errors])
    return f"The server answered {answer.status}."


@contextmanager
def connect(settings: Settings) -> Iterator[Client]:
    """Reach the product of the settings' data folder, running or not."""
    folder = Path(settings.data.folder)
    owner = find_owner(folder)
    if owner is not None:
        gateway = RemoteGateway(owner)
        try:
            yield Client(gateway, owner.token)
        finally:
            gateway.close()
        return
    # Here, since a server that runs already spares a command all that it loads.
    from habitue.app.serving.local import LocalServer  # noqa: PLC0415

    with LocalServer(settings) as server:
        yield Client(LocalGateway(server), server.token)


def segment(text: str) -> str:
    """Write a text as one segment of a path."""
    return quote(text, safe="")
