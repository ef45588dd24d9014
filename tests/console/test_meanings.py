"""What each setting means, and why items were not taken, in the reader's language."""

from html import unescape

import pytest
from litestar.testing import TestClient

from habitue.base.clock import ManualClock
from habitue.base.ids import new_secret
from habitue.base.settings import declared
from habitue.collect.reason import QUARANTINE_REASONS, REFUSAL_REASONS
from habitue.console.admin.words import ORIGINS
from habitue.console.look import Look
from habitue.console.reasons import NAMED, reason_named
from habitue.console.session import Sessions
from tests.console.fake import FixedInstallation, FixedReading
from tests.console.served import NOW_US, console_app, start
from tests.console.test_said import OTHERS, look

LOG = "the log, version 7"


class Whole(FixedInstallation):
    """All settings that there are, from each origin that there is."""

    def settings(self) -> list[dict[str, object]]:
        origins = [*ORIGINS, LOG, "habitue.toml"]
        return [
            {
                "name": name,
                "value": "1",
                "origin": origins[at % len(origins)],
                "text": one.setting.text,
            }
            for at, (name, one) in enumerate(declared().items())
        ]


def shown(code: str) -> str:
    clock = ManualClock(NOW_US)
    sessions = Sessions(clock, new_secret)
    app = console_app(FixedReading([], []), sessions, clock, installation=Whole())
    with TestClient(app) as client:
        client.get(start(sessions))
        client.cookies.set("habitue_language", code)
        return unescape(client.get("/console/settings").text)


@pytest.mark.parametrize("code", OTHERS)
def test_no_setting_is_without_its_meaning(code: str) -> None:
    page, texts = shown(code), [one.setting.text for one in declared().values()]

    assert len(texts) > 70
    assert [one for one in texts if one in page] == []
    assert [one for one in texts if look(code).say(one) not in page] == []
    # Two that meant the same could not be told apart.
    meanings = {look(code).say(one) for one in texts}
    assert len(meanings) == len(set(texts))
    for origin in (*ORIGINS, LOG):
        assert f"<td>{origin}</td>" not in page
    assert "habitue.toml" in page


def test_in_english_a_setting_means_what_it_is_declared_to() -> None:
    page, texts = shown("en"), [one.setting.text for one in declared().values()]

    assert [one for one in texts if one not in page] == []
    assert LOG in page


@pytest.mark.parametrize("code", OTHERS)
def test_no_reason_of_an_item_is_a_code(code: str) -> None:
    codes = {**QUARANTINE_REASONS, **REFUSAL_REASONS}

    assert NAMED.keys() == codes.keys()
    names = {one: reason_named(one, look(code)) for one in codes}
    assert len(set(names.values())) == len(names)
    assert [one for one in codes if names[one] == reason_named(one, Look())] == []
    for one in codes:
        assert reason_named(f"quarantined: {one}", look(code)) == names[one]
    assert reason_named("refused: own_reason", Look()) == "Refused: own reason"
