"""The product inside one command: the same API, called in-process."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from msgspec import structs

from habitue.app.serving.engine import Engine
from habitue.app.serving.owner import operator_token
from habitue.base.clock import SystemClock
from habitue.base.settings import Settings

T = TypeVar("T")


class LocalServer:
    """Opens the data folder for as long as it is entered, and answers requests."""

    def __init__(self, settings: Settings) -> None:
        # A command is done in a moment: what is held back on the disk is the server's.
        data = structs.replace(settings.data, reserve_mb=0)
        self._settings = structs.replace(settings, data=data)
        self._runner = asyncio.Runner()
        # A notebook's cells are run by a loop, and within one no other can be run.
        self._aside = ThreadPoolExecutor(1, "habitue") if _is_in_a_loop() else None
        self._engine: Engine | None = None
        self.token = operator_token(Path(settings.data.folder))

    def __enter__(self) -> Self:
        self._engine = engine = self._do(lambda: Engine(self._settings, SystemClock()))
        self._do(lambda: self._runner.run(engine.start()))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if (engine := self._engine) is not None:
                self._do(lambda: self._runner.run(engine.stop()))
        finally:
            self._do(self._runner.close)
            if self._aside is not None:
                self._aside.shutdown()

    def request(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        """Send one request through the ASGI app; give status, headers and body."""
        if (engine := self._engine) is None:
            raise RuntimeError("enter the LocalServer before asking it")
        return self._do(
            lambda: self._runner.run(
                asgi_request(engine, method, path, body or b"", headers)
            )
        )

    def _do(self, work: Callable[[], T]) -> T:
        """Do all that the loop is for in one thread: this one, or one of its own."""
        return work() if self._aside is None else self._aside.submit(work).result()


def _is_in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def asgi_request(
    app: Any, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, dict[str, str], bytes]:
    """Call an ASGI app with one request and gather its answer."""
    parts = urlsplit(path)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [
            (b"content-length", str(len(body)).encode()),
            *(
                (name.lower().encode(), value.encode())
                for name, value in {"host": "localhost", **headers}.items()
            ),
        ],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
        "state": {},
    }
    answer = _Answer()
    await app(scope, _body(body), answer.send)
    return answer.status, answer.headers, b"".join(answer.parts)


def _body(body: bytes) -> Any:
    sent = False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            await asyncio.sleep(3600)
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


class _Answer:
    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in message.get("headers", [])
            }
        elif message["type"] == "http.response.body":
            self.parts.append(message.get("body", b""))
