"""Segments in the reader's language: why somebody is in one, the gallery, errors."""

import re

import msgspec
import pytest

from habitue.app.segments.view import definition_view
from habitue.console.look import Look
from habitue.console.said import consent_reason, found_said
from habitue.console.segments.named import in_gallery
from habitue.console.segments.sentence import texts_of
from habitue.profile.permission import answer
from habitue.segment.condition import HasConsent
from habitue.segment.gallery import templates
from habitue.segment.why import Reason, decisive, explain
from tests.console.test_builder import Visit
from tests.console.test_said import OTHERS, look
from tests.segment.generated import Case, cases

CASES = 400
LATIN = re.compile(r"[A-Za-z]{3,}")


def told(case: Case, seen: Look) -> list[Reason]:
    texts = texts_of(seen)
    return list(decisive(explain(case.condition, case.facts, case.now_us, texts)))


@pytest.mark.parametrize("code", ["ru", "kk"])
def test_why_in_and_why_not_hold_no_word_of_another_language(code: str) -> None:
    """In Cyrillic a word in other letters is a name somebody gave, or it is bare."""
    for case in cases(CASES, 7):
        given = msgspec.json.encode(case.condition).decode() + repr(case.facts)
        # An event's name is the reader's; a computed trait is told as words.
        # SMS is called so in every language.
        given += given.replace("_", " ") + "SMS"
        for one in told(case, look(code)):
            said = f"{one.clause} {found_said(one.found, look(code))}"
            assert [word for word in LATIN.findall(said) if word not in given] == []


@pytest.mark.parametrize("code", OTHERS)
def test_why_says_the_same_of_the_same_in_every_language(code: str) -> None:
    seen = set()
    for case in cases(CASES, 8):
        for english, said in zip(
            told(case, Look()), told(case, look(code)), strict=True
        ):
            assert (said.place, said.holds, said.offsets) == (
                english.place,
                english.holds,
                english.offsets,
            )
            assert said.clause != english.clause
            seen.add(said.found == english.found)

    # What a trait is is not translated; all else is.
    assert seen == {True, False}


@pytest.mark.parametrize("code", OTHERS)
def test_what_the_ledger_of_consents_says_is_said_as_on_the_card(code: str) -> None:
    asked = HasConsent(purpose="marketing", channel="email", state="granted")
    (case,) = cases(1, 9)

    reason = explain(asked, case.facts, case.now_us, texts_of(look(code)))

    card = consent_reason(
        answer(case.facts.consents, "marketing", "email", case.facts.devices).reason,
        look(code),
    )
    assert found_said(reason.found, look(code)).endswith(f": {card}")


@pytest.mark.parametrize("code", OTHERS)
def test_every_template_of_the_gallery_is_told_in_the_readers_language(
    code: str,
) -> None:
    views = [definition_view(one) for one in templates("PLN").values()]
    shown = [in_gallery(one, look(code)) for one in views]

    assert len(shown) == 32
    for english, said in zip(views, shown, strict=True):
        assert said["name"] != english["name"]
        assert said["description"] != english["description"]
        assert not set(said["tags"]) & set(english["tags"])
        assert said["words"]
    # Two that were called the same could not be told apart.
    assert len({one["name"] for one in shown}) == len(shown)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/console/segments/none", "Nie ma segmentu „none”."),
        ("/console/segments/builder/draft?segment=none", "Nie ma segmentu „none”."),
        ("/console/journeys/none", "Nie ma takiego ekranu."),
        ("/console/journeys/experiments?days=x", "„x” to nie liczba dni."),
        ("/console/journeys/handovers?days=x", "„x” to nie liczba dni."),
        ("/console/geo?from=2026-01-01&count=x", "Liczba regionów musi być całkowita."),
        ("/console/sources/none/plan", "Nie ma źródła none."),
    ],
)
def test_an_error_of_the_console_is_said_in_the_readers_language(
    path: str, said: str
) -> None:
    visit = Visit()
    visit.client.cookies.set("habitue_language", "pl")

    page = visit.client.get(path)

    assert page.status_code in {404, 422}
    assert said in page.text


def test_who_begins_from_the_gallery_begins_in_their_own_words() -> None:
    visit = Visit()
    visit.client.cookies.set("habitue_language", "pl")
    view = definition_view(templates("PLN")["new"])
    visit.segments.templates = lambda: [{**view, "words": ""}]  # type: ignore[method-assign]

    assert "Nowi klienci" in visit.client.get("/console/segments").text
    path = "/console/segments/builder/draft?template=new"
    assert 'value="Nowi klienci"' in visit.client.get(path).text
    visit.post("", "/console/segments", template="new")

    assert visit.segments.segments["new"]["name"] == "Nowi klienci"
