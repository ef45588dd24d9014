"""Requests by who holds no key, or a page's: what they may reach, and look at."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from habitue.app.calling.gateway import Answer

# What stands in a path for something there is none of; what is sent means nothing, so
# that nothing happens in a shop whose guard is gone.
NOBODY_ID = "4611686018427387000"
NOBODY = "attack-nobody"
NO_BODY = b"{"
DOCUMENT = "/api/v1/schema/openapi.json"
# A page's key may send there, and nothing else; what is sent tells it, too, so that it
# is read first.
DOOR = "/api/v1/events"
PAGES = (
    *("/console", "/console/people", "/console/segments", "/console/sources"),
    *("/console/privacy", "/console/team", "/console/stream"),
)
FILES = (
    "/console/static/../../operator.token",
    "/console/static/%2e%2e/%2e%2e/operator.token",
    "/console/static/..%2f..%2foperator.token",
    "/console/static//etc/passwd",
    "/habitue.js/../operator.token",
    "/../operator.token",
    "//operator.token",
    "/operator.token",
    "/truth.db",
    "/.env",
)
EVIL = "https://evil.example"


class Request(NamedTuple):
    """One request, and what it tries in words."""

    what: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None


def credentials(token: str) -> dict[str, str]:
    """Give what nobody may come in with; token: the operator's, to be bent."""
    return {
        "nothing": "",
        "a scheme alone": "Bearer",
        "spaces": "Bearer  ",
        "a space of another kind": "Bearer \xa0",
        "an empty name and word": "Basic Og==",
        "a word that is none": "Bearer nobody",
        "the token cut short": f"Bearer {token[:-1]}",
        "the token and a letter": f"Bearer {token}x",
        "the token in letters of another size": f"Bearer {token.swapcase()}",
        "two tokens": f"Bearer nobody {token}",
        "the token as a password": f"Basic {token}",
    }


def guarded(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give method and path of every route behind a key; document: OpenAPI's."""
    for path, methods in document["paths"].items():
        for method, told in methods.items() if path != DOOR else ():
            if isinstance(told, dict) and told.get("security"):
                yield method.upper(), _filled(path, told.get("parameters", ()))


def _filled(path: str, parameters: Any) -> str:
    for one in parameters:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", _nobody(one["schema"]))
    return path


def _nobody(schema: dict[str, Any]) -> str:
    if schema.get("type") == "integer":
        return NOBODY_ID
    return str(schema["enum"][0]) if "enum" in schema else NOBODY


def sent(method: str) -> bytes | None:
    return None if method in {"GET", "DELETE"} else NO_BODY


def forms() -> Iterator[Request]:
    """Give what a page of another site, or somebody with a guessed cookie, sends."""
    kind = {"content-type": "application/x-www-form-urlencoded"}
    foreign = {**kind, "origin": EVIL, "sec-fetch-site": "cross-site"}
    guess = {"cookie": "__Host-habitue_session=guessed; habitue_session=guessed"}
    body = b"name=root&password=root"
    yield Request("a form of another site", "POST", "/console/sign-in", foreign, body)
    yield Request(
        *("a form of a page in a sandbox", "POST", "/console/sign-in"),
        {**kind, "origin": "null"},
        body,
    )
    for page in PAGES:
        yield Request(f"{page} without a session", "GET", page, {})
        yield Request(f"{page} with a guessed session", "GET", page, guess)
    yield Request("a guessed start link", "GET", "/console/start?token=guessed", {})
    yield Request("a guessed invitation", "GET", "/console/join?token=guessed", {})


def fault_of(request: Request, answer: Answer, secrets: tuple[str, ...]) -> str:
    """Say what an answer gives that it may not; empty if it refuses all."""
    if not 400 <= answer.status < 500:
        return f"{request.method} {request.path} was answered {answer.status}."
    return tells(request.path, answer, secrets)


def tells(path: str, answer: Answer, secrets: tuple[str, ...]) -> str:
    """Say whether an answer holds something secret."""
    if any(one.encode() in answer.body for one in secrets):
        return f"The answer of {path} holds what nobody may read."
    return ""
