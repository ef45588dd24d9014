"""By what somebody is known: its kind in the reader's language, wherever it is told."""

from typing import Any

import pytest
from litestar.testing import TestClient

from habitue.access.masking import Mask
from habitue.base.clock import ManualClock
from habitue.base.ids import new_secret
from habitue.console.live.lines import Wanted
from habitue.console.live.row import row
from habitue.console.session import Sessions
from tests.console.fake import FixedReading, event
from tests.console.served import NOW_US, console_app, start
from tests.console.test_said import OTHERS, look

KNOWN = ["user_id:u1", "email:anna@example.com", "club:7", "odd"]
FOUND = {"person_id": 33, "name": "Anna", "identifiers": KNOWN, "matched": "email"}


def test_a_line_says_kinds_in_words_and_values_as_they_are() -> None:
    line = row(event(1, identifiers=KNOWN), look("pl"))

    assert line["identifiers"] == [
        {"kind": "Konto", "value": "u1"},
        {"kind": "E-mail", "value": "anna@example.com"},
        {"kind": "Club", "value": "7"},
        {"kind": "", "value": "odd"},
    ]


def test_what_is_masked_stays_masked() -> None:
    (told,) = Mask(contacts=True, names=True).views([event(1, identifiers=KNOWN)])

    values = [one["value"] for one in row(told, look("ru"))["identifiers"]]

    assert values == ["u1", "a•••@e•••.com", "7", "odd"]


@pytest.mark.parametrize(
    ("text", "takes"), [("konto u1", True), ("u1", True), ("user_id", False)]
)
def test_a_line_is_found_by_the_words_that_are_shown(text: str, takes: bool) -> None:
    line = row(event(1, identifiers=["user_id:u1"]), look("pl"))

    assert Wanted(text=text).takes(line) is takes


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize(
    "path", ["/console/live", "/console/people?q=anna", "/console/search?q=anna"]
)
def test_pages_name_kinds_in_the_readers_language(code: str, path: str) -> None:
    clock = ManualClock(NOW_US)
    sessions = Sessions(clock, new_secret)
    # One alone would be led to at once.
    found: Any = [FOUND, {**FOUND, "person_id": 34}]
    reading = FixedReading([event(1, identifiers=KNOWN)], [], found)

    with TestClient(console_app(reading, sessions, clock)) as client:
        client.get(start(sessions))
        client.cookies.set("habitue_language", code)
        page = client.get(path).text

    account = look(code).say("Account")
    assert f'<span class="known-by">{account} <code>u1</code></span>' in page
    assert '<span class="known-by"><code>odd</code></span>' in page
    assert "user_id:" not in page
