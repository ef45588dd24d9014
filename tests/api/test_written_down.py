"""What a team member does that others must be able to look up: an entry, exactly one.

By the API of every route, by what the guard does; of the console's forms, each of which
writes its own entry, by what their code says.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from litestar import post
from msgspec import structs

import habitue.console
from habitue.access.deeds import DEEDS
from habitue.access.permission import AUDITED, Permission, Role
from habitue.api.deeds import TOLD
from habitue.api.guard import UntoldRouteError, check_declared
from habitue.app.serving.local import LocalServer
from habitue.base.said import meant
from habitue.base.settings import load
from habitue.model.operator import AuditEntry
from habitue.model.record import RecordKind
from tests.api.matrix import WRITTEN_DOWN
from tests.api.test_matrix import START_LINK, House, api_of

# The API's routes name the body as Litestar 2 takes it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*Reserved kwarg"),
    pytest.mark.proof("T35"),
]
Figure = Callable[[str, object], None]
Function = ast.FunctionDef | ast.AsyncFunctionDef
# These write their own, with the reason, or with how many were taken out.
BY_THEMSELVES = {Permission.PEOPLE_REVEAL, Permission.SEGMENTS_EXPORT}
# What the audit says of requests, done or refused.
SAID = {
    ("POST", "/api/v1/sources", '{"name": "pos", "kind": "server"}'): "add source pos",
    # A body that the route does not take names nothing: it may hold an address.
    ("POST", "/api/v1/sources", '{"name": "anna@example.com"}'): "add source ?",
    ("POST", "/api/v1/sources", "no JSON"): "add source ?",
    ("POST", "/api/v1/sources/pos/keys", "{}"): "source pos: new key",
    (
        *("PATCH", "/api/v1/operators/a-agent"),
        '{"role": "store"}',
    ): "a-agent becomes store",
    (
        *("PATCH", "/api/v1/operators/a-agent"),
        '{"disabled": true}',
    ): "a-agent is out",
    (
        *("PATCH", "/api/v1/operators/a-agent"),
        '{"disabled": false}',
    ): "a-agent is in again",
    (
        *("PATCH", "/api/v1/operators/a-agent"),
        '{"disabled": false, "role": "agent"}',
    ): "change what a-agent may see or do",
    ("PATCH", "/api/v1/operators/a-agent", "{}"): "change what a-agent may see or do",
    (
        *("PUT", "/api/v1/sources/pos/plan"),
        '{"events": {"A": {}, "B": {}}}',
    ): "source pos: plan of 2 events",
    ("POST", "/api/v1/privacy/export", '{"person_id": 0}'): "person 0",
    (
        *("POST", "/api/v1/privacy/export"),
        '{"identifier": "email:eva@example.com"}',
    ): "somebody by an identifier",
    (
        *("POST", "/api/v1/catalog/prices?source=pos"),
        '{"items": []}',
    ): "source pos: prices of the catalogue",
    ("PATCH", "/api/v1/shop", '{"currency": "QQQQ"}'): "the shop's currency: QQQQ",
    ("GET", "/api/v1/export/people", ""): "take out everything: people",
}
CONSOLE = Path(habitue.console.__file__).parent
# Forms that write nothing themselves, and why.
ELSEWHERE = {
    "people/routes.py reveal": "the desk of reveals, with how many are left",
    "segments/routes.py export": "the desk of exports, with how many were taken out",
    "segments/requests.py ask": "the desk of approvals",
    "segments/requests.py answer": "the desk of approvals",
    "scores/routes.py cut_scores": "what it computes is shown, not kept",
    "privacy/routes.py ask_to_erase": "it shows whom the next form erases",
    "duplicates/routes.py find": "it looks for couples, and judges nobody",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("written") / "data"
    settings = load(environ={})
    data = structs.replace(settings.data, folder=folder)
    with LocalServer(structs.replace(settings, data=data)) as server:
        yield House(server)


def test_what_is_written_down_is_what_was_decided() -> None:
    assert AUDITED == WRITTEN_DOWN


def test_whatever_is_done_by_the_api_has_exactly_one_entry(
    house: House, figure: Figure
) -> None:
    key = f"Bearer {house.tokens[Role.ADMINISTRATOR]}"
    asked = [one for one in api_of(house) if one[1] != START_LINK]

    for method, path, handler in asked:
        wanted = handler.opt["permission"]
        if wanted in BY_THEMSELVES:
            continue
        before = house.leader.engine.truth.head()
        house.status(method, path, authorization=key)
        entries = [one for one in written(house, before) if one.action == wanted]
        assert len(entries) == (wanted in WRITTEN_DOWN), (method, path)
        # In words, which whoever reads the audit finds in their language.
        assert all(meant(DEEDS, one.object)[0] for one in entries), entries
    figure("routes", len(asked))


def test_what_is_done_by_the_api_is_said_with_its_values(house: House) -> None:
    for (method, path, body), told in SAID.items():
        before = house.leader.engine.truth.head()
        key = {"authorization": f"Bearer {house.server.token}"}
        kind = {"content-type": "application/json"}

        house.server.request(method, path, body.encode(), {**key, **kind})

        assert [one.object for one in written(house, before)] == [told]


def test_no_words_are_kept_for_a_route_that_is_no_more(house: House) -> None:
    told = {
        f"{method} {re.sub(r':[a-z]+', '', min(handler.paths))}"
        for method, _, handler in api_of(house)
        if handler.opt["permission"] in WRITTEN_DOWN - BY_THEMSELVES
    }

    assert {one.replace(" ", " /api/v1") for one in TOLD} == told


def test_a_route_that_the_audit_has_no_words_for_does_not_start() -> None:
    @post("/forgotten", permission=Permission.EXPORT, sync_to_thread=False)
    def forgotten() -> None:
        """Be written down, nobody knows how."""

    with pytest.raises(UntoldRouteError, match="POST /forgotten"):
        check_declared([forgotten])


def written(house: House, after: int) -> list[AuditEntry]:
    """Give what was written down behind a record, one by one."""
    return [
        msgspec.json.decode(record.body or b"", type=AuditEntry)
        for record in house.leader.engine.truth.read(after, 1_000)
        if record.kind is RecordKind.AUDIT
    ]


def test_every_form_of_the_console_writes_down_what_it_does(figure: Figure) -> None:
    silent, forms = set(), 0
    for path in sorted(CONSOLE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        local = {one.name: one for one in ast.walk(tree) if isinstance(one, Function)}
        for one in ast.walk(tree):
            if isinstance(one, Function) and asks(one) & WRITTEN_DOWN:
                forms += 1
                if not writes(one, local, set()):
                    silent.add(f"{path.relative_to(CONSOLE).as_posix()} {one.name}")

    assert silent == set(ELSEWHERE)
    assert forms > 40
    figure("forms", forms)


def asks(route: Function) -> set[Permission]:
    """Give what a route that takes a form asks for; of all else nothing."""
    posts = (one for one in route.decorator_list if "post" in names(one))
    return {
        Permission[name]
        for one in posts
        for name in names(one)
        if name in Permission.__members__
    }


def writes(one: Function, local: dict[str, Function], seen: set[str]) -> bool:
    """Say whether a function writes an entry, or one of its module that it calls."""
    called = names(one)
    if {"audit", "write"} <= called:
        return True
    seen.add(one.name)
    others = [local[name] for name in (called & local.keys()) - seen]
    return any(writes(other, local, seen) for other in others)


def names(tree: ast.AST) -> set[str]:
    """Give all names and attributes that stand in a part of code."""
    return {
        found
        for node in ast.walk(tree)
        if (found := getattr(node, "attr", getattr(node, "id", "")))
    }
