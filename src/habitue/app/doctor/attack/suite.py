"""The whole attack: each group in turn, an attempt for each thing that is tried."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from habitue.app.doctor.attack import bodies, doors, queries
from habitue.app.doctor.attack.attempt import Attempt, judged, skipped
from habitue.app.doctor.attack.claims import changed, claims, identify
from habitue.app.doctor.attack.stage import PAGE, SIGNED, Stage, staged
from habitue.app.doctor.attack.target import target_of
from habitue.app.doctor.attack.tokens import Wanted, forged
from habitue.base.clock import SECOND_US, Clock
from habitue.base.settings import Settings


def attack(settings: Settings, clock: Clock) -> Iterator[Attempt]:
    """Attack the server that runs on the settings' folder, over loopback.

    What is needed for it is made in the shop and taken away again: see stage. Raises
    NotOursError where there is no such server.
    """
    target = target_of(Path(settings.data.folder))
    with staged(target, clock) as stage:
        for group in SUITE:
            yield from group(stage)


def _keyless(stage: Stage) -> Iterator[Attempt]:
    """Nobody comes in without a key, or with what is almost one."""
    for what, told in doors.credentials(stage.target.token).items():
        headers = {"authorization": told}
        answer = stage.target.ask("GET", "/api/v1/people", None, headers)
        fault = "" if answer.status == 401 else f"It was answered {answer.status}."
        yield judged("credentials", what, fault)


def _routes(stage: Stage) -> Iterator[Attempt]:
    """A page's key opens no route but the door of events, and no key none."""
    document = json.loads(stage.target.ask("GET", doors.DOCUMENT).body)
    page = {"authorization": f"Bearer {stage.keys[PAGE].secret}"}
    for method, path in doors.guarded(document):
        yield _route(stage, doors.Request("a page's key", method, path, page), 403)
        yield _route(stage, doors.Request("no key", method, path, {}), 401)


def _route(stage: Stage, request: doors.Request, wanted: int) -> Attempt:
    method, path = request.method, request.path
    answer = stage.target.ask(method, path, doors.sent(method), request.headers)
    fault = doors.tells(path, answer, _secrets(stage))
    if answer.status != wanted:
        fault = f"It was answered {answer.status}, where {wanted} says no."
    return judged("routes", f"{method} {path} with {request.what}", fault)


def _forms(stage: Stage) -> Iterator[Attempt]:
    """No page opens without a session, and no form comes from another site."""
    for one in doors.forms():
        answer = stage.target.ask(one.method, one.path, one.body, one.headers)
        fault = doors.fault_of(one, answer, _secrets(stage))
        yield judged("console", one.what, fault)


def _files(stage: Stage) -> Iterator[Attempt]:
    """No path leads out of what is served."""
    for path in doors.FILES:
        request = doors.Request(path, "GET", path, {})
        answer = stage.target.ask("GET", path)
        fault = doors.fault_of(request, answer, _secrets(stage))
        yield judged("files", path, fault)


def _claims(stage: Stage) -> Iterator[Attempt]:
    """A page's key changes nothing of a customer that is known for sure."""
    before = stage.known()
    for what, item in claims(stage.victim).items():
        stage.send(PAGE, item)
        after = stage.known()
        yield judged("claims", what, changed(before, after))
        before = after


def _tells(stage: Stage) -> Iterator[Attempt]:
    """The door answers the same of somebody it knows and of somebody it does not."""
    answers = []
    for who in (stage.victim.user_id, stage.victim.stranger):
        told = stage.send(PAGE, {**identify(), "userId": who})
        answers.append({**told, "offset": 0, "message_id": ""})
    same = answers[0] == answers[1]
    fault = "" if same else "The answer says whether somebody is a customer."
    yield judged("claims", "asks whether somebody is known", fault)


def _tokens(stage: Stage) -> Iterator[Attempt]:
    """A token speaks for whom it names only if the shop signed it, for here and now."""
    made = stage.client.post(f"/api/v1/sources/{SIGNED}/signing-secrets", None)
    wanted = Wanted(
        f"user_id:{stage.victim.user_id}",
        f"user_id:{stage.victim.other}",
        SIGNED,
        stage.clock.now_us() // SECOND_US,
    )
    for what, token in forged(made["kid"], made["secret"].encode(), wanted).items():
        context = {"token": token}
        stage.send(
            SIGNED,
            identify({"tier": what}, userId=stage.victim.user_id, context=context),
        )
        believed = "tier" in stage.person()["traits"]
        fault = "A forged token spoke for a customer." if believed else ""
        yield judged("tokens", what, fault)


def _bodies(stage: Stage) -> Iterator[Attempt]:
    """No single request brings the server down, or hangs it."""
    for one in bodies.bodies(stage.keys[PAGE].secret):
        answer = stage.target.ask(one.method, one.path, one.body, one.headers)
        fault = bodies.fault_of(answer, stage.target.is_well())
        yield judged("requests", one.what, fault)


def _queries(stage: Stage) -> Iterator[Attempt]:
    """SQL reads the copy of the events, and nothing beside it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "secret.csv"
        file.write_text("a\ncanary\n", "utf-8")
        for sql in (*queries.OUTSIDE, *queries.INSIDES):
            told = {"sql": sql.format(file=file, folder=folder)}
            answer = stage.client.raw(
                "POST", "/api/v1/lake/query", json.dumps(told).encode()
            )
            if answer.status == 503:
                yield skipped("queries", sql, "The copy does not answer now.")
                continue
            held = 400 <= answer.status < 500
            fault = "" if held else f"It was answered {answer.status}."
            yield judged("queries", sql, fault)


def _secrets(stage: Stage) -> tuple[str, ...]:
    """What no answer to an attacker may hold."""
    return stage.target.token, stage.victim.email


SUITE = (
    _keyless,
    _routes,
    _forms,
    _files,
    _claims,
    _tells,
    _tokens,
    _queries,
    _bodies,
)
