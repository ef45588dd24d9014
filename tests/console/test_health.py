"""Health in the reader's words: each finding, and what to do where it is not good."""

import ast
import html
import inspect
from typing import Any

import pytest
from litestar.testing import TestClient

from habitue.app.serving import console_ports
from habitue.base.clock import ManualClock
from habitue.base.ids import new_secret
from habitue.console.admin.words import FINDINGS, WAYS_OUT
from habitue.console.language import LANGUAGES
from habitue.console.session import Sessions
from tests.console.fake import FixedReading
from tests.console.fake.team import FixedInstallation
from tests.console.served import NOW_US, console_app, start
from tests.console.test_said import OTHERS, look


class AilingInstallation(FixedInstallation):
    """An installation of which everything is told with one grade."""

    def __init__(self, grade: str) -> None:
        self._grade = grade

    async def health(self) -> list[dict[str, Any]]:
        told = {"value": 7, "grade": self._grade}
        return [{"what": one, **told} for one in FINDINGS]


def findings() -> dict[str, bool]:
    """Give what the desk finds, and whether it may be anything but good."""
    tree = ast.parse(inspect.getsource(console_ports))
    found: dict[str, bool] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="_finding"), args=[name, _, grade]):
                code, fixed = ast.literal_eval(name), isinstance(grade, ast.Constant)
                is_good = fixed and grade.value == "good"
                found[code] = found.get(code, False) or not is_good
    return found


def page(code: str, grade: str) -> str:
    clock = ManualClock(NOW_US)
    sessions = Sessions(clock, new_secret)
    told = {"installation": AilingInstallation(grade)}
    app = console_app(FixedReading([], []), sessions, clock, **told)
    with TestClient(app) as client:
        client.get(start(sessions))
        client.cookies.set("habitue_language", code)
        return html.unescape(client.get("/console/health").text)


def test_no_finding_is_without_words_and_none_that_ails_without_a_way_out() -> None:
    assert findings().keys() == FINDINGS.keys()
    assert {code for code, ails in findings().items() if ails} == WAYS_OUT.keys()


@pytest.mark.parametrize("code", OTHERS)
def test_findings_and_ways_out_are_said_in_the_readers_language(code: str) -> None:
    for text in (*FINDINGS.values(), *WAYS_OUT.values()):
        assert look(code).say(text) != text


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_to_do_stands_beside_what_ails_and_nowhere_else(code: str) -> None:
    good, ailing = page(code, "good"), page(code, "wrong")
    shown = [look(code).say(text).split(":")[0] for text in WAYS_OUT.values()]

    assert [one for one in shown if one in good] == []
    assert [one for one in shown if one not in ailing] == []
    assert page(code, "look").count('<span class="quiet">') == len(WAYS_OUT)
