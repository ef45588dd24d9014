"""Four languages: everything said is translated, and nothing is said otherwise."""

import re
from pathlib import Path

import pytest
from litestar.testing import TestClient

from habitue.base.clock import ManualClock, to_datetime
from habitue.base.ids import new_secret
from habitue.console.language import LANGUAGES, chosen, language
from habitue.console.session import Sessions
from tests.console.fake import FixedReading, event, person
from tests.console.served import NOW_US, console_app, start
from tools.catalogues import (
    CONSOLE,
    HOMES,
    PLURALS,
    brought_up_to_date,
    held,
    missing,
    place,
)

homes = pytest.mark.parametrize("home", HOMES, ids=lambda home: home.name)
TEMPLATES = sorted((CONSOLE / "templates").rglob("*.html"))
PLACES = re.compile(r"%\(\w+\)s")
# What a reader sees or hears of a tag's attributes.
TOLD = re.compile(r"\b(?:aria-label|title|placeholder|alt)=\"([^\"]*)\"")
NAMES = {"Habitué", "Ctrl K", "English", "Polski", "Русский", "Қазақша"}
# Samples of what is typed, not words: the same in every language.
SAMPLES = {
    *("web-shop", "https://shop.example", "loyalty_card:4711", "paid_search"),
    "X-Event: call.started",
    *("https://shop.example/?utm_medium=cpc", "https://www.google.pl/"),
}


@homes
@pytest.mark.parametrize("code", PLURALS)
def test_everything_said_is_translated(code: str, home: Path) -> None:
    assert missing(code, home) == []


@homes
@pytest.mark.parametrize("code", PLURALS)
def test_a_catalogue_holds_what_is_said_and_no_more(code: str, home: Path) -> None:
    # Without a picture of the difference, which takes minutes to draw.
    is_so = place(code, home).read_bytes() == brought_up_to_date(code, home)
    assert is_so, f"Run python -m tools.catalogues and look at {code}.po."


@homes
@pytest.mark.parametrize("code", PLURALS)
def test_a_translation_has_the_places_of_its_sentence(code: str, home: Path) -> None:
    for message in held(code, home):
        if not message.id:
            continue
        said = message.id if isinstance(message.id, str) else message.id[1]
        told = message.string
        for text in (told,) if isinstance(told, str) else told:
            assert sorted(PLACES.findall(text)) == sorted(PLACES.findall(said)), text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_a_template_has_no_bare_text(path: Path) -> None:
    text = re.sub(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"))
    told = TOLD.findall(text)
    shown = re.sub(r"(?s)<[^>]*>", "\n", text).split("\n")
    bare = {part.strip(" ·") for part in (*told, *shown) if re.search(r"\w", part)}

    assert bare - NAMES - SAMPLES == set()


@pytest.mark.parametrize(
    ("cookie", "header", "code"),
    [
        ("", "", "en"),
        ("", "fr-FR, ru;q=0.8, en;q=0.5", "ru"),
        ("", "pl-PL", "pl"),
        ("kk", "pl-PL", "kk"),
        ("xx", "de", "en"),
    ],
)
def test_the_language_chosen_comes_before_the_browsers(cookie, header, code) -> None:
    assert chosen(cookie, header).code == code


@pytest.mark.parametrize(
    ("code", "number", "money", "date"),
    [
        ("en", "1,234,567", "£1,234.50", "25 Nov 2026"),
        ("pl", "1 234 567", "1 234,50 GBP", "25 lis 2026"),
        ("ru", "1 234 567", "1 234,50 £", "25 нояб. 2026"),
        ("kk", "1 234 567", "1 234,50 £", "25 қар. 2026"),
    ],
)
def test_numbers_money_and_dates_look_as_the_language_writes_them(
    code: str, number: str, money: str, date: str
) -> None:
    told = language(code)
    day = to_datetime(1_795_564_800_000_000).date()

    seen = (
        told.number(1_234_567),
        told.money(123_450, "GBP"),
        told.date(day, "d MMM y"),
    )

    assert tuple(text.replace("\xa0", " ") for text in seen) == (number, money, date)


@pytest.mark.parametrize("currency", ["PLN", "KZT", "USD", "RSD", "IRR"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_no_sum_loses_its_pennies(code: str, currency: str) -> None:
    told = language(code).money(100_001, currency)

    assert re.sub(r"\D", "", told) == "100001"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("pl", ["1 zdarzenie", "3 zdarzenia", "5 zdarzeń", "22 zdarzenia"]),
        ("ru", ["1 событие", "3 события", "5 событий", "22 события"]),
        ("kk", ["1 оқиға", "3 оқиға", "5 оқиға", "22 оқиға"]),
        ("en", ["1 event", "3 events", "5 events", "22 events"]),
    ],
)
def test_counts_are_said_as_the_language_counts(code: str, told: list[str]) -> None:
    some = language(code).some

    assert [some("%(count)s event", "%(count)s events", n) for n in (1, 3, 5, 22)] == (
        told
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("pl", ("Klienci", "Znany po", "Zgody", "potwierdzone", "wycofana")),
        ("ru", ("Люди", "Известен по", "Согласия", "подтверждено", "отозвано")),
        ("kk", ("Адамдар", "Белгілі", "Келісімдер", "расталған", "қайтарып алынған")),
    ],
)
def test_the_card_is_written_in_the_readers_language(code, words) -> None:
    sessions = Sessions(ManualClock(NOW_US), new_secret)
    app = console_app(
        FixedReading([event(1)], [person()]), sessions, ManualClock(NOW_US)
    )
    with TestClient(app) as client:
        client.get(start(sessions))
        client.post(
            "/console/language", data={"language": code, "back": "/console/live"}
        )

        page = client.get("/console/people/33").text

    assert f'<html lang="{code}"' in page
    for word in words:
        assert word in page
    for word in ("Known by", "Consents", "verified before", "since ", "purchases"):
        assert word not in page
