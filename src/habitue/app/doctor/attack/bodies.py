"""Requests that are to bring a server down: too long, too deep, never ending."""

import gzip
from collections.abc import Iterator

from habitue.app.calling.gateway import Answer
from habitue.app.doctor.attack.doors import Request
from habitue.app.doctor.attack.target import HUNG

DOOR = "/api/v1/events"
MB = 1_000_000


def bodies(key: str) -> Iterator[Request]:
    """Give the requests; key: a page's."""
    held = {"authorization": f"Bearer {key}"}
    nested = b'{"batch":' + b"[" * 200_000
    packed = {**held, "content-encoding": "gzip"}
    bomb = gzip.compress(b" " * (64 * MB), 9)
    yield _post("quotes that never end", b'"' + b'\\"' * 250_000, held)
    yield _post("brackets that never end", nested, held)
    yield _post("many empty members of gzip", gzip.compress(b"") * 200_000, packed)
    yield _post("a gzip that grows a thousandfold", bomb, packed)
    yield _post("a gzip within a gzip", gzip.compress(bomb), packed)
    yield _post("a body of ten megabytes", b'"' * (10 * MB), held)
    yield _post("a length of thousands of digits", b"{}", _long(held, "0" * 5_000))
    yield _post("a length below nothing", b"{}", _long(held, "-1"))
    yield _post("a number without end", b'{"batch":[' + b"9" * 300_000, held)
    yield _post("letters that are none", b'{"batch":[{"type":"\xff\xfe"}]', held)
    yield _post("nothing", b"", held)
    yield _post("a head of many lines", b"{}", {f"x-{n}": "y" for n in range(2_000)})
    yield _post("a head that is too long", b"{}", {"x-long": "y" * 200_000})
    many = "&".join(["writeKey=a"] * 21)
    yield Request("many keys in a query", "POST", f"{DOOR}?{many}", {}, b"{}")
    strange = f"{DOOR}?writeKey={'%ff' * 99}"
    yield Request("a key that is no text", "POST", strange, {}, b"{}")


def fault_of(answer: Answer, well: bool) -> str:
    """Say how a request harmed the server; to refuse it or to hang up is right.

    To keep it aside, as an item that nobody can read, is right as well.
    """
    if answer.status == HUNG:
        return "It was not answered at all."
    if answer.status >= 500 or b'"stored"' in answer.body:
        return f"It was answered {answer.status}."
    return "" if well else "The server did not answer any more after it."


def _post(what: str, body: bytes, headers: dict[str, str]) -> Request:
    return Request(what, "POST", DOOR, headers, body)


def _long(held: dict[str, str], length: str) -> dict[str, str]:
    return {**held, "content-length": length}
