"""What holds of an erasure, in the reader's language, as its certificate keeps it."""

from pathlib import Path
from typing import Any

import pytest

from habitue.console.language import LANGUAGES
from habitue.console.privacy.shown import STORES, certificate, scrubbed
from habitue.console.said import holds
from habitue.privacy.said import (
    EMBEDDED,
    FORMER,
    HOLDS,
    NO_CHECKPOINT,
    NO_LAKE,
    OWNED,
    SERVER,
    stores,
)
from tests.console.test_said import ENGLISH, OTHERS, look
from tests.console.test_words import CYRILLIC, foreign
from tools.catalogues import CONSOLE

# Of commands and databases, which have no other names.
NAMES = {"done", "failed", "habitue", "export", "erasures", "Idempotency", "Key"}
NAMES |= {"vacuum", "privacy", "scrub", "WAL", "CHECKPOINT", "pg_checkpoint"}
BOTH = (False, True)
WAYS = [(server, sweeps, lake) for server in BOTH for sweeps in BOTH for lake in BOTH]
NOTICE = 'permission denied to vacuum "pg_statistic", skipping it'


def erased(held: dict[str, str]) -> dict[str, Any]:
    at = "2026-11-20T13:00:00Z"
    told = {"erasure_id": "e1", "status": "done", "asked_at": at, "done_at": at}
    return {**told, "records": 1, "quarantined": 0, "stores": held}


@pytest.mark.parametrize(("on_server", "sweeps", "has_lake"), WAYS)
def test_every_store_of_every_installation_has_a_name(
    on_server: bool, sweeps: bool, has_lake: bool
) -> None:
    told = stores(on_server=on_server, sweeps=sweeps, has_lake=has_lake)

    assert told.keys() == STORES.keys()
    assert (told["lake"] == NO_LAKE) is not has_lake
    assert (told["log"] == SERVER["log"]) is (on_server and sweeps)
    assert (told["log"] == OWNED["log"]) is (on_server and not sweeps)


@pytest.mark.parametrize("code", OTHERS)
def test_what_holds_is_said_in_the_readers_language(code: str) -> None:
    for text in HOLDS:
        said = holds(text, look(code))

        assert said != text == holds(text, ENGLISH)
        words = {word for part in foreign(said) for word in part.split("_")}
        assert code not in CYRILLIC or words <= NAMES | {"checkpoint"}, said


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("held", [EMBEDDED, SERVER, OWNED, {"log": FORMER[0]}])
def test_a_certificate_is_shown_store_by_store(code: str, held: dict[str, str]) -> None:
    shown = certificate(erased(dict(held)), look(code))["stores"]

    assert [one["holds"] for one in shown] == [
        look(code).say(text) for text in held.values()
    ]
    assert [one["name"] for one in shown] == [
        look(code).say(STORES[name]) for name in held
    ]
    assert {one["lang"] for one in shown} == {""}


def test_what_is_not_known_is_shown_as_it_came_and_as_english() -> None:
    shown = certificate(erased({"attic": "no\u202ething"}), look("pl"))["stores"]

    assert shown == [{"name": "attic", "holds": "no[U+202E]thing", "lang": "en"}]


@pytest.mark.parametrize("code", OTHERS)
def test_what_a_rewriting_left_is_said_too_and_a_databases_notice_as_it_came(
    code: str,
) -> None:
    last = {"began_at": "2026-11-20T13:00:00Z", "by": "anna"}
    last |= {"left": [NO_CHECKPOINT, NOTICE]}
    told = {"needed": True, "waiting": [], "expired": [], "last": last}

    left = scrubbed(told, look(code))["left"]

    assert [one["lang"] for one in left] == ["", "en"]
    assert left[0]["holds"] == look(code).say(NO_CHECKPOINT) != NO_CHECKPOINT
    assert left[1]["holds"] == NOTICE


def test_no_page_says_english_by_design() -> None:
    """A text of one language on the pages of all is one that nobody translated."""
    pages = sorted(Path(CONSOLE / "templates").rglob("*.html"))

    assert len(pages) > 50
    assert [one.name for one in pages if 'lang="en"' in one.read_text("utf-8")] == []
